// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/projector/declaredprojection.h"

#include <QTest>

using namespace projectionist;

namespace {

using Columns = std::vector<ColumnExpression>;

ProjectionSettings declared(const std::vector<DeclaredHandler>& handlers)
{
    ProjectionSettings projection;
    projection.name = "orders";
    auto& settings = projection.declared.emplace();
    settings.key = {{"id", "key"}};
    settings.on = handlers;
    return projection;
}

DeclaredHandler on(const std::string& type)
{
    DeclaredHandler handler;
    handler.types = {type};
    return handler;
}

DeclaredHandler setting(const std::string& type, const Columns& columns)
{
    auto handler = on(type);
    handler.set = columns;
    return handler;
}

/// One row that is folded event by event; each stands one offset after the other.
class Folding
{
public:
    explicit Folding(const ProjectionSettings& projection) : m_compiled(DeclaredProjection::compile(projection)) {}

    /// What the event did, or the error.
    std::string take(const std::string& type, std::optional<std::string> payload,
                     std::vector<std::pair<std::string, std::string>> headers = {})
    {
        if (!m_compiled)
            return toString(m_compiled.error());
        std::vector<RawHeader> views;
        for (const auto& [name, value] : headers)
            views.push_back({name, value});
        ProjectedEvent event;
        event.topic = "orders.events";
        event.partition = 3;
        event.offset = m_offset++;
        event.type = type;
        event.key = m_key;
        event.timestamp = TimePoint(Duration(1'000));
        event.headers = views;
        if (payload)
            event.payload = *payload;
        EventReading reading;
        const auto wanted = m_compiled->read(event, reading);
        if (!wanted)
            return toString(wanted.error());
        if (!*wanted)
            return "passed over";
        const auto changed = m_compiled->apply(reading, m_row);
        if (!changed)
            return toString(changed.error());
        static const char* const names[]{"none", "older", "changed", "erased"};
        return names[static_cast<int>(*changed)];
    }
    /// "id=o1 total=12 note=NULL"; "no row".
    [[nodiscard]] std::string row() const
    {
        std::string text;
        for (std::size_t i = 0; i < m_row.values.size(); ++i)
            text += (text.empty() ? "" : " ") + m_compiled->columns()[i] + '=' + m_row.values[i].value_or("NULL");
        return m_row.exists ? text : "no row";
    }
    void setKey(std::optional<std::string_view> key) { m_key = key; }

private:
    Result<DeclaredProjection> m_compiled;
    ProjectedRow m_row;
    Offset m_offset = 10;
    std::optional<std::string_view> m_key = "o1";
};

std::string mistakeOf(const ProjectionSettings& projection)
{
    const auto compiled = DeclaredProjection::compile(projection);
    return compiled ? "none" : toString(compiled.error());
}

} // namespace

class TestDeclaredProjection : public QObject
{
    Q_OBJECT
private slots:
    void everyPlaceOfAnEventCanBeAColumn()
    {
        Folding folding(declared({setting("Placed", {{"total", "$.order.total"},
                                                     {"line", "$.lines[1]['a b']"},
                                                     {"at", "header:occurred-at"},
                                                     {"record_key", "key"},
                                                     {"kind", "type"},
                                                     {"topic", "topic"},
                                                     {"part", "partition"},
                                                     {"place", "offset"},
                                                     {"written", "timestamp"},
                                                     {"status", "'it''s ?? new'"},
                                                     {"one", "1"},
                                                     {"yes", "true"},
                                                     {"nothing", "null"}})}));
        QCOMPARE(folding.take("Placed", "{\"order\": {\"total\": 12}, \"lines\": [1, {\"a b\": \"x\"}]}",
                              {{"occurred-at", "old"}, {"occurred-at", "today"}}),
                 std::string("changed"));
        QCOMPARE(folding.row(), std::string("id=o1 total=12 line=x at=today record_key=o1 kind=Placed "
                                            "topic=orders.events part=3 place=10 written=1970-01-01T00:00:01.000Z "
                                            "status=it's ?? new one=1 yes=true nothing=NULL"));
    }

    void valuesAreAsExactAsTheyAreWritten_data()
    {
        QTest::addColumn<std::string>("json");
        QTest::addColumn<std::string>("value");
        const auto row = [](const char* json, const char* value) {
            QTest::newRow(json) << std::string(json) << std::string(value);
        };
        row("12345678901234567890123", "12345678901234567890123");
        row("0.10000000000000000001", "0.10000000000000000001");
        row("1e400", "1e400");
        row("-0", "-0");
        row("true", "true");
        row("null", "NULL");
        row("\"\"", "");
        row("\"null\"", "null");
        row("\"Zo\xc3\xab \xf0\x9f\x9a\x80\"", "Zo\xc3\xab \xf0\x9f\x9a\x80");
        row("\"a\\u00e9\\n\\ud83d\\ude80\"", "a\xc3\xa9\n\xf0\x9f\x9a\x80");
        row("{\"b\" : [1.50, null]}", "{\"b\" : [1.50, null]}");
        row("[]", "[]");
        row("1, \"v\": 2", "2"); // of names that are there twice the last one
    }
    void valuesAreAsExactAsTheyAreWritten()
    {
        QFETCH(std::string, json);
        QFETCH(std::string, value);
        Folding folding(declared({setting("T", {{"c", "$.v"}})}));
        QCOMPARE(folding.take("T", "{\"v\": " + json + "}"), std::string("changed"));
        QCOMPARE(folding.row(), "id=o1 c=" + value);
    }

    void whatIsAbsentIsAnErrorUnlessSomethingStandsForIt()
    {
        Folding strict(declared({setting("T", {{"total", "$.total"}})}));
        QCOMPARE(strict.take("T", "{}"),
                 std::string("The event orders.events [3] at 10 (T) cannot be applied: column total, $.total: the "
                             "event has no such thing. Say what is to stand there then: \"$.total ?? null\", or "
                             "\"$.total ?? keep\"."));
        Folding lenient(declared({setting(
            "T",
            {{"a", "$.a ?? null"}, {"b", "$.b ?? keep"}, {"c", "$.c ?? header:c ?? 'none'"}, {"d", "$.d ?? keep"}})}));
        QCOMPARE(lenient.take("T", "{\"a\": 1, \"b\": 2, \"c\": null, \"d\": null}", {{"c", "h"}}),
                 std::string("changed"));
        QCOMPARE(lenient.row(), std::string("id=o1 a=1 b=2 c=h d=NULL"));
        QCOMPARE(lenient.take("T", "{\"d\": 4}"), std::string("changed"));
        QCOMPARE(lenient.row(), std::string("id=o1 a=NULL b=2 c=none d=4"));
    }

    void numbersAreAddedAndValuesAppended()
    {
        auto handler = on("T");
        handler.add = {{"count", "1"}, {"sum", "$.amount"}, {"left", "-$.amount"}, {"optional", "$.x ?? 0"}};
        handler.append = {{"all", "$.amount"}, {"names", "header:name ?? null"}};
        Folding folding(declared({handler}));
        QCOMPARE(folding.take("T", "{\"amount\": 9007199254740993}", {{"name", "a\"b"}}), std::string("changed"));
        QCOMPARE(folding.take("T", "{\"amount\": \"0.10\"}"), std::string("changed"));
        QCOMPARE(folding.row(), std::string("id=o1 count=2 sum=9007199254740993.10 left=-9007199254740993.10 "
                                            "optional=0 all=[9007199254740993,\"0.10\"] names=[\"a\\\"b\",null]"));
        QCOMPARE(folding.take("T", "{\"amount\": \"ten\"}"),
                 std::string("The event orders.events [3] at 12 (T) cannot be applied: column sum, $.amount: ten "
                             "cannot be added to 9007199254740993.10."));
        QVERIFY(folding.take("T", "{\"amount\": [1]}").find("it is an object or array, and no number") !=
                std::string::npos);
    }

    void aRowIsMadeChangedErasedAndMadeAgain()
    {
        auto projection = declared({setting("Made", {{"a", "$.a"}}), setting("Changed", {{"b", "$.b"}}), on("Gone")});
        projection.declared->initial = {{"depot", "''"}};
        projection.declared->on[1].create = false;
        projection.declared->on[2].erase = true;
        projection.declared->partition = "partition";
        projection.declared->position = "position";
        Folding folding(projection);
        QCOMPARE(folding.take("Changed", "{\"b\": 1}"), std::string("none"));
        QCOMPARE(folding.row(), std::string("no row"));
        QCOMPARE(folding.take("Made", "{\"a\": 1}"), std::string("changed"));
        QCOMPARE(folding.take("Changed", "{\"b\": 2}"), std::string("changed"));
        QCOMPARE(folding.row(), std::string("id=o1 depot= a=1 b=2 partition=3 position=12"));
        QCOMPARE(folding.take("Gone", "{}"), std::string("erased"));
        QCOMPARE(folding.row(), std::string("no row"));
        QCOMPARE(folding.take("Made", "{\"a\": 3}"), std::string("changed"));
        QCOMPARE(folding.row(), std::string("id=o1 depot= a=3 b=NULL partition=3 position=14"));
    }

    void anOlderVersionChangesNothing()
    {
        auto projection = declared({setting("T", {{"a", "$.a"}})});
        projection.eventVersion = "$.version";
        projection.declared->version = "sequence";
        Folding folding(projection);
        QCOMPARE(folding.take("T", "{\"a\": 1, \"version\": 2}"), std::string("changed"));
        QCOMPARE(folding.take("T", "{\"a\": 2, \"version\": 2}"), std::string("older"));
        QCOMPARE(folding.take("T", "{\"a\": 3, \"version\": 1}"), std::string("older"));
        QCOMPARE(folding.take("T", "{\"a\": 4, \"version\": 3}"), std::string("changed"));
        QCOMPARE(folding.row(), std::string("id=o1 a=4 sequence=3"));
        QVERIFY(folding.take("T", "{\"a\": 4, \"version\": 3.5}").find("$.version: it is no whole number") !=
                std::string::npos);
    }

    void allHandlersOfATypeCountWhoseConditionHolds()
    {
        auto first = setting("T", {{"a", "$.a"}});
        auto second = setting("T", {{"weight", "$.weight"}});
        second.where = "payload.weight > 0 and type == \"T\" and not (exists(header(\"skip\")) or partition > 3)";
        Folding folding(declared({first, second}));
        QCOMPARE(folding.take("T", "{\"a\": 1, \"weight\": 7}"), std::string("changed"));
        QCOMPARE(folding.take("T", "{\"a\": 2, \"weight\": -7}"), std::string("changed"));
        QCOMPARE(folding.take("T", "{\"a\": 3, \"weight\": 8}", {{"skip", "1"}}), std::string("changed"));
        QCOMPARE(folding.take("T", "{\"a\": 4}"), std::string("changed"));
        QCOMPARE(folding.row(), std::string("id=o1 a=4 weight=7"));
    }

    void eventsThatNobodyNamesAreRefusedOrPassedOver()
    {
        auto projection = declared({setting("T", {{"a", "1"}}), on("Noise")});
        projection.declared->on[1].ignore = true;
        {
            Folding folding(projection);
            QCOMPARE(folding.take("Noise", "no JSON"), std::string("passed over"));
            QCOMPARE(folding.take("Other", "{}"),
                     std::string("The event orders.events [3] at 11 (Other) cannot be applied: no handler names its "
                                 "type. Name it in [[projections.declared.on]], if only with ignore = true, or say "
                                 "unknown = \"ignore\"."));
            QVERIFY(folding.take("", {}).find("it has no value") != std::string::npos);
        }
        projection.declared->unknown = UnnamedEvent::Ignore;
        projection.declared->tombstone = UnnamedEvent::Erase;
        Folding folding(projection);
        QCOMPARE(folding.take("Other", "no JSON"), std::string("passed over"));
        QCOMPARE(folding.take("T", "{}"), std::string("changed"));
        QCOMPARE(folding.take("", {}), std::string("erased"));
        QCOMPARE(folding.row(), std::string("no row"));
        QCOMPARE(folding.take("T", {}), std::string("changed")); // its type is told, and nothing of it is asked
    }

    void theTypeMayStandInThePayload()
    {
        auto projection = declared({setting("Placed", {{"a", "$.a"}}), on("Noise")});
        projection.declared->on[1].ignore = true;
        projection.declared->type = "$.kind";
        Folding folding(projection);
        QCOMPARE(folding.take("", "{\"kind\": \"Placed\", \"a\": 1}"), std::string("changed"));
        QCOMPARE(folding.take("Placed", "{\"kind\": \"Noise\"}"), std::string("passed over"));
        QVERIFY(folding.take("Placed", "{}").find("type, $.kind: the event has no such thing") != std::string::npos);
    }

    void whatCannotBeReadIsNamed()
    {
        Folding folding(declared({setting("T", {{"a", "$.a"}})}));
        QCOMPARE(folding.take("T", "{\"a\": 1"),
                 std::string("The event orders.events [3] at 10 (T) cannot be applied: its payload is no JSON: it "
                             "breaks off at byte 7 of 7."));
        QVERIFY(folding.take("T", "{\"a\": \"x\\u0000\"}").find("U+0000") != std::string::npos);
        QVERIFY(folding.take("T", "{\"a\": \"\xff\"}").find("no UTF-8") != std::string::npos);
        QVERIFY(folding.take("T", "{\"a\": \"\\ud83d\"}").find("no JSON string") != std::string::npos);
        folding.setKey(std::nullopt);
        QVERIFY(folding.take("T", "{\"a\": 1}").find("key column id, key: the event has no such thing") !=
                std::string::npos);
        QCOMPARE(folding.row(), std::string("no row"));
    }

    void aKeyMayBeOfSeveralColumns()
    {
        auto projection = declared({setting("T", {{"a", "$.a"}})});
        projection.declared->key = {{"tenant", "$.tenant"}, {"id", "key"}};
        const auto compiled = DeclaredProjection::compile(projection);
        QVERIFY(compiled && compiled->keySize() == 2 && !compiled->keyIsRecordKey());
        Folding folding(projection);
        QCOMPARE(folding.take("T", "{\"tenant\": 7, \"a\": 1}"), std::string("changed"));
        QCOMPARE(folding.row(), std::string("tenant=7 id=o1 a=1"));
    }

    void mistakesOfADeclarationAreNamed_data()
    {
        QTest::addColumn<std::string>("expression");
        QTest::addColumn<std::string>("why");
        const auto row = [](const char* expression, const char* why) {
            QTest::newRow(expression) << std::string(expression) << std::string(why);
        };
        row("total", "column a: \"total\" is no expression. Expressions are");
        row("$.", "column a: \"$.\" is no JSON path. Paths look like");
        row("$..x", "is no JSON path");
        row("'x", "is no expression");
        row("", "is no expression");
        row("$.a ??", "is no expression");
        row("keep", "\"keep\" in a wrong place");
        row("keep ?? $.a", "\"keep\" in a wrong place");
    }
    void mistakesOfADeclarationAreNamed()
    {
        QFETCH(std::string, expression);
        QFETCH(std::string, why);
        const auto mistake = mistakeOf(declared({setting("T", {{"a", expression}})}));
        QVERIFY2(mistake.find("The declared projection \"orders\" has a mistake") == 0, mistake.c_str());
        QVERIFY2(mistake.find(why) != std::string::npos, mistake.c_str());
    }
    void handlersThatContradictEachOtherAreRefused()
    {
        auto projection = declared({setting("T", {{"a", "1"}}), on("T")});
        projection.declared->on[1].ignore = true;
        QVERIFY(mistakeOf(projection).find("type T: one handler ignores it") != std::string::npos);
        projection.declared->on[1] = setting("T", {{"id", "1"}});
        QVERIFY(mistakeOf(projection).find("column id: it is of the key") != std::string::npos);
        projection.declared->on[1] = setting("T", {{"a", "2"}});
        projection.declared->on[1].where = "payload.a >";
        QVERIFY(mistakeOf(projection).find("where = \"payload.a >\"") != std::string::npos);
        projection.declared->on[1].where = "timestamp > today";
        QVERIFY(mistakeOf(projection).find("depends on what time it is") != std::string::npos);
        projection.declared.reset();
        QVERIFY(mistakeOf(projection).find("nobody knows how its events make rows") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestDeclaredProjection)
#include "tst_declaredprojection.moc"
