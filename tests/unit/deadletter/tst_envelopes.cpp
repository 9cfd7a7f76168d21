// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/envelopes.h"
#include "tests/unit/deadletter/letters.h"

#include <QTest>

using namespace projectionist;

namespace {

const std::string envelope =
    " {\"error\": {\"type\": \"com.acme.Boom\", \"message\": \"no \\\"such\\\" order\","
    " \"stack\": \"com.acme.Boom: no \\\"such\\\" order\\n\\tat com.acme.A.a(A.java:1)\\n\", \"tries\": 3},"
    " \"source\": {\"topic\": \"orders\", \"partition\": 2, \"offset\": 42},"
    " \"group.id\": \"billing\", \"causes\": [{\"class\": \"x.Y\"}],"
    " \"payload\": {\"orderId\": 1, \"type\": \"OrderPlaced\"}}";

HeaderProfile ours()
{
    const auto text = HeaderEncoding::Text;
    return {.name = "our gateway",
            .headers = {{"$.error.type", HeaderRole::Exception, text},
                        {"$.error.message", HeaderRole::Message, text},
                        {"$.error.stack", HeaderRole::StackTrace, text},
                        {"$.error.tries", HeaderRole::Attempts, HeaderEncoding::Integer},
                        {"$.source.topic", HeaderRole::OriginTopic, text},
                        {"$.source.partition", HeaderRole::OriginPartition, HeaderEncoding::Integer},
                        {"$.source.offset", HeaderRole::OriginOffset, HeaderEncoding::Integer},
                        {"$['group.id']", HeaderRole::Consumer, text},
                        {"$.causes[0].class", HeaderRole::Note, text},
                        {"$.payload.type", HeaderRole::EventType, text}},
            .markers = {"$.error.type"},
            .payload = "$.payload"};
}

DeadLetter unpacked(std::optional<std::string> value, const HeaderProfile& profile = ours())
{
    LetterBuilder letter;
    letter.record.value = std::move(value);
    DecodeSettings settings;
    settings.profiles = {{.name = "another", .headers = {{"x-fault", HeaderRole::Exception, HeaderEncoding::Text}}},
                         profile};
    return decoded(letter.add("tenant", "42"), settings);
}

std::string withPayload(const std::string& payload)
{
    return "{\"error\":{\"type\":\"com.acme.Boom\"},\"payload\":" + payload + "}";
}

} // namespace

class TestEnvelopes : public QObject
{
    Q_OBJECT
private slots:
    void whatAnEnvelopeTellsIsReadAsHeadersAre()
    {
        const auto letter = unpacked(envelope);
        QVERIFY(letter.families == std::vector<std::string>{"our gateway"});
        QCOMPARE(letter.failure.exception, std::string("com.acme.Boom"));
        QCOMPARE(letter.failure.message, std::string("no \"such\" order"));
        QCOMPARE(letter.failure.frame, std::string("com.acme.A.a"));
        QCOMPARE(letter.failure.foundIn, std::string("$.error.stack"));
        QCOMPARE(letter.origin.topic, std::string("orders"));
        QVERIFY(letter.origin.partition == 2 && letter.origin.offset == 42);
        QVERIFY(letter.attempts == 3);
        QCOMPARE(letter.consumer, std::string("billing"));
        QCOMPARE(letter.eventType, std::string("OrderPlaced"));
        QVERIFY((letter.flags & EmbeddedHeaders) != 0);
        QCOMPARE(letter.headers.size(), std::size_t{11});
        QCOMPARE(letter.headers[0].name, std::string("tenant"));
        QCOMPARE(letter.headers[9].name, std::string("$.causes[0].class"));
        QCOMPARE(letter.headers[9].text, std::string("x.Y"));
        QVERIFY(!letter.headers[10].ofEvent); // no header that a replay would send
    }

    void theEventIsTakenOutOfItsEnvelope_data()
    {
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("event");
        const auto row = [](const char* name, const std::string& value, const char* event) {
            QTest::newRow(name) << QString::fromStdString(value) << QString(event);
        };
        row("an object", envelope, "{\"orderId\": 1, \"type\": \"OrderPlaced\"}");
        row("JSON in a string", withPayload("\"{\\\"orderId\\\":1}\""), "{\"orderId\":1}");
        row("a text", withPayload("\"plain\""), "plain");
        row("a list", withPayload("[ {\"payload\":1}, 2 ]"), "[ {\"payload\":1}, 2 ]");
        row("a number", withPayload("17"), "17");
        row("an empty object", withPayload("{}"), "{}");
        row("cut off", "{\"error\":{\"type\":\"com.acme.Boom\"},\"payload\":{\"orderId\":1,\"na",
            "{\"orderId\":1,\"na");
    }
    void theEventIsTakenOutOfItsEnvelope()
    {
        QFETCH(QString, value);
        QFETCH(QString, event);
        const auto letter = unpacked(value.toStdString());
        QCOMPARE(letter.failure.exception, std::string("com.acme.Boom"));
        QCOMPARE(QString::fromStdString(letter.value.value_or("none")), event);
        QCOMPARE(letter.valueSize, std::size_t(event.size()));
    }

    void aNullWithinIsATombstone()
    {
        const auto letter = unpacked(withPayload("null"));
        QVERIFY(!letter.value);
        QVERIFY((letter.flags & NullValue) != 0);
    }

    void keyAndHeadersOfTheEventAreTakenOutToo_data()
    {
        QTest::addColumn<QString>("members");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("headers");
        QTest::newRow("a text") << "\"key\":\"ORD-1\",\"headers\":{\"type\":\"Paid\",\"n\":17,\"x\":null}"
                                << "ORD-1"
                                << "type=Paid n=17 x";
        QTest::newRow("escapes") << "\"key\":\"a\\u0041\",\"headers\":{\"a\\\"b\":\"c\\\"d\"}"
                                 << "aA"
                                 << "a\"b=c\"d";
        QTest::newRow("values that are no texts") << "\"key\":{\"id\":[1]},\"headers\":{\"o\":{\"p\":[1, 2]}}"
                                                  << "{\"id\":[1]}"
                                                  << "o={\"p\":[1, 2]}";
        QTest::newRow("null") << "\"key\":null,\"headers\":null"
                              << "none"
                              << "";
        QTest::newRow("missing") << "\"other\":1"
                                 << "none"
                                 << "";
        QTest::newRow("none") << "\"key\":\"\",\"headers\":{}"
                              << ""
                              << "";
    }
    void keyAndHeadersOfTheEventAreTakenOutToo()
    {
        QFETCH(QString, members);
        auto profile = ours();
        profile.eventKey = "$.key";
        profile.eventHeaders = "$.headers";
        const auto letter = unpacked("{\"error\":{\"type\":\"com.acme.Boom\"}," + members.toStdString() + "}", profile);
        QTEST(QString::fromStdString(letter.key.value_or("none")), "key");
        QCOMPARE((letter.flags & NullKey) != 0, !letter.key);
        QVERIFY(letter.envelopeHeaders);
        QStringList headers;
        for (const auto& header : std::span(letter.headers).last(*letter.envelopeHeaders))
            headers << QString::fromStdString(header.name + (header.value ? '=' + *header.value : ""));
        QTEST(headers.join(' '), "headers");
        QCOMPARE(letter.headers.front().name, std::string("tenant")); // of the letter itself
    }

    void partsInBase64AreBytes()
    {
        auto profile = ours();
        profile.eventKey = "$.key";
        profile.eventHeaders = "$.headers";
        profile.base64 = {"payload", "event_key", "event_headers"};
        const auto with = [&](const std::string& key) {
            return unpacked("{\"error\":{\"type\":\"com.acme.Boom\"},\"payload\":\"eyJhIjoxfQ==\",\"key\":\"" + key +
                                "\",\"headers\":{\"v\":\"AAE=\"}}",
                            profile);
        };
        const auto letter = with("/w==");
        QCOMPARE(letter.key.value_or(""), std::string("\xff"));
        QCOMPARE(letter.value.value_or(""), std::string("{\"a\":1}"));
        QCOMPARE(letter.headers.back().value.value_or(""), std::string("\0\1", 2));
        QCOMPARE(letter.flags & HeaderUndecodable, 0U);
        const auto plain = with("no base64");
        QCOMPARE(plain.key.value_or(""), std::string("no base64"));
        QVERIFY((plain.flags & HeaderUndecodable) != 0);
    }

    void theValueStaysWhereNoPayloadIsNamedOrThere()
    {
        auto profile = ours();
        profile.payload.clear();
        QCOMPARE(unpacked(envelope, profile).value.value_or(""), envelope);
        const std::string none = "{\"error\":{\"type\":\"com.acme.Boom\"}}";
        QCOMPARE(unpacked(none).value.value_or(""), none);
    }

    void whatIsNoEnvelopeIsLeftAlone()
    {
        for (const std::string value : {"", "text", "{", "[1]", "{\"payload\":1,\"source\":{\"topic\":\"t\"}}",
                                        "{\"error\":\"$.error.type\"}", "{\"error\":{\"type\":"}) {
            const auto letter = unpacked(value);
            QVERIFY(letter.families.empty());
            QCOMPARE(letter.value.value_or("none"), value);
            QCOMPARE(letter.headers.size(), std::size_t{1});
            QCOMPARE(letter.flags & EmbeddedHeaders, 0U);
        }
        QVERIFY(!unpacked(std::nullopt).value);
    }

    void pathsNameOnePlace()
    {
        const auto path = [](const char* text) { return jsonPathOf(text).has_value(); };
        for (const char* good : {"$.a", "$.a.b-c.d", "$[0]", "$.a[12].b", "$['a.b'][\"c]\"].d"})
            QVERIFY2(path(good), good);
        for (const char* bad : {"", "$", "a.b", "$.", "$.a..b", "$.*", "$.a[*]", "$.a[", "$.a['b", "$.a[0]b", "$..a"})
            QVERIFY2(!path(bad), bad);
        QVERIFY(jsonPathOf("$.a['b.c'][3]") == (std::vector<FilterPathPart>{"a", "b.c", std::size_t{3}}));
        auto profile = ours();
        profile.payload = "payload";
        DecodeSettings settings;
        settings.profiles = {profile};
        const auto rules = DecodeRules::build(settings);
        QVERIFY(!rules && rules.error().why.find("\"payload\"") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestEnvelopes)
#include "tst_envelopes.moc"
