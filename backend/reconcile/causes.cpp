// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/causes.h"

#include "backend/deadletter/keyletters.h"
#include "backend/deadletter/rowlookup.h"
#include "backend/reconcile/causerules.h"
#include "backend/reconcile/eventkeys.h"
#include "backend/reconcile/keyhistory.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr std::size_t keysInTurn = 50; ///< looked up before the time is looked at

Error causesUnknown(std::string why, std::string next)
{
    return {ErrorKind::Configuration, "Causes are not known", std::move(why), std::move(next), false};
}

} // namespace

/// One call of find().
class CauseFinder::Quest
{
public:
    Quest(const CauseFinder& owner, const CheckSettings& check, CheckResult& result, const std::stop_token& stop)
        : m_owner(owner), m_check(check), m_result(result), m_stop(stop)
    {
    }

    Result<void> run();

private:
    [[nodiscard]] Result<void> chooseKeys();
    [[nodiscard]] Result<void> readLog();
    void readLetters();
    void readRows();
    [[nodiscard]] Result<void> readRows(RelationalStore& store, const RowQuerySettings& query);
    [[nodiscard]] CauseEvidence evidenceOf(const RowDifference& difference, const std::string& key) const;
    void conclude();
    void explain(const Error& error);

    struct Subject
    {
        std::size_t difference = 0;
        std::string key; ///< of its events
    };
    const CauseFinder& m_owner;
    const CheckSettings& m_check;
    CheckResult& m_result;
    const std::stop_token& m_stop;
    const ProjectionSettings* m_projection = nullptr;
    std::vector<Subject> m_subjects;
    std::set<std::string> m_keys;
    KeyHistories m_histories;
    KeyLetters m_letters;
    std::map<std::string, Result<RowState>> m_rows;
    std::string m_rowGap;
};

Result<void> CauseFinder::Quest::run()
{
    for (std::size_t i = 0; i < m_result.differences.size() && m_subjects.size() < mostDifferences; ++i)
        if (m_result.differences[i].state == DriftState::Confirmed)
            m_subjects.push_back({i, {}});
    if (m_subjects.empty())
        return {};
    if (const auto read = chooseKeys().and_then([this] { return readLog(); }); !read && !m_stop.stop_requested()) {
        explain(read.error());
        return {};
    }
    readLetters();
    if (m_stop.stop_requested())
        return tl::unexpected(
            Error{ErrorKind::Cancelled, "Looking for causes was stopped", "somebody asked for it", {}, false});
    conclude();
    return {};
}

Result<void> CauseFinder::Quest::chooseKeys()
{
    m_projection = projectionCalled(m_owner.m_workspace, m_owner.m_context, m_check.projection);
    if (!m_projection)
        return tl::unexpected(causesUnknown("the check belongs to no projection, so nothing is known of its events",
                                            "Add projection = \"...\" to the check."));
    const auto eventKey = EventKeys::of(m_check, m_result.keyColumns);
    if (!eventKey)
        return tl::unexpected(eventKey.error());
    for (auto& subject : m_subjects) {
        subject.key = (*eventKey)(m_result.differences[subject.difference].key);
        m_keys.insert(subject.key);
    }
    return {};
}

Result<void> CauseFinder::Quest::readLog()
{
    KeyHistoryReader reader({m_owner.m_workspace, *m_projection, m_check.eraseEvents}, m_owner.m_connectors,
                            m_owner.m_clock, m_stop);
    if (auto begun = reader.begin(); !begun)
        return begun;
    readRows();
    auto histories = reader.read(m_keys, CauseFinder::eventsOfKey, m_owner.m_limits.log);
    if (!histories)
        return tl::unexpected(histories.error());
    m_histories = *std::move(histories);
    return {};
}

void CauseFinder::Quest::readLetters()
{
    m_letters = findLettersOfKeys(m_owner.m_workspace, *m_projection, m_keys, m_owner.m_connectors, m_owner.m_clock,
                                  m_owner.m_resolved, m_owner.m_limits.letters, m_stop);
}

void CauseFinder::Quest::readRows()
{
    if (!m_projection->rowQuery) {
        m_rowGap = fmt::format("projection {} has no row_query", m_projection->name);
        return;
    }
    const auto& query = *m_projection->rowQuery;
    const auto* const settings = m_owner.m_workspace.store(query.store);
    auto store = settings ? m_owner.m_connectors.store(*settings)
                          : tl::unexpected(causesUnknown(fmt::format("there is no store \"{}\"", query.store), {}));
    const auto read = store ? readRows(**store, query) : tl::unexpected(store.error());
    m_rowGap = read ? std::string("there was no time left to look it up") : toString(read.error());
}

Result<void> CauseFinder::Quest::readRows(RelationalStore& store, const RowQuerySettings& query)
{
    const std::stop_callback interrupts(m_stop, [&store] { store.interrupt(); });
    const Duration end = m_owner.m_clock.monotonic() + m_owner.m_limits.rows;
    const std::vector<std::string> keys(m_keys.begin(), m_keys.end());
    for (std::size_t begin = 0; begin < keys.size() && m_owner.m_clock.monotonic() < end; begin += keysInTurn) {
        const auto turn = std::span(keys).subspan(begin, std::min(keysInTurn, keys.size() - begin));
        auto rows = lookUpRows(store, query, turn, m_stop);
        if (!rows)
            return tl::unexpected(rows.error());
        m_rows.merge(*rows);
    }
    return {};
}

CauseEvidence CauseFinder::Quest::evidenceOf(const RowDifference& difference, const std::string& key) const
{
    CauseEvidence evidence;
    evidence.expected = difference.expected.has_value();
    evidence.actual = difference.actual.has_value();
    if (const auto history = m_histories.keys.find(key); history != m_histories.keys.end())
        evidence.events = history->second;
    evidence.logGap = m_histories.gap;
    evidence.passed = !evidence.events.empty() && m_histories.applied.contains(evidence.events.back().event.id);
    evidence.deleted = m_histories.deleted;
    for (const auto& letter : m_letters.letters)
        if (letter.key == key)
            evidence.letter = letter;
    const auto row = m_rows.find(key);
    if (row != m_rows.end() && row->second)
        evidence.row = *row->second;
    else
        evidence.rowGap = row == m_rows.end() ? m_rowGap : toString(row->second.error());
    return evidence;
}

void CauseFinder::Quest::conclude()
{
    std::vector<FoundCause> causes;
    for (const auto& subject : m_subjects)
        causes.push_back(causeOf(evidenceOf(m_result.differences[subject.difference], subject.key)));
    joinGaps(causes);
    auto deployments = m_owner.m_deployments;
    std::erase_if(deployments, [this](const Deployment& one) { return one.projection != m_projection->name; });
    tellDeployments(causes, deployments);
    for (std::size_t i = 0; i < m_subjects.size(); ++i) {
        auto& cause = causes[i].cause;
        if (cause.cause != DriftCause::DeadLetter && !m_letters.gap.empty())
            cause.text += "; a dead letter may be the cause: " + m_letters.gap;
        m_result.differences[m_subjects[i].difference].cause = std::move(cause);
    }
}

void CauseFinder::Quest::explain(const Error& error)
{
    for (const auto& subject : m_subjects)
        m_result.differences[subject.difference].cause =
            DifferenceCause{DriftCause::Unknown, toString(error), "nothing could be asked"};
}

CauseFinder::CauseFinder(const Workspace& workspace, const std::string& context, LetterConnectors connectors,
                         const Clock& clock, std::vector<ResolvedLetter> resolved, const CauseLimits& limits,
                         std::vector<Deployment> deployments)
    : m_workspace(workspace)
    , m_context(context)
    , m_connectors(std::move(connectors))
    , m_clock(clock)
    , m_resolved(std::move(resolved))
    , m_limits(limits)
    , m_deployments(std::move(deployments))
{
}

Result<void> CauseFinder::find(const CheckSettings& check, CheckResult& result, const std::stop_token& stop)
{
    if (comparesRows(result.kind))
        return Quest(*this, check, result, stop).run();
    // What tells groups, or versions, apart is no key of an event.
    if (result.kind != CheckKind::Groups || !result.rows)
        return {};
    CheckResult rows = *result.rows;
    auto found = Quest(*this, check, rows, stop).run();
    result.rows = std::make_shared<const CheckResult>(std::move(rows));
    return found;
}

} // namespace projectionist
