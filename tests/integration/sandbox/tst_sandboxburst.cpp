// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which the library includes
#include "app/sandbox/projection.h"
#include "app/sandbox/schema.h"
#include "backend/broker/kafka/kafkabroker.h"
#include "backend/broker/kafka/kafkagroupconsumer.h"
#include "backend/broker/kafka/kafkaproducer.h"
#include "backend/store/postgres/postgresstore.h"
#include "tests/integration/sandbox/letterdecoding.h"
#include "tests/integration/sandbox/runningsandbox.h"
#include "tests/support/testservers.h"
#endif

#include <QTest>
#include <set>

using namespace projectionist;

namespace {

constexpr const char* spring = "orders.events.parcel_tracking.dlt";
constexpr const char* own = "orders.events.order_summary.dlt";
constexpr Duration patience{20'000};

std::int64_t sequenceOf(const DeadLetter& letter)
{
    return nlohmann::json::parse(letter.value.value_or("{}")).value("sequence", std::int64_t{0});
}

/// ('PRC-0000001', 3), ...: key and sequence of each letter.
std::string valuesOf(const std::vector<DeadLetter>& letters)
{
    std::string values;
    for (const auto& letter : letters)
        values += (values.empty() ? "('" : ", ('") + letter.key.value_or("") + "', " +
                  std::to_string(sequenceOf(letter)) + ')';
    return values;
}

std::size_t count(const std::vector<DeadLetter>& letters, const char* exception)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        letters, [exception](const auto& letter) { return letter.failure.exception == exception; }));
}

} // namespace

/// Dead letters of a running sandbox, as the window gets to see them.
class TestSandboxBurst : public QObject
{
    Q_OBJECT

    RunningSandbox m_sandbox;

    std::int64_t now(const std::string& sql) { return m_sandbox.number(sql).value_or(-1); }
    std::int64_t inTable(const std::string& exception)
    {
        return now("SELECT count(*) FROM @.dead_letter WHERE exception = '" + exception + '\'');
    }

    /// All letters of a topic.
    std::vector<DeadLetter> lettersOf(const std::string& topic)
    {
        const auto settings = m_sandbox.workspace().brokers.at(0);
        const auto broker = connectKafka(settings);
        std::vector<TopicPartition> ids;
        std::vector<StartPosition> starts;
        for (int partition = 0; partition < 12; ++partition) {
            ids.push_back({topic, partition});
            starts.push_back({ids.back(), 0});
        }
        std::size_t expected = 0;
        const auto all = (*broker)->bounds(ids, patience);
        if (!all)
            return {};
        for (const auto& bounds : *all)
            expected += static_cast<std::size_t>(bounds.head);
        const auto reader = connectKafkaGroupConsumer(settings, {});
        std::vector<DeadLetter> letters;
        const bool assigned = (*reader)->assign(starts).has_value();
        const bool complete = assigned && eventually([&] {
                                  if (const auto records = (*reader)->poll(1000, Duration(200)))
                                      for (const auto& record : *records)
                                          letters.push_back(decodeLetter(record));
                                  return letters.size() >= expected;
                              });
        return complete ? letters : std::vector<DeadLetter>{};
    }

    /// The letters of ops_console.
    std::vector<DeadLetter> lettersOfTable()
    {
        const auto store = connectPostgres(m_sandbox.workspace().stores.at(0), Access::ReadOnly);
        const auto rows = (*store)->query(
            inSchema("SELECT *, convert_from(payload, 'UTF8') AS text FROM @.dead_letter", "sandbox_orders"), {},
            100'000);
        std::vector<DeadLetter> letters;
        for (const auto& row : rows.value().rows) {
            Record record{{"dead_letter", 0}, 0, std::nullopt, false, std::nullopt, std::nullopt, {}};
            for (std::size_t i = 0; i < row.size(); ++i) {
                record.headers.push_back({rows->columns[i], row[i]});
                if (rows->columns[i] == "key")
                    record.key = row[i];
                if (rows->columns[i] == "text")
                    record.value = row[i];
            }
            letters.push_back(decodeLetter(record, true));
        }
        return letters;
    }

    /// Publishes the event of a letter anew, without what told of its failure; where it went.
    std::optional<Offset> replay(const DeadLetter& letter)
    {
        OutgoingRecord out{letter.origin.topic, letter.origin.partition, letter.key, letter.value, {}, {}};
        for (const auto& header : letter.headers) {
            if (header.family.empty())
                out.headers.push_back({header.name, header.value});
        }
        const auto producer = connectKafkaProducer(m_sandbox.workspace().brokers.at(0));
        if (!producer || !(*producer)->produce(out, 1) || !(*producer)->flush(patience))
            return std::nullopt;
        const auto deliveries = (*producer)->collect(patience);
        return deliveries.empty() ? std::nullopt : deliveries.front().offset;
    }

    /// Whether a projection has passed an event.
    bool passes(const std::string& projection, const TopicPartition& id, Offset offset)
    {
        return eventually([&] {
            return now("SELECT position FROM @.projection_checkpoint WHERE projection = '" + projection +
                       "' AND partition = " + std::to_string(id.partition)) > offset;
        });
    }

    /// What is written after a fault was cleared makes no letters any more: waits until all of before is through.
    void settle(const char* fault)
    {
        m_sandbox.clear(fault);
        for (int round = 0; round < 2; ++round)
            QVERIFY(m_sandbox.allAdvance());
        QVERIFY(eventually([&] {
            const auto before = now("SELECT count(*) FROM @.dead_letter");
            return m_sandbox.allAdvance() && now("SELECT count(*) FROM @.dead_letter") == before;
        }));
    }

    /// Each event up to a row's sequence was applied to it or became a letter, and none both.
    void nothingIsLost(const std::string& table, const std::string& key, const std::vector<DeadLetter>& letters)
    {
        QCOMPARE(now("SELECT (SELECT sum(sequence - applied) FROM @." + table + ") - (SELECT count(*) FROM (VALUES " +
                     valuesOf(letters) + ") AS l(key, sequence) JOIN @." + table + " t ON t." + key +
                     " = l.key AND l.sequence < t.sequence)"),
                 0);
        std::set<std::string> ids;
        for (const auto& letter : letters)
            ids.insert(letter.key.value_or("") + '/' + std::to_string(sequenceOf(letter)));
        QCOMPARE(ids.size(), letters.size());
    }

private slots:
    void initTestCase() { m_sandbox.start({"--rate", "300", "--steady", "--bad-every", "0", "--seed", "5"}); }
    void cleanupTestCase() { m_sandbox.stop(); }

    void aBurstMakesLettersOfThreeCausesAndBlocksNothing()
    {
        m_sandbox.inject("poison-burst");
        for (const char* exception : {failures::geocoderTimeout, failures::serialization, failures::sql})
            QVERIFY2(eventually([&] { return inTable(exception) > 3; }, Duration(120'000)), exception);
        QVERIFY(eventually([&] {
            const auto letters = lettersOf(spring);
            return count(letters, failures::geocoderTimeout) > 3 && count(letters, failures::sql) > 3;
        }));
        QVERIFY(eventually([&] {
            const auto letters = lettersOf(own);
            return count(letters, failures::geocoderTimeout) > 3 && count(letters, failures::serialization) > 3;
        }));
        for (const char* projection : {"order_summary", "parcel_tracking", "ops_console"}) {
            const auto position = [&](int partition) {
                return now("SELECT position FROM @.projection_checkpoint WHERE projection = '" +
                           std::string(projection) + "' AND partition = " + std::to_string(partition));
            };
            for (int partition = 0; partition < 12; ++partition) {
                const auto before = position(partition);
                QVERIFY2(eventually([&] { return position(partition) > before; }), projection);
            }
        }
    }

    void clearingItEndsAllNewLetters()
    {
        settle("poison-burst");
        const auto inTopics = [&] { return lettersOf(spring).size() + lettersOf(own).size(); };
        const auto before = inTopics();
        QVERIFY(m_sandbox.allAdvance());
        QCOMPARE(inTopics(), before);
    }

    void everyLetterIsDecodedAndGroupsSpanProjections()
    {
        std::map<std::uint64_t, std::set<std::string>> groups;
        std::map<std::uint64_t, std::set<std::string>> causes;
        const auto check = [&](const std::vector<DeadLetter>& letters, const char* family) {
            for (const auto& letter : letters) {
                QCOMPARE(letter.families, std::vector<std::string>{family});
                QVERIFY(letter.origin.exact());
                QCOMPARE(letter.attempts.value_or(0), 3);
                QVERIFY(!letter.reason.frame.empty() && !letter.eventType.empty());
                groups[letter.fingerprint].insert(letter.consumer);
                causes[letter.fingerprint].insert(letter.failure.exception);
            }
        };
        check(lettersOf(spring), "Spring Kafka");
        check(lettersOf(own), "Projectionist sandbox");
        check(lettersOfTable(), "Sandbox");
        // Geocoder on parcels and on orders, scans without a depot, orders of an unknown version.
        QCOMPARE(groups.size(), std::size_t(4));
        for (const auto& [fingerprint, consumers] : groups) {
            QCOMPARE(consumers.size(), std::size_t(2));
            QVERIFY(consumers.contains("ops_console"));
            QCOMPARE(causes[fingerprint].size(), std::size_t(1));
        }
    }

    void theOriginIsTheVeryEvent()
    {
        const auto letters = lettersOf(spring);
        std::vector<std::pair<TopicPartition, Offset>> at;
        for (const auto& letter : letters)
            at.push_back({{letter.origin.topic, *letter.origin.partition}, *letter.origin.offset});
        at.resize(std::min<std::size_t>(at.size(), 20));
        const auto broker = connectKafka(m_sandbox.workspace().brokers.at(0));
        const auto events = (*broker)->read(at, 100'000, patience);
        QVERIFY(events);
        for (std::size_t i = 0; i < at.size(); ++i) {
            QVERIFY(events->at(i) && events->at(i)->offset == at[i].second);
            QVERIFY(events->at(i)->key == letters[i].key && events->at(i)->value == letters[i].value);
        }
    }

    void nothingIsLostAndNothingIsBoth()
    {
        nothingIsLost("parcel_tracking", "parcel_id", lettersOf(spring));
        nothingIsLost("order_summary", "order_id", lettersOf(own));
        // In one look: all that ops_console passed was counted or is in the table.
        QCOMPARE(now("SELECT (SELECT sum(position) FROM @.projection_checkpoint WHERE projection = 'ops_console') - "
                     "(SELECT sum(events) FROM @.ops_console) - (SELECT count(*) FROM @.dead_letter)"),
                 0);
    }

    void aReplayedLetterOfTheOutageChangesItsRow()
    {
        const auto letters = lettersOf(spring);
        const auto letter = std::ranges::find(letters, failures::geocoderTimeout,
                                              [](const auto& one) { return one.failure.exception; });
        QVERIFY(letter != letters.end());
        const std::string row = " FROM @.parcel_tracking WHERE parcel_id = '" + *letter->key + '\'';
        QCOMPARE(now("SELECT sequence" + row), sequenceOf(*letter) - 1);
        QCOMPARE(now("SELECT count(*)" + row + " AND status = 'delivered'"), 0);
        const auto offset = replay(*letter);
        QVERIFY(offset);
        QVERIFY(eventually([&] { return now("SELECT sequence" + row) == sequenceOf(*letter); }));
        QCOMPARE(now("SELECT position" + row + " AND partition = " + std::to_string(*letter->origin.partition)),
                 *offset);
        QCOMPARE(now("SELECT count(*)" + row + " AND status = 'delivered' AND delivered_at IS NOT NULL"), 1);
        // The same event in the other projection that gave it up.
        const std::string seen = "SELECT sequence FROM @.ops_console_seen WHERE aggregate = '" + *letter->key + '\'';
        QVERIFY(eventually([&] { return now(seen) == sequenceOf(*letter); }));
        // A second time it changes nothing.
        const auto applied = now("SELECT applied" + row);
        const auto again = replay(*letter);
        QVERIFY(again && passes("parcel_tracking", {"orders.events", *letter->origin.partition}, *again));
        QCOMPARE(now("SELECT applied" + row), applied);
    }

    void aReplayedLetterOfAnotherCauseFailsAgain()
    {
        const auto letters = lettersOf(own);
        const auto letter =
            std::ranges::find(letters, failures::serialization, [](const auto& one) { return one.failure.exception; });
        QVERIFY(letter != letters.end());
        const auto offset = replay(*letter);
        QVERIFY(offset);
        std::optional<DeadLetter> again;
        QVERIFY(eventually([&] {
            for (auto& one : lettersOf(own)) {
                if (one.origin.offset == offset && one.origin.partition == letter->origin.partition)
                    again = std::move(one);
            }
            return again.has_value();
        }));
        QCOMPARE(again->fingerprint, letter->fingerprint);
        QVERIFY(again->value == letter->value && again->key == letter->key);
    }

    void lettersAreOvertakenAndSomeLieBehindOneAnother()
    {
        m_sandbox.inject("newer-event");
        const auto letters = [&](const char* topic) {
            auto all = lettersOf(topic);
            std::erase_if(all, [](const auto& one) { return one.failure.exception != failures::rowLocked; });
            return all;
        };
        const auto sure = [&](const char* topic, const std::string& rows, const std::string& test) {
            return eventually(
                [&] {
                    const auto values = valuesOf(letters(topic));
                    return !values.empty() && now("SELECT count(*) FROM (SELECT l.key FROM (VALUES " + values +
                                                  ") AS l(key, sequence) JOIN " + rows + test + ") AS found") > 0;
                },
                Duration(120'000));
        };
        const std::string parcels = "@.parcel_tracking t ON t.parcel_id = l.key ";
        const std::string orders = "@.order_summary t ON t.order_id = l.key ";
        const std::string overtaken = "WHERE t.sequence > l.sequence";
        const std::string queued = "GROUP BY l.key HAVING count(*) > 1 AND max(t.sequence) = 2 AND min(l.sequence) = 3";
        QVERIFY(sure(spring, parcels, overtaken) && sure(own, orders, overtaken));
        QVERIFY(sure(spring, parcels, queued) && sure(own, orders, queued));
        settle("newer-event");
        // A letter that was overtaken changes nothing when it comes again.
        std::optional<DeadLetter> late;
        for (auto& letter : letters(spring)) {
            if (sequenceOf(letter) == 2)
                late = std::move(letter);
        }
        QVERIFY(late);
        const std::string row = " FROM @.parcel_tracking WHERE parcel_id = '" + *late->key + '\'';
        QVERIFY(eventually([&] { return now("SELECT sequence" + row) > 2; }));
        const auto offset = replay(*late);
        QVERIFY(offset && passes("parcel_tracking", {"orders.events", *late->origin.partition}, *offset));
        QCOMPARE(now("SELECT sequence - applied" + row), 1);
    }
};

QTEST_APPLESS_MAIN(TestSandboxBurst)
#include "tst_sandboxburst.moc"
