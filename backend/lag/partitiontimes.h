// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/sample.h"

namespace projectionist {

/// A look-up in the time index. Not open: the first event with a timestamp >= time is at offset. Open: no event was
/// that young when the head stood at offset.
struct TimeProbe
{
    TimePoint time{};
    Offset offset = 0;
    bool open = false;
    std::uint32_t used = 0; ///< the least recently used probe gives way
};

/// What is known of offsets and times in one partition. With f(t) = first offset with a timestamp >= t, the time of an
/// offset q is T(q) = max { t : f(t) <= q }: the record's own time where times rise, the running maximum where they do
/// not. Three kinds of knowledge: probes of f, records that were read, and when the cycles saw which head. Bounded.
class PartitionTimes
{
public:
    struct Limits
    {
        std::size_t probes = 64;
        std::size_t heads = 120;
        std::size_t records = 16;
    };
    struct Bracket
    {
        std::optional<TimeProbe> low;  ///< T(q) >= low.time
        std::optional<TimeProbe> high; ///< T(q) < high.time
        /// T(q) to the millisecond.
        [[nodiscard]] std::optional<TimePoint> exact() const;
    };
    struct Estimate
    {
        TimeLag lag;
        bool settled = false; ///< more look-ups would not make it better
    };
    enum class Motion : std::uint8_t
    {
        New,
        Moves,
        Stands
    };
    struct Moment
    {
        TimePoint now{};
        Duration monotonic{0};
    };

    /// Takes note of the head as a cycle saw it. False: it went backwards, so all that was known is forgotten.
    [[nodiscard]] bool seeHead(Offset head, Duration monotonic, const Limits& limits);
    void learnProbe(TimePoint time, std::optional<Offset> answer, const Limits& limits);
    /// The first readable record at or after `asked` has this time; nullopt: none was got, which is to be tried again
    /// after a pause.
    void learnRecord(Offset asked, std::optional<TimePoint> time, Duration monotonic, const Limits& limits);
    void forget();

    [[nodiscard]] Bracket bracket(Offset offset);
    /// The age of the event at `offset`, which is below the head. For a position that stands still only the exact time
    /// will do, for a moving one a narrow interval is as good, for a new one it depends on what is already known.
    [[nodiscard]] Estimate estimate(Offset offset, Moment moment, Motion motion);
    /// The index names an earlier record for T(offset): another one of the same time, or the record at the offset was
    /// compacted away or is a transaction's marker. Reading tells.
    [[nodiscard]] bool worthReading(Offset offset, Moment moment);
    /// The offset, or the one from which on there can be an event again, if reading found none at it.
    [[nodiscard]] Offset skipUnreadable(Offset offset) const;
    /// Read, or tried a short while ago.
    [[nodiscard]] bool hasRecord(Offset offset, Duration monotonic) const;
    [[nodiscard]] Offset head() const { return m_heads.empty() ? 0 : m_heads.back().head; }

    /// Judged by what was asked for in the last cycle; asked() notes it for the next one.
    [[nodiscard]] Motion motion(Offset offset) const;
    void asked(Offset offset) { m_asked.push_back(offset); }

private:
    struct SeenHead
    {
        Offset head = 0;
        Duration first{0};
        Duration last{0};
    };
    struct KnownRecord
    {
        Offset offset = 0;
        std::optional<TimePoint> time;
        Duration readAt{0};
        std::optional<Offset> emptyUpTo; ///< nothing readable below this: compacted away, or markers of transactions
    };
    [[nodiscard]] std::optional<TimePoint> exactTime(Offset offset, const Bracket& known);
    [[nodiscard]] std::optional<TimeLag> byRecord(Offset offset, TimePoint now) const;
    [[nodiscard]] std::optional<TimeLag> betweenRecords(Offset offset, TimePoint now) const;
    [[nodiscard]] std::optional<TimeLag> byArrival(Offset offset, Duration monotonic) const;
    [[nodiscard]] TimeLag loose(const Bracket& bracket, Offset offset, Moment moment) const;

    std::vector<TimeProbe> m_probes;                   ///< sorted by time
    std::vector<SeenHead> m_heads;                     ///< oldest first
    std::vector<KnownRecord> m_records;                ///< sorted by offset
    std::vector<std::pair<Offset, TimePoint>> m_exact; ///< found, for offsets that are still asked for; sorted
    std::vector<Offset> m_asked;                       ///< in this cycle
    std::vector<Offset> m_askedBefore;                 ///< in the last one, sorted
    std::uint32_t m_uses = 0;
};

} // namespace projectionist
