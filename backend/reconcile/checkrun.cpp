// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/checkrun.h"

#include "backend/core/format.h"
#include "backend/reconcile/samedatabase.h"
#include "backend/reconcile/twostores.h"
#include "backend/store/cells.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

bool isSetRight(const CheckSettings& check)
{
    const bool keyed = check.kind == CheckKind::Count || !check.key.empty();
    return keyed && !check.expected.store.empty() && !check.actual.store.empty();
}

Result<std::int64_t> countRows(const SideReader& side)
{
    return side.reader.query("SELECT count(*) FROM " + side.shape.sql + " AS r").map([](const Rows& rows) {
        return numberIn<std::int64_t>(rows.rows.front().front().value_or("")).value_or(0);
    });
}

/// Which server and database a session is on; the answer of two sessions is alike only in one database.
Result<std::string> placeOf(SnapshotReader& reader)
{
    return reader
        .query("SELECT pg_catalog.pg_postmaster_start_time(), d.oid, d.datname FROM pg_catalog.pg_database d WHERE "
               "d.datname = pg_catalog.current_database()")
        .map([](const Rows& rows) {
            std::string place;
            for (const auto& cell : rows.rows.front())
                place += cell.value_or("") + '\n';
            return place;
        });
}

Error unusable(const CheckSettings& check, const std::vector<CheckFinding>& findings)
{
    Error error{
        ErrorKind::Configuration, fmt::format("Check \"{}\" cannot be run", check.name), "it has no key", {}, false};
    for (const auto& finding : findings)
        if (finding.level == DiagnosticLevel::Error) {
            error.why = (finding.column.empty() ? "" : '"' + finding.column + "\": ") + finding.text;
            error.next = finding.next;
            break;
        }
    return error;
}

/// What was found when a difference was read once more; `calm`: all that was written before is applied.
DriftState stateAfter(const RowDifference& before, const RowDifference& now, bool calm)
{
    const bool same = now.expected.has_value() == now.actual.has_value() && now.differing.empty();
    if (same)
        return DriftState::Settled;
    // As the source of truth stood unchanged meanwhile, no event of this key that matters is under way.
    return calm && now.expected == before.expected ? DriftState::Confirmed : DriftState::Pending;
}

} // namespace

struct CheckRun::Sides
{
    SnapshotReader* expectedReader = nullptr;
    SnapshotReader* actualReader = nullptr;
    StoreSettings expectedStore;
    StoreSettings actualStore;
    RelationShape expected;
    RelationShape actual;
    ComparisonPlan plan;

    [[nodiscard]] SideReader expectedSide() const { return {*expectedReader, expected, ComparedSide::Expected}; }
    [[nodiscard]] SideReader actualSide() const { return {*actualReader, actual, ComparedSide::Actual}; }
};

bool CheckLint::usable() const
{
    return std::none_of(findings.begin(), findings.end(),
                        [](const auto& finding) { return finding.level == DiagnosticLevel::Error; });
}

CheckRun::CheckRun(const CheckSettings& check, const Workspace& workspace, OpenSnapshotReader open, const Clock& clock,
                   FlightWatch* flight)
    : m_check(check), m_workspace(workspace), m_open(std::move(open)), m_clock(clock), m_flight(flight)
{
}

void CheckRun::cancel() noexcept
{
    const std::lock_guard lock(m_mutex);
    m_cancelled = true;
    for (const auto& reader : m_readers)
        reader->cancel();
    if (m_flight)
        m_flight->cancel();
    m_wake.notify_all();
}

Error CheckRun::cancelled() const
{
    return {ErrorKind::Cancelled, fmt::format("Check \"{}\" was cancelled", m_check.name), {}, {}, false};
}

Result<SnapshotReader*> CheckRun::open(const StoreSettings& store)
{
    auto reader = m_open(store);
    if (!reader)
        return tl::unexpected(reader.error());
    const std::lock_guard lock(m_mutex);
    if (m_cancelled)
        return tl::unexpected(cancelled());
    m_readers.push_back(*std::move(reader));
    return m_readers.back().get();
}

Result<void> CheckRun::beginBoth(Sides& sides)
{
    // The read model first: see readByKeys().
    return sides.actualReader->begin()
        .and_then([&] { return sides.actualReader->query("SELECT 1"); })
        .and_then([&](const Rows&) { return sides.expectedReader->begin(); });
}

Result<void> CheckRun::prepare(Sides& sides)
{
    const auto* const expected = m_workspace.store(m_check.expected.store);
    const auto* const actual = m_workspace.store(m_check.actual.store);
    if (!expected || !actual || !isSetRight(m_check))
        return tl::unexpected(Error{ErrorKind::Configuration, fmt::format("Check \"{}\" cannot be run", m_check.name),
                                    "it lacks a store, a side or a key", "\"projectionistctl config check\" says what.",
                                    false});
    sides.expectedStore = *expected;
    sides.actualStore = *actual;
    sides.expectedStore.statementTimeout = sides.actualStore.statementTimeout = m_check.statementTimeout;
    const auto expectedReader = open(sides.expectedStore);
    const auto actualReader = open(sides.actualStore);
    if (!expectedReader || !actualReader)
        return tl::unexpected(expectedReader ? actualReader.error() : expectedReader.error());
    sides.expectedReader = *expectedReader;
    sides.actualReader = *actualReader;
    if (auto begun = beginBoth(sides); !begun)
        return begun;
    auto shape = readRelationShape(*sides.expectedReader, m_check.expected);
    auto other = readRelationShape(*sides.actualReader, m_check.actual);
    if (!shape || !other)
        return tl::unexpected(shape ? other.error() : shape.error());
    sides.expected = *std::move(shape);
    sides.actual = *std::move(other);
    if (m_check.kind == CheckKind::Rows)
        sides.plan = planComparison(m_check, sides.expected, sides.actual);
    return {};
}

Result<CheckLint> CheckRun::lint()
{
    Sides sides;
    if (const auto prepared = prepare(sides); !prepared)
        return tl::unexpected(prepared.error());
    CheckLint lint{sides.plan.findings, {}};
    for (const auto& column : sides.plan.columns)
        lint.columns.push_back(column.name);
    if (m_check.kind == CheckKind::Rows && sides.plan.usable())
        for (const auto& side : {sides.expectedSide(), sides.actualSide()})
            if (const auto keys = checkKeys(sides.plan, side); !keys) {
                if (keys.error().kind != ErrorKind::InvalidData)
                    return tl::unexpected(keys.error());
                lint.findings.push_back(
                    {DiagnosticLevel::Error, {}, keys.error().what + ": " + keys.error().why, keys.error().next});
            }
    if (m_check.projection.empty())
        lint.findings.push_back({DiagnosticLevel::Info,
                                 {},
                                 "the check belongs to no projection, so nothing is known of events in flight",
                                 "add projection = \"...\""});
    return lint;
}

Result<CheckResult> CheckRun::run(const OnCheckProgress& progress)
{
    CheckResult result;
    result.check = m_check.name;
    result.kind = m_check.kind;
    result.severity = m_check.severity;
    result.began = m_clock.now();
    const Duration start = m_clock.monotonic();
    Sides sides;
    if (m_flight)
        result.through = m_flight->positions();
    result.verifiedAt = m_clock.now();
    auto done = prepare(sides);
    if (done)
        done = m_check.kind == CheckKind::Rows ? compareRows(sides, result, progress) : compareCounts(sides, result);
    for (auto* reader : {sides.expectedReader, sides.actualReader})
        if (reader)
            reader->end();
    if (m_cancelled)
        return tl::unexpected(cancelled());
    if (!done)
        return tl::unexpected(done.error());
    result.took = m_clock.monotonic() - start;
    return result;
}

Result<void> CheckRun::compareRows(Sides& sides, CheckResult& result, const OnCheckProgress& progress)
{
    result.findings = sides.plan.findings;
    if (!sides.plan.usable())
        return tl::unexpected(unusable(m_check, sides.plan.findings));
    for (const auto& column : sides.plan.key)
        result.keyColumns.push_back(column.name);
    for (const auto& column : sides.plan.columns)
        result.columns.push_back(column.name);
    for (const auto& side : {sides.expectedSide(), sides.actualSide()})
        if (auto keys = checkKeys(sides.plan, side); !keys)
            return keys;
    auto compared = compare(sides, result, progress);
    if (!compared)
        return tl::unexpected(compared.error());
    result.why = compared->why;
    result.expectedRows = compared->expectedRows;
    result.actualRows = compared->actualRows;
    result.complete = compared->complete;
    result.differences = std::move(compared->differences);
    return settle(sides, result);
}

Result<std::optional<std::string>> CheckRun::obstacleToJoining(Sides& sides)
{
    const auto expected = placeOf(*sides.expectedReader);
    const auto actual = placeOf(*sides.actualReader);
    if (!expected || !actual)
        return tl::unexpected(expected ? actual.error() : expected.error());
    if (*expected != *actual)
        return std::optional("the sides are in different databases");
    // One login may not see what the other sees.
    if (sides.expectedStore.connection != sides.actualStore.connection)
        return std::optional("the sides are in one database, but read by different logins");
    return obstacleToJoin(sides.plan, sides.expectedSide(), sides.actualSide());
}

Result<Compared> CheckRun::compare(Sides& sides, CheckResult& result, const OnCheckProgress& progress)
{
    const auto obstacle = obstacleToJoining(sides);
    if (!obstacle)
        return tl::unexpected(obstacle.error());
    if (*obstacle) {
        result.engine = CheckEngine::TwoStreams;
        auto compared =
            compareStreams(sides.plan, sides.expectedSide(), sides.actualSide(), m_check.maxDifferences, progress);
        if (compared)
            compared->why =
                fmt::format("{}, so both are streamed in the order of their keys and merged here", **obstacle);
        return compared;
    }
    result.engine = CheckEngine::SameDatabase;
    // One snapshot for both sides, so that nothing is in flight between two readings.
    const auto snapshot = sides.actualReader->exportSnapshot();
    if (!snapshot)
        return tl::unexpected(snapshot.error());
    if (const auto begun = sides.expectedReader->begin(*snapshot); !begun)
        return tl::unexpected(begun.error());
    return compareInDatabase(sides.plan, sides.expected, sides.actual, {*sides.actualReader, *sides.expectedReader},
                             m_check.maxDifferences, progress);
}

Result<void> CheckRun::waitForSettling(CheckResult& result)
{
    result.rule = fmt::format("read again after {}, and the expected row stood unchanged meanwhile",
                              formatDuration(m_check.settle));
    std::unique_lock lock(m_mutex);
    if (m_wake.wait_for(lock, m_check.settle, [this] { return m_cancelled.load(); }))
        return tl::unexpected(cancelled());
    return {};
}

Result<bool> CheckRun::waitForFlight(CheckResult& result)
{
    if (const auto waited = waitForSettling(result); !waited)
        return tl::unexpected(waited.error());
    if (!m_flight) {
        result.rule += "; nothing is known of events in flight";
        return true;
    }
    std::string obstacle;
    const auto passed = m_flight->waitUntilPassed(obstacle);
    if (!passed)
        return tl::unexpected(passed.error());
    result.rule += "; " + m_flight->rule();
    if (*passed)
        result.through = m_flight->positions();
    else
        result.rule += "; not so here: " + obstacle;
    return *passed;
}

Result<void> CheckRun::settle(Sides& sides, CheckResult& result)
{
    std::vector<RowDifference> open = std::exchange(result.differences, {});
    // Most of what is in flight lands within a moment: a first look is worth no wait for the projection.
    for (int round = m_flight ? 0 : 1; round <= mostRounds && !open.empty(); ++round) {
        sides.expectedReader->end();
        sides.actualReader->end();
        const auto calm = round == 0 ? waitForSettling(result).map([] { return false; }) : waitForFlight(result);
        if (!calm)
            return tl::unexpected(calm.error());
        result.verifiedAt = m_clock.now();
        if (auto begun = beginBoth(sides); !begun)
            return begun;
        std::vector<RowKey> keys;
        for (const auto& one : open)
            keys.push_back(one.key);
        auto now = readByKeys(sides.plan, sides.expectedSide(), sides.actualSide(), keys);
        if (!now)
            return tl::unexpected(now.error());
        std::vector<RowDifference> left;
        for (std::size_t i = 0; i < open.size(); ++i) {
            auto& row = (*now)[i];
            row.state = stateAfter(open[i], row, *calm);
            result.settled += row.state == DriftState::Settled ? 1 : 0;
            if (row.state != DriftState::Settled)
                (row.state == DriftState::Confirmed ? result.differences : left).push_back(std::move(row));
        }
        open = std::move(left);
        if (!*calm && round > 0) // it will not be so a moment later
            break;
    }
    std::move(open.begin(), open.end(), std::back_inserter(result.differences));
    std::sort(result.differences.begin(), result.differences.end(),
              [&](const auto& a, const auto& b) { return sides.plan.compareKeys(a.key, b.key) < 0; });
    return {};
}

Result<void> CheckRun::compareCounts(Sides& sides, CheckResult& result)
{
    result.engine = CheckEngine::Counts;
    result.why = "each store counts its own rows";
    std::optional<std::int64_t> before;
    bool calm = false;
    for (int round = 0; round <= mostRounds; ++round) {
        const auto actual = countRows(sides.actualSide());
        const auto expected = countRows(sides.expectedSide());
        if (!actual || !expected)
            return tl::unexpected(actual ? expected.error() : actual.error());
        result.expectedRows = *expected;
        result.actualRows = *actual;
        if (*expected == *actual) {
            if (result.counts)
                result.counts = DriftState::Settled;
            return {};
        }
        const bool confirmed = calm && before == *expected;
        result.counts = confirmed ? DriftState::Confirmed : DriftState::Pending;
        if (confirmed || round == mostRounds || (round > 0 && !calm))
            return {};
        before = *expected;
        sides.expectedReader->end();
        sides.actualReader->end();
        const auto waited = waitForFlight(result);
        if (!waited)
            return tl::unexpected(waited.error());
        calm = *waited;
        result.verifiedAt = m_clock.now();
        if (auto begun = beginBoth(sides); !begun)
            return begun;
    }
    return {};
}

} // namespace projectionist
