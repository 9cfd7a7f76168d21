// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/replay/outgoing.h"
#include "backend/deadletter/replay/replayconnectors.h"

#include <map>

namespace projectionist {

/// Reads letters of a context once more, whole, with their originals where a replay needs those. Many at a time: those
/// of a topic in ranges, not one by one. Connects when it is needed and stays so; belongs to one thread. Reading
/// disturbs nobody.
class ReplayLetters
{
public:
    ReplayLetters(const Workspace& workspace, const std::string& context, ReplayConnectors connectors,
                  std::shared_ptr<const DecodeRules> rules);

    /// `index` is that in `letters`. An Error of NotFound: the letter is no longer there. A letter whose original is
    /// gone comes without it.
    using Take = std::function<void(std::size_t index, Result<ReplayLetter> letter)>;
    /// Each letter once, in any order; those of an unreachable table with that error. An Error as a whole: the broker
    /// does not answer, or `stop`; some letters may have been given.
    [[nodiscard]] Result<void> read(std::span<const PlannedLetter> letters, const Take& take,
                                    const std::stop_token& stop);
    /// The broker's seam, connected if need be; nullptr only with an Error.
    [[nodiscard]] Result<Broker*> broker();

private:
    struct Wanted
    {
        LetterPlace place;
        std::size_t index = 0;
    };
    struct Run
    {
        TopicPartition id;
        std::vector<Wanted> wanted; ///< by offset
    };
    using TakeRecord = std::function<void(std::size_t index, Result<Record> record)>;
    [[nodiscard]] Result<void> readRecords(std::vector<Wanted> wanted, const TakeRecord& take,
                                           const std::stop_token& stop);
    [[nodiscard]] Result<void> readRuns(const std::vector<Run>& runs, const TakeRecord& take,
                                        const std::stop_token& stop);
    [[nodiscard]] Result<void> keepReadable(std::vector<Wanted>& wanted, const TakeRecord& take);
    [[nodiscard]] Result<StoredLetter> readRow(const PlannedLetter& letter);
    [[nodiscard]] Result<LetterSource*> table(const std::string& name);
    [[nodiscard]] Result<void> connect();

    const ContextSettings m_context;
    const std::vector<StoreSettings> m_stores;
    const std::optional<BrokerSettings> m_settings;
    const ReplayConnectors m_connectors;
    LetterScanner m_scanner;
    std::unique_ptr<Broker> m_broker;
    std::unique_ptr<RangeReader> m_reader;
    std::map<std::string, std::unique_ptr<LetterSource>> m_tables;
};

} // namespace projectionist
