// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replayproof.h"

#include "backend/core/format.h"
#include "backend/deadletter/rowlookup.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr Duration proofTimeout{5'000};

/// Two states of a row are the same if and only if their texts are.
std::string rowText(const RowState& row)
{
    if (!row.found)
        return "none";
    const auto number = [](const auto& value) { return value ? std::to_string(*value) : std::string("-"); };
    return fmt::format("version {} of {} [{}] {}, {}", number(row.version), row.topic, number(row.partition),
                       number(row.position), row.updatedAt ? formatRfc3339(*row.updatedAt) : "-");
}

/// Where the verdict said so, the read model is right as it is.
bool leavesRow(ReplayVerdict verdict)
{
    return verdict == ReplayVerdict::AlreadyApplied || verdict == ReplayVerdict::NewerApplied;
}

bool isSent(const ReplayLetterProgress& letter)
{
    return letter.state == ReplayLetterState::Sent;
}

bool isSettled(ReplayLight light)
{
    return light == ReplayLight::On || light == ReplayLight::Unprovable;
}

} // namespace

Result<std::unique_ptr<ReplayProof>> ReplayProof::open(const Workspace& workspace, const ReplayPlan& plan,
                                                       const BrokerSettings& broker, const ReplayConnectors& connectors,
                                                       const Clock& clock)
{
    std::unique_ptr<ReplayProof> proof(new ReplayProof(workspace, plan, connectors, clock));
    auto connected = connectors.letters.broker(broker);
    if (!connected)
        return tl::unexpected(connected.error());
    proof->m_broker = std::move(*connected);
    auto returns = ReplayReturns::open(workspace, plan, broker, connectors);
    if (!returns)
        return tl::unexpected(returns.error());
    proof->m_returns = std::move(*returns);
    return proof;
}

const RowQuerySettings* ReplayProof::rowQuery() const
{
    const auto* projection = m_followers.projection();
    return projection && projection->rowQuery ? &*projection->rowQuery : nullptr;
}

std::vector<std::string> ReplayProof::unprovable() const
{
    std::vector<std::string> sentences;
    if (!m_followers.unprovable().empty())
        sentences.push_back("Whether they were passed cannot be proved: " + m_followers.unprovable() + '.');
    if (!rowQuery())
        sentences.emplace_back("Whether their rows changed cannot be proved: no row query is known.");
    return sentences;
}

Result<std::map<std::size_t, std::string>> ReplayProof::rowsOf(std::span<const std::size_t> letters,
                                                               const std::stop_token& stop)
{
    std::map<std::size_t, std::string> texts;
    const auto* query = rowQuery();
    if (!query || letters.empty())
        return texts;
    std::vector<std::string> keys;
    for (const auto letter : letters)
        if (const auto& key = m_plan.letters[letter].key)
            keys.push_back(*key);
    const auto store = m_stores.get(query->store);
    if (!store)
        return tl::unexpected(store.error());
    const auto rows = lookUpRows(**store, *query, keys, stop);
    if (!rows)
        return tl::unexpected(rows.error());
    for (const auto letter : letters) {
        const auto& key = m_plan.letters[letter].key;
        if (const auto row = key ? rows->find(*key) : rows->end(); row != rows->end() && row->second)
            texts[letter] = rowText(*row->second);
    }
    return texts;
}

Result<ReplayStepStart> ReplayProof::before(std::span<const std::size_t> step,
                                            const std::vector<ReplayLetterProgress>& letters,
                                            const std::stop_token& stop)
{
    ReplayStepStart start;
    auto rows = rowsOf(step, stop);
    if (!rows)
        return tl::unexpected(rows.error());
    start.rows = std::move(*rows);
    auto lags = m_followers.lags(*m_broker, letters, proofTimeout);
    if (!lags)
        return tl::unexpected(lags.error());
    start.lags = std::move(*lags);
    auto heads = m_returns->heads(*m_broker, proofTimeout);
    if (!heads)
        return tl::unexpected(heads.error());
    start.letterHeads = std::move(*heads);
    return start;
}

Result<void> ReplayProof::lookAtPositions(std::span<const std::size_t> step, std::vector<ReplayLetterProgress>& letters)
{
    std::set<TopicPartition> ids;
    for (const auto i : step) {
        auto& letter = letters[i];
        if (!isSent(letter) || isSettled(letter.passed))
            continue;
        if (!m_followers.unprovable().empty() || !letter.id || !letter.offset)
            letter.passed = ReplayLight::Unprovable;
        else
            ids.insert(*letter.id);
    }
    if (ids.empty())
        return {};
    auto positions = m_followers.positions(*m_broker, {ids.begin(), ids.end()}, proofTimeout);
    if (!positions)
        return tl::unexpected(positions.error());
    m_positions = std::move(*positions);
    for (const auto i : step) {
        auto& letter = letters[i];
        if (!isSent(letter) || isSettled(letter.passed))
            continue;
        const auto position = m_positions.find(*letter.id);
        letter.passed =
            position != m_positions.end() && position->second > *letter.offset ? ReplayLight::On : ReplayLight::Waiting;
    }
    return {};
}

/// All that lay there when the letters had been passed was looked at after that.
void ReplayProof::settleReturns(std::span<const std::size_t> step, bool quiet,
                                std::vector<ReplayLetterProgress>& letters) const
{
    const bool consumed = isOfBroker(m_plan.target);
    for (const auto i : step) {
        auto& letter = letters[i];
        if (!isSent(letter))
            continue;
        if (!letter.cameBack.empty())
            letter.notBack = ReplayLight::Broken;
        else if (letter.passed == ReplayLight::On || (!consumed && letter.passed == ReplayLight::Unprovable))
            letter.notBack = ReplayLight::On;
        else if (letter.passed == ReplayLight::Unprovable && quiet)
            letter.notBack = ReplayLight::Unprovable;
        else if (!isSettled(letter.notBack))
            letter.notBack = ReplayLight::Waiting;
    }
}

Result<void> ReplayProof::lookAtRows(std::span<const std::size_t> step, const ReplayStepStart& start,
                                     std::vector<ReplayLetterProgress>& letters, const std::stop_token& stop)
{
    std::vector<std::size_t> open;
    for (const auto i : step) {
        auto& letter = letters[i];
        if (!isSent(letter) || isSettled(letter.row))
            continue;
        if (!start.rows.contains(i)) {
            letter.row = ReplayLight::Unprovable;
            continue;
        }
        letter.row = ReplayLight::Waiting;
        if (isSettled(letter.passed))
            open.push_back(i);
    }
    const auto rows = rowsOf(open, stop);
    if (!rows)
        return tl::unexpected(rows.error());
    for (const auto i : open) {
        const auto row = rows->find(i);
        auto& letter = letters[i];
        if (row != rows->end() && row->second != start.rows.at(i)) {
            letter.row = ReplayLight::On;
        } else if (leavesRow(m_plan.letters[i].verdict)) {
            letter.row = ReplayLight::Unprovable;
            letter.why =
                fmt::format("Its row did not change, as its verdict \"{}\" said.", toString(m_plan.letters[i].verdict));
        }
    }
    return {};
}

Result<void> ReplayProof::look(std::span<const std::size_t> step, const ReplayStepStart& start, bool quiet,
                               std::vector<ReplayLetterProgress>& letters, const std::stop_token& stop)
{
    if (auto looked = lookAtPositions(step, letters); !looked)
        return looked;
    if (auto read = m_returns->read(*m_broker, start.letterHeads, letters, proofTimeout, stop); !read)
        return read;
    settleReturns(step, quiet, letters);
    return lookAtRows(step, start, letters, stop);
}

std::map<std::size_t, std::string> ReplayProof::missing(std::span<const std::size_t> step,
                                                        const std::vector<ReplayLetterProgress>& letters) const
{
    std::map<std::size_t, std::string> sentences;
    for (const auto i : step) {
        const auto& letter = letters[i];
        if (!isSent(letter))
            continue;
        if (letter.passed == ReplayLight::Waiting) {
            const auto position = m_positions.find(*letter.id);
            sentences[i] = fmt::format("{} was written to {} at {}; the {} {}.", m_plan.letters[i].reference,
                                       toString(*letter.id), *letter.offset, m_followers.prover(),
                                       position == m_positions.end() ? std::string("has no position there")
                                                                     : fmt::format("is at {}", position->second));
        } else if (letter.row == ReplayLight::Waiting) {
            sentences[i] = fmt::format("{} was passed, but its row is as it was.", m_plan.letters[i].reference);
        } else if (letter.notBack == ReplayLight::Waiting) {
            sentences[i] = fmt::format("Whether {} came back was not looked at in time.", m_plan.letters[i].reference);
        }
    }
    return sentences;
}

Result<std::optional<std::string>> ReplayProof::lagging(const ReplayStepStart& start,
                                                        const std::vector<ReplayLetterProgress>& letters)
{
    const auto lags = m_followers.lags(*m_broker, letters, proofTimeout);
    if (!lags)
        return tl::unexpected(lags.error());
    for (const auto& [projection, lag] : *lags) {
        const auto before = start.lags.find(projection);
        const auto objective = *m_followers.objectiveOf(projection);
        if (Duration(lag) > objective && (before == start.lags.end() || lag > before->second))
            return fmt::format("{} is {} behind; its objective is {}.", projection, formatDuration(Duration(lag)),
                               formatDuration(objective));
    }
    return std::optional<std::string>();
}

} // namespace projectionist
