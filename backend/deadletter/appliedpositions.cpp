// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/appliedpositions.h"

#include "backend/lag/storereader.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr Duration positionsTurn{1'000}; ///< a stop is noticed by then; what comes later is taken by the next turn
constexpr int positionsTurns = 5;

bool isLate(const Result<std::vector<GroupOffsets>>& answers)
{
    const auto timedOut = [](const Error& error) { return error.kind == ErrorKind::Timeout; };
    return answers ? answers->front().error && timedOut(*answers->front().error) : timedOut(answers.error());
}

} // namespace

Result<NextOffsets> readCheckpoints(RelationalStore& store, const ProjectionSettings& projection, const Clock& clock,
                                    const std::stop_token& stop)
{
    const std::stop_callback interrupts(stop, [&store] { store.interrupt(); });
    const auto answer = StoreReader(clock).read(store, {{projection}, {}});
    if (!answer)
        return tl::unexpected(answer.error());
    const auto& rows = answer->checkpoints.at(projection.name);
    if (!rows)
        return tl::unexpected(rows.error());
    NextOffsets positions;
    for (const auto& row : *rows)
        positions.emplace(row.id, row.position);
    return positions;
}

Result<NextOffsets> readCommitted(Broker& broker, const std::string& group, std::vector<TopicPartition> partitions,
                                  std::vector<Error>& troubles, const std::stop_token& stop)
{
    std::ranges::sort(partitions);
    partitions.erase(std::unique(partitions.begin(), partitions.end()), partitions.end());
    const GroupOffsetsQuery query{group, std::move(partitions)};
    auto answers = broker.offsets(std::span(&query, 1), positionsTurn);
    for (int turn = 1; turn < positionsTurns && isLate(answers) && !stop.stop_requested(); ++turn)
        answers = broker.offsets(std::span(&query, 1), positionsTurn);
    if (!answers)
        return tl::unexpected(answers.error());
    if (answers->front().error)
        return tl::unexpected(*answers->front().error);
    NextOffsets positions;
    for (const auto& offset : answers->front().offsets) {
        if (offset.error)
            troubles.push_back(*offset.error);
        else // who never committed has applied nothing there
            positions.emplace(offset.id, offset.position.value_or(0));
    }
    return positions;
}

} // namespace projectionist
