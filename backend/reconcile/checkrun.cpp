// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/checkrun.h"

#include "backend/core/format.h"
#include "backend/reconcile/declarationcheck.h"
#include "backend/reconcile/emptyside.h"
#include "backend/reconcile/enginechoice.h"
#include "backend/reconcile/logorder.h"
#include "backend/reconcile/steadycomparison.h"
#include "backend/reconcile/twostores.h"
#include "backend/store/cells.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace projectionist {

namespace {

/// A check of one side's order is run as one of its problems against none, which its store makes.
CheckSettings withBothSides(CheckSettings check, const Workspace& workspace)
{
    check = checkOfDeclaration(std::move(check), workspace);
    if (check.kind == CheckKind::Order)
        check.expected = check.actual;
    return check;
}

bool isError(const CheckFinding& finding)
{
    return finding.level == DiagnosticLevel::Error;
}

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

Error unusable(const CheckSettings& check, const std::vector<CheckFinding>& findings)
{
    Error error{
        ErrorKind::Configuration, fmt::format("Check \"{}\" cannot be run", check.name), "it has no key", {}, false};
    for (const auto& finding : findings)
        if (isError(finding)) {
            error.why = (finding.column.empty() ? "" : '"' + finding.column + "\": ") + finding.text;
            error.next = finding.next;
            break;
        }
    return error;
}

/// What was found when a difference was read once more; `calm`: all that was written before is applied.
DriftState stateAfter(const RowDifference& before, const RowDifference& now, bool calm)
{
    if (isSame(now))
        return DriftState::Settled;
    // As the source of truth stood unchanged meanwhile, no event of this key that matters is under way.
    return calm && now.expected == before.expected ? DriftState::Confirmed : DriftState::Pending;
}

} // namespace

bool CheckLint::usable() const
{
    return std::none_of(findings.begin(), findings.end(), isError);
}

CheckRun::CheckRun(const CheckSettings& check, const Workspace& workspace, OpenSnapshotReader open, const Clock& clock,
                   FlightWatch* flight, LetterConnectors log)
    : m_check(withBothSides(check, workspace))
    , m_workspace(workspace)
    , m_open(std::move(open))
    , m_clock(clock)
    , m_flight(flight)
    , m_log(std::move(log))
    , m_pace(clock, check.budget, check.statementTimeout)
    , m_load(check.throttle)
{
}

void CheckRun::cancel() noexcept
{
    const std::lock_guard lock(m_mutex);
    m_cancelled = true;
    m_stop.request_stop();
    for (const auto& reader : m_readers)
        reader->cancel();
    if (m_flight)
        m_flight->cancel();
    m_pace.cancel();
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

Result<void> CheckRun::watchLoad()
{
    if (m_check.throttle == CheckThrottle{})
        return {};
    std::set<std::string> names;
    for (const auto* side : {&m_check.expected, &m_check.actual}) {
        const auto* const store = m_workspace.store(side->store);
        if (!store || !names.insert(side->store).second)
            continue;
        const auto reader = open(*store);
        if (!reader)
            return tl::unexpected(reader.error());
        m_load.add(side->store, **reader);
    }
    return {};
}

Result<void> CheckRun::prepare(CheckSides& sides)
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
    m_pace.waitForTurn();
    if (auto begun = sides.begin(); !begun)
        return begun;
    m_pace.tookSnapshot();
    auto other = readRelationShape(*sides.actualReader, m_check.actual);
    if (!other)
        return tl::unexpected(other.error());
    sides.actual = *std::move(other);
    if (m_check.kind == CheckKind::Events) {
        m_fold = std::make_unique<FoldedSide>(m_check, m_workspace, m_log, m_clock, m_stop.get_token());
        if (auto shaped = m_fold->shape(sides); !shaped)
            return shaped;
    } else {
        auto shape = readRelationShape(*sides.expectedReader, m_check.expected);
        if (!shape)
            return tl::unexpected(shape.error());
        sides.expected = *std::move(shape);
    }
    return planSides(m_check, m_clock.now(), sides);
}

Result<CheckLint> CheckRun::lint()
{
    if (isOfLog(m_check))
        return CheckLint{lintLogOrder(m_check, m_workspace), {}};
    if (m_check.kind == CheckKind::Events)
        if (auto findings = lintDeclaration(m_check, m_workspace); !findings.empty())
            return CheckLint{std::move(findings), {}};
    CheckSides sides;
    if (const auto prepared = prepare(sides); !prepared)
        return tl::unexpected(prepared.error());
    CheckLint lint{sides.plan.findings, {}};
    for (const auto& column : sides.plan.columns)
        lint.columns.push_back(column.name);
    if (m_check.kind != CheckKind::Count && sides.plan.usable())
        if (const auto keys = refuseKeys(sides); !keys) {
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
    CheckSides sides;
    m_pace.begin(progress, [this] { return m_load.tooBusy(); });
    if (m_flight && !isOfLog(m_check))
        result.through = m_flight->positions();
    result.verifiedAt = m_clock.now();
    Result<void> done;
    if (isOfLog(m_check))
        done = compareLogOrder(m_check, m_workspace, m_log, m_clock, m_pace, m_stop.get_token(), result);
    else if (done =
                 requireDeclaration().and_then([this] { return watchLoad(); }).and_then([&] { return prepare(sides); });
             done)
        done = m_check.kind == CheckKind::Count ? compareCounts(sides, result) : compareRows(sides, result);
    if (done && !m_check.rowsKey.empty() && result.hasDrift())
        done = compareRowsOfGroups(sides, result);
    sides.end();
    for (auto& finding : m_load.findings())
        result.findings.push_back(std::move(finding));
    if (m_cancelled)
        return tl::unexpected(cancelled());
    if (!done)
        return tl::unexpected(done.error());
    result.took = m_clock.monotonic() - start;
    return result;
}

/// What would make no sense to compare.
Result<void> CheckRun::refuse(const CheckSides& sides)
{
    for (auto* reader : {sides.expectedReader, sides.actualReader})
        if (auto limited = limitStatements(*reader, m_pace); !limited)
            return limited;
    auto refused = refuseKeys(sides);
    if (refused && m_check.kind == sides.kind && sides.kind != CheckKind::Order)
        refused = refuseEmptySide(m_check, sides.expectedRows(), sides.actualRows());
    return refused;
}

Result<void> CheckRun::compareRows(CheckSides& sides, CheckResult& result)
{
    result.findings = sides.plan.findings;
    if (!sides.plan.usable())
        return tl::unexpected(unusable(m_check, sides.plan.findings));
    for (const auto& column : sides.plan.key)
        result.keyColumns.push_back(column.name);
    for (const auto& column : sides.plan.columns)
        result.columns.push_back(column.name);
    if (auto refused = refuse(sides); !refused) {
        if (refused.error().kind != ErrorKind::Timeout || m_pace.ending().empty())
            return tl::unexpected(explained(refused.error(), m_pace));
        result.complete = false;
        result.ending = m_pace.ending() + "; no rows were compared";
        return {};
    }
    auto compared = m_fold ? compareFold(sides, result)
                           : compareSides(sides, m_check.maxDifferences, m_clock, m_pace, result.engine);
    if (!compared)
        return tl::unexpected(compared.error());
    std::move(compared->findings.begin(), compared->findings.end(), std::back_inserter(result.findings));
    result.ending = compared->ending;
    result.snapshots = compared->snapshots;
    result.why = compared->why;
    result.expectedRows = compared->expectedRows;
    result.actualRows = compared->actualRows;
    result.complete = compared->complete;
    if (sides.kind == CheckKind::Order) {
        const auto rows = countRows(sides.actualRows());
        if (!rows)
            return tl::unexpected(rows.error());
        result.expectedRows = result.actualRows = *rows;
    }
    result.differences = std::move(compared->differences);
    return settle(sides, result);
}

Result<void> CheckRun::compareRowsOfGroups(const CheckSides& sides, CheckResult& result)
{
    CheckSides rows = sidesOfGroups(m_check, sides, result.differences);
    auto found = std::make_shared<CheckResult>();
    found->check = result.check;
    found->severity = result.severity;
    found->through = result.through;
    found->began = found->verifiedAt = m_clock.now();
    const Duration start = m_clock.monotonic();
    if (auto begun = rows.begin(); !begun)
        return begun;
    m_pace.tookSnapshot();
    if (auto done = compareRows(rows, *found); !done)
        return done;
    found->took = m_clock.monotonic() - start;
    result.rows = std::move(found);
    return {};
}

Result<void> CheckRun::waitForSettling(CheckResult& result)
{
    result.rule =
        fmt::format("read again after {}{}", formatDuration(m_check.settle),
                    m_check.kind == CheckKind::Order ? "" : ", and the expected row stood unchanged meanwhile");
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

Result<std::vector<RowDifference>> CheckRun::readAgain(CheckSides& sides, std::vector<RowDifference>& open)
{
    std::vector<RowKey> keys;
    for (const auto& one : open)
        keys.push_back(one.key);
    if (m_fold)
        if (auto provided = m_fold->provide(keys, sides); !provided)
            return tl::unexpected(provided.error());
    if (sides.kind == CheckKind::Order) {
        narrowOrder(m_check, sides.actual, keys, sides.derived);
        // What is wrong with these keys may be another thing by now: a gap that was filled in part begins elsewhere.
        auto found =
            compareStreams(sides.plan, sides.expectedSide(), sides.actualSide(), m_check.maxDifferences, m_clock);
        if (!found)
            return tl::unexpected(found.error());
        const std::set<RowKey> known(keys.begin(), keys.end());
        for (auto& one : found->differences)
            if (!known.contains(one.key)) {
                keys.push_back(one.key);
                open.push_back(std::move(one));
            }
        if (!found->complete) // which ended the transactions
            if (auto begun = sides.begin(); !begun)
                return tl::unexpected(begun.error());
    }
    return readByKeys(sides.plan, sides.expectedSide(), sides.actualSide(), keys);
}

Result<std::vector<RowDifference>> CheckRun::readAgainSteadily(CheckSides& sides, std::vector<RowDifference>& open)
{
    LostConnections lost;
    for (;;) {
        m_pace.waitForTurn(lost.patience());
        auto read = sides.begin().and_then([&] { return sides.requireSameShapes(); }).and_then([&] {
            return readAgain(sides, open);
        });
        if (read || !lost.forgives(read.error()))
            return read;
        sides.end();
    }
}

Result<void> CheckRun::settle(CheckSides& sides, CheckResult& result)
{
    std::vector<RowDifference> open = std::exchange(result.differences, {});
    // Most of what is in flight lands within a moment: a first look is worth no wait for the projection.
    for (int round = m_flight ? 0 : 1; round <= mostRounds && !open.empty(); ++round) {
        sides.end();
        const auto calm = round == 0 ? waitForSettling(result).map([] { return false; }) : waitForFlight(result);
        if (!calm)
            return tl::unexpected(calm.error());
        result.verifiedAt = m_clock.now();
        const std::size_t seenBefore = open.size();
        auto now = readAgainSteadily(sides, open);
        if (!now)
            return tl::unexpected(now.error());
        if (m_fold)
            result.through = m_fold->positions();
        std::vector<RowDifference> left;
        for (std::size_t i = 0; i < open.size(); ++i) {
            auto& row = (*now)[i];
            const bool exact = m_fold && m_fold->isExact(row.key);
            row.state = stateAfter(open[i], row, (*calm && i < seenBefore) || exact);
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

/// A number that was not counted to its end tells nothing.
Error CheckRun::notCounted(const Error& error) const
{
    const auto ending = m_pace.ending();
    if (error.kind != ErrorKind::Timeout || ending.empty())
        return explained(error, m_pace);
    return {ErrorKind::Timeout, fmt::format("Check \"{}\" was ended", m_check.name),
            ending + " before all rows were counted", "Raise its budget.", true};
}

Result<void> CheckRun::compareCounts(CheckSides& sides, CheckResult& result)
{
    result.engine = CheckEngine::Counts;
    result.why = "each store counts its own rows";
    result.findings = sides.plan.findings;
    if (std::any_of(result.findings.begin(), result.findings.end(), isError))
        return tl::unexpected(unusable(m_check, result.findings));
    std::optional<std::int64_t> before;
    bool calm = false;
    for (int round = 0; round <= mostRounds; ++round) {
        const auto count = [&](const SideReader& side) {
            return limitStatements(side.reader, m_pace).and_then([&] { return countRows(side); });
        };
        const auto actual = count(sides.actualSide());
        const auto expected = count(sides.expectedSide());
        if (!actual || !expected)
            return tl::unexpected(notCounted(actual ? expected.error() : actual.error()));
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
        sides.end();
        const auto waited = waitForFlight(result);
        if (!waited)
            return tl::unexpected(waited.error());
        calm = *waited;
        result.verifiedAt = m_clock.now();
        m_pace.waitForTurn();
        if (auto begun = sides.begin(); !begun)
            return begun;
        m_pace.tookSnapshot();
    }
    return {};
}

} // namespace projectionist
