// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Resolved letters of a real broker and a real database: hidden, found, shown again.
#include <QTest>

#include "backend/core/mailbox.h"
#include "backend/deadletter/letterdesk.h"
#include "tests/integration/broker/brokerfixture.h"
#include "tests/integration/deadletter/tablefixture.h"
#include "tests/unit/deadletter/letters.h"

using namespace projectionist;
using namespace std::chrono_literals;

namespace {

constexpr int letterCount = 10; ///< of the topic; the table has three more

class Office
{
public:
    explicit Office(const Workspace& workspace, const std::vector<ResolvedLetter>& resolved = {})
        : m_desk(workspace, "test", defaultLetterConnectors(), m_clock,
                 {.board = [this](auto board) { m_boards.push(std::move(board)); },
                  .chosen = [this](ChosenLetters chosen) { m_chosen.push(std::move(chosen)); }},
                 resolved)
    {
    }
    [[nodiscard]] LetterDesk& desk() { return m_desk; }
    void ask(LetterQuery query)
    {
        query.number = ++m_number;
        m_desk.ask(std::move(query));
    }
    /// Until the list has so many letters, and so many are resolved.
    [[nodiscard]] bool shows(std::size_t listed, std::uint64_t resolved)
    {
        return eventually([&] {
            for (auto& board : m_boards.drain())
                m_board = std::move(board);
            return m_board && m_board->query == m_number && m_board->complete && !m_board->searching &&
                   m_board->listed == listed && m_board->resolved == resolved;
        });
    }
    [[nodiscard]] const LetterBoard& board() const { return *m_board; }
    [[nodiscard]] ChosenLetters choose(LetterChoice choice)
    {
        choice.token = ++m_token;
        m_desk.choose(std::move(choice));
        std::vector<ChosenLetters> got;
        if (!eventually([&] { return !(got = m_chosen.drain()).empty(); }))
            throw std::runtime_error("no answer came");
        return got.front();
    }

private:
    SystemClock m_clock;
    Mailbox<std::shared_ptr<const LetterBoard>> m_boards;
    Mailbox<ChosenLetters> m_chosen;
    std::shared_ptr<const LetterBoard> m_board;
    std::uint64_t m_number = 0;
    std::uint64_t m_token = 0;
    LetterDesk m_desk; ///< last: its threads use the rest
};

OutgoingRecord letterOf(int number)
{
    OutgoingRecord record;
    record.topic = "orders-dlt";
    record.partition = 0;
    record.key = "ORD-" + std::to_string(number);
    record.value = "{\"order\":" + std::to_string(number) + "}";
    record.headers = {{"kafka_dlt-original-topic", "orders"},
                      {"kafka_dlt-original-partition", int32Bytes(0)},
                      {"kafka_dlt-original-offset", int64Bytes(number)},
                      {"kafka_dlt-original-consumer-group", "billing"},
                      {"kafka_dlt-exception-fqcn", number % 2 == 0 ? "com.acme.Even" : "com.acme.Odd"},
                      {"kafka_dlt-exception-message", "failed"}};
    return record;
}

LetterQuery queryOf(std::string filter, bool resolved = false)
{
    LetterQuery query;
    query.filter = std::move(filter);
    query.resolved = resolved;
    return query;
}

std::vector<ResolvedLetter> sorted(std::vector<ResolvedLetter> letters)
{
    std::ranges::sort(letters, {}, &ResolvedLetter::reference);
    return letters;
}

} // namespace

class TestResolving : public QObject
{
    Q_OBJECT

    std::unique_ptr<KafkaServer> m_kafka;
    std::unique_ptr<PostgresServer> m_postgres;
    std::vector<ResolvedLetter> m_all; ///< as the desk names them, sorted

    [[nodiscard]] Workspace workspace() const
    {
        Workspace made;
        made.brokers = {brokerAt(m_kafka->bootstrap())};
        made.stores = {storeSettings(m_postgres->connection())};
        ContextSettings context;
        context.name = "test";
        context.broker = made.brokers.front().name;
        context.stores = {made.stores.front().name};
        LetterTableSettings table;
        table.name = "dead";
        table.store = made.stores.front().name;
        table.table = "public.dead";
        table.time = "at";
        table.payload = "body";
        table.columns = {{"class", HeaderRole::Exception, HeaderEncoding::Text}};
        context.deadLetters.tables = {table};
        made.contexts = {context};
        ProjectionSettings projection;
        projection.name = "order_summary";
        projection.context = "test";
        projection.topics = {"orders"};
        projection.group = "billing";
        made.projections = {projection};
        return made;
    }
    /// Of the topic by offset, of the table by key.
    [[nodiscard]] ResolvedLetter named(const std::string& reference) const
    {
        for (const auto& letter : m_all)
            if (letter.reference == reference)
                return letter;
        throw std::runtime_error("there is no " + reference);
    }

private slots:
    void initTestCase()
    {
        m_kafka = startKafka();
        m_postgres = startPostgres();
        makeTopics(brokerAt(m_kafka->bootstrap()), {{"orders", 1}, {"orders-dlt", 1}});
        std::vector<OutgoingRecord> records;
        for (int i = 0; i < letterCount; ++i)
            records.push_back(letterOf(i));
        write(brokerAt(m_kafka->bootstrap()), records);
        Writer(m_postgres->connection())
            .run({"CREATE TABLE dead (id int PRIMARY KEY, at timestamptz, class text, body text)",
                  "INSERT INTO dead SELECT i, now(), 'com.acme.InTable', '{}' FROM generate_series(1, 3) i"});
        Office office(workspace());
        office.ask(queryOf(""));
        QVERIFY(office.shows(letterCount + 3, 0));
        m_all = sorted(office.choose({}).letters);
        QCOMPARE(m_all.size(), std::size_t{letterCount + 3});
    }

    void resolvedLettersAreHiddenFromTheBeginning()
    {
        Office office(workspace(), {named("orders-dlt[0]@0"), named("orders-dlt[0]@1"), named("dead#2")});
        office.ask(queryOf(""));
        QVERIFY(office.shows(letterCount, 3));
        QCOMPARE(office.board().letters, std::uint64_t{letterCount + 3});
        QVERIFY(!office.board().resolvedShown);
        std::uint64_t summary = 0;
        for (const auto& count : office.board().projections)
            summary += count.name == "order_summary" ? count.count : 0;
        QCOMPARE(summary, std::uint64_t{letterCount - 2});
        office.ask(queryOf("", true));
        QVERIFY(office.shows(letterCount + 3, 3));
        QVERIFY(office.board().resolvedShown);
        office.ask(queryOf("state == \"resolved\""));
        QVERIFY(office.shows(3, 3));
        office.ask(queryOf("state != \"resolved\" and exception contains \"Even\""));
        QVERIFY(office.shows(letterCount / 2 - 1, 3));
    }

    void resolvingAndRestoringIsSeenAtOnceWhateverTheFilter()
    {
        Office office(workspace());
        office.ask(queryOf("payload.order < 4")); // asks letters
        QVERIFY(office.shows(4, 0));
        const auto two =
            std::make_shared<const std::vector<ResolvedLetter>>(std::vector{named("orders-dlt[0]@2"), named("dead#1")});
        office.desk().setResolved(two);
        QVERIFY(office.shows(3, 2));
        office.ask(queryOf(""));
        QVERIFY(office.shows(letterCount + 1, 2));
        office.desk().setResolved(std::make_shared<const std::vector<ResolvedLetter>>(std::vector{named("dead#1")}));
        QVERIFY(office.shows(letterCount + 2, 1));
        office.desk().setResolved(std::make_shared<const std::vector<ResolvedLetter>>());
        QVERIFY(office.shows(letterCount + 3, 0));
    }

    void anotherLetterAtTheSamePlaceIsNotResolved()
    {
        auto topic = named("orders-dlt[0]@3");
        auto table = named("dead#3");
        topic.arrived = *topic.arrived - 1h;
        table.arrived = *table.arrived - 1h;
        Office office(workspace(), {topic, table});
        office.ask(queryOf(""));
        QVERIFY(office.shows(letterCount + 3, 0));
    }

    void aChoiceIsWhatTheListHasAndNoOthers()
    {
        Office office(workspace(), {named("orders-dlt[0]@0")});
        office.ask(queryOf("exception contains \"Even\""));
        QVERIFY(office.shows(letterCount / 2 - 1, 1));
        const auto even = sorted(office.choose({}).letters);
        QVERIFY(even == sorted({named("orders-dlt[0]@2"), named("orders-dlt[0]@4"), named("orders-dlt[0]@6"),
                                named("orders-dlt[0]@8")}));
        // To restore them, those that are hidden.
        const auto hidden = office.choose({.resolved = true});
        QVERIFY(hidden.letters == std::vector{named("orders-dlt[0]@0")});
        QVERIFY(hidden.resolved);
        const auto some = office.choose({.places = {{{"orders-dlt", 0}, 0}, {{"orders-dlt", 0}, 5}}});
        QVERIFY(some.letters == std::vector{named("orders-dlt[0]@5")});
        // A group of the list.
        auto query = queryOf("");
        query.group = office.board().groups.front().group;
        office.ask(query);
        QVERIFY(office.shows(letterCount / 2 - 1, 1));
        QCOMPARE(office.choose({}).letters.size(), std::size_t{letterCount / 2 - 1});
    }

    void whatComesAfterwardsIsNew()
    {
        std::vector<ResolvedLetter> resolved;
        for (const auto& letter : m_all)
            resolved.push_back(letter);
        Office office(workspace(), resolved);
        office.ask(queryOf(""));
        QVERIFY(office.shows(0, letterCount + 3));
        write(brokerAt(m_kafka->bootstrap()), {letterOf(1)});
        QVERIFY(office.shows(1, letterCount + 3));
        QCOMPARE(office.board().rows.front().place.offset, Offset{letterCount});
    }
};

QTEST_GUILESS_MAIN(TestResolving)
#include "tst_resolving.moc"
