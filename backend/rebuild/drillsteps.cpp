// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What each drill does.
#include "backend/core/format.h"
#include "backend/rebuild/drillrun.h"
#include "backend/rebuild/scratchflight.h"
#include "backend/rebuild/workerchild.h"
#include "backend/rebuild/workerorder.h"

#include <algorithm>
#include <fmt/format.h>
#include <random>
#include <thread>

namespace projectionist {

namespace {

constexpr Duration childLimit{120'000};
/// Batches of a worker that is to be killed in the middle of them.
constexpr std::int64_t batchesToKill = 40;

/// A stage of a batch, told when it is over, and how long after it the worker dies.
struct Death
{
    int batch = 0;
    const char* stage = "";
    std::chrono::microseconds after{0};
};

/// Each stage in turn, the most dangerous one first.
Death nextDeath(int kills, std::mt19937& random)
{
    constexpr std::array stages{"rows", "positions", "committed", "began"};
    std::uniform_int_distribution<int> batch(0, 3);
    std::uniform_int_distribution<int> after(0, 3000);
    return {batch(random), stages[static_cast<std::size_t>(kills) % stages.size()],
            std::chrono::microseconds(after(random))};
}

RowDifference exchanged(RowDifference one)
{
    std::swap(one.expected, one.actual);
    return one;
}

} // namespace

Result<void> DrillRun::drillIdempotency()
{
    const auto upTo = takeEvents(m_request.events);
    if (!upTo)
        return tl::unexpected(upTo.error());
    const auto once = buildClean("once", *upTo);
    auto twice = m_bench->addTable("twice");
    if (!once || !twice)
        return tl::unexpected(once ? twice.error() : once.error());
    if (auto copied = m_bench->copyRows(*once, *twice); !copied)
        return copied;
    see("They were applied once, and the rows copied; to the copy they were applied once more, from the first one on.");
    if (const auto again = m_bench->apply(*twice, *upTo, progressOf("applying them again")); !again)
        return tl::unexpected(again.error());
    m_result.passed = true;
    return judge(*once, *twice, "The second time changed nothing",
                 "The second time changed rows: events that were applied already count again");
}

Result<void> DrillRun::drillCrashRecovery()
{
    const auto upTo = takeEvents(m_request.events);
    if (!upTo)
        return tl::unexpected(upTo.error());
    const auto clean = buildClean("clean", *upTo);
    const auto killed = m_bench->addTable("killed");
    if (!clean || !killed)
        return tl::unexpected(clean ? killed.error() : clean.error());
    if (auto done = killRepeatedly(*killed, *upTo); !done)
        return done;
    m_result.passed = true;
    return judge(*clean, *killed, "A worker that was never killed makes the same",
                 "A worker that was never killed makes other rows");
}

Result<void> DrillRun::killRepeatedly(const TargetTables& tables, const NextOffsets& upTo)
{
    const auto share = m_result.events / batchesToKill;
    const WorkerOrder order{m_request.context, m_request.projection, tables, upTo,
                            static_cast<std::size_t>(std::max<std::int64_t>(share, 1))};
    std::mt19937 random{std::random_device{}()};
    int kills = 0;
    std::string where;
    for (bool done = false; !done;) {
        tell(fmt::format("killing the worker, {} of {} times so far", kills, m_request.kills));
        WorkerChild child;
        if (auto started = child.start(m_connectors.worker, order.text()); !started)
            return started;
        auto death = nextDeath(kills, random);
        for (bool dead = false; !dead && !done;) {
            const auto line = child.nextLine(childLimit, m_stop.get_token());
            if (!line)
                return tl::unexpected(line.error());
            if (!*line || (*line)->starts_with("error"))
                return tl::unexpected(Error{ErrorKind::Internal,
                                            "The worker ended before it was killed",
                                            line->value_or("it said nothing"),
                                            {},
                                            false});
            done = **line == "done";
            if (kills == m_request.kills || **line != death.stage || death.batch-- > 0)
                continue;
            std::this_thread::sleep_for(death.after);
            child.kill();
            dead = true;
            ++kills;
            where += (where.empty() ? "" : ", ") + fmt::format("after \"{}\"", death.stage);
        }
    }
    return kills > 0 ? sawKills(kills, where)
                     : tl::unexpected(
                           Error{ErrorKind::NotFound, "The worker was not killed",
                                 fmt::format("it was done with its {} events too soon", formatNumber(m_result.events)),
                                 "Take more events.", true});
}

Result<void> DrillRun::sawKills(int kills, const std::string& where)
{
    see(fmt::format(
        "A worker in a process of its own was killed {} times by SIGKILL ({}), started again each time, and "
        "then left to its end.",
        kills, where));
    return {};
}

Result<void> DrillRun::drillAtomicity()
{
    const auto upTo = takeEvents(m_request.events);
    if (!upTo)
        return tl::unexpected(upTo.error());
    std::int64_t half = 0;
    const auto firstHalf = m_bench->firstEvents(std::max<std::int64_t>(m_result.events / 2, 1), half);
    if (!firstHalf)
        return tl::unexpected(firstHalf.error());
    const auto stopped = buildClean("stopped", *firstHalf);
    const auto before = m_bench->addTable("before");
    const auto session = m_bench->workerSession();
    if (!stopped || !before || !session)
        return tl::unexpected(!stopped ? stopped.error() : !before ? before.error() : session.error());
    const auto positions = m_bench->positionsOf(*stopped);
    if (auto copied = m_bench->copyRows(*stopped, *before); !copied || !positions)
        return copied ? tl::unexpected(positions.error()) : copied;
    Result<void> ended = tl::unexpected(Error{ErrorKind::NotFound, "The session was not ended",
                                              "there was nothing left to be written", "Take more events.", false});
    const auto cut = m_bench->apply(*stopped, *upTo, {}, [&](WriteStage stage) {
        if (stage == WriteStage::RowsWritten && !ended)
            ended = m_bench->endSession(*session);
    });
    if (!ended)
        return ended;
    see(fmt::format("{} events were applied; in the middle of the next batch the worker's session was ended between "
                    "its rows and its positions: {}.",
                    formatNumber(half), cut ? "it did not notice" : cut.error().what));
    return judgeStopped(*stopped, *before, *positions, *upTo);
}

Result<void> DrillRun::judgeStopped(const TargetTables& stopped, const TargetTables& before,
                                    const NextOffsets& positions, const NextOffsets& upTo)
{
    const auto after = m_bench->positionsOf(stopped);
    if (!after)
        return tl::unexpected(after.error());
    m_result.passed = *after == positions;
    see(m_result.passed ? "The positions are what they were." : "The positions have moved.");
    if (auto same = judge(before, stopped, "The rows are what they were",
                          "The rows have changed, and the positions do not tell");
        !same)
        return same;
    if (const auto rest = m_bench->apply(stopped, upTo, progressOf("going on")); !rest)
        return tl::unexpected(rest.error());
    const auto clean = buildClean("clean", upTo);
    return clean ? judge(*clean, stopped, "Going on from there makes what a worker without trouble makes",
                         "Going on from there makes other rows than a worker without trouble")
                 : tl::unexpected(clean.error());
}

Result<void> DrillRun::drillReprojection()
{
    const auto lost = m_bench->lostBeginning();
    if (!lost || !lost->empty())
        return tl::unexpected(lost ? Error{ErrorKind::InvalidData, "The rows cannot be made from the log again", *lost,
                                           "Keep the log for ever (retention.ms = -1).", false}
                                   : lost.error());
    const auto tables = m_bench->addTable("beside");
    if (!tables)
        return tl::unexpected(tables.error());
    ScratchFlight flight(m_workspace, *m_projection, m_connectors.letters, *m_bench, *tables, m_clock,
                         m_stop.get_token());
    const auto applied = flight.catchUp(progressOf("building beside"));
    if (!applied)
        return tl::unexpected(applied.error());
    if (*applied == 0)
        return tl::unexpected(Error{ErrorKind::NotFound, "There is nothing to drill with",
                                    "the projection has not applied an event yet", "Wait for the first ones.", false});
    m_result.events = *applied;
    see(fmt::format("{} events were applied from the log's start up to where the projection was.",
                    formatNumber(*applied)));
    return compareWithLive(*tables, flight);
}

Result<void> DrillRun::compareWithLive(const TargetTables& tables, FlightWatch& flight)
{
    const auto& declared = m_bench->worker().declaration();
    CheckSettings check;
    check.name = "reprojection of " + m_request.projection;
    check.context = m_request.context;
    check.projection = m_request.projection;
    // The table in use leads: what differs is read again once the one beside has come to where it is.
    check.expected = {m_bench->store().name, m_bench->live(), {}, {}};
    check.actual = {m_bench->store().name, tables.rows, {}, {}};
    check.key.assign(declared.columns().begin(),
                     declared.columns().begin() + static_cast<std::ptrdiff_t>(declared.keySize()));
    check.columns.assign(declared.columns().begin() + static_cast<std::ptrdiff_t>(declared.keySize()),
                         declared.columns().end());
    check.emptyIsDrift = true;
    check.settle = Duration(100);
    CheckRun run(check, m_workspace, m_connectors.snapshots, m_clock, &flight, m_connectors.letters);
    {
        const std::lock_guard lock(m_mutex);
        m_check = &run;
    }
    if (m_stop.stop_requested())
        run.cancel();
    tell("comparing with the table in use");
    auto compared = run.run();
    {
        const std::lock_guard lock(m_mutex);
        m_check = nullptr;
    }
    return compared ? takeCompared(*std::move(compared)) : tl::unexpected(compared.error());
}

Result<void> DrillRun::takeCompared(CheckResult compared)
{
    m_result.rows = std::max(compared.expectedRows, compared.actualRows);
    const auto pending = compared.count(DriftState::Pending);
    m_result.differing = static_cast<std::int64_t>(compared.count(DriftState::Confirmed));
    m_result.passed = m_result.differing == 0 && compared.complete;
    see(m_result.differing == 0
            ? fmt::format("The table in use has the rows that the log makes: {} rows.", formatNumber(m_result.rows))
            : fmt::format("{}{} of {} rows of the table in use are not what the log makes.",
                          compared.complete ? "" : "At least ", formatNumber(m_result.differing),
                          formatNumber(m_result.rows)));
    if (compared.settled > 0)
        see(fmt::format("{} rows differed because they were being changed; they were equal a moment later.",
                        formatNumber(static_cast<std::int64_t>(compared.settled))));
    if (pending > 0)
        see(fmt::format("{} rows were changed faster than they could be compared: of them nothing is known.",
                        formatNumber(static_cast<std::int64_t>(pending))));
    std::erase_if(compared.differences, [](const auto& one) { return one.state != DriftState::Confirmed; });
    compared.differences.resize(std::min(compared.differences.size(), mostRowsShown));
    std::ranges::transform(compared.differences, compared.differences.begin(), exchanged);
    std::swap(compared.expectedRows, compared.actualRows);
    m_result.compared = std::move(compared);
    return {};
}

} // namespace projectionist
