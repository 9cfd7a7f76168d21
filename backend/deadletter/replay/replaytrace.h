// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/broker/rangereader.h"
#include "backend/config/workspace.h"
#include "backend/deadletter/replay/replayplan.h"

#include <set>
#include <unordered_map>

namespace projectionist {

/// The topic that a letter is sent to; empty: none, its target is a command.
[[nodiscard]] const std::string& targetTopicOf(const ReplayPlan& plan, const PlannedLetter& letter);
[[nodiscard]] std::set<std::string> targetTopicsOf(const ReplayPlan& plan);
/// Whether the record is a letter of this plan, by its headers, and which.
[[nodiscard]] std::optional<std::size_t> plannedLetterIn(const Record& record, const ReplayPlan& plan);
/// Settings of a reader that sees what is not committed as well, up to the high watermark: a letter behind somebody's
/// open transaction was written all the same.
[[nodiscard]] BrokerSettings uncommitted(BrokerSettings settings);

/// All partitions of these topics, that there are, with the heads that this broker tells. NotFound names a topic that
/// is missing, unless `missingToo`.
[[nodiscard]] Result<LogHeads> readHeads(Broker& broker, const std::set<std::string>& topics, Duration timeout,
                                         bool missingToo = false);

/// Finds letters of one plan in the topics that they are sent to, by the headers with the plan's id and with the
/// letter's reference. Reads on where it ended the last time. Belongs to one thread.
class ReplayTrace
{
public:
    using Places = std::vector<std::pair<TopicPartition, Offset>>;
    struct OtherReplay
    {
        std::string plan; ///< its id
        TopicPartition id;
        Offset offset = 0;
    };

    /// See uncommitted() for both.
    ReplayTrace(const ReplayPlan& plan, std::unique_ptr<Broker> broker, std::unique_ptr<RangeReader> reader);

    /// The cluster's id.
    [[nodiscard]] Result<std::string> cluster(Duration timeout);
    [[nodiscard]] Result<LogHeads> heads(Duration timeout) { return readHeads(*m_broker, m_topics, timeout); }
    /// Where to begin: what was written before is of no interest.
    void startAt(LogHeads heads) { m_next = std::move(heads); }
    /// Reads to the present heads.
    [[nodiscard]] Result<void> read(Duration timeout, const std::stop_token& stop);
    [[nodiscard]] const std::map<std::size_t, Places>& found() const { return m_found; }
    /// Letters of this plan that were sent by another one, and where first.
    [[nodiscard]] const std::map<std::size_t, OtherReplay>& byOthers() const { return m_byOthers; }

private:
    void findOther(const Record& record, std::map<std::size_t, OtherReplay>& found) const;

    const ReplayPlan& m_plan;
    const std::set<std::string> m_topics;
    std::unordered_map<std::string_view, std::size_t> m_letters; ///< by reference
    const std::unique_ptr<Broker> m_broker;
    const std::unique_ptr<RangeReader> m_reader;
    LogHeads m_next;
    std::map<std::size_t, Places> m_found; ///< by letter, like the next
    std::map<std::size_t, OtherReplay> m_byOthers;
};

} // namespace projectionist
