// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/replaygathering.h"

#include <atomic>

namespace projectionist {

namespace {

constexpr std::size_t pageRows = 20'000;
/// A plan that nobody can look through, and that takes a day at ten letters a second.
constexpr std::size_t mostGathered = 500'000;

/// Several gatherings may follow one another: answers to a former one must not be taken for its successor's.
std::uint64_t nextNumber()
{
    static std::atomic<std::uint64_t> last = replayTokens;
    return ++last;
}

bool isWhole(const LetterBoard& board)
{
    return board.rows.size() < pageRows;
}

std::string whereOf(const ReplayScope& scope)
{
    switch (scope.kind) {
    case ReplayScope::Kind::Selected:
        return "selected one by one";
    case ReplayScope::Kind::Group:
        return "group " + scope.name.toStdString() + (scope.filter.empty() ? "" : ", " + scope.filter);
    case ReplayScope::Kind::Listed:
        break;
    }
    return scope.filter;
}

} // namespace

ReplayGathering::ReplayGathering(std::uint64_t token, ReplayScope scope, LetterDesk& desk)
    : m_token(token), m_scope(std::move(scope)), m_desk(desk), m_number(nextNumber())
{
    m_chosen->where = whereOf(m_scope);
    if (m_scope.kind == ReplayScope::Kind::Selected) {
        m_chosen->views = m_scope.selected;
        lookForOthers();
    } else {
        ask();
    }
}

void ReplayGathering::ask()
{
    LetterQuery query;
    query.number = m_number = nextNumber();
    if (m_phase == Phase::Chosen) {
        query.filter = m_scope.filter;
        query.localTime = m_scope.localTime;
        if (m_scope.kind == ReplayScope::Kind::Group)
            query.group = m_scope.group;
    }
    query.from = m_from;
    query.rows = pageRows;
    query.groups = 1;
    m_desk.ask(std::move(query), LetterAsker::Wizard);
}

void ReplayGathering::take(const LetterBoard& board)
{
    if (board.query != m_number || m_phase == Phase::References || m_error)
        return;
    if (!board.problems.empty()) {
        m_error = Error{ErrorKind::Configuration, "The filter has a mistake, so it chooses no letters",
                        board.problems.front().message, "Correct the filter.", false};
        return;
    }
    // Letters are still being tested: another board follows.
    if (m_phase == Phase::Chosen && board.searching)
        return;
    if (!m_rowEnd)
        m_rowEnd = board.rowEnd;
    m_chosen->at = board.at;
    m_chosen->complete = m_chosen->complete && board.complete && board.refused == 0;
    if (m_phase == Phase::Chosen)
        takeChosen(board);
    else
        takeOthers(board);
}

void ReplayGathering::takeChosen(const LetterBoard& board)
{
    for (const auto& view : board.rows)
        if (view.row < *m_rowEnd && view.state != LetterState::Resolved)
            m_chosen->views.push_back(view);
    if (m_chosen->views.size() > mostGathered) {
        m_error = Error{ErrorKind::Resource, "Too many letters for one replay",
                        "there are more than " + std::to_string(mostGathered),
                        "Choose fewer by the filter, or rebuild the projection.", false};
        return;
    }
    if (!isWhole(board)) {
        m_from = board.rows.back().row + 1;
        ask();
        return;
    }
    lookForOthers();
}

void ReplayGathering::lookForOthers()
{
    if (m_chosen->views.empty()) {
        m_error = Error{ErrorKind::NotFound, "There is nothing to replay", "no letter was chosen", {}, false};
        return;
    }
    for (const auto& view : m_chosen->views) {
        m_places.insert(view.place);
        if (view.key)
            m_keys.insert(*view.key);
    }
    m_phase = Phase::Others;
    m_from = 0;
    ask();
}

void ReplayGathering::takeOthers(const LetterBoard& board)
{
    for (const auto& view : board.rows)
        if (view.row < *m_rowEnd && view.state == LetterState::Open && view.key && m_keys.contains(*view.key) &&
            !m_places.contains(view.place))
            m_others.push_back(view);
    if (!isWhole(board)) {
        m_from = board.rows.back().row + 1;
        ask();
        return;
    }
    refer();
}

void ReplayGathering::refer()
{
    m_phase = Phase::References;
    m_number = nextNumber();
    std::vector<LetterPlace> places;
    for (const auto* views : {&m_chosen->views, &m_others})
        for (const auto& view : *views)
            places.push_back(view.place);
    m_desk.refer(m_number, std::move(places));
}

void ReplayGathering::take(const LetterReferences& references, const ContextSettings& context)
{
    const auto count = m_chosen->views.size();
    if (references.token != m_number || references.references.size() != count + m_others.size())
        return;
    const auto& all = references.references;
    m_chosen->references.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
    for (std::size_t i = 0; i < m_others.size(); ++i)
        m_chosen->others.push_back(replayCandidate(m_others[i], all[count + i], context));
    m_done = true;
}

} // namespace projectionist
