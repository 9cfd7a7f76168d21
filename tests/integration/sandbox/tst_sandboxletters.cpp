// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which the library includes
#include "app/sandbox/business.h"
#include "app/sandbox/disruptions.h"
#include "app/sandbox/javatrace.h"
#include "app/sandbox/letterformats.h"
#include "app/sandbox/projection.h"
#include "tests/integration/sandbox/letterdecoding.h"
#endif

#include <QTest>

using namespace projectionist;

namespace {

constexpr TimePoint start{Duration(1'795'000'000'000)};

std::vector<Event> eventsOf(std::uint64_t seed, int count)
{
    Business business(seed, 0);
    std::vector<Event> events;
    for (int i = 0; i < count; ++i)
        events.push_back(business.next(start + Duration(i)).event);
    return events;
}

Record recordOf(const Event& event)
{
    const auto out = toRecord(event, "orders.events");
    return {{"orders.events", 7}, 4711, start, false, out.key, out.value, out.headers};
}

Record recordOf(const OutgoingRecord& out)
{
    return {{out.topic, out.partition.value_or(-1)}, 3, start + Duration(5000), false, out.key, out.value, out.headers};
}

/// A row as a table is read: each column a header.
Record recordOf(const nlohmann::json& row)
{
    Record record{{"dead_letter", 0}, 1, std::nullopt, false, std::nullopt, std::nullopt, {}};
    for (const auto& [column, value] : row.items())
        record.headers.push_back({column, value.is_string() ? value.get<std::string>() : value.dump()});
    return record;
}

Event firstOf(const std::string& type)
{
    for (auto& event : eventsOf(1, 2000)) {
        if (event.type == type)
            return event;
    }
    return {};
}

DeadLetterRecord letterOf(const std::string& type, HandlerFailure failure)
{
    return {recordOf(firstOf(type)), std::move(failure), 3, start + Duration(4000)};
}

const LetterWriter springWriter{"orders.events.parcel_tracking.dlt", "parcel_tracking", "parcel-tracking"};
const LetterWriter ownWriter{"orders.events.order_summary.dlt", "order_summary", "order_summary"};

} // namespace

class TestSandboxLetters : public QObject
{
    Q_OBJECT
private slots:
    void aStackTraceIsPrintedAsJavaDoes()
    {
        JavaThrowable outer{"a.Outer", "o", {"a.A.a(A.java:1)", "a.T.run(T.java:9)"}, {}};
        outer.suppressed.push_back({"a.Close", "", {"a.C.c(C.java:2)", "a.T.run(T.java:9)"}, {}});
        const JavaThrowable root{"b.Root", "r", {"b.B.b(B.java:3)", "a.A.a(A.java:1)", "a.T.run(T.java:9)"}, {}};
        QCOMPARE(printStackTrace({outer, root}), std::string("a.Outer: o\n"
                                                             "\tat a.A.a(A.java:1)\n"
                                                             "\tat a.T.run(T.java:9)\n"
                                                             "\tSuppressed: a.Close\n"
                                                             "\t\tat a.C.c(C.java:2)\n"
                                                             "\t\t... 1 more\n"
                                                             "Caused by: b.Root: r\n"
                                                             "\tat b.B.b(B.java:3)\n"
                                                             "\t... 2 more\n"));
    }

    void springsLettersTellRootOriginAndTries()
    {
        const auto letter = letterOf("ParcelScanned", {failures::sql, "ERROR: null value in column \"depot\"", true});
        const auto out = springLetter(letter, springWriter);
        QCOMPARE(out.partition.value_or(-1), 7);
        QVERIFY(out.key == letter.record.key && out.value == letter.record.value);
        const DeadLetter read = decodeLetter(recordOf(out));
        QCOMPARE(read.families, std::vector<std::string>{"Spring Kafka"});
        QVERIFY(read.origin.exact());
        QVERIFY(read.origin == (EventOrigin{"orders.events", 7, 4711, start}));
        QCOMPARE(read.consumer, std::string("parcel-tracking"));
        QCOMPARE(read.attempts.value_or(0), 3);
        QCOMPARE(read.eventType, std::string("ParcelScanned"));
        QCOMPARE(read.failure.exception, std::string(failures::sql));
        QCOMPARE(read.failure.message, letter.failure.message);
        QCOMPARE(read.failure.frame, std::string("projectionist.sandbox.store.KeyedRows.save"));
        QCOMPARE(read.failure.thrown,
                 std::string("org.springframework.kafka.listener.ListenerExecutionFailedException"));
        QCOMPARE(read.failure.chain.size(), std::size_t(4)); // with the restored stack trace
        QCOMPARE(read.failure.chain.at(2).exception,
                 std::string("org.springframework.dao.DataIntegrityViolationException"));
        QCOMPARE(read.flags, 0U);
    }

    void lettersOfTheOwnFormatTellTheSame()
    {
        const auto letter = letterOf("OrderPlaced", {failures::serialization, "unknown field \"gift_message\"", true});
        const DeadLetter read = decodeLetter(recordOf(sandboxLetter(letter, ownWriter)));
        QCOMPARE(read.families, std::vector<std::string>{"Projectionist sandbox"});
        QVERIFY(read.origin == (EventOrigin{"orders.events", 7, 4711, start}));
        QCOMPARE(read.consumer, std::string("order_summary"));
        QCOMPARE(read.attempts.value_or(0), 3);
        QVERIFY(read.failedAt == letter.failedAt);
        QCOMPARE(read.failure.exception, std::string(failures::serialization));
        QCOMPARE(read.failure.message, letter.failure.message);
        QCOMPARE(read.failure.frame, std::string("projectionist.sandbox.events.EventDecoder.field"));
    }

    void theSameCauseIsOneGroupInAllThreeForms_data()
    {
        QTest::addColumn<std::string>("type");
        QTest::addColumn<HandlerFailure>("failure");
        QTest::newRow("geocoder") << std::string("ParcelDelivered")
                                  << HandlerFailure{failures::geocoderTimeout, "PRC-1 was not located", true};
        QTest::newRow("store") << std::string("ParcelScanned")
                               << HandlerFailure{failures::sql, "ERROR: null value in column \"x\"", true};
        QTest::newRow("version") << std::string("OrderPlaced")
                                 << HandlerFailure{failures::serialization, "unknown field", true};
        QTest::newRow("lock") << std::string("OrderPaid")
                              << HandlerFailure{failures::rowLocked, "could not obtain lock", true};
    }
    void theSameCauseIsOneGroupInAllThreeForms()
    {
        QFETCH(std::string, type);
        QFETCH(HandlerFailure, failure);
        const auto letter = letterOf(type, failure);
        const auto spring = decodeLetter(recordOf(springLetter(letter, springWriter)));
        const auto own = decodeLetter(recordOf(sandboxLetter(letter, ownWriter)));
        const auto row = decodeLetter(recordOf(letterRow(letter, "ops_console")), true);
        QCOMPARE(own.reason.frame, spring.reason.frame);
        QCOMPARE(row.reason.frame, spring.reason.frame);
        QVERIFY(!spring.reason.frame.empty());
        QCOMPARE(own.fingerprint, spring.fingerprint);
        QCOMPARE(row.fingerprint, spring.fingerprint);
        QCOMPARE(row.failure.exception, failure.exception);
        QVERIFY(row.origin == (EventOrigin{"orders.events", 7, 4711, std::nullopt}));
        QCOMPARE(row.consumer, std::string("ops_console"));
    }

    void aLetterThatFailsAgainKeepsItsFirstOrigin()
    {
        const auto first = letterOf("ParcelDelivered", {failures::geocoderTimeout, "not located", true});
        Record again = recordOf(springLetter(first, springWriter));
        again.id = {"orders.events", 7};
        again.offset = 5000;
        const HandlerFailure other{failures::rowLocked, "could not obtain lock", true};
        const DeadLetter read = decodeLetter(recordOf(springLetter({again, other, 2, start}, springWriter)));
        QCOMPARE(read.hops.size(), std::size_t(2));
        QCOMPARE(read.origin.offset.value_or(0), 4711);
        QCOMPARE(read.hops.back().from.offset.value_or(0), 5000);
        QCOMPARE(read.failure.exception, std::string(failures::rowLocked));
        QCOMPARE(read.attempts.value_or(0), 2);
        QVERIFY(read.failure.stackTrace.find("Geocoder") == std::string::npos);
    }

    void bytesThatAreNoTextBecomeARowAllTheSame()
    {
        DeadLetterRecord letter{
            {{"orders.events", 0}, 1, start, false, std::string("\xff\0k", 3), std::string("\0\xfe", 2), {}},
            {failures::serialization, std::string("bad \0 \xff", 7), true},
            3,
            start};
        letter.record.headers = {{"type", std::string("\xc3")}, {"empty", ""}, {"null", std::nullopt}};
        const auto row = letterRow(letter, "ops_console");
        QCOMPARE(row.at("payload").get<std::string>(), std::string("00fe"));
        QVERIFY(row.at("headers").at("null").is_null());
        QCOMPARE(row.at("headers").at("empty").get<std::string>(), std::string());
        const auto text = row.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        QVERIFY(text.find("\\u0000") == std::string::npos);
        letter.record.key = letter.record.value = std::nullopt;
        const auto bare = letterRow(letter, "ops_console");
        QVERIFY(bare.at("key").is_null() && bare.at("payload").is_null());
    }

    void whatPoisonBurstSpoilsFailsForEver()
    {
        int scans = 0, orders = 0, others = 0;
        const auto parcels = makeProjection("parcel_tracking", "s");
        for (const auto& event : eventsOf(1, 20'000)) {
            QVERIFY(!undecodable(event));
            Event spoilt = event;
            spoil(spoilt);
            if (spoilt.data == event.data)
                continue;
            const auto why = undecodable(spoilt);
            scans += event.type == "ParcelScanned" && spoilt.data["depot"].is_null() && !why ? 1 : 0;
            orders += event.type == "OrderPlaced" && why && why->find("gift_message") != std::string::npos ? 1 : 0;
            others += event.type != "ParcelScanned" && event.type != "OrderPlaced" ? 1 : 0;
            QVERIFY(!parcels->refuses(spoilt, false)); // left to the store
        }
        QVERIFY2(scans > 150 && scans < 350, std::to_string(scans).c_str());
        QVERIFY2(orders > 150 && orders < 350, std::to_string(orders).c_str());
        QCOMPARE(others, 0);
    }

    void theGeocoderFailsOnlyForLastEventsOfTheirKey()
    {
        int failed = 0;
        for (const auto& event : eventsOf(1, 20'000)) {
            const auto failure = geocoderOutage(event);
            QCOMPARE(failure.has_value(), geocoderOutage(event).has_value());
            if (!failure)
                continue;
            ++failed;
            QVERIFY(failure->deadLetter);
            QVERIFY(event.type == "ParcelDelivered" || event.type == "OrderCompleted");
        }
        QVERIFY2(failed > 300 && failed < 700, std::to_string(failed).c_str());
    }

    void someKeysLoseOneEventAndOthersTheirEnd()
    {
        std::map<std::string, std::vector<std::int64_t>> lost;
        for (const auto& event : eventsOf(1, 20'000)) {
            QVERIFY(!lockedRow("ops_console", event));
            if (lockedRow(event.type.starts_with("Order") ? "order_summary" : "parcel_tracking", event))
                lost[event.aggregate].push_back(event.sequence);
        }
        int ones = 0, ends = 0;
        for (const auto& [key, sequences] : lost) {
            ones += sequences == std::vector<std::int64_t>{2} ? 1 : 0;
            ends += sequences.size() > 1 ? 1 : 0;
            for (std::size_t i = 0; sequences.front() != 2 && i < sequences.size(); ++i)
                QCOMPARE(sequences[i], static_cast<std::int64_t>(i) + 3);
        }
        QVERIFY2(ones > 300 && ends > 100, (std::to_string(ones) + ' ' + std::to_string(ends)).c_str());
    }

    void aNewerVersionWithoutNewFieldsIsRead()
    {
        Event event = firstOf("ParcelScanned");
        event.version = 2;
        QVERIFY(!undecodable(event));
        event.data["dock"] = 3;
        QVERIFY(undecodable(event));
        event.type = "SomethingElse";
        QVERIFY(!undecodable(event));
    }
};

QTEST_APPLESS_MAIN(TestSandboxLetters)
#include "tst_sandboxletters.moc"
