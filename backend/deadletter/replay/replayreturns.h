// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/deadletter/letterscanner.h"
#include "backend/deadletter/lettersource.h"
#include "backend/deadletter/replay/replayconnectors.h"
#include "backend/deadletter/replay/replayprogress.h"
#include "backend/deadletter/replay/replaytrace.h"

namespace projectionist {

/// Finds dead letters that came of letters of a plan: by the plan's id in their headers, by the place that they were
/// sent to, or by the same origin and cause. Belongs to one thread.
class ReplayReturns
{
public:
    [[nodiscard]] static Result<std::unique_ptr<ReplayReturns>> open(const Workspace& workspace, const ReplayPlan& plan,
                                                                     const BrokerSettings& broker,
                                                                     const ReplayConnectors& connectors);

    /// Of all topics with dead letters that there are now.
    [[nodiscard]] Result<LogHeads> heads(Broker& broker, Duration timeout);
    /// Looks at what was added behind `from`; a second call with the same goes on where the first ended. Notes in
    /// `letters` what came back. On success all that was there when it was called has been looked at.
    [[nodiscard]] Result<void> read(Broker& broker, const LogHeads& from, std::vector<ReplayLetterProgress>& letters,
                                    Duration timeout, const std::stop_token& stop);

private:
    class TableSink;
    struct Table
    {
        std::string name;
        std::unique_ptr<LetterSource> source;
    };
    ReplayReturns(const ReplayPlan& plan, DeadLetterSettings settings, std::shared_ptr<const DecodeRules> rules,
                  std::unique_ptr<RangeReader> reader)
        : m_plan(plan), m_settings(std::move(settings)), m_scanner(std::move(rules)), m_reader(std::move(reader))
    {
    }
    [[nodiscard]] Result<void> openTables(const Workspace& workspace, const LetterConnectors& connectors);
    [[nodiscard]] Result<void> readTables(std::vector<ReplayLetterProgress>& letters, Duration timeout,
                                          const std::stop_token& stop);
    /// nullopt: it came of none.
    [[nodiscard]] std::optional<std::size_t> letterOf(const RawLetter& found, const Record* record,
                                                      const std::vector<ReplayLetterProgress>& letters);

    const ReplayPlan& m_plan;
    const DeadLetterSettings m_settings;
    LetterScanner m_scanner;
    const std::unique_ptr<RangeReader> m_reader;
    std::vector<Table> m_tables;
    LogHeads m_from; ///< as given
    LogHeads m_next;
};

} // namespace projectionist
