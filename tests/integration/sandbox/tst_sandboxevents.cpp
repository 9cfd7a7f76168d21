// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/ctl/ctlfixture.h"
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which the library includes
#include "app/sandbox/schema.h"
#include "backend/store/postgres/postgresstore.h"
#include "tests/integration/sandbox/runningsandbox.h"
#include "tests/support/testservers.h"
#endif

#include <QJsonArray>
#include <QJsonObject>

using namespace projectionist;

/// The sandbox's tables against the fold of its log, by declarations that say what its handlers do.
class TestSandboxEvents : public QObject
{
    Q_OBJECT

    RunningSandbox m_sandbox;
    Ctl m_ctl;
    QString m_workspace;

    [[nodiscard]] QJsonObject check(const QString& name, int code) const
    {
        const auto answer = m_ctl.run({"--config", m_workspace, "check", "run", name, "--json"});
        if (answer.code != code)
            qWarning("%d: %s%s", answer.code, qPrintable(answer.out), qPrintable(answer.err));
        return answer.code == code ? answer.json().object() : QJsonObject();
    }
    void corrupt(const std::string& sql) const
    {
        const auto workspace = m_sandbox.workspace();
        const std::string readModel = workspace.projections.front().readModel;
        const auto store = *connectPostgres(workspace.stores.front(), Access::ReadWrite);
        const auto done = store->transaction([&](Transaction& transaction) -> Result<void> {
            return transaction.execute(inSchema(sql, readModel.substr(0, readModel.find('.')))).map([](const Rows&) {});
        });
        QVERIFY2(done, done ? "" : toString(done.error()).c_str());
    }
    /// "different ORD-0000001 total_cents" and so on; with `cause` also that.
    [[nodiscard]] static QStringList confirmed(const QJsonObject& result, bool cause = false)
    {
        QStringList lines;
        for (const auto& value : result["differences"].toArray()) {
            const auto one = value.toObject();
            if (one["state"] != "confirmed")
                continue;
            QStringList columns{one["kind"].toString(), one["key"].toObject().begin().value().toString()};
            for (const auto& column : one["columns"].toArray())
                columns << column.toString();
            if (cause)
                columns << "by" << one["cause"].toObject()["cause"].toString();
            lines << columns.join(' ');
        }
        return lines;
    }
    /// Keys of orders, or parcels, after which nothing more will come.
    [[nodiscard]] std::string keyOver(const std::string& table, const std::string& key, int number) const
    {
        const auto workspace = m_sandbox.workspace();
        const std::string readModel = workspace.projections.front().readModel;
        const auto store = *connectPostgres(workspace.stores.front(), Access::ReadOnly);
        const auto rows = store->query(inSchema("SELECT " + key + " FROM @." + table +
                                                    " WHERE status IN ('completed', 'delivered') ORDER BY 1 OFFSET " +
                                                    std::to_string(number) + " LIMIT 1",
                                                readModel.substr(0, readModel.find('.'))),
                                       {}, 1);
        return rows && !rows->rows.empty() ? rows->rows[0][0].value_or("") : std::string();
    }

private slots:
    void initTestCase()
    {
        m_sandbox.start({"--rate", "100", "--steady", "--bad-every", "0", "--seed", "7"});
        auto workspace = m_sandbox.workspace();
        const auto orders = std::ranges::find(workspace.checks, "order_summary_events", &CheckSettings::name);
        QVERIFY(orders != workspace.checks.end());
        CheckSettings parcels = *orders;
        parcels.name = "parcel_tracking_events";
        parcels.projection = "parcel_tracking";
        parcels.eraseEvents.clear();
        workspace.checks.push_back(parcels);
        const auto file = m_sandbox.workspaceFile().parent_path() / "events.toml";
        QVERIFY(saveWorkspace(workspace, file));
        m_workspace = QString::fromStdString(file);
    }
    void cleanupTestCase() { m_sandbox.stop(); }

    void theTablesAreWhatTheirLogMakes()
    {
        QVERIFY(eventually([&] { return !keyOver("order_summary", "order_id", 20).empty(); }));
        for (const char* name : {"order_summary_events", "parcel_tracking_events"})
            for (int i = 0; i < 3; ++i) {
                const auto result = check(name, 0);
                QVERIFY2(!result.isEmpty(), name);
                QCOMPARE(confirmed(result), QStringList());
                QCOMPARE(result["engine"].toString(), QString("fold"));
                QVERIFY(result["expected_rows"].toInt() > 20);
            }
        const auto lint = m_ctl.run({"--config", m_workspace, "check", "lint", "order_summary_events"});
        QCOMPARE(lint.code, 0);
        QVERIFY2(lint.out.contains("compares customer_id, status, currency, total_cents, parcels, placed_at, paid_at, "
                                   "closed_at, sequence, partition, position"),
                 qPrintable(lint.out + lint.err));
        const auto list = m_ctl.run({"--config", m_workspace, "check", "list"});
        QVERIFY2(
            list.out.contains("order_summary_events  events  its table against the log, of projection order_summary"),
            qPrintable(list.out));
    }

    void whatSomebodyCorruptedIsFoundAndNothingMore()
    {
        const auto wrong = keyOver("order_summary", "order_id", 0);
        const auto gone = keyOver("order_summary", "order_id", 3);
        corrupt("UPDATE @.order_summary SET total_cents = total_cents + 1 WHERE order_id = '" + wrong + "'");
        corrupt("DELETE FROM @.order_summary WHERE order_id = '" + gone + "'");
        corrupt("INSERT INTO @.order_summary (order_id, sequence, applied) VALUES ('ZZZ', 1, 1)");
        const QStringList wanted{"different " + QString::fromStdString(wrong) + " total_cents",
                                 "missing " + QString::fromStdString(gone), "extra ZZZ"};
        for (int i = 0; i < 2; ++i)
            QCOMPARE(confirmed(check("order_summary_events", 1)), wanted);
        const auto parcel = keyOver("parcel_tracking", "parcel_id", 2);
        corrupt("UPDATE @.parcel_tracking SET scans = coalesce(scans, 0) + 1 WHERE parcel_id = '" + parcel + "'");
        QCOMPARE(confirmed(check("parcel_tracking_events", 1)),
                 QStringList{"different " + QString::fromStdString(parcel) + " scans"});
        const auto shown = m_ctl.run({"--config", m_workspace, "check", "show", "order_summary_events"});
        QVERIFY2(shown.out.contains(QString::fromStdString(gone)), qPrintable(shown.out + shown.err));
    }

    void whatAFaultMadeWrongHasItsCause()
    {
        const auto before = confirmed(check("order_summary_events", 1)).size();
        m_sandbox.inject("erase-missed");
        QVERIFY(eventually([&] { return confirmed(check("order_summary_events", 1)).size() > before + 2; }));
        m_sandbox.clear("erase-missed");
        const auto lines = confirmed(check("order_summary_events", 1), true).filter("extra ORD");
        QVERIFY(!lines.isEmpty());
        QCOMPARE(lines.filter("by erase not handled"), lines);
    }
};

QTEST_GUILESS_MAIN(TestSandboxEvents)
#include "tst_sandboxevents.moc"
