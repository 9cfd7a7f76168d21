// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which the library includes
#include "app/sandbox/business.h"
#include "app/sandbox/controlprotocol.h"
#include "app/sandbox/deadletters.h"
#include "app/sandbox/faults.h"
#include "app/sandbox/rateshape.h"
#include "app/sandbox/schema.h"
#include "app/sandbox/settings.h"
#include "backend/core/verdict.h"
#endif

#include <fstream>
#include <QTemporaryDir>
#include <QTest>

using namespace projectionist;

namespace {

constexpr TimePoint start{Duration(1'795'000'000'000)};

std::vector<Event> eventsOf(Business& business, int count)
{
    std::vector<Event> events;
    for (int i = 0; i < count; ++i)
        events.push_back(business.next(start + Duration(i)).event);
    return events;
}

int countBad(const std::vector<Event>& events)
{
    int bad = 0;
    for (const auto& event : events) {
        const bool amount = event.type == "OrderPaid" && event.data["amount_cents"].is_null();
        bad += amount || event.data.value("currency", "") == "XTS" || event.data.value("depot", "") == "XXX-0" ? 1 : 0;
    }
    return bad;
}

} // namespace

class TestSandboxParts : public QObject
{
    Q_OBJECT
private slots:
    void aDayHasItsMeanRateWithinAnHour()
    {
        double sum = 0;
        for (int second = 0; second < 3600; ++second) {
            const double factor = dayShape(start + std::chrono::seconds(second));
            QVERIFY(factor > 0.3 && factor < 1.7);
            sum += factor;
        }
        QVERIFY(std::abs(sum / 3600 - 1) < 1e-9);
    }

    void aPaceHandsOutTheRateAndMakesUpForNoPause()
    {
        Pace pace;
        std::size_t total = 0;
        for (int tick = 0; tick <= 100; ++tick)
            total += pace.due(12.5, Duration(1000 + tick * 100));
        QVERIFY(total == 125 || total == 124);
        QVERIFY(pace.due(50, Duration(1'000'000)) <= 50);
    }

    void theSameSeedTellsTheSameStory()
    {
        Business one(7, 100), two(7, 100), other(8, 100);
        const auto first = eventsOf(one, 3000), second = eventsOf(two, 3000), third = eventsOf(other, 3000);
        for (std::size_t i = 0; i < first.size(); ++i) {
            QCOMPARE(first[i].id, second[i].id);
            QCOMPARE(first[i].data.dump(), second[i].data.dump());
        }
        QVERIFY(first.back().data != third.back().data);
    }

    void eventsOfAnAggregateAreNumberedWithoutGaps()
    {
        Business business(1, 0);
        std::map<std::string, std::int64_t> last;
        std::map<std::string, int> types;
        for (const auto& event : eventsOf(business, 20'000)) {
            QCOMPARE(event.sequence, last[event.aggregate] + 1);
            last[event.aggregate] = event.sequence;
            ++types[event.type];
        }
        QCOMPARE(types.size(), std::size_t(8));
    }

    void oneEventInSoManyIsBadAndAllThreeKindsCome()
    {
        Business business(1, 200);
        const int bad = countBad(eventsOf(business, 20'000));
        QVERIFY2(bad >= 95 && bad <= 100, std::to_string(bad).c_str());
        Business good(1, 0);
        QCOMPARE(countBad(eventsOf(good, 20'000)), 0);
    }

    void anErasedOrderIsOverAndNothingFollows()
    {
        Business business(1, 0, 200);
        std::map<std::string, std::string> last; // type, by aggregate
        int erased = 0;
        for (int i = 0; i < 20'000; ++i) {
            const Step step = business.next(start + Duration(i));
            auto& former = last[step.event.aggregate];
            QVERIFY(former != "OrderErased");
            QCOMPARE(step.erased, step.event.type == "OrderErased");
            QVERIFY(!step.erased || former == "OrderCompleted" || former == "OrderCancelled");
            erased += step.erased ? 1 : 0;
            former = step.event.type;
        }
        QVERIFY2(erased > 80 && erased <= 100, std::to_string(erased).c_str());
    }

    void poisonIsOneEventOnly()
    {
        Business business(1, 0);
        business.poisonNextScan();
        int poisoned = 0;
        for (const auto& event : eventsOf(business, 5000))
            poisoned += event.data.value("weight_grams", 0) < 0 ? 1 : 0;
        QCOMPARE(poisoned, 1);
        QVERIFY(!business.poisonPending());
    }

    void anEventSurvivesTheWire()
    {
        Business business(3, 0);
        for (const auto& event : eventsOf(business, 50)) {
            const auto out = toRecord(event, "orders.events");
            Record in;
            in.key = out.key;
            in.value = out.value;
            in.headers = out.headers;
            const auto read = toEvent(in);
            QVERIFY(read);
            QCOMPARE(read->id, event.id);
            QCOMPARE(read->type, event.type);
            QCOMPARE(read->version, event.version);
            QCOMPARE(read->aggregate, event.aggregate);
            QCOMPARE(read->sequence, event.sequence);
            QCOMPARE(read->correlationId, event.correlationId);
            QVERIFY(read->occurredAt == event.occurredAt);
            QVERIFY(read->data == event.data);
        }
    }

    void whatIsNoEventIsSaidSo()
    {
        Record record;
        record.value = "{not json";
        QVERIFY(!toEvent(record));
        record.value = R"({"sequence": 1})";
        QVERIFY(!toEvent(record));
        record.headers = {{"occurred-at", "2026-11-21T14:02:11.042Z"}};
        QVERIFY(toEvent(record));
        record.value = R"({"sequence": "1"})";
        QVERIFY(!toEvent(record));
    }

    void faultsAreSharedThroughTheirFile()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("faults.json").toStdString();
        FaultBoard supervisor(file), worker(file);
        QVERIFY(supervisor.set(Fault::Burst, start));
        QVERIFY(supervisor.set(Fault::Poison, start + Duration(5)));
        worker.refresh();
        QVERIFY(worker.active(Fault::Burst) && worker.active(Fault::Poison) && !worker.active(Fault::WorkerHung));
        QVERIFY(worker.since(Fault::Poison) == start + Duration(5));
        SandboxSettings settings;
        QCOMPARE(arrivalRate(settings, worker, start), 500 * dayShape(start));
        settings.steady = true;
        QCOMPARE(arrivalRate(settings, worker, start), 500.0);
        settings.steady = false;
        QVERIFY(supervisor.clear(Fault::Burst));
        worker.refresh();
        QCOMPARE(arrivalRate(settings, worker, start), 50 * dayShape(start));
    }

    void everyFaultSaysWhatToSeeAndWhichVerdictComes()
    {
        for (std::size_t i = 0; i < faultTexts().size(); ++i) {
            const auto& text = faultTexts()[i];
            QCOMPARE(static_cast<std::size_t>(text.fault), i);
            QVERIFY(findFault(text.name) == &text);
            QVERIFY(std::string_view(text.see).find("lear") != std::string_view::npos ||
                    std::string_view(text.see).find("Ends by itself") != std::string_view::npos);
            QVERIFY(std::string_view(text.verdict).empty() || verdictKindFromString(text.verdict));
        }
    }

    void everyFaultIsCompletedAndInTheManual()
    {
        const auto read = [](const char* file) {
            std::ifstream stream(file);
            return std::string{std::istreambuf_iterator<char>(stream), {}};
        };
        const std::string completion = read(COMPLETION);
        std::string manual = read(MANUAL);
        std::erase(manual, '\\');
        for (const auto& text : faultTexts()) {
            QVERIFY2(completion.find(std::string(" ") + text.name + ' ') != std::string::npos ||
                         completion.find(std::string("\"") + text.name + ' ') != std::string::npos,
                     text.name);
            QVERIFY2(manual.find(std::string(".B ") + text.name + '\n') != std::string::npos, text.name);
        }
    }

    void settingsSurviveTheirFile()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("settings.json").toStdString();
        SandboxSettings settings;
        settings.broker = {{"bootstrap.servers", "127.0.0.1:1"}};
        settings.postgres = "host=/tmp/x";
        settings.rate = 12.5;
        settings.faults = "/tmp/faults";
        QVERIFY(save(settings, file));
        QVERIFY(loadSettings(file) == settings);
        QCOMPARE(static_cast<int>(std::filesystem::status(file).permissions()), 0600);
        QVERIFY(!loadSettings(folder.filePath("none").toStdString()));
    }

    void faultsAndStatusSurviveTheControlSocket()
    {
        const SandboxFault fault{"poison", "t", "s", "p", "blocked", "r", true, start};
        QVERIFY(nlohmann::json(fault).get<SandboxFault>() == fault);
        const SandboxStatus status{"/tmp/w.toml", start, 50, "b", "s", {{"relay", "running", 4711, 2}}};
        QVERIFY(nlohmann::json(status).get<SandboxStatus>() == status);
        const Error error{ErrorKind::Permission, "a", "b", "c", true};
        QVERIFY(errorFromJson(errorToJson(error)) == error);
    }

    void onlySchemasOfItsOwnAreTouched()
    {
        for (const char* good : {"sandbox_orders", "sandbox_a1"})
            QVERIFY(isSandboxSchema(good));
        for (const char* bad : {"public", "sandbox_", "sandbox_A", "sandbox_x; DROP TABLE y", "orders"})
            QVERIFY(!isSandboxSchema(bad));
    }
};

QTEST_APPLESS_MAIN(TestSandboxParts)
#include "tst_sandboxparts.moc"
