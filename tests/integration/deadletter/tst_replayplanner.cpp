// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Plans of replays on a real broker: letters read in batches, order, receivers, dry run.
#include <QTest>

#include "backend/broker/kafka/kafkaproducer.h"
#include "backend/deadletter/decode.h"
#include "backend/deadletter/kafkaletters.h"
#include "backend/deadletter/replay/replayjournal.h"
#include "backend/deadletter/replay/replayplanner.h"
#include "backend/deadletter/replay/replayrun.h"
#include "tests/integration/broker/brokerfixture.h"
#include "tests/unit/deadletter/letters.h"

#include <algorithm>
#include <array>
#include <fmt/ranges.h>
#include <QElapsedTimer>
#include <QTemporaryDir>

using namespace projectionist;
using namespace std::chrono_literals;

namespace {

constexpr int manyLetters = 10'000;
const TimePoint eventTime = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()) - 1h;

/// A letter of `topic`'s own partition 0, as Spring writes it.
OutgoingRecord springLetterOf(const std::string& topic, const std::string& key, int partition, Offset offset)
{
    OutgoingRecord record;
    record.topic = topic;
    record.partition = 0;
    record.key = key;
    record.value = "{\"key\":\"" + key + "\"}";
    record.headers = {{"type", "OrderPlaced"},
                      {"kafka_dlt-original-topic", "orders"},
                      {"kafka_dlt-original-partition", int32Bytes(partition)},
                      {"kafka_dlt-original-offset", int64Bytes(offset)},
                      {"kafka_dlt-original-timestamp", int64Bytes(eventTime.time_since_epoch().count())},
                      {"kafka_dlt-original-consumer-group", "billing"},
                      {"kafka_dlt-exception-fqcn", "com.acme.OrderRejected"}};
    return record;
}

OutgoingRecord shareGroupLetterOf(const std::string& topic, int partition, Offset offset)
{
    OutgoingRecord record;
    record.topic = topic;
    record.partition = 0;
    record.headers = {{"__dlq.errors.topic", "orders"},
                      {"__dlq.errors.partition", std::to_string(partition)},
                      {"__dlq.errors.offset", std::to_string(offset)},
                      {"__dlq.errors.group", "billing"}};
    return record;
}

ReplayCandidate candidateAt(const std::string& topic, Offset offset)
{
    const LetterPlace place{{topic, 0}, offset};
    return {referenceInKafka(place), place};
}

/// As an index would know it.
ReplayCandidate candidateOf(const OutgoingRecord& letter, Offset offset)
{
    auto candidate = candidateAt(letter.topic, offset);
    Record record{{letter.topic, 0}, offset, eventTime, false, letter.key, letter.value, letter.headers};
    std::vector<RawHeader> headers;
    LetterScanner scanner(DecodeRules::build().value());
    const auto decoded = decode(scanner, viewOf(record, headers));
    candidate.origin = decoded.origin;
    candidate.key = decoded.key;
    candidate.consumer = decoded.consumer;
    candidate.arrived = eventTime + Duration(offset);
    candidate.verdict = ReplayVerdict::Safe;
    candidate.why = "nothing was applied";
    return candidate;
}

QString all(const std::vector<std::string>& sentences)
{
    return QString::fromStdString(fmt::format("{}", fmt::join(sentences, "\n")));
}

QString references(const ReplayPlan& plan)
{
    std::vector<std::string> names;
    for (const auto& letter : plan.letters)
        names.push_back(letter.reference);
    return QString::fromStdString(fmt::format("{}", fmt::join(names, " ")));
}

} // namespace

class ReplayPlannerTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void lettersAreInOrderWithAllThatIsToldOfThem();
    void everyReceiverIsNamed();
    void earlierLettersOfTheKeyAreNamed();
    void onlySafeOnesOvertakeNobody();
    void whatCannotBeSentIsLeftOutWithNumbersAndNames();
    void lettersWithoutPayloadCountWithTheirOriginals();
    void whatCannotBeRunIsRefused_data();
    void whatCannotBeRunIsRefused();
    void editedValuesAreJson();
    void lettersThatMayBeTooLargeAreTold();
    void keysThatLeadElsewhereAreTold();
    void lettersThatMayExpireMeanwhileAreTold();
    void tenThousandScatteredLettersArePlanned();
    void aDryRunTellsWhatChangedSince();
    void oneLetterIsShownBeforeAndAfter();
    void aBrokerThatIsNotThereIsAnError();
    void planningCanBeStopped();

private:
    std::vector<ReplayCandidate> put(const std::string& topic, std::vector<OutgoingRecord> letters);
    [[nodiscard]] ReplayRequest request(std::vector<ReplayCandidate> letters,
                                        std::vector<ReplayCandidate> others = {}) const;
    [[nodiscard]] ReplayPlan planned(ReplayRequest request) const;
    static void replayElsewhere(const ReplayPlan& plan, std::size_t letter, const std::filesystem::path& journals);

    std::unique_ptr<KafkaServer> m_kafka;
    BrokerSettings m_broker;
    Workspace m_workspace;
    SystemClock m_clock;
};

void ReplayPlannerTest::initTestCase()
{
    m_kafka = startKafka();
    m_broker = brokerAt(m_kafka->bootstrap());
    m_broker.name = "local";
    makeTopics(m_broker, {{"orders", 3}, {"one", 1}, {"small", 1, -1, {{"max.message.bytes", "400"}}}});
    write(m_broker, {"orders", 0}, 5, eventTime);
    commitAs(m_broker, "billing", "orders", {{{"orders", 0}, 3}});
    commitAs(m_broker, "stock", "orders", {{{"orders", 2}, 0}});
    commitAs(m_broker, "elsewhere", "one", {{{"one", 0}, 0}});
    m_workspace.brokers = {m_broker};
    const auto context = [&](const char* name, Environment environment) {
        auto& one = m_workspace.contexts.emplace_back();
        one.name = name;
        one.environment = environment;
        one.broker = "local";
        for (const char* projection : {"bills", "by_checkpoint"}) {
            auto& settings = m_workspace.projections.emplace_back();
            settings.name = projection;
            settings.context = name;
            settings.topics = {"orders"};
        }
        m_workspace.projections[m_workspace.projections.size() - 2].group = "billing";
        m_workspace.projections[m_workspace.projections.size() - 2].deadLetters = {"*-dlt"};
    };
    context("test", Environment::Test);
    context("live", Environment::Production);
}

/// To a topic that is made anew; in the order of offsets.
std::vector<ReplayCandidate> ReplayPlannerTest::put(const std::string& topic, std::vector<OutgoingRecord> letters)
{
    makeTopics(m_broker, {{topic, 1}});
    ProducerOptions options;
    options.linger = Duration(5);
    const auto producer = sure(connectKafkaProducer(m_broker, options));
    std::vector<ReplayCandidate> candidates;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        letters[i].topic = topic;
        letters[i].timestamp = letters[i].timestamp ? letters[i].timestamp : eventTime;
        sure(producer->produce(letters[i], i));
        candidates.push_back(candidateOf(letters[i], static_cast<Offset>(i)));
    }
    sure(producer->flush(generous));
    for (const auto& delivery : producer->collect(Duration(0)))
        if (delivery.error)
            throw std::runtime_error(toString(*delivery.error));
    return candidates;
}

ReplayRequest ReplayPlannerTest::request(std::vector<ReplayCandidate> letters,
                                         std::vector<ReplayCandidate> others) const
{
    ReplayRequest request{{}, std::move(letters), std::move(others)};
    request.draft.context = "test";
    request.draft.reason = "the depot is known now";
    request.draft.madeBy = "eva@desk7";
    return request;
}

ReplayPlan ReplayPlannerTest::planned(ReplayRequest request) const
{
    return sure(planReplay(m_workspace, std::move(request), defaultReplayConnectors(), m_clock, {}));
}

void ReplayPlannerTest::lettersAreInOrderWithAllThatIsToldOfThem()
{
    const auto letters = put("order-dlt", {springLetterOf("", "a", 1, 30), springLetterOf("", "b", 1, 7),
                                           springLetterOf("", "a", 1, 10), springLetterOf("", "a", 1, 20)});
    auto asked = request({letters[3], letters[1], letters[0], letters[2], letters[2]});
    std::size_t progress = 0;
    asked.progress = [&](std::size_t done, std::size_t) { progress = done; };
    const auto plan = planned(std::move(asked));
    QCOMPARE(references(plan), QString("order-dlt[0]@2 order-dlt[0]@1 order-dlt[0]@3 order-dlt[0]@0"));
    QCOMPARE(progress, std::size_t{4});
    const auto& first = plan.letters.front();
    QCOMPARE(first.origin.offset.value(), Offset{10});
    QCOMPARE(QString::fromStdString(first.key.value()), QString("a"));
    QCOMPARE(QString::fromStdString(first.eventType), QString("OrderPlaced"));
    QVERIFY(first.verdict == ReplayVerdict::Safe);
    QVERIFY(first.digest != plan.letters[1].digest);
    QVERIFY(first.fingerprint != 0);
    QVERIFY(plan.id.size() == 24);
    QVERIFY(!plan.cluster.empty());
    QCOMPARE(QString::fromStdString(plan.projection), QString("bills"));
    QCOMPARE(QString::fromStdString(plan.group), QString("billing"));
    QVERIFY(plan.dryRun.bytes > 4 * 11);
    QVERIFY2(plan.dryRun.refusals.empty(), qPrintable(all(plan.dryRun.refusals)));
    QVERIFY(all(plan.dryRun.passed).contains("4 of 4 letters can be read and sent"));
    QVERIFY(all(plan.dryRun.passed).contains("The topic orders exists, with 3 partitions"));
    QVERIFY(all(plan.dryRun.warnings).contains("cannot be asked without writing"));
    QVERIFY(plan.leftBehind.empty());
    const auto back = parseReplayPlan(replayPlanText(plan));
    QVERIFY2(back, back ? "" : toString(back.error()).c_str());
    QVERIFY(*back == plan);
}

void ReplayPlannerTest::everyReceiverIsNamed()
{
    const auto plan = planned(request(put("receivers-dlt", {springLetterOf("", "a", 1, 30)})));
    QStringList receivers;
    for (const auto& one : plan.receivers)
        receivers << QString::fromStdString(one.group + '/' + one.projection + (one.wanted ? "!" : ""));
    QCOMPARE(receivers.join(' '), QString("billing/bills! stock/ /by_checkpoint"));
    QCOMPARE(QString::fromStdString(plan.receivers.front().state), QString("Empty"));
    QVERIFY(all(plan.dryRun.warnings).contains("2 others receive the events too: stock, by_checkpoint"));
    auto elsewhere = request({candidateOf(springLetterOf("receivers-dlt", "a", 1, 30), 0)});
    elsewhere.draft.target = {ReplayTargetKind::Topic, "one", {}};
    const auto warned = planned(std::move(elsewhere));
    QVERIFY2(all(warned.dryRun.warnings).contains("bills is not known to read the topic one"),
             qPrintable(all(warned.dryRun.warnings)));
}

void ReplayPlannerTest::earlierLettersOfTheKeyAreNamed()
{
    const auto letters = put("behind-dlt", {springLetterOf("", "a", 1, 10), springLetterOf("", "a", 1, 20),
                                            springLetterOf("", "b", 1, 5), springLetterOf("", "a", 1, 30)});
    const auto plan = planned(request({letters[1]}, {letters[0], letters[2], letters[3]}));
    QCOMPARE(plan.leftBehind.size(), std::size_t{1});
    QCOMPARE(QString::fromStdString(plan.leftBehind[0].reference), QString("behind-dlt[0]@0"));
    QCOMPARE(QString::fromStdString(plan.leftBehind[0].before), QString("behind-dlt[0]@1"));
    const auto warnings = all(plan.dryRun.warnings);
    QVERIFY2(warnings.contains("1 letter of the same keys came before and stay behind: behind-dlt[0]@0"),
             qPrintable(warnings));
    QVERIFY2(warnings.contains("Replay may be the wrong tool: 1 would be overtaken"), qPrintable(warnings));
}

void ReplayPlannerTest::onlySafeOnesOvertakeNobody()
{
    auto letters = put("safe-dlt", {springLetterOf("", "a", 1, 10), springLetterOf("", "a", 1, 20),
                                    springLetterOf("", "a", 1, 30), springLetterOf("", "b", 1, 5)});
    letters[1].verdict = ReplayVerdict::WouldFailAgain;
    letters[2].verdict = ReplayVerdict::AfterEarlier;
    auto asked = request(letters);
    keepSafe(asked);
    QCOMPARE(asked.letters.size(), std::size_t{2});
    const auto plan = planned(std::move(asked));
    QCOMPARE(references(plan), QString("safe-dlt[0]@0 safe-dlt[0]@3"));
    QVERIFY(plan.leftBehind.empty());
}

void ReplayPlannerTest::whatCannotBeSentIsLeftOutWithNumbersAndNames()
{
    auto twice = springLetterOf("", "t", 1, 50);
    twice.headers.push_back({"projectionist-replay-attempt", "2"});
    auto once = springLetterOf("", "t", 1, 60);
    once.headers.push_back({"projectionist-replay-attempt", "1"});
    OutgoingRecord nowhere;
    nowhere.partition = 0;
    nowhere.value = "?";
    auto letters = put("left-dlt", {twice, once, nowhere, shareGroupLetterOf("", 0, 99), springLetterOf("", "s", 1, 70),
                                    springLetterOf("", "s", 1, 70)});
    letters.push_back(candidateAt("left-dlt", 17));
    letters.push_back(candidateAt("no-such-dlt", 0));
    const auto plan = planned(request(letters));
    QCOMPARE(references(plan), QString("left-dlt[0]@1 left-dlt[0]@4"));
    QCOMPARE(plan.letters[0].replays, 1);
    QCOMPARE(plan.dryRun.gone, std::size_t{2});
    const auto warnings = all(plan.dryRun.warnings);
    for (const char* part :
         {"2 letters left out: no longer there: left-dlt[0]@17, no-such-dlt[0]@0",
          "1 letter left out: no whole payload, and the event is gone from the log: left-dlt[0]@3",
          ("1 letter left out: replayed twice before and failed again, and a third replay is refused: "
           "left-dlt[0]@0"),
          "1 letter left out: nothing tells where the event came from: left-dlt[0]@2",
          "1 letter left out: another letter of the plan holds the same event", "left-dlt[0]@5",
          "Replay may be the wrong tool: 1 would be overtaken, 3 cannot be had any more"})
        QVERIFY2(warnings.contains(part), qPrintable(warnings));
    QCOMPARE(QString::fromStdString(plan.leftBehind.at(0).reference), QString("left-dlt[0]@0")); // of the key "t"
    const auto none = planned(request({letters[0]}));
    QVERIFY2(all(none.dryRun.refusals).contains("No letter is left"), qPrintable(all(none.dryRun.refusals)));
}

void ReplayPlannerTest::lettersWithoutPayloadCountWithTheirOriginals()
{
    const auto plan = planned(request(put("share-dlt", {shareGroupLetterOf("", 0, 2), shareGroupLetterOf("", 0, 4)})));
    QCOMPARE(references(plan), QString("share-dlt[0]@0 share-dlt[0]@1"));
    QCOMPARE(QString::fromStdString(plan.letters[0].key.value()), QString("k2"));
    QVERIFY2(plan.dryRun.refusals.empty(), qPrintable(all(plan.dryRun.refusals)));
}

void ReplayPlannerTest::whatCannotBeRunIsRefused_data()
{
    QTest::addColumn<int>("change");
    QTest::addColumn<QString>("refusal");
    const char* const refusals[] = {"The topic nowhere does not exist",
                                    "The topic one has 1 partition, but letters are of partition 1",
                                    "The topic refused-dlt is where the letters lie",
                                    "edit_before_replay is off",
                                    "This is production, and no reason is given",
                                    "The command \"no-such-program\" is no program",
                                    "No letter is left to be replayed"};
    for (int i = 0; i < static_cast<int>(std::size(refusals)); ++i)
        QTest::newRow(refusals[i]) << i << QString(refusals[i]);
}

void ReplayPlannerTest::whatCannotBeRunIsRefused()
{
    QFETCH(int, change);
    QFETCH(QString, refusal);
    static const auto letters = put("refused-dlt", {springLetterOf("", "a", 1, 30)});
    auto asked = request(letters);
    auto& draft = asked.draft;
    switch (change) {
    case 0:
        draft.target = {ReplayTargetKind::Topic, "nowhere", {}};
        break;
    case 1:
        draft.target = {ReplayTargetKind::Topic, "one", {}};
        draft.partition = ReplayPartition::Same;
        break;
    case 2:
        draft.target = {ReplayTargetKind::Topic, "refused-dlt", {}};
        break;
    case 3:
        asked.letters[0].edited = "{}";
        break;
    case 4:
        draft.context = "live";
        draft.reason = " ";
        break;
    case 5:
        draft.target = {ReplayTargetKind::Command, {}, {"no-such-program"}};
        break;
    default:
        asked.letters.clear();
    }
    const auto plan = planned(std::move(asked));
    QVERIFY2(all(plan.dryRun.refusals).contains(refusal), qPrintable(all(plan.dryRun.refusals)));
    QCOMPARE(plan.dryRun.refusals.size(), std::size_t{1});
}

void ReplayPlannerTest::editedValuesAreJson()
{
    auto text = springLetterOf("", "text", 1, 51);
    text.value = "no JSON";
    const auto letters = put("edited-dlt", {springLetterOf("", "a", 1, 50), text});
    auto& settings = m_workspace.contexts.front().deadLetters;
    const auto refusalsWith = [&](std::size_t letter, const std::string& value) {
        settings.editBeforeReplay = true;
        auto asked = request({letters[letter]});
        asked.letters[0].edited = value;
        const auto plan = planned(std::move(asked));
        settings.editBeforeReplay = false;
        const bool kept = plan.letters.at(0).edited == value;
        return kept ? all(plan.dryRun.refusals) : QString("it was changed");
    };
    QCOMPARE(refusalsWith(0, "{\"key\":\"a\",\"more\":1}"), QString());
    QVERIFY2(refusalsWith(0, "{\"key\":}")
                 .startsWith("The edited value of edited-dlt[0]@0 is no JSON: line 1, "
                             "column 8"),
             qPrintable(refusalsWith(0, "{\"key\":}")));
    QCOMPARE(refusalsWith(1, "{}"),
             QString("The edited value of edited-dlt[0]@1 cannot be sent: what failed is no JSON, and nothing else "
                     "can be edited"));
}

void ReplayPlannerTest::lettersThatMayBeTooLargeAreTold()
{
    auto large = springLetterOf("", "large", 0, 30);
    large.value = std::string(500, 'x');
    auto asked = request(put("large-dlt", {large, springLetterOf("", "fits", 0, 31)}));
    asked.draft.target = {ReplayTargetKind::Topic, "small", {}};
    const auto plan = planned(std::move(asked));
    const auto warnings = all(plan.dryRun.warnings);
    QVERIFY2(warnings.contains("1 of 2 letters may be too large: small takes 400 bytes"), qPrintable(warnings));
}

void ReplayPlannerTest::keysThatLeadElsewhereAreTold()
{
    std::vector<OutgoingRecord> letters;
    for (int partition = 0; partition < 3; ++partition)
        letters.push_back(springLetterOf("", "the same key", partition, 40));
    const auto candidates = put("moved-dlt", letters);
    const auto warnings = all(planned(request(candidates)).dryRun.warnings);
    QVERIFY2(warnings.contains("By their keys 2 of 3 letters go to other partitions"), qPrintable(warnings));
    auto same = request(candidates);
    same.draft.partition = ReplayPartition::Same;
    QVERIFY(!all(planned(std::move(same)).dryRun.warnings).contains("By their keys"));
}

void ReplayPlannerTest::lettersThatMayExpireMeanwhileAreTold()
{
    makeTopics(m_broker, {{"expiring-dlt", 1, -1, {{"retention.ms", "3660000"}}}}); // a minute more than an hour
    const auto letters = put("expiring-dlt", {springLetterOf("", "a", 1, 30), springLetterOf("", "b", 1, 31)});
    auto slow = request(letters);
    slow.draft.rate = 0.001;
    const auto warnings = all(planned(std::move(slow)).dryRun.warnings);
    QVERIFY2(warnings.contains("Retention of expiring-dlt may delete letters"), qPrintable(warnings));
}

void ReplayPlannerTest::tenThousandScatteredLettersArePlanned()
{
    std::vector<OutgoingRecord> letters;
    for (int i = 0; i < 2 * manyLetters; ++i)
        letters.push_back(springLetterOf("", fmt::format("key-{}", i % 777), 1, 100'000 + i));
    auto candidates = put("many-dlt", letters);
    std::vector<ReplayCandidate> chosen;
    for (std::size_t i = 0; i < candidates.size(); i += 2)
        chosen.push_back(candidates[i]);
    std::reverse(chosen.begin(), chosen.end());
    QElapsedTimer timer;
    timer.start();
    const auto plan = planned(request(std::move(chosen)));
    qInfo("10 000 letters planned in %lld ms", timer.elapsed());
    QCOMPARE(plan.letters.size(), static_cast<std::size_t>(manyLetters));
    for (std::size_t i = 0; i < plan.letters.size(); ++i)
        QCOMPARE(plan.letters[i].place.offset, static_cast<Offset>(2 * i));
}

void ReplayPlannerTest::aDryRunTellsWhatChangedSince()
{
    auto plan = planned(request(put("later-dlt", {springLetterOf("", "a", 1, 30), springLetterOf("", "b", 1, 31)})));
    const QTemporaryDir state;
    const auto journals = replayFolder(state.path().toStdString());
    const auto run = [&] {
        return sure(dryRunReplay(m_workspace, plan, journals, defaultReplayConnectors(), m_clock, {}));
    };
    const auto same = run();
    QVERIFY2(same.refusals.empty(), qPrintable(all(same.refusals)));
    QVERIFY(all(same.passed).contains("2 letters found there, the same as planned"));
    QCOMPARE(same.bytes, plan.dryRun.bytes);
    plan.letters[1].digest += 1;
    const auto changed = run();
    QCOMPARE(changed.gone, std::size_t{1});
    QVERIFY(all(changed.warnings).contains("or are other letters now: later-dlt[0]@1"));
    replayElsewhere(plan, 1, journals);
    QCOMPARE(QString::fromStdString(run().refusals.at(0)),
             QString("1 letter replayed by another plan, other-plan, since this one was made: later-dlt[0]@1"));
    // Whoever plans now may do so, and is told.
    auto again = request({candidateAt("later-dlt", 0), candidateAt("later-dlt", 1)});
    again.journals = journals;
    const auto told = planned(std::move(again));
    QVERIFY2(told.dryRun.refusals.empty(), qPrintable(all(told.dryRun.refusals)));
    QVERIFY2(all(told.dryRun.warnings).contains("1 letter replayed before by the plan other-plan: later-dlt[0]@1"),
             qPrintable(all(told.dryRun.warnings)));
    plan.cluster = "another";
    QVERIFY(all(run().refusals).contains("The plan was made for the cluster another"));
}

/// One letter of it, by a plan of its own.
void ReplayPlannerTest::replayElsewhere(const ReplayPlan& plan, std::size_t letter,
                                        const std::filesystem::path& journals)
{
    auto other = plan;
    other.id = "other-plan";
    std::filesystem::create_directories(journals);
    auto journal = sure(ReplayJournal::create(journals / (other.id + ".db"), other, {}, {}));
    std::vector<ReplayLetterProgress> letters(plan.letters.size());
    letters[letter].state = ReplayLetterState::Sent;
    letters[letter].sentAt = plan.made + std::chrono::seconds(1);
    sure(journal.write({}, std::array{letter}, letters));
}

void ReplayPlannerTest::oneLetterIsShownBeforeAndAfter()
{
    const auto plan = planned(request(put("shown-dlt", {springLetterOf("", "a", 1, 30)})));
    const auto preview = sure(previewReplay(m_workspace, plan, 0, defaultReplayConnectors(), {}));
    QCOMPARE(QString::fromStdString(preview.after.topic), QString("orders"));
    QVERIFY(preview.after.timestamp == eventTime);
    QCOMPARE(preview.before.headers.size(), std::size_t{7});
    QCOMPARE(preview.after.headers.size(), std::size_t{4}); // its type, and three of ours
}

void ReplayPlannerTest::aBrokerThatIsNotThereIsAnError()
{
    Workspace away = m_workspace;
    away.brokers[0] = brokerAt("127.0.0.1:1");
    away.brokers[0].name = "local";
    const auto plan = planReplay(away, request({candidateAt("order-dlt", 0)}), defaultReplayConnectors(), m_clock, {});
    QVERIFY(!plan);
    QVERIFY2(plan.error().retriable, toString(plan.error()).c_str());
    auto nowhere = request({});
    nowhere.draft.context = "none";
    QVERIFY(!planReplay(m_workspace, nowhere, defaultReplayConnectors(), m_clock, {}));
}

void ReplayPlannerTest::planningCanBeStopped()
{
    std::stop_source stop;
    stop.request_stop();
    const auto plan = planReplay(m_workspace, request({candidateAt("order-dlt", 0)}), defaultReplayConnectors(),
                                 m_clock, stop.get_token());
    QVERIFY(!plan);
    QCOMPARE(kindOf(plan), QString("cancelled"));
}

QTEST_GUILESS_MAIN(ReplayPlannerTest)
#include "tst_replayplanner.moc"
