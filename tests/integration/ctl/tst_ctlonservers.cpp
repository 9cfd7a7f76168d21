// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// First, or moc 6.4 stumbles over <concepts>.
#include <QTest>

#include "backend/discovery/discovery.h"
#include "backend/store/postgres/postgresstore.h"
#include "tests/integration/broker/brokerfixture.h"
#include "tests/integration/ctl/ctlfixture.h"
#include "tests/support/testservers.h"

#include <QJsonArray>
#include <QJsonObject>

using namespace projectionist;

namespace {

const std::string tables =
    "CREATE SCHEMA \"we\"\"ird\";\n"
    "CREATE TABLE projection_checkpoint (projection text, topic text, partition int, next_offset bigint, updated_at "
    "timestamptz,\n"
    "                                    PRIMARY KEY (projection, topic, partition));\n"
    "INSERT INTO projection_checkpoint VALUES ('order_summary', 'orders', 0, 7, now()), ('order_summary', 'orders', 1, "
    "10, now()),\n"
    "                                         ('elsewhere', 'other.topic', 0, 3, now());\n"
    "CREATE TABLE \"we\"\"ird\".\"Last Positions\" (\"Topic\" varchar(80), partition_id int, last_applied_offset "
    "bigint);\n"
    "INSERT INTO \"we\"\"ird\".\"Last Positions\" VALUES ('orders', 0, 4);\n"
    "CREATE TABLE orders_outbox (id bigserial, payload jsonb, created_at timestamptz, published_at timestamptz);\n"
    "INSERT INTO orders_outbox (created_at, published_at) VALUES (now(), now()), (now(), NULL), (now(), NULL);\n"
    "CREATE TABLE outbox (id bigserial, payload jsonb);\n"
    "CREATE TABLE unrelated (id bigint, partition int, name text);\n"
    "CREATE TABLE forbidden (topic text, partition int, next_offset bigint);\n"
    "CREATE ROLE reader LOGIN;\n"
    "GRANT USAGE ON SCHEMA \"we\"\"ird\" TO reader;\n"
    "GRANT SELECT ON projection_checkpoint, orders_outbox, outbox, unrelated, \"we\"\"ird\".\"Last Positions\" TO "
    "reader";

QString asText(const Rows& rows)
{
    QString text;
    for (const auto& row : rows.rows)
        for (const auto& cell : row)
            text += QString::fromStdString(cell.value_or("NULL")) + ' ';
    return text.trimmed();
}

} // namespace

class TestCtlOnServers : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_postgres = startPostgres();
        StoreSettings settings{"admin", m_postgres->connection(), Duration(10'000), {}, {}};
        auto admin = sure(connectPostgres(settings, Access::ReadWrite));
        sure(admin->transaction([](Transaction& transaction) -> Result<void> {
            for (const auto& statement : QString::fromStdString(tables).split(';'))
                if (auto done = transaction.execute(statement.toStdString()); !done)
                    return tl::unexpected(done.error());
            return {};
        }));
        m_kafka = startKafka();
        const auto broker = brokerAt(m_kafka->bootstrap());
        makeTopics(broker, {{"orders", 2}, {"orders-dlt", 1}});
        write(broker, {"orders", 0}, 10, TimePoint(Duration(1'795'000'000'000)));
        write(broker, {"orders", 1}, 10, TimePoint(Duration(1'795'000'000'000)));
        commitAs(broker, "proj-order-summary", "orders", {{{"orders", 0}, 7}, {{"orders", 1}, 10}});
    }
    void checkpointTablesAndOutboxesAreFoundByTheirColumns()
    {
        const auto store =
            sure(connectPostgres({"read", reader().toStdString(), Duration(10'000), {}, {}}, Access::ReadOnly));
        const auto discovery = discoverStore(*store, "read");
        QVERIFY(discovery.problems.empty());
        QStringList found;
        for (const auto& checkpoints : discovery.checkpoints) {
            const std::vector<Parameter> name{"order_summary"};
            const auto rows =
                store->query(checkpoints.query,
                             checkpoints.severalProjections ? std::span(name) : std::span<const Parameter>(), 100);
            QVERIFY2(rows, rows ? "" : toString(rows.error()).c_str());
            found << QString::fromStdString(checkpoints.table) + ": " + QString::number(rows->columns.size()) +
                         " columns, " + QString::number(rows->rows.size()) + " rows, " +
                         QString::number(checkpoints.projections.size());
        }
        QCOMPARE(found, (QStringList{"public.projection_checkpoint: 4 columns, 2 rows, 2",
                                     "we\"ird.Last Positions: 3 columns, 1 rows, 1"}));
        const auto last = store->query(discovery.checkpoints.at(1).query, {}, 10);
        QCOMPARE(asText(*last), QString("orders 0 5")); // the next one to apply
        QCOMPARE(discovery.outboxes.size(), std::size_t{1});
        const auto pending = store->query(discovery.outboxes[0].query, {}, 10);
        QVERIFY2(pending, pending ? "" : toString(pending.error()).c_str());
        QVERIFY(asText(*pending).startsWith("2 ") && asText(*pending).endsWith(" 3"));
    }
    void whatIsDiscoveredCanBeSavedAndWatched()
    {
        const Ctl ctl;
        const QString file = ctl.path("found.toml");
        const auto answer =
            ctl.run({"discover", "--bootstrap", bootstrap(), "--store", reader(), "--save", file, "--json"});
        QVERIFY2(answer.code == 0, qPrintable(answer.err));
        const auto found = answer.json().object();
        QCOMPARE(found.value("dead_letters").toArray().at(0).toObject().value("source").toString(), QString("orders"));
        QJsonObject summary;
        for (const auto& one : found.value("projections").toArray())
            if (one.toObject().value("name") == "order_summary")
                summary = one.toObject();
        QCOMPARE(summary.value("group").toString(), QString("proj-order-summary"));
        QVERIFY(summary.value("checkpoint").isObject());
        QCOMPARE(summary.value("backlog").toInt(), 3);
        QCOMPARE(ctl.run({"config", "check", file}).out, QString());
        QCOMPARE(ctl.run({"discover", "--bootstrap", bootstrap(), "--save", file}).code, 3); // nothing is overwritten
        const auto lag = ctl.run({"--config", file, "lag", "-p", "order_summary", "--partitions", "--json"});
        const auto report = lag.json().object().value("projections").toArray().at(0).toObject();
        QCOMPARE(report.value("backlog").toInt(), 3);
        QCOMPARE(report.value("partitions").toArray().size(), 2);
        QCOMPARE(lag.code, report.value("verdict").toObject().value("severity").toInt());
    }
    void watchingEndsByItselfAndShowsEveryCycle()
    {
        const Ctl ctl;
        const auto file = ctl.write("c.toml", workspaceOn(bootstrap())
                                                  .remove("\"sasl.password\" = \"hunter2\"\n")
                                                  .replace("order-summary", "proj-order-summary"));
        const auto json = ctl.run({"--config", file, "lag", "--watch", "--json", "--seconds", "4"});
        const auto lines = json.out.split('\n', Qt::SkipEmptyParts);
        QVERIFY2(!lines.isEmpty(), qPrintable(json.err));
        for (const auto& line : lines)
            QCOMPARE(QJsonDocument::fromJson(line.toUtf8()).object().value("context").toString(), QString("local"));
        const auto text = ctl.run({"--config", file, "lag", "--watch", "--seconds", "4"});
        QVERIFY(text.out.contains("order_summary") && text.out.contains("STATE"));
        QVERIFY(!text.out.contains('\x1b'));
    }
    void whatIsRecordedIsJudged()
    {
        const Ctl ctl;
        const auto file = ctl.write("c.toml", workspaceOn(bootstrap())
                                                  .remove("\"sasl.password\" = \"hunter2\"\n")
                                                  .replace("order-summary", "proj-order-summary"));
        const auto samples = ctl.path("samples.jsonl");
        const auto recorded = ctl.run({"--config", file, "record", "--seconds", "4", "--output", samples});
        QVERIFY2(recorded.code == 0, qPrintable(recorded.err));
        const auto verdict = ctl.run({"verdict", "--samples", samples, "--json"});
        const auto lines = verdict.out.split('\n', Qt::SkipEmptyParts);
        QVERIFY2(!lines.isEmpty(), qPrintable(verdict.err));
        const auto last = QJsonDocument::fromJson(lines.back().toUtf8()).object();
        QCOMPARE(last.value("backlog").toInt(), 3);
        QCOMPARE(verdict.code, last.value("verdict").toObject().value("severity").toInt());
        QFile in(samples);
        QVERIFY(in.open(QIODevice::ReadOnly));
        const auto piped = ctl.run({"verdict", "--samples", "-", "--changes"}, in.readAll());
        QCOMPARE(piped.code, verdict.code);
        QVERIFY(piped.out.count('\n') <= lines.size());
    }
    void aUserWhoMayNotReadIsTold()
    {
        const auto answer = Ctl().run(
            {"discover", "--bootstrap", bootstrap(), "--store", reader().replace("user=reader", "user=nobody_here")});
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.err.contains("nobody_here"), qPrintable(answer.err));
        QVERIFY(answer.out.contains("proj-order-summary")); // the rest is still shown
    }

private:
    [[nodiscard]] QString bootstrap() const { return QString::fromStdString(m_kafka->bootstrap()); }
    [[nodiscard]] QString reader() const
    {
        return QString("host=127.0.0.1 port=%1 dbname=postgres user=reader").arg(m_postgres->port());
    }

    std::unique_ptr<PostgresServer> m_postgres;
    std::unique_ptr<KafkaServer> m_kafka;
};

QTEST_GUILESS_MAIN(TestCtlOnServers)
#include "tst_ctlonservers.moc"
