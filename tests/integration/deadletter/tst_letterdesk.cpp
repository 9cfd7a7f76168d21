// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The desk on a real broker and a real database: reads, groups, filters, opens letters.
#include <QTest>

#include "backend/core/mailbox.h"
#include "backend/deadletter/kafkaletters.h"
#include "backend/deadletter/letterdesk.h"
#include "tests/integration/broker/brokerfixture.h"
#include "tests/integration/deadletter/tablefixture.h"
#include "tests/unit/deadletter/letters.h"

using namespace projectionist;
using namespace std::chrono_literals;

namespace {

/// The desk and whoever looks at it.
class Office
{
public:
    explicit Office(const Workspace& workspace, LetterConnectors connectors = defaultLetterConnectors())
        : m_desk(workspace, "test", std::move(connectors), m_clock,
                 {[this](auto board) { m_boards.push(std::move(board)); },
                  [this](OpenedLetter letter) { m_opened.push(std::move(letter)); },
                  [this](FetchedOriginal original) { m_originals.push(std::move(original)); },
                  {},
                  [this](LetterVerdicts verdicts) { m_judged.push(std::move(verdicts)); },
                  {},
                  [this](ChosenLetters chosen) { m_chosen.push(std::move(chosen)); }})
    {
    }
    [[nodiscard]] LetterDesk& desk() { return m_desk; }
    std::uint64_t ask(LetterQuery query, LetterAsker asker = LetterAsker::Page)
    {
        query.number = ++m_number;
        m_desk.ask(std::move(query), asker);
        return m_number;
    }
    /// The wizard is done; the page's query is this one.
    void endAsking(std::uint64_t query)
    {
        m_number = query;
        m_desk.endAsking();
    }
    /// Until a board that answers the last question is as wanted; the last one if there is none.
    template<typename Wanted>
    [[nodiscard]] bool shows(Wanted&& wanted)
    {
        return eventually([&] {
            for (auto& board : m_boards.drain())
                m_board = std::move(board);
            return m_board && m_board->query == m_number && wanted(*m_board);
        });
    }
    [[nodiscard]] const LetterBoard& board() const { return *m_board; }
    [[nodiscard]] OpenedLetter opened() { return first(m_opened); }
    [[nodiscard]] FetchedOriginal original() { return first(m_originals); }
    [[nodiscard]] ChosenLetters chosen() { return first(m_chosen); }
    [[nodiscard]] std::vector<LetterVerdicts> judged() { return m_judged.drain(); }

private:
    template<typename T>
    T first(Mailbox<T>& box)
    {
        std::vector<T> got;
        if (!eventually([&] { return !(got = box.drain()).empty(); }))
            throw std::runtime_error("no answer came");
        return std::move(got.front());
    }
    SystemClock m_clock;
    Mailbox<std::shared_ptr<const LetterBoard>> m_boards;
    Mailbox<OpenedLetter> m_opened;
    Mailbox<FetchedOriginal> m_originals;
    Mailbox<LetterVerdicts> m_judged;
    Mailbox<ChosenLetters> m_chosen;
    std::shared_ptr<const LetterBoard> m_board;
    std::uint64_t m_number = 0;
    LetterDesk m_desk; ///< last: its threads use the rest
};

LetterQuery filtered(std::string filter)
{
    LetterQuery query;
    query.filter = std::move(filter);
    return query;
}

const TimePoint eventTime = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()) - 1h;

OutgoingRecord letterOf(const std::string& topic, int number, const std::string& exception)
{
    OutgoingRecord record;
    record.topic = topic;
    record.partition = number % 2;
    record.key = "ORD-" + std::to_string(number);
    record.value = "{\"order\":" + std::to_string(number) + ",\"amount\":" + std::to_string(number % 7) + "}";
    record.headers = {{"type", "OrderPlaced"},
                      {"tenant", std::to_string(number % 3)},
                      {"kafka_dlt-original-topic", "orders"},
                      {"kafka_dlt-original-partition", int32Bytes(0)},
                      {"kafka_dlt-original-offset", int64Bytes(number)},
                      {"kafka_dlt-original-timestamp", int64Bytes(eventTime.time_since_epoch().count())},
                      {"kafka_dlt-original-consumer-group", "billing"},
                      {"kafka_dlt-exception-fqcn", exception},
                      {"kafka_dlt-exception-message", "order " + std::to_string(number) + " failed"}};
    return record;
}

} // namespace

class LetterDeskTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void readsGroupsAndCounts();
    void tellsWhenLettersAndOriginalsExpire();
    void newLettersAndNewTopicsAppear();
    void aFilterOfColumnsAnswersAtOnce();
    void timesWithoutAZoneAreOfTheZoneThatIsAskedFor();
    void aFilterOfPayloadsReadsLettersOnceMore();
    void lettersThatComeAreAskedForTheirPayloads();
    void aBrokenFilterLeavesTheListAndSaysWhere();
    void aListStaysWhatItWasWhateverIsAskedNext();
    void whatIsAskedAboutThePagesListWaitsForTheWizard();
    void pageAndWizardDoNotEndEachOthersJudging();
    void opensALetterByItsReferenceAndItsOriginal();
    void tablesAndTopicsAreOneIncident();
    void aSourceThatCannotBeReadCostsOnlyItself();
    void nothingIsCommittedAndNoGroupExists();

private:
    [[nodiscard]] Workspace workspace() const;

    std::unique_ptr<KafkaServer> m_kafka;
    std::unique_ptr<PostgresServer> m_postgres;
    int m_letters = 0;
};

void LetterDeskTest::initTestCase()
{
    m_kafka = startKafka();
    m_postgres = startPostgres();
    makeTopics(brokerAt(m_kafka->bootstrap()), {{"orders", 1, -1, {{"retention.ms", "172800000"}}},
                                                {"orders-dlt", 2, -1, {{"retention.ms", "259200000"}}}});
    std::vector<OutgoingRecord> records;
    for (int i = 0; i < 300; ++i) {
        OutgoingRecord event;
        event.topic = "orders";
        event.key = "ORD-" + std::to_string(i);
        event.value = "{\"order\":" + std::to_string(i) + "}";
        records.push_back(std::move(event));
        records.push_back(letterOf("orders-dlt", i, i % 3 == 0 ? "com.acme.Timeout" : "com.acme.NotNull"));
    }
    write(brokerAt(m_kafka->bootstrap()), records);
    m_letters = 300;
}

Workspace LetterDeskTest::workspace() const
{
    Workspace workspace;
    workspace.brokers = {brokerAt(m_kafka->bootstrap())};
    workspace.stores = {storeSettings(m_postgres->connection())};
    ContextSettings context;
    context.name = "test";
    context.broker = workspace.brokers.front().name;
    context.stores = {workspace.stores.front().name};
    workspace.contexts = {context};
    ProjectionSettings projection;
    projection.name = "order_summary";
    projection.context = "test";
    projection.topics = {"orders"};
    projection.group = "billing";
    workspace.projections = {projection};
    return workspace;
}

void LetterDeskTest::readsGroupsAndCounts()
{
    Office office(workspace());
    office.ask({});
    QVERIFY(office.shows([](const LetterBoard& board) { return board.complete && board.letters >= 300; }));
    const LetterBoard& board = office.board();
    QCOMPARE(board.letters, static_cast<std::uint64_t>(m_letters));
    QCOMPARE(board.passing, board.letters);
    QCOMPARE(board.groupCount, std::size_t{2});
    QCOMPARE(board.groups.front().numbers.count, std::uint64_t{200});
    QCOMPARE(QString::fromStdString(board.groups.front().reason.exception), QString("com.acme.NotNull"));
    QCOMPARE(board.listed, std::size_t{300});
    QCOMPARE(board.rows.size(), std::size_t{300});
    QCOMPARE(QString::fromStdString(board.rows.front().projection), QString("order_summary"));
    QCOMPARE(board.projections.size(), std::size_t{1});
    QCOMPARE(board.projections.front().count, std::uint64_t{300});
    QCOMPARE(board.topics.size(), std::size_t{1});
    QCOMPARE(QString::fromStdString(board.topics.front().source), QString("orders"));
    QVERIFY(board.troubles.empty());

    LetterQuery query;
    query.group = board.groups.back().group;
    query.rows = 10;
    office.ask(query);
    QVERIFY(office.shows([](const LetterBoard& now) { return now.listed == 100; }));
    QCOMPARE(office.board().rows.size(), std::size_t{10});
    QCOMPARE(QString::fromStdString(office.board().rows.front().exception), QString("com.acme.Timeout"));
}

void LetterDeskTest::tellsWhenLettersAndOriginalsExpire()
{
    Office office(workspace());
    office.ask({});
    QVERIFY(office.shows([](const LetterBoard& board) {
        return board.complete && !board.groups.empty() && board.groups.front().originalsExpire;
    }));
    const GroupView& group = office.board().groups.front();
    QCOMPARE(group.originalsExpire->time_since_epoch().count(), (eventTime + 48h).time_since_epoch().count());
    QVERIFY(group.lettersExpire);
    QCOMPARE(group.lettersExpire->time_since_epoch().count(), (*group.numbers.first + 72h).time_since_epoch().count());
}

void LetterDeskTest::newLettersAndNewTopicsAppear()
{
    Office office(workspace());
    office.ask({});
    const auto all = static_cast<std::uint64_t>(m_letters);
    QVERIFY(office.shows([&](const LetterBoard& board) { return board.complete && board.letters == all; }));
    write(brokerAt(m_kafka->bootstrap()), {letterOf("orders-dlt", 1000, "com.acme.Timeout")});
    QVERIFY(office.shows([&](const LetterBoard& board) { return board.letters == all + 1; }));
    makeTopics(brokerAt(m_kafka->bootstrap()), {{"parcels-dlt", 2}});
    write(brokerAt(m_kafka->bootstrap()), {letterOf("parcels-dlt", 1001, "com.acme.Fresh")});
    QVERIFY(office.shows([&](const LetterBoard& board) { return board.letters == all + 2 && board.complete; }));
    QCOMPARE(office.board().groupCount, std::size_t{3});
    m_letters += 2;
}

void LetterDeskTest::aFilterOfColumnsAnswersAtOnce()
{
    Office office(workspace());
    office.ask(filtered("exception endswith \"Timeout\" and topic == \"orders-dlt\""));
    QVERIFY(office.shows([](const LetterBoard& board) { return board.complete && board.passing == 101; }));
    QCOMPARE(office.board().undecided, std::uint64_t{0});
    QCOMPARE(office.board().groupCount, std::size_t{1});
    QCOMPARE(office.board().projections.front().count, static_cast<std::uint64_t>(m_letters));
    office.ask({});
    QVERIFY(office.shows([&](const LetterBoard& board) { return board.passing == board.letters; }));
    office.ask(filtered("arrived < yesterday"));
    QVERIFY(office.shows([](const LetterBoard& board) { return board.passing == 0 && !board.searching; }));
}

void LetterDeskTest::timesWithoutAZoneAreOfTheZoneThatIsAskedFor()
{
    const auto zone = qgetenv("TZ");
    qputenv("TZ", "JST-9"); // nine hours ahead
    tzset();
    const auto restored = qScopeGuard([&] {
        zone.isNull() ? qunsetenv("TZ") : qputenv("TZ", zone);
        tzset();
    });
    const auto anHourAgo = QDateTime::currentDateTimeUtc().addSecs((9 - 1) * 3600).toString("yyyy-MM-ddTHH:mm");
    LetterQuery query = filtered("arrived >= " + anHourAgo.toStdString());
    query.localTime = true;
    Office office(workspace());
    office.ask(query);
    QVERIFY(office.shows([](const LetterBoard& board) { return board.complete && !board.searching; }));
    QCOMPARE(office.board().passing, office.board().letters);
    query.localTime = false;
    office.ask(query);
    QVERIFY(office.shows([](const LetterBoard& board) { return board.passing == 0 && !board.searching; }));
}

void LetterDeskTest::aFilterOfPayloadsReadsLettersOnceMore()
{
    Office office(workspace());
    office.ask({});
    QVERIFY(office.shows([](const LetterBoard& board) { return board.complete; }));
    office.ask(filtered("payload.amount == 3 and header(\"tenant\") == \"1\" and topic == \"orders-dlt\""));
    QVERIFY(office.shows([](const LetterBoard& board) { return !board.searching && board.undecided == 0; }));
    std::uint64_t expected = 0;
    for (int i = 0; i < 300; ++i)
        expected += i % 7 == 3 && i % 3 == 1;
    QCOMPARE(office.board().passing, expected + (1000 % 7 == 3 && 1000 % 3 == 1));
    QCOMPARE(office.board().listed, office.board().passing);
}

void LetterDeskTest::lettersThatComeAreAskedForTheirPayloads()
{
    Office office(workspace());
    office.ask(filtered("payload.amount == 6 and exception == \"com.acme.Later\""));
    QVERIFY(office.shows([](const LetterBoard& board) { return board.complete && !board.searching; }));
    QCOMPARE(office.board().passing, std::uint64_t{0});
    write(brokerAt(m_kafka->bootstrap()),
          {letterOf("orders-dlt", 2001, "com.acme.Later"), letterOf("orders-dlt", 2100, "com.acme.Later")});
    m_letters += 2;
    QVERIFY(office.shows([&](const LetterBoard& board) {
        return board.letters == static_cast<std::uint64_t>(m_letters) && board.passing == 1 && board.undecided == 0;
    }));
    QCOMPARE(QString::fromStdString(office.board().rows.front().key.value_or("")), QString("ORD-2001"));
}

void LetterDeskTest::aBrokenFilterLeavesTheListAndSaysWhere()
{
    Office office(workspace());
    office.ask(filtered("exception == \"com.acme.Timeout\""));
    QVERIFY(office.shows([](const LetterBoard& board) { return board.complete && board.passing > 0; }));
    const auto before = office.board().passing;
    office.ask(filtered("exeption == \"com.acme.Timeout\""));
    QVERIFY(office.shows([](const LetterBoard& board) { return !board.problems.empty(); }));
    QCOMPARE(office.board().problems.front().offset, std::size_t{0});
    QCOMPARE(office.board().passing, before);
}

void LetterDeskTest::aListStaysWhatItWasWhateverIsAskedNext()
{
    Office office(workspace());
    LetterQuery query = filtered("exception contains \"Timeout\"");
    query.rows = 5;
    office.ask(query);
    QVERIFY(office.shows([](const auto& board) { return board.complete && !board.searching && board.listed > 99; }));
    const auto listed = office.board().listed;
    const auto top = office.board().rows.front().row;
    Mailbox<Result<ListedRows>> lists;
    const auto list = [&](std::uint64_t number, std::vector<LetterPlace> places) {
        office.desk().list(number, std::move(places), [&](Result<ListedRows> rows) { lists.push(std::move(rows)); });
        std::vector<Result<ListedRows>> got;
        if (!eventually([&] { return !(got = lists.drain()).empty(); }))
            throw std::runtime_error("no list came");
        return got.front();
    };
    const auto all = sure(list(office.board().query, {}));
    QCOMPARE(all.size(), listed);
    QCOMPARE(std::size_t{all.front()}, top);
    QCOMPARE(sure(list(office.board().query, {office.board().rows[1].place})).size(), std::size_t(1));
    office.ask(filtered("exception contains \"NotNull\""));
    const auto late = list(office.board().query, {});
    QVERIFY(!late && late.error().kind == ErrorKind::Cancelled);
    Mailbox<LetterPage> pages;
    auto rows = all;
    rows.push_back(std::numeric_limits<std::uint32_t>::max()); // there is none
    office.desk().look(rows, [&](LetterPage page) { pages.push(std::move(page)); });
    std::vector<LetterPage> got;
    QVERIFY(eventually([&] { return !(got = pages.drain()).empty(); }));
    QCOMPARE(got[0].views.size(), listed);
    QCOMPARE(got[0].references.size(), listed);
    for (std::size_t i = 0; i < listed; ++i) {
        QCOMPARE(got[0].views[i].exception, std::string("com.acme.Timeout"));
        QCOMPARE(got[0].references[i], referenceInKafka(got[0].views[i].place));
    }
}

void LetterDeskTest::whatIsAskedAboutThePagesListWaitsForTheWizard()
{
    Office office(workspace());
    const auto first = office.ask(filtered("exception contains \"Timeout\""));
    QVERIFY(office.shows([](const auto& board) { return board.complete && !board.searching; }));
    const auto found = office.board().listed;
    office.ask(filtered("exception contains \"NotNull\""), LetterAsker::Wizard);
    Mailbox<Result<ListedRows>> lists;
    const auto list = [&](std::uint64_t query) {
        office.desk().list(query, {}, [&](Result<ListedRows> rows) { lists.push(std::move(rows)); });
    };
    list(first);
    office.desk().choose({7, {}, false});
    QVERIFY(office.shows([&](const auto& board) { return !board.searching && board.listed != found; }));
    QVERIFY(lists.drain().empty());
    office.endAsking(first);
    std::vector<Result<ListedRows>> got;
    QVERIFY(eventually([&] { return !(got = lists.drain()).empty(); }));
    QCOMPARE(sure(got.front()).size(), found);
    QCOMPARE(office.chosen().letters.size(), found);

    // The page asks for something else meanwhile: that is its list, and what was asked about the former is said to be
    // lost. A filter with a mistake leaves the page's last list, not the wizard's.
    office.ask({}, LetterAsker::Wizard);
    list(first);
    office.desk().choose({8, {}, false});
    const auto second = office.ask(filtered("exeption == 1"));
    QVERIFY(eventually([&] { return !(got = lists.drain()).empty(); }));
    QVERIFY(!got.front() && got.front().error().kind == ErrorKind::Cancelled);
    QVERIFY(office.chosen().trouble.has_value());
    office.endAsking(second);
    QVERIFY(office.shows([](const auto& board) { return !board.problems.empty() && !board.searching; }));
    QCOMPARE(office.board().passing, std::uint64_t{found});
}

void LetterDeskTest::pageAndWizardDoNotEndEachOthersJudging()
{
    Office office(workspace());
    const LetterPlace place{{"orders-dlt", 0}, 0};
    office.desk().judge(1, {place});
    office.desk().judge(2, {place}, JudgeLimits{}.log, LetterAsker::Wizard);
    std::size_t judged = 0;
    QVERIFY(eventually([&] { return (judged += office.judged().size()) == 2; }));
}

void LetterDeskTest::opensALetterByItsReferenceAndItsOriginal()
{
    Office office(workspace());
    office.desk().open(7, "orders-dlt[1]@0", 1 << 20); // without having read the rest
    const OpenedLetter opened = office.opened();
    QVERIFY2(opened.letter, opened.letter ? "" : qPrintable(text(opened.letter.error())));
    QCOMPARE(opened.token, std::uint64_t{7});
    QCOMPARE(QString::fromStdString(opened.reference), QString("orders-dlt[1]@0"));
    QCOMPARE(QString::fromStdString(opened.projection), QString("order_summary"));
    QCOMPARE(QString::fromStdString(opened.letter->failure.exception), QString("com.acme.NotNull"));
    QVERIFY(opened.letter->origin.exact());
    office.desk().fetchOriginal(8, {"orders", *opened.letter->origin.partition}, *opened.letter->origin.offset,
                                1 << 20);
    const FetchedOriginal original = office.original();
    QVERIFY(original.record);
    QCOMPARE(QString::fromStdString(original.record->record.value.value_or("")), QString("{\"order\":1}"));

    office.desk().open(9, "orders-dlt[1]@99999", 1 << 20);
    const OpenedLetter missing = office.opened();
    QVERIFY(!missing.letter);
    QCOMPARE(kindOf(missing.letter), QString("not-found"));
    office.desk().open(10, "no reference at all", 1 << 20);
    QVERIFY(!office.opened().letter);
}

void LetterDeskTest::tablesAndTopicsAreOneIncident()
{
    Writer writer(m_postgres->connection());
    writer.run(
        {"CREATE TABLE dead (id bigserial PRIMARY KEY, at timestamptz, class text, text text, kind text, body jsonb)",
         "INSERT INTO dead (at, class, text, kind, body) SELECT now(), 'com.acme.Timeout', 'order ' || i || ' failed', "
         "'OrderPlaced', jsonb_build_object('row', i) FROM generate_series(1, 40) i"});
    Workspace with = workspace();
    LetterTableSettings table;
    table.name = "dead";
    table.store = with.stores.front().name;
    table.table = "public.dead";
    table.time = "at";
    table.payload = "body";
    table.columns = {{"class", HeaderRole::Exception, HeaderEncoding::Text},
                     {"text", HeaderRole::Message, HeaderEncoding::Text},
                     {"kind", HeaderRole::EventType, HeaderEncoding::Text}};
    with.contexts.front().deadLetters.tables = {table};
    with.contexts.front().deadLetters.owners = {{"dead", "", "order_summary"}};
    Office office(with);
    office.ask(filtered("exception == \"com.acme.Timeout\""));
    QVERIFY(office.shows([](const LetterBoard& board) { return board.complete && board.passing == 141; }));
    QCOMPARE(office.board().groupCount, std::size_t{1});
    QCOMPARE(office.board().groups.front().topics.size(), std::size_t{2});
    const auto row =
        std::ranges::find(office.board().rows, "dead", [](const auto& view) { return view.place.id.topic; });
    QVERIFY(row != office.board().rows.end());
    office.desk().open(1, row->place, 1 << 20);
    const OpenedLetter opened = office.opened();
    QVERIFY(opened.letter);
    QVERIFY(opened.reference.starts_with("dead#"));
    office.desk().open(2, opened.reference, 1 << 20);
    QCOMPARE(office.opened().place, opened.place);

    // Rows are deleted meanwhile: those that are left keep their places, and what is asked of them is theirs.
    office.ask(filtered("payload.row >= 11 and topic == \"dead\""));
    QVERIFY(office.shows([](const LetterBoard& board) { return !board.searching && board.passing == 30; }));
    writer.run({"DELETE FROM dead WHERE id <= 20"});
    office.ask({});
    QVERIFY(office.shows([&](const LetterBoard& board) {
        return board.letters == static_cast<std::uint64_t>(m_letters) + 20 && board.complete;
    }));
    office.ask(filtered("payload.row in (5, 15, 25, 35) and topic == \"dead\""));
    QVERIFY(office.shows([](const LetterBoard& board) { return !board.searching && board.passing == 2; }));
    QCOMPARE(office.board().undecided, std::uint64_t{0});
}

void LetterDeskTest::aSourceThatCannotBeReadCostsOnlyItself()
{
    Workspace with = workspace();
    LetterTableSettings table;
    table.name = "gone";
    table.store = with.stores.front().name;
    table.table = "public.no_such_table";
    table.columns = {{"class", HeaderRole::Exception, HeaderEncoding::Text}};
    with.contexts.front().deadLetters.tables = {table};
    Office office(with);
    office.ask({});
    QVERIFY(office.shows([&](const LetterBoard& board) {
        return board.letters == static_cast<std::uint64_t>(m_letters) && !board.troubles.empty();
    }));
    QVERIFY(!office.board().complete);
    const QString trouble = text(office.board().troubles.front());
    QVERIFY2(trouble.contains("dead letters in gone") && trouble.contains("no such table"), qPrintable(trouble));
}

void LetterDeskTest::nothingIsCommittedAndNoGroupExists()
{
    const auto broker = connected(brokerAt(m_kafka->bootstrap()));
    std::vector<Error> errors;
    const auto groups = sure(broker->list(generous, errors));
    QVERIFY(groups.empty());
}

QTEST_GUILESS_MAIN(LetterDeskTest)
#include "tst_letterdesk.moc"
