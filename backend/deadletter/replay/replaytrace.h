// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/broker/rangereader.h"
#include "backend/config/workspace.h"
#include "backend/deadletter/replay/replayplan.h"

#include <map>
#include <set>

namespace projectionist {

/// The topic that a letter is sent to; empty: none, its target is a command.
[[nodiscard]] const std::string& targetTopicOf(const ReplayPlan& plan, const PlannedLetter& letter);
[[nodiscard]] std::set<std::string> targetTopicsOf(const ReplayPlan& plan);
/// Whether the record is a letter of this plan, by its headers, and which.
[[nodiscard]] std::optional<std::size_t> plannedLetterIn(const Record& record, const ReplayPlan& plan);
/// Settings of a reader that sees what is not committed as well, up to the high watermark: a letter behind somebody's
/// open transaction was written all the same.
[[nodiscard]] BrokerSettings uncommitted(BrokerSettings settings);

using LogHeads = std::map<TopicPartition, Offset>;

/// All partitions of these topics, that there are, with the heads that this broker tells. NotFound names a topic that
/// is missing, unless `missingToo`.
[[nodiscard]] Result<LogHeads> readHeads(Broker& broker, const std::set<std::string>& topics, Duration timeout,
                                         bool missingToo = false);

/// Finds letters of one plan in the topics that they are sent to, by the header with the plan's id. Reads on where it
/// ended the last time. Belongs to one thread.
class ReplayTrace
{
public:
    using Places = std::vector<std::pair<TopicPartition, Offset>>;

    /// See uncommitted() for both.
    ReplayTrace(const ReplayPlan& plan, std::unique_ptr<Broker> broker, std::unique_ptr<RangeReader> reader)
        : m_plan(plan), m_topics(targetTopicsOf(plan)), m_broker(std::move(broker)), m_reader(std::move(reader))
    {
    }

    /// The cluster's id.
    [[nodiscard]] Result<std::string> cluster(Duration timeout);
    [[nodiscard]] Result<LogHeads> heads(Duration timeout) { return readHeads(*m_broker, m_topics, timeout); }
    /// Where to begin: what was written before is nobody's of this run.
    void startAt(LogHeads heads) { m_next = std::move(heads); }
    /// Where letters of this plan can be that somebody else sent since the plan was made.
    [[nodiscard]] Result<void> startBefore(const LogHeads& heads, Duration timeout);
    /// Reads to the present heads.
    [[nodiscard]] Result<void> read(Duration timeout, const std::stop_token& stop);
    [[nodiscard]] const std::map<std::size_t, Places>& found() const { return m_found; }

private:
    const ReplayPlan& m_plan;
    const std::set<std::string> m_topics;
    const std::unique_ptr<Broker> m_broker;
    const std::unique_ptr<RangeReader> m_reader;
    LogHeads m_next;
    std::map<std::size_t, Places> m_found; ///< by letter
};

} // namespace projectionist
