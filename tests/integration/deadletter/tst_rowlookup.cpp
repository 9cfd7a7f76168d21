// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What read models hold for keys, asked of a real PostgreSQL.
#include <QTest>

#include "backend/deadletter/rowlookup.h"
#include "tests/integration/deadletter/tablefixture.h"

using namespace projectionist;

class RowLookupTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void tellsVersionPositionAndTime();
    void aKeyOfAnotherTypeCostsOnlyItself();
    void answersThatCannotBeUsedSayWhy_data();
    void answersThatCannotBeUsedSayWhy();
    void aMistakeInTheQueryEndsIt();
    void stops();
    void manyKeysAreOneStatement();
    void anAnswerThatIsNotCertainForEveryKeyIsNone_data();
    void anAnswerThatIsNotCertainForEveryKeyIsNone();

private:
    using Found = std::map<std::string, Result<RowState>>;
    Result<Found> look(const std::string& query, const std::vector<std::string>& keys, const std::stop_token& stop = {})
    {
        return lookUpRows(*m_store, {"orders", query}, keys, stop);
    }

    std::unique_ptr<PostgresServer> m_server;
    std::unique_ptr<RelationalStore> m_store;
};

void RowLookupTest::initTestCase()
{
    m_server = startPostgres();
    Writer(m_server->connection())
        .run({"CREATE TABLE summary (id text PRIMARY KEY, version bigint, p int, o bigint, at timestamptz)",
              "INSERT INTO summary VALUES ('a', 7, 3, 1204881, '2026-11-21 14:02:11.042+00'), ('b', NULL, NULL, 5, "
              "NULL)",
              "CREATE TABLE counted (id bigint PRIMARY KEY, version int)", "INSERT INTO counted VALUES (17, 2)"});
    m_store = *connectPostgres(storeSettings(m_server->connection()), Access::ReadOnly);
}

void RowLookupTest::tellsVersionPositionAndTime()
{
    const auto found = look("SELECT version, p AS partition, o AS position, 'orders' AS topic, at AS updated_at "
                            "FROM summary WHERE id = $1",
                            {"a", "b", "a", "c'); DROP TABLE summary; --"});
    QVERIFY(found);
    QCOMPARE(found->size(), std::size_t{3});
    const RowState& a = *found->at("a");
    QVERIFY(a.found);
    QCOMPARE(a.version, std::optional<std::int64_t>(7));
    QCOMPARE(a.partition, std::optional<std::int32_t>(3));
    QCOMPARE(a.position, std::optional<Offset>(1204881));
    QCOMPARE(QString::fromStdString(a.topic), QString("orders"));
    QVERIFY(a.updatedAt && a.updatedAt->time_since_epoch().count() % 1000 == 42);
    QVERIFY(found->at("b")->found && !found->at("b")->version && found->at("b")->position == 5);
    QVERIFY(!found->at("c'); DROP TABLE summary; --")->found);
}

void RowLookupTest::aKeyOfAnotherTypeCostsOnlyItself()
{
    const auto found = look("SELECT version FROM counted WHERE id = $1", {"no number", "17", "18"});
    QVERIFY(found);
    QVERIFY(found->at("no number").error().kind == ErrorKind::InvalidData);
    QCOMPARE(found->at("17")->version, std::optional<std::int64_t>(2));
    QVERIFY(!found->at("18")->found);
}

void RowLookupTest::answersThatCannotBeUsedSayWhy_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("why");
    QTest::newRow("several") << "SELECT version FROM summary WHERE id <= 'z' OR id = $1"
                             << "several rows";
    QTest::newRow("no number") << "SELECT id AS version FROM summary WHERE id = $1"
                               << "no whole number";
    QTest::newRow("too large") << "SELECT 3000000000 AS partition FROM summary WHERE id = $1"
                               << "no whole number";
    QTest::newRow("no time") << "SELECT 'soon' AS updated_at FROM summary WHERE id = $1"
                             << "no time";
}

void RowLookupTest::answersThatCannotBeUsedSayWhy()
{
    QFETCH(QString, query);
    QFETCH(QString, why);
    const auto found = look(query.toStdString(), {"a"});
    QVERIFY(found);
    const auto& answer = found->at("a");
    QVERIFY(!answer);
    QVERIFY2(toString(answer.error()).find(why.toStdString()) != std::string::npos, toString(answer.error()).c_str());
}

void RowLookupTest::aMistakeInTheQueryEndsIt()
{
    QVERIFY(!look("SELECT version FROM summary WHERE ident = $1", {"a"}));
    QVERIFY(!look("SELECT version FROM no_such_table WHERE id = $1", {"a"}));
    QVERIFY(look("SELECT version FROM summary WHERE id = $1", {"a"}));
}

void RowLookupTest::stops()
{
    std::stop_source source;
    source.request_stop();
    const auto found = look("SELECT version FROM summary WHERE id = $1", {"a"}, source.get_token());
    QVERIFY(!found);
    QVERIFY(found.error().kind == ErrorKind::Cancelled);
}

void RowLookupTest::manyKeysAreOneStatement()
{
    RowQuerySettings query{"orders", "",
                           "SELECT id, version, p AS partition, o AS position FROM summary "
                           "WHERE id = ANY($1)"};
    Writer(m_server->connection()).run({"INSERT INTO summary VALUES ('{\"x\\, y}', 9, NULL, NULL, NULL)"});
    const std::vector<std::string> keys{"a", "b", "{\"x\\, y}", "", "NULL", "'); DROP TABLE summary; --"};
    const auto found = lookUpRowsTogether(*m_store, query, keys);
    QVERIFY2(found, found ? "" : toString(found.error()).c_str());
    QCOMPARE(found->size(), keys.size());
    QVERIFY(found->at("a")->version == 7 && found->at("a")->partition == 3);
    QVERIFY(found->at("b")->found && found->at("b")->position == 5);
    QVERIFY(found->at(keys[2])->version == 9);
    for (std::size_t i = 3; i < keys.size(); ++i)
        QVERIFY2(!found->at(keys[i])->found, keys[i].c_str());
    query.queryMany = "SELECT id, version FROM summary, generate_series(1, 2) WHERE id = ANY($1) AND id = 'a'";
    const auto twice = lookUpRowsTogether(*m_store, query, keys);
    QVERIFY(twice && !twice->at("a") && twice->at("b"));
    QVERIFY2(toString(twice->at("a").error()).find("several rows") != std::string::npos,
             toString(twice->at("a").error()).c_str());
}

void RowLookupTest::anAnswerThatIsNotCertainForEveryKeyIsNone_data()
{
    QTest::addColumn<QString>("query");
    QTest::newRow("a key in other letters") << "SELECT upper(id), version FROM summary WHERE id = ANY($1)";
    QTest::newRow("no key") << "SELECT NULL, version FROM summary WHERE id = ANY($1)";
    QTest::newRow("all rows") << "SELECT 'a', version FROM summary, generate_series(1, 50) WHERE id = ANY($1)";
    QTest::newRow("a key of another type") << "SELECT id, version FROM counted WHERE id = ANY($1::bigint[])";
    QTest::newRow("no such table") << "SELECT id, version FROM nowhere WHERE id = ANY($1)";
}

void RowLookupTest::anAnswerThatIsNotCertainForEveryKeyIsNone()
{
    QFETCH(QString, query);
    const std::vector<std::string> keys{"a", "b"};
    QVERIFY(!lookUpRowsTogether(*m_store, {"orders", "", query.toStdString()}, keys));
}

QTEST_GUILESS_MAIN(RowLookupTest)
#include "tst_rowlookup.moc"
