// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "backend/core/mailbox.h"
#include "backend/deadletter/filterpayloads.h"
#include "backend/deadletter/letterpayloads.h"
#include "tests/support/httpserver.h"
#include "tests/support/manualclock.h"

#include <nlohmann/json.hpp>
#include <QRegularExpression>

using namespace projectionist;

namespace {

using Json = nlohmann::json;

const std::string avroSchema = "{\"type\":\"record\",\"name\":\"Paid\",\"namespace\":\"acme\",\"fields\":["
                               "{\"name\":\"cents\",\"type\":\"long\"}]}";

std::string framed(std::uint32_t id, const std::string& body)
{
    std::string bytes(1, '\0');
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        bytes += static_cast<char>((id >> shift) & 0xffU);
    return bytes + body;
}

HttpReply schemaReply(const std::string& text, const char* type = nullptr, const Json& references = {})
{
    Json answer{{"schema", text}};
    if (type)
        answer["schemaType"] = type;
    if (!references.is_null())
        answer["references"] = references;
    return {.body = answer.dump(), .headers = {{"Content-Type", "application/vnd.schemaregistry.v1+json"}}};
}

Json reference(const char* name, const char* subject, int version)
{
    return {{"name", name}, {"subject", subject}, {"version", version}};
}

HttpReply unknownSchema()
{
    return {.status = 404, .body = "{\"error_code\":40403,\"message\":\"Schema 9 not found\"}"};
}

class Bench
{
public:
    explicit Bench(HttpEndpoint endpoint = {}) : m_decoder(with(std::move(endpoint), server), clock) {}

    QString decode(const std::string& bytes)
    {
        const auto framedBytes = registryBytes(bytes);
        const auto decoded = m_decoder.decode(*framedBytes, {});
        return decoded
                   ? QString::fromStdString(decoded->format + ": " + decoded->json)
                   : QString(toString(decoded.error().kind)) + "! " + QString::fromStdString(toString(decoded.error()));
    }

    HttpServer server;
    ManualClock clock;

private:
    static HttpEndpoint with(HttpEndpoint endpoint, const HttpServer& server)
    {
        endpoint.url = server.url();
        return endpoint;
    }
    PayloadDecoder m_decoder;
};

OpenedLetter letterOf(const std::string& value, std::uint64_t token = 1)
{
    OpenedLetter opened;
    opened.token = token;
    opened.letter->value = value;
    opened.letter->valueSize = value.size();
    return opened;
}

/// How many came, those before included.
std::size_t collected(Mailbox<OpenedLetter>& mailbox, std::vector<OpenedLetter>& into)
{
    for (auto& one : mailbox.drain())
        into.push_back(std::move(one));
    return into.size();
}

Workspace workspaceOf(const HttpServer& server, Duration timeout = Duration(30'000))
{
    Workspace workspace;
    workspace.contexts.emplace_back().name = "c";
    workspace.contexts[0].deadLetters.schemaRegistry = HttpEndpoint{.url = server.url(), .timeout = timeout};
    return workspace;
}

} // namespace

class TestSchemaRegistry : public QObject
{
    Q_OBJECT

private slots:
    void a_schema_is_asked_for_once()
    {
        Bench bench;
        bench.server.answer("/schemas/ids/7", schemaReply(avroSchema));
        QCOMPARE(bench.decode(framed(7, "\x04")), QString("Avro, schema 7 (acme.Paid): {\"cents\":2}"));
        QCOMPARE(bench.decode(framed(7, "\x06")), QString("Avro, schema 7 (acme.Paid): {\"cents\":3}"));
        QCOMPARE(bench.server.requests().size(), std::size_t(1));
        QCOMPARE(bench.server.requests()[0].method, std::string("GET"));
    }

    void references_are_fetched_by_subject_and_version()
    {
        Bench bench;
        bench.server.answer("/schemas/ids/8",
                            schemaReply("syntax = \"proto3\"; import \"money.proto\";"
                                        "message Paid { acme.Money money = 1; }",
                                        "PROTOBUF", Json::array({reference("money.proto", "a/money", 3)})));
        bench.server.answer("/subjects/a%2Fmoney/versions/3",
                            schemaReply("syntax = \"proto3\"; package acme; import \"unit.proto\";"
                                        "message Money { acme.Unit unit = 1; }",
                                        "PROTOBUF", Json::array({reference("unit.proto", "unit", 1)})));
        bench.server.answer(
            "/subjects/unit/versions/1",
            schemaReply("syntax = \"proto3\"; package acme; enum Unit { EUR = 0; USD = 1; }", "PROTOBUF"));
        QCOMPARE(bench.decode(framed(8, std::string("\0\x0a\x02\x08\x01", 5))),
                 QString("Protobuf, schema 8 (Paid): {\"money\":{\"unit\":\"USD\"}}"));
        bench.server.answer("/schemas/ids/9", schemaReply("{\"type\":\"array\",\"items\":\"acme.Paid\"}", "AVRO",
                                                          Json::array({reference("acme.Paid", "paid", 1),
                                                                       reference("again", "paid", 1)})));
        bench.server.answer("/subjects/paid/versions/1", schemaReply(avroSchema));
        QCOMPARE(bench.decode(framed(9, std::string("\x02\x04\x00", 3))),
                 QString("Avro, schema 9 (array): [{\"cents\":2}]"));
    }

    void references_that_lead_back_are_an_error()
    {
        Bench bench;
        bench.server.answer("/schemas/ids/8", schemaReply("\"int\"", nullptr, Json::array({reference("a", "a", 1)})));
        bench.server.answer("/subjects/a/versions/1",
                            schemaReply("\"int\"", nullptr, Json::array({reference("a", "a", 1)})));
        QVERIFY(bench.decode(framed(8, "\x02")).contains("refers to too many others, or to itself"));
    }

    void json_stays_as_it_is()
    {
        Bench bench;
        bench.server.answer("/schemas/ids/5", schemaReply("{}", "JSON"));
        QCOMPARE(bench.decode(framed(5, "{\"a\": 1}")), QString("JSON, schema 5: {\"a\": 1}"));
        QVERIFY(bench.decode(framed(5, "{\"a\"")).contains("they are no JSON"));
    }

    void user_and_password_go_to_the_registry()
    {
        Bench bench({.user = "reader", .password = "s3cret"});
        bench.server.answerBy("", [](const HttpRequest& request) -> HttpReply {
            const auto who = request.headers.find("authorization");
            if (who == request.headers.end() || who->second != "Basic cmVhZGVyOnMzY3JldA==")
                return {.status = 401, .body = "{\"error_code\":401,\"message\":\"Unauthorized\"}"};
            return schemaReply("\"int\"");
        });
        QCOMPARE(bench.decode(framed(1, "\x02")), QString("Avro, schema 1 (int): 1"));
    }

    void whatever_goes_wrong_is_said_data()
    {
        QTest::addColumn<HttpReply>("reply");
        QTest::addColumn<QString>("text");
        QTest::newRow("who asks") << HttpReply{.status = 401} << "authentication! .*refused.*add user and password";
        QTest::newRow("unknown") << unknownSchema()
                                 << "notfound! The schema registry does not know schema 3: .*Schema 9 not found";
        QTest::newRow("another server") << HttpReply{.status = 404, .body = "<html>"}
                                        << "notfound! Schema Registry at .*HTTP 404.*Check host and port";
        QTest::newRow("nonsense") << HttpReply{.body = "<html>"} << "invaliddata! .*no schema";
        QTest::newRow("another kind") << schemaReply("x", "THRIFT") << "invaliddata! .*neither Avro, Protobuf nor JSON";
        QTest::newRow("a bad reference") << schemaReply("\"int\"", nullptr, Json::array({1}))
                                         << "invaliddata! .*reference without name";
        QTest::newRow("a huge schema") << schemaReply(std::string(2'000'000, ' '))
                                       << "invaliddata! .*larger than 1024 KB";
        QTest::newRow("a schema that is none")
            << schemaReply("{\"type\":\"gone\"}") << "invaliddata! Schema 3 of the registry cannot be used: .*\"gone\"";
        QTest::newRow("other bytes") << schemaReply("\"string\"") << "invaliddata! The bytes do not fit schema 3: .*";
        QTest::newRow("nobody answers") << HttpReply{.hang = true} << "timeout! .*did not answer";
        QTest::newRow("a fault") << HttpReply{.status = 500, .body = "{\"error_code\":50001,\"message\":\"store\"}"}
                                 << "unreachable! .*HTTP 500: store";
    }

    void whatever_goes_wrong_is_said()
    {
        QFETCH(HttpReply, reply);
        QFETCH(QString, text);
        Bench bench({.timeout = Duration(500)});
        bench.server.answer("/schemas/ids/3", reply);
        const auto told = bench.decode(framed(3, "\x0a"));
        const QString plain = QString(told).remove(u'-').remove(u'_').replace("not found!", "notfound!");
        QVERIFY2(QRegularExpression(text).match(plain).hasMatch(), qPrintable(told));
    }

    void failures_are_told_again_without_asking_for_a_while()
    {
        Bench bench;
        bench.server.answer("/schemas/ids/3", unknownSchema());
        QVERIFY(bench.decode(framed(3, "\x02")).contains("does not know"));
        bench.server.answer("/schemas/ids/3", schemaReply("\"int\""));
        QVERIFY(bench.decode(framed(3, "\x02")).contains("does not know"));
        QCOMPARE(bench.server.requests().size(), std::size_t(1));
        bench.clock.advance(SchemaRegistry::failureKept);
        QCOMPARE(bench.decode(framed(3, "\x02")), QString("Avro, schema 3 (int): 1"));
    }

    void a_registry_that_is_down_is_waited_for_once()
    {
        Bench bench({.timeout = Duration(200)});
        bench.server.answer("", HttpReply{.hang = true});
        QVERIFY(bench.decode(framed(3, "\x02")).startsWith("timeout! "));
        QVERIFY(bench.decode(framed(4, "\x02")).startsWith("timeout! "));
        QCOMPARE(bench.server.requests().size(), std::size_t(1));
        bench.clock.advance(SchemaRegistry::failureKept);
        bench.server.answer("", schemaReply("\"int\""));
        QCOMPARE(bench.decode(framed(4, "\x02")), QString("Avro, schema 4 (int): 1"));
    }

    void filters_do_not_wait_for_a_schema()
    {
        HttpServer server;
        server.answer("/schemas/ids/7", unknownSchema());
        ManualClock clock;
        std::atomic<int> changes = 0;
        FilterPayloads payloads(HttpEndpoint{.url = server.url()}, clock, [&] { ++changes; });
        const std::string bytes = framed(7, "\x04");
        const auto json = [&] { return payloads.json(*registryBytes(bytes)); };
        QVERIFY(json() == tl::unexpected(PayloadGap{PayloadGap::Reason::Schema, 7}));
        QTRY_VERIFY_WITH_TIMEOUT(changes == 1, 30'000);
        QVERIFY(!payloads.asking() && payloads.learned() == 0);
        QVERIFY(payloads.trouble(json().error()).what.find("schema 7") != std::string::npos);
        server.answer("/schemas/ids/7", schemaReply(avroSchema));
        payloads.step(); // not yet
        clock.advance(FilterPayloads::retryInterval);
        payloads.step();
        QVERIFY(!payloads.asking()); // no first answer
        QTRY_VERIFY_WITH_TIMEOUT(payloads.learned() == 1, 30'000);
        QVERIFY(json() == std::string("{\"cents\":2}"));
        QCOMPARE(server.requests().size(), std::size_t(2));
        const std::string others = framed(7, "");
        QVERIFY(payloads.json(*registryBytes(others)) == tl::unexpected(PayloadGap{PayloadGap::Reason::OtherBytes, 7}));
    }

    void bytes_that_name_any_schemas_fill_no_memory()
    {
        HttpServer server;
        server.answer("", unknownSchema());
        const ManualClock clock;
        FilterPayloads payloads(HttpEndpoint{.url = server.url()}, clock, [] {});
        std::vector<std::string> letters;
        for (std::uint32_t id = 1; id <= FilterPayloads::mostSchemas + 1; ++id)
            letters.push_back(framed(id, "\x02"));
        for (const auto& letter : letters)
            QVERIFY(!payloads.json(*registryBytes(letter)));
        QCOMPARE(payloads.json(*registryBytes(letters.back())).error().reason, PayloadGap::Reason::TooManySchemas);
    }

    void a_letter_is_given_at_once_and_once_more_when_the_registry_has_answered()
    {
        HttpServer server;
        const SystemClock clock;
        Mailbox<OpenedLetter> mailbox;
        const std::function<void(OpenedLetter)> sink = [&](OpenedLetter opened) { mailbox.push(std::move(opened)); };
        LetterPayloads payloads(workspaceOf(server), "c", clock);
        std::mutex mutex;
        std::condition_variable allowed;
        bool answer = false;
        server.answerBy("/schemas/ids/7", [&](const HttpRequest&) {
            std::unique_lock lock(mutex);
            allowed.wait(lock, [&] { return answer; });
            return schemaReply(avroSchema);
        });
        payloads.give(letterOf(framed(7, "\x04")), sink);
        const auto raw = mailbox.drain();
        QCOMPARE(raw.size(), std::size_t(1));
        QVERIFY(raw[0].decoded.pending && !raw[0].decoded.value);
        {
            const std::lock_guard lock(mutex);
            answer = true;
        }
        allowed.notify_all();
        std::vector<OpenedLetter> decoded;
        QTRY_VERIFY_WITH_TIMEOUT(collected(mailbox, decoded) == 1, 30'000);
        QVERIFY(!decoded[0].decoded.pending && decoded[0].decoded.payload());
        QCOMPARE(decoded[0].decoded.payload()->json, std::string("{\"cents\":2}"));
        QCOMPARE(decoded[0].letter->value, raw[0].letter->value);
    }

    void keys_are_decoded_and_other_bytes_ask_nobody()
    {
        HttpServer server;
        server.answer("/schemas/ids/7", schemaReply("\"long\""));
        const SystemClock clock;
        Mailbox<OpenedLetter> mailbox;
        const std::function<void(OpenedLetter)> sink = [&](OpenedLetter opened) { mailbox.push(std::move(opened)); };
        LetterPayloads payloads(workspaceOf(server), "c", clock);
        payloads.give(letterOf("{\"a\":1}"), sink);
        QVERIFY(!mailbox.drain()[0].decoded.pending);
        OpenedLetter cut = letterOf(framed(7, "\x04"));
        cut.letter->valueSize = 1'000'000;
        payloads.give(cut, sink);
        auto given = mailbox.drain();
        QVERIFY(!given[0].decoded.pending);
        QCOMPARE(given[0].decoded.trouble()->why, std::string("only the first 6 of 1000000 bytes were read"));
        QVERIFY(server.requests().empty());
        OpenedLetter keyed = letterOf("{\"a\":1}");
        keyed.letter->key = framed(7, "\x04");
        payloads.give(keyed, sink);
        given.clear();
        QTRY_VERIFY_WITH_TIMEOUT(collected(mailbox, given) == 2, 30'000);
        QCOMPARE(given[1].decoded.readKey()->json, std::string("2"));
        QVERIFY(!given[1].decoded.value);
    }

    void without_a_registry_it_is_said_how_to_name_one()
    {
        const SystemClock clock;
        Workspace workspace;
        workspace.contexts.emplace_back().name = "c";
        Mailbox<OpenedLetter> mailbox;
        const std::function<void(OpenedLetter)> sink = [&](OpenedLetter opened) { mailbox.push(std::move(opened)); };
        LetterPayloads payloads(workspace, "c", clock);
        payloads.give(letterOf(framed(7, "\x04")), sink);
        const auto given = mailbox.drain();
        QVERIFY(!given[0].decoded.pending);
        QVERIFY(given[0].decoded.trouble()->next.find("schema_registry") != std::string::npos);
    }

    void a_registry_that_hangs_does_not_hold_up_the_end()
    {
        HttpServer server;
        server.answer("", HttpReply{.hang = true});
        const SystemClock clock;
        Mailbox<OpenedLetter> mailbox;
        const std::function<void(OpenedLetter)> sink = [&](OpenedLetter opened) { mailbox.push(std::move(opened)); };
        {
            LetterPayloads payloads(workspaceOf(server, Duration(3'600'000)), "c", clock);
            payloads.give(letterOf(framed(7, "\x04")), sink);
            QTRY_VERIFY_WITH_TIMEOUT(!server.requests().empty(), 30'000);
        } // or this test takes an hour
        QCOMPARE(mailbox.drain().size(), std::size_t(1));
    }
};

QTEST_GUILESS_MAIN(TestSchemaRegistry)
#include "tst_schemaregistry.moc"
