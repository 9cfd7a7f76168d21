// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/reconcile/checkfixture.h"

using namespace projectionist;

namespace {

struct ValueCase
{
    const char* type; ///< on both sides, or "expected's / actual's"
    const char* expected;
    const char* actual;
    bool same;
};

/// As SQL.
const std::vector<ValueCase> valueCases{
    {"numeric", "1.50", "1.5", true},
    {"numeric", "'NaN'", "'NaN'", true},
    {"numeric", "'NaN'", "NULL", false},
    {"numeric", "'Infinity'", "'-Infinity'", false},
    {"numeric", "'Infinity'", "'NaN'", false},
    {"numeric", "0.1", "0.10000000000000000000000001", false},
    {"numeric / int8", "7.00", "7", true},
    {"numeric / int8", "7.01", "7", false},
    {"int4 / int8", "7", "7", true},
    {"float8", "'-0'", "0", true},
    {"float8", "'NaN'", "'NaN'", true},
    {"float8", "0.1", "0.10000000000000002", false},
    {"float8", "1e20", "100000000000000000000", true},
    {"float4", "0.1", "0.1", true},
    {"float4", "0.1", "0.10000001", false},
    {"float8 / numeric", "1e20", "100000000000000000000.0", true},
    {"float8 / numeric", "0.5", "0.50", true},
    {"money / numeric", "12.5", "12.50", true},
    {"timestamptz", "'2026-01-01 12:00+01'", "'2026-01-01 11:00+00'", true},
    {"timestamptz", "'2026-01-01 12:00+01'", "'2026-01-01 12:00+00'", false},
    {"timestamptz", "'infinity'", "'-infinity'", false},
    {"timestamptz", "'0044-03-15 12:00 BC'", "'0044-03-15 12:00'", false},
    {"timestamptz", "'0044-03-15 12:00+00 BC'", "'0044-03-15 12:00+00 BC'", true},
    {"timestamp / timestamptz", "'2026-01-01 12:00'", "'2026-01-01 12:00+00'", true},
    {"timestamp / date", "'2026-01-01'", "'2026-01-01'", true},
    {"date", "'2026-01-02'", "'2026-02-01'", false},
    {"interval", "'1 day'", "'24 hours'", true},
    {"interval", "'1 month'", "'30 days'", true},
    {"interval", "'1 day'", "'25 hours'", false},
    {"interval", "'-1 day 1 hour'", "'-23 hours'", true},
    {"char(5) / char(8)", "'ab'", "'ab'", true},
    {"char(5) / text", "'ab'", "'ab'", true},
    {"char(5) / text", "'ab'", "'ab '", false},
    {"text", "'a'", "'a '", false},
    {"text", "''", "NULL", false},
    {"text", "E'\\u00e9'", "E'e\\u0301'", false},
    {"text", "E'tab\\tnewline\\n\\\\N'", "E'tab\\tnewline\\n\\\\N'", true},
    {"varchar(10) / text", "'x'", "'x'", true},
    {"text / int4", "'7'", "7", true},
    {"json / jsonb", "'{\"b\": 1, \"a\": 2}'", "'{\"a\":2,\"b\":1.0}'", true},
    {"json", "'{\"a\":1}'", "'{ \"a\" : 1 }'", true},
    {"json / jsonb", "'{\"a\":\"1.0\"}'", "'{\"a\":\"1\"}'", false},
    {"jsonb", "'null'", "NULL", false},
    {"numeric[]", "'{1.0,NULL}'", "'{1.00,NULL}'", true},
    {"numeric[]", "'[0:1]={1,2}'", "'{1,2}'", false},
    {"float8[]", "'{-0,1}'", "'{0,1}'", true},
    {"text[]", "'{a,NULL}'", "'{a,\"NULL\"}'", false},
    {"int4[]", "'{{1,2},{3,4}}'", "'{{1,2},{3,4}}'", true},
    {"bytea", "'\\x00ff'", "'\\x00ff'", true},
    {"bytea", "'\\x00ff'", "'\\x00fe'", false},
    {"uuid", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "'a0eebc999c0b4ef8bb6d6bb9bd380a11'", true},
    {"bool", "'yes'", "true", true},
    {"point", "'(1,2)'", "'(1,2)'", true},
    {"point", "'(1,2)'", "'(1,3)'", false},
    {"box", "'(0,0),(1,1)'", "'(5,5),(6,6)'", false},
    {"numrange", "'[1.0,2)'", "'[1,2.00)'", true},
    {"numrange", "'[1,2)'", "'[1,2]'", false},
    {"int4range", "'[1,2]'", "'[1,3)'", true},
    {"inet", "'10.0.0.1'", "'10.0.0.1/32'", true},
    {"mood", "'sad'", "'sad'", true},
    {"mood / text", "'sad'", "'happy'", false},
    {"price", "1.50", "1.5", true},
    {"xml", "'<a/>'", "'<a/>'", true},
};

std::string columnType(const std::string& type, bool actual)
{
    const auto slash = type.find(" / ");
    return slash == std::string::npos ? type : actual ? type.substr(slash + 3) : type.substr(0, slash);
}

} // namespace

class TestValueRules : public QObject
{
    Q_OBJECT
    std::unique_ptr<PostgresServer> m_server;
    std::unique_ptr<PostgresServer> m_odd;
    Workspace m_workspace;

    /// A table with a row and a column for each case: the others are NULL on both sides.
    static std::vector<std::string> tables()
    {
        std::vector<std::string> all{"DROP TABLE IF EXISTS expected, actual"};
        for (const bool actual : {false, true}) {
            const std::string table = actual ? "actual" : "expected";
            std::string columns = "id int PRIMARY KEY";
            for (std::size_t i = 0; i < valueCases.size(); ++i)
                columns += ", c" + std::to_string(i) + ' ' + columnType(valueCases[i].type, actual);
            all.push_back("CREATE TABLE " + table + " (" + columns + ')');
            for (std::size_t i = 0; i < valueCases.size(); ++i)
                all.push_back("INSERT INTO " + table + " (id, c" + std::to_string(i) + ") VALUES (" +
                              std::to_string(i) + ", " + (actual ? valueCases[i].actual : valueCases[i].expected) +
                              ')');
        }
        return all;
    }

private slots:
    void initTestCase()
    {
        m_server = startPostgres();
        PostgresOptions options;
        options.settings = {{"TimeZone", "Asia/Kathmandu"},
                            {"DateStyle", "SQL, DMY"},
                            {"IntervalStyle", "iso_8601"},
                            {"bytea_output", "escape"},
                            {"extra_float_digits", "-3"}};
        m_odd = startPostgres(options);
        m_workspace.stores = {storeOf("here", *m_server), storeOf("odd", *m_odd)};
        for (const auto* server : {m_server.get(), m_odd.get()}) {
            execute(*server, {"CREATE TYPE mood AS ENUM ('sad', 'happy')", "CREATE DOMAIN price AS numeric"});
            execute(*server, tables());
        }
    }

    void equalValuesAreEqualAndDifferentOnesDiffer_data()
    {
        QTest::addColumn<QString>("actual");
        QTest::newRow("one database") << "here";
        QTest::newRow("two servers that write values differently") << "odd";
    }
    void equalValuesAreEqualAndDifferentOnesDiffer()
    {
        QFETCH(QString, actual);
        const auto result = run(checkOf("here", actual.toStdString()), m_workspace);
        QVERIFY2(result, qPrintable(text(result)));
        std::set<std::string> found;
        for (const auto& difference : result->differences)
            found.insert(difference.key.front());
        QString wrong;
        for (std::size_t i = 0; i < valueCases.size(); ++i)
            if (found.contains(std::to_string(i)) == valueCases[i].same)
                wrong +=
                    QString("%1: %2 and %3\n").arg(valueCases[i].type, valueCases[i].expected, valueCases[i].actual);
        QCOMPARE(wrong, QString());
    }

    void textRulesAreOffUnlessWritten_data() { equalValuesAreEqualAndDifferentOnesDiffer_data(); }
    void textRulesAreOffUnlessWritten()
    {
        QFETCH(QString, actual);
        const std::vector<std::string> rows{"DROP TABLE IF EXISTS left_side, right_side",
                                            "CREATE TABLE left_side (id int PRIMARY KEY, v text)",
                                            "CREATE TABLE right_side (id int PRIMARY KEY, v text)",
                                            "INSERT INTO left_side VALUES (1, 'a'), (2, 'A'), (3, E'\\u00e9')",
                                            "INSERT INTO right_side VALUES (1, E' a\\t'), (2, 'a'), (3, E'e\\u0301')"};
        for (const auto* server : {m_server.get(), m_odd.get()})
            execute(*server, rows);
        auto check = checkOf("here", actual.toStdString());
        check.expected.table = "left_side";
        check.actual.table = "right_side";
        QCOMPARE(run(check, m_workspace)->differences.size(), std::size_t{3});
        check.rules["v"] = {{}, {}, {}, true, true, UnicodeForm::Nfc};
        QCOMPARE(text(run(check, m_workspace)), "");
        check.rules["v"].trim = false;
        QCOMPARE(run(check, m_workspace)->differences.size(), std::size_t{1});
    }

    void keysOfDifferentTypesAreReadOnBothSides_data() { equalValuesAreEqualAndDifferentOnesDiffer_data(); }
    void keysOfDifferentTypesAreReadOnBothSides()
    {
        QFETCH(QString, actual);
        for (const auto* server : {m_server.get(), m_odd.get()})
            execute(*server, {"DROP TABLE IF EXISTS k1, k2", "CREATE TABLE k1 (id int2 PRIMARY KEY, n int)",
                              "INSERT INTO k1 SELECT i, i FROM generate_series(1, 20) i",
                              "CREATE TABLE k2 (id numeric(20, 2) PRIMARY KEY, n int)",
                              "INSERT INTO k2 SELECT * FROM k1", "INSERT INTO k2 VALUES (7.5, 7), (10000000000, 7)"});
        auto check = checkOf("here", actual.toStdString());
        check.expected.table = "k1";
        check.actual.table = "k2";
        QCOMPARE(text(run(check, m_workspace)), "extra 10000000000\nextra 7.5\n");
        for (const auto* server : {m_server.get(), m_odd.get()})
            execute(*server, {"DELETE FROM k2 WHERE id = 7.5", "ALTER TABLE k2 ALTER id TYPE int8"});
        QCOMPARE(text(run(check, m_workspace)), "extra 10000000000\n");
    }

    void keysOfAnyTypeAreMerged_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("value"); // of i
        QTest::newRow("bigint") << "bigint"
                                << "i - 500";
        QTest::newRow("numeric") << "numeric"
                                 << "(i - 500) * 1.50";
        QTest::newRow("float8") << "float8"
                                << "(i - 500) / 7.0";
        QTest::newRow("text") << "text"
                              << "chr(65 + i % 26) || lower(chr(65 + i % 3)) || '-_é ' || i";
        QTest::newRow("tabs") << "text"
                              << "repeat(E'\\t', i % 5) || repeat(E'\\\\', i % 3) || i || E'\\n'";
        QTest::newRow("char") << "char(20)"
                              << "'k' || i";
        QTest::newRow("uuid") << "uuid"
                              << "md5(i::text)::uuid";
        QTest::newRow("time") << "timestamptz"
                              << "timestamptz '0001-01-01 BC' + i * interval '7 years 1 second'";
        QTest::newRow("date") << "date"
                              << "date '2026-01-01' + i";
        QTest::newRow("bytea") << "bytea"
                               << "decode(md5(i::text), 'hex')";
        QTest::newRow("interval") << "interval"
                                  << "i * interval '7 hours'";
        QTest::newRow("enum") << "mood"
                              << "(enum_range(NULL::mood))[i + 1]";
    }
    void keysOfAnyTypeAreMerged()
    {
        QFETCH(QString, type);
        QFETCH(QString, value);
        const std::string last = type == "mood" ? "1" : "1000";
        for (const auto* server : {m_server.get(), m_odd.get()})
            execute(*server,
                    {"DROP TABLE IF EXISTS k1, k2",
                     "CREATE TABLE k1 (id " + type.toStdString() + " PRIMARY KEY, n int)",
                     "INSERT INTO k1 SELECT " + value.toStdString() + ", i FROM generate_series(0, " + last + ") i",
                     "CREATE TABLE k2 (LIKE k1 INCLUDING ALL)", "INSERT INTO k2 SELECT * FROM k1",
                     "DELETE FROM k1 WHERE n = 0", "UPDATE k2 SET n = -n WHERE n IN (1, 700)",
                     "DELETE FROM k2 WHERE n = 300"});
        QString found[2];
        int i = 0;
        for (const char* actual : {"here", "odd"}) {
            auto check = checkOf("here", actual);
            check.expected.table = "k1";
            check.actual.table = "k2";
            const auto result = run(check, m_workspace);
            found[i++] = text(result);
            QVERIFY2(result, qPrintable(text(result)));
            QCOMPARE(result->differences.size(), std::size_t(type == "mood" ? 2 : 4));
            QCOMPARE(result->count(DriftState::Confirmed), result->differences.size());
        }
        QCOMPARE(found[1], found[0]);
    }
};

QTEST_GUILESS_MAIN(TestValueRules)
#include "tst_valuerules.moc"
