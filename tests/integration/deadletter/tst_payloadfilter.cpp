// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Filters that ask payloads which only a registry's schemas describe; on a real broker.
#include <QTest>

#include "backend/core/mailbox.h"
#include "backend/deadletter/letterdesk.h"
#include "tests/integration/broker/brokerfixture.h"
#include "tests/support/httpserver.h"
#include "tests/unit/deadletter/letters.h"

#include <nlohmann/json.hpp>

using namespace projectionist;

namespace {

const std::string paidSchema = "{\"type\":\"record\",\"name\":\"Paid\",\"namespace\":\"acme\",\"fields\":["
                               "{\"name\":\"cents\",\"type\":\"long\"},{\"name\":\"orderId\",\"type\":\"string\"}]}";
const std::string sentSchema = "syntax = \"proto3\"; message Sent { string orderId = 1; int32 cents = 2; }";

std::string framedBytes(std::uint32_t schema, const std::string& body)
{
    return std::string(1, '\0') + int32Bytes(static_cast<std::int32_t>(schema)) + body;
}

/// Of less than 64 cents, with a short id.
std::string avroPaid(int cents, const std::string& id)
{
    return framedBytes(7, std::string{static_cast<char>(cents * 2), static_cast<char>(id.size() * 2)} + id);
}

std::string protobufSent(int cents, const std::string& id)
{
    return framedBytes(8, std::string{'\0', '\x0a', static_cast<char>(id.size())} + id +
                              std::string{'\x10', static_cast<char>(cents)});
}

HttpReply schemaAnswer(const std::string& text, const char* type)
{
    return {.body = nlohmann::json{{"schema", text}, {"schemaType", type}}.dump()};
}

OutgoingRecord deadLetter(const std::string& topic, const std::string& key, const std::string& value)
{
    OutgoingRecord record;
    record.topic = topic;
    record.key = key;
    record.value = value;
    record.headers = {{"kafka_dlt-original-topic", "payments"},
                      {"kafka_dlt-original-consumer-group", "billing"},
                      {"kafka_dlt-exception-fqcn", "com.acme.Timeout"},
                      {"kafka_dlt-exception-message", "too late"}};
    return record;
}

/// A desk and what it last showed.
class FilterDesk
{
public:
    explicit FilterDesk(const Workspace& workspace)
        : m_desk(workspace, "test", defaultLetterConnectors(), m_clock,
                 LetterDeskSinks{.board = [this](auto board) { m_boards.push(std::move(board)); },
                                 .judged = [this](auto verdicts) { m_judged.push(std::move(verdicts)); }})
    {
    }
    /// Verdicts and reasons of partition 0 from its start on.
    QStringList verdicts(const std::string& topic, Offset letters)
    {
        std::vector<LetterPlace> places;
        for (Offset offset = 0; offset < letters; ++offset)
            places.push_back({{topic, 0}, offset});
        m_desk.judge(1, places);
        std::vector<LetterVerdicts> came;
        QStringList texts;
        if (eventually([&] { return !(came = m_judged.drain()).empty(); }))
            for (const auto& one : came.front().judged.letters)
                texts << QString::fromStdString(std::string(toString(one.verdict)) + ": " + one.why);
        return texts;
    }
    void ask(const std::string& filter)
    {
        LetterQuery query;
        query.number = ++m_number;
        query.filter = filter;
        query.order = {LetterField::Key, false};
        m_desk.ask(query);
    }
    /// Keys of the letters that match when all has been read and tested, then "?n": so many without an answer.
    QString answer()
    {
        const bool came = eventually([this] {
            for (auto& board : m_boards.drain())
                m_board = std::move(board);
            return m_board && m_board->query == m_number && m_board->complete && !m_board->searching;
        });
        if (!came)
            return "no answer";
        QStringList keys;
        for (const auto& row : m_board->rows)
            keys << QString::fromStdString(row.key.value_or("-"));
        if (m_board->undecided > 0)
            keys << QString("?%1").arg(m_board->undecided);
        return keys.join(' ');
    }
    QString answer(const std::string& filter)
    {
        ask(filter);
        return answer();
    }
    [[nodiscard]] QString troubles() const
    {
        QStringList texts;
        for (const auto& trouble : m_board->troubles)
            texts << QString::fromStdString(toString(trouble));
        return texts.join('\n');
    }

private:
    SystemClock m_clock;
    Mailbox<std::shared_ptr<const LetterBoard>> m_boards;
    Mailbox<LetterVerdicts> m_judged;
    std::shared_ptr<const LetterBoard> m_board;
    std::uint64_t m_number = 0;
    LetterDesk m_desk; ///< last: its threads use the rest
};

} // namespace

class PayloadFilterTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void avroAndProtobufAreDecodedForTheFilter_data();
    void avroAndProtobufAreDecodedForTheFilter();
    void aFilterThatComesLaterIsAnsweredToo();
    void lettersThatComeLaterAreDecodedToo();
    void lettersOfAnUnknownSchemaStayUndecidedAndThatIsSaid();
    void bytesThatDoNotFitStayUndecidedAndThatIsSaid();
    void bytesThatDoNotFitWouldFailAgain();
    void withoutARegistryItIsSaidThatNoneIsNamed();
    void aRegistryThatHangsHoldsUpNeitherLettersNorTheEnd();

private:
    [[nodiscard]] Workspace workspace(const std::string& topic, Duration timeout = generous) const;
    /// A topic with two letters in Avro, two in Protobuf and one in JSON.
    void makeLetters(const std::string& topic);

    std::unique_ptr<KafkaServer> m_kafka;
    HttpServer m_registry;
};

void PayloadFilterTest::initTestCase()
{
    m_kafka = startKafka();
    m_registry.answer("/schemas/ids/7", schemaAnswer(paidSchema, "AVRO"));
    m_registry.answer("/schemas/ids/8", schemaAnswer(sentSchema, "PROTOBUF"));
    m_registry.answer("/schemas/ids/9", {.status = 404, .body = "{\"error_code\":40403,\"message\":\"no 9\"}"});
    makeLetters("payments-dlt");
}

void PayloadFilterTest::makeLetters(const std::string& topic)
{
    makeTopics(brokerAt(m_kafka->bootstrap()), {{topic, 1}});
    write(brokerAt(m_kafka->bootstrap()),
          {deadLetter(topic, "a", avroPaid(5, "ORD-1")), deadLetter(topic, "b", avroPaid(6, "ORD-2")),
           deadLetter(topic, "c", protobufSent(5, "ORD-1")), deadLetter(topic, "d", protobufSent(6, "ORD-2")),
           deadLetter(topic, "e", "{\"orderId\":\"ORD-1\",\"cents\":7}")});
}

Workspace PayloadFilterTest::workspace(const std::string& topic, Duration timeout) const
{
    Workspace workspace;
    workspace.brokers = {brokerAt(m_kafka->bootstrap())};
    auto& context = workspace.contexts.emplace_back();
    context.name = "test";
    context.broker = workspace.brokers.front().name;
    context.deadLetters.topics = {topic};
    context.deadLetters.patterns = {};
    context.deadLetters.schemaRegistry = HttpEndpoint{.url = m_registry.url(), .timeout = timeout};
    return workspace;
}

void PayloadFilterTest::avroAndProtobufAreDecodedForTheFilter_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<QString>("letters");
    const auto row = [](const char* filter, const char* letters) {
        QTest::newRow(filter) << QString(filter) << QString(letters);
    };
    row("payload.orderId == \"ORD-1\"", "a c e");
    row("payload.cents == 6", "b d");
    row("payload.cents > 5 and payload.orderId endswith \"1\"", "e");
    row("not exists(payload.cents)", "");
    row("not exists(payload.gone)", "a b c d e");
    row("payload contains \"ORD-2\"", "b d");
}

void PayloadFilterTest::avroAndProtobufAreDecodedForTheFilter()
{
    QFETCH(QString, filter);
    QFETCH(QString, letters);
    FilterDesk desk(workspace("payments-dlt"));
    QCOMPARE(desk.answer(filter.toStdString()), letters);
    QCOMPARE(desk.troubles(), QString());
}

void PayloadFilterTest::aFilterThatComesLaterIsAnsweredToo()
{
    FilterDesk desk(workspace("payments-dlt"));
    QCOMPARE(desk.answer(""), QString("a b c d e"));
    QCOMPARE(desk.answer("payload.orderId == \"ORD-2\""), QString("b d"));
    QCOMPARE(desk.answer("payload.orderId == \"ORD-1\""), QString("a c e"));
}

void PayloadFilterTest::lettersThatComeLaterAreDecodedToo()
{
    makeLetters("later-dlt");
    FilterDesk desk(workspace("later-dlt"));
    QCOMPARE(desk.answer("payload.orderId == \"ORD-2\""), QString("b d"));
    write(brokerAt(m_kafka->bootstrap()),
          {deadLetter("later-dlt", "f", avroPaid(6, "ORD-2")), deadLetter("later-dlt", "g", avroPaid(6, "ORD-3"))});
    QTRY_COMPARE_WITH_TIMEOUT(desk.answer(), QString("b d f"), 30'000);
}

void PayloadFilterTest::lettersOfAnUnknownSchemaStayUndecidedAndThatIsSaid()
{
    makeLetters("unknown-dlt");
    write(brokerAt(m_kafka->bootstrap()),
          {deadLetter("unknown-dlt", "x", framedBytes(9, "\x02")), deadLetter("unknown-dlt", "y", framedBytes(9, ""))});
    FilterDesk desk(workspace("unknown-dlt"));
    QCOMPARE(desk.answer("payload.orderId == \"ORD-1\""), QString("a c e ?2"));
    QCOMPARE(desk.troubles(),
             QString("It is not known whether 2 letters match: The schema registry does not know schema 9: HTTP 404: "
                     "no 9. Check that schema_registry is the one that the event's producer uses."));
    QCOMPARE(desk.answer("payload.orderId == \"ORD-1\" and key != \"y\""), QString("a c e ?1"));
    QVERIFY2(desk.troubles().startsWith("It is not known whether a letter matches: "), qPrintable(desk.troubles()));
    QCOMPARE(desk.answer("payload.orderId == \"ORD-1\" and key < \"x\""), QString("a c e"));
    QCOMPARE(desk.troubles(), QString());
}

void PayloadFilterTest::bytesThatDoNotFitStayUndecidedAndThatIsSaid()
{
    makeLetters("misfit-dlt");
    write(brokerAt(m_kafka->bootstrap()), {deadLetter("misfit-dlt", "x", framedBytes(7, "\x02"))});
    FilterDesk desk(workspace("misfit-dlt"));
    QCOMPARE(desk.answer("payload.orderId == \"ORD-1\""), QString("a c e ?1"));
    QVERIFY2(desk.troubles().contains("The bytes do not fit schema 7"), qPrintable(desk.troubles()));
}

void PayloadFilterTest::bytesThatDoNotFitWouldFailAgain()
{
    makeLetters("broken-dlt");
    write(brokerAt(m_kafka->bootstrap()),
          {deadLetter("broken-dlt", "x", framedBytes(7, "\x02")), deadLetter("broken-dlt", "y", framedBytes(8, "\x0a")),
           deadLetter("broken-dlt", "z", framedBytes(9, "\x02"))});
    const auto failing = [&](const Workspace& settings) {
        FilterDesk desk(settings);
        QString letters;
        for (const auto& verdict : desk.verdicts("broken-dlt", 8))
            letters += verdict.startsWith("would-fail-again: its payload does not fit its schema: ") ? 'x' : '-';
        return letters;
    };
    QCOMPARE(failing(workspace("broken-dlt")), QString("-----xx-")); // of the last nobody knows
    auto without = workspace("broken-dlt");
    without.contexts.front().deadLetters.schemaRegistry.reset();
    QCOMPARE(failing(without), QString("--------"));
}

void PayloadFilterTest::withoutARegistryItIsSaidThatNoneIsNamed()
{
    auto settings = workspace("payments-dlt");
    settings.contexts.front().deadLetters.schemaRegistry.reset();
    FilterDesk desk(settings);
    QCOMPARE(desk.answer("payload.orderId == \"ORD-1\""), QString("e ?4"));
    QVERIFY2(desk.troubles().contains("4 letters match") && desk.troubles().contains("no registry is named"),
             qPrintable(desk.troubles()));
}

void PayloadFilterTest::aRegistryThatHangsHoldsUpNeitherLettersNorTheEnd()
{
    HttpServer hanging;
    hanging.answer("", HttpReply{.hang = true});
    auto settings = workspace("payments-dlt", Duration(2'000));
    settings.contexts.front().deadLetters.schemaRegistry->url = hanging.url();
    {
        FilterDesk desk(settings);
        QCOMPARE(desk.answer("payload.orderId == \"ORD-1\""), QString("e ?4"));
        QVERIFY2(desk.troubles().contains("4 letters match") && desk.troubles().contains("did not answer"),
                 qPrintable(desk.troubles()));
    }
    QCOMPARE(hanging.requests().size(), std::size_t(1)); // not one a schema
    settings.contexts.front().deadLetters.schemaRegistry->timeout = Duration(3'600'000);
    FilterDesk desk(settings);
    desk.ask("payload.orderId == \"ORD-1\"");
    QTRY_COMPARE_WITH_TIMEOUT(hanging.requests().size(), std::size_t(2), 30'000);
    QCOMPARE(desk.answer("exception endswith \"Timeout\""), QString("a b c d e"));
} // or this test takes an hour

QTEST_GUILESS_MAIN(PayloadFilterTest)
#include "tst_payloadfilter.moc"
