// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/keyevents.h"
#include "tests/support/manualclock.h"

#include <QTest>

using namespace projectionist;

namespace {

const TopicPartition orders{"orders", 0};
constexpr Duration plenty{10'000};

/// A log of one partition as a list of keys by offset; some portions take their time.
class ListedLog final : public KeySearch
{
public:
    explicit ListedLog(ManualClock& clock) : m_clock(clock) {}

    Result<std::vector<KeyRangeOutcome>> find(std::span<const KeyRange> ranges, const Found& found, const Progress&,
                                              Duration limit, const std::stop_token&) override
    {
        std::vector<KeyRangeOutcome> outcomes;
        for (std::size_t range = 0; range < ranges.size(); ++range) {
            read.push_back({ranges[range].from, *ranges[range].until});
            const bool late = read.size() > portionsInTime;
            m_clock.advance(late ? limit : Duration(1));
            for (const auto& [offset, name] : keys)
                for (std::size_t key = 0; key < ranges[range].keys.size(); ++key)
                    if (name == ranges[range].keys[key] && offset >= ranges[range].from &&
                        offset < *ranges[range].until)
                        found(range, key, {offset, [&, at = offset](std::size_t) { return recordAt(at); }});
            outcomes.push_back({ranges[range].from, *ranges[range].until, !late, {}});
        }
        return outcomes;
    }

    static Record recordAt(Offset offset)
    {
        Record record;
        record.id = orders;
        record.offset = offset;
        return record;
    }

    std::map<Offset, std::string> keys;
    std::size_t portionsInTime = 100;
    std::vector<std::pair<Offset, Offset>> read; ///< portions

private:
    ManualClock& m_clock;
};

/// Events at multiples of 10 007 are the first ones of their keys.
LoggedEvent readEvent(const Record& record)
{
    LoggedEvent event;
    event.event.id = record.id;
    event.event.offset = record.offset;
    event.version = record.offset % 10'007 == 0 ? 1 : 7;
    return event;
}

std::string text(const Result<KeyEvents>& found)
{
    std::string lines;
    for (const auto& [key, events] : found->events) {
        lines += key + ':';
        for (const auto& one : events)
            lines += ' ' + std::to_string(one.event.offset);
        lines += '\n';
    }
    return lines + found->gap;
}

} // namespace

class TestKeyEvents : public QObject
{
    Q_OBJECT

    ManualClock m_clock;

private slots:
    void theNewestComeFirstAndNoMoreIsReadThanThat()
    {
        ListedLog log(m_clock);
        log.keys = {{7, "a"}, {990'000, "a"}, {995'000, "b"}, {996'000, "a"}, {997'000, "a"}, {999'999, "b"}};
        const LogRange span{orders, 0, 1'000'000};
        QCOMPARE(text(findLastEvents(log, std::span(&span, 1), {"a", "b"}, 2, &readEvent, m_clock, plenty, {})),
                 std::string("a: 997000 996000\nb: 999999 995000\n"));
        QVERIFY(log.read == (std::vector<std::pair<Offset, Offset>>{{980'000, 1'000'000}}));
    }
    void portionsGrowUntilTheStart()
    {
        ListedLog log(m_clock);
        log.keys = {{3, "a"}, {950'000, "a"}, {1'000'000, "a"}};
        const LogRange span{orders, 5, 1'000'000};
        QCOMPARE(text(findLastEvents(log, std::span(&span, 1), {"a", "z"}, 3, &readEvent, m_clock, plenty, {})),
                 std::string("a: 950000\n"));
        QVERIFY(log.read == (std::vector<std::pair<Offset, Offset>>{
                                {980'000, 1'000'000}, {900'000, 980'000}, {580'000, 900'000}, {5, 580'000}}));
    }
    void nothingIsBeforeAFirstEvent()
    {
        ListedLog log(m_clock);
        log.keys = {{3, "a"}, {10'007 * 99, "a"}, {995'000, "a"}};
        const LogRange span{orders, 0, 1'000'000};
        QCOMPARE(text(findLastEvents(log, std::span(&span, 1), {"a"}, 5, &readEvent, m_clock, plenty, {})),
                 std::string("a: 995000 990693\n"));
        QVERIFY(log.read == (std::vector<std::pair<Offset, Offset>>{{980'000, 1'000'000}}));
    }
    void whatWasNotReadInTimeIsTold()
    {
        ListedLog log(m_clock);
        log.keys = {{950'000, "a"}, {990'000, "a"}};
        log.portionsInTime = 1;
        const LogRange span{orders, 0, 1'000'000};
        // Of a portion that was not read to its end the newest events are not known: none of them counts.
        QCOMPARE(text(findLastEvents(log, std::span(&span, 1), {"a"}, 3, &readEvent, m_clock, plenty, {})),
                 std::string("a: 990000\norders [0] was searched back to offset 980000 only, in the time that there "
                             "was"));
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(
            text(findLastEvents(log, std::span(&span, 1), {"a"}, 3, &readEvent, m_clock, plenty, stop.get_token())),
            std::string("orders [0] was searched back to offset 1000000 only, in the time that there was"));
    }
};

QTEST_GUILESS_MAIN(TestKeyEvents)
#include "tst_keyevents.moc"
