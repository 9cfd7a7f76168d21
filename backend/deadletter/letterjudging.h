// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/worker.h"
#include "backend/deadletter/judgement.h"
#include "backend/deadletter/letterboard.h"
#include "backend/deadletter/letterreaders.h"

namespace projectionist {

/// Verdicts that a desk was asked for.
struct LetterVerdicts
{
    std::uint64_t token = 0;
    JudgedLetters judged; ///< in the order of the places
};

/// How far the source log has been read for them.
struct JudgingProgress
{
    std::uint64_t token = 0;
    std::uint64_t done = 0;
    std::uint64_t total = 0;
};

/// Open letters of the index with the keys of these and from the same partitions, these themselves left out: what
/// judging has to know beside them.
[[nodiscard]] std::vector<LetterToJudge> openBeside(const LetterIndex& index, const LetterOwners& owners,
                                                    std::span<const LetterToJudge> letters);

/// Judges letters of a desk, one order after the other, on a thread of its own that owns its connections. Letters of
/// tables are read by their readers, who alone know their places.
class LetterJudging
{
public:
    struct Sinks
    {
        std::function<void(LetterVerdicts)> judged;
        std::function<void(JudgingProgress)> progress;
    };
    LetterJudging(const Workspace& workspace, const std::string& context, const LetterConnectors& connectors,
                  const Clock& clock, std::shared_ptr<const DecodeRules> rules, SharedLetters& letters, Sinks sinks);

    /// Ends the order that the same asker gave before, which is answered no more.
    void judge(LetterAsker asker, std::uint64_t token, std::vector<LetterPlace> places, Duration log,
               LetterReaders& readers);
    /// Ends what runs, without waiting for it; no order is taken any more. Not while judge() runs.
    void stop();

private:
    struct Order;
    class Collector;
    /// What the thread owns beside the connections of m_judgement.
    struct Room
    {
        std::unique_ptr<RangeReader> reader;
        std::unique_ptr<PayloadDecoder> decoder; ///< nullptr: no registry is named
    };
    void run(Room& room, Order& order);
    void readTopics(Room& room, Order& order);
    void decodePayloads(Room& room, Order& order);
    void take(Order& order, LetterScanner& scanner, const RawLetter& letter);
    [[nodiscard]] LetterVerdicts verdicts(Order& order);

    const std::optional<BrokerSettings> m_broker;
    const std::optional<HttpEndpoint> m_registry;
    const LetterConnectors m_connectors;
    const std::shared_ptr<const DecodeRules> m_rules;
    SharedLetters& m_letters;
    const Sinks m_sinks;
    Judgement m_judgement;                            ///< of the worker's thread, but for prepare()
    std::map<LetterAsker, std::stop_source> m_orders; ///< the newest of each
    Worker<Room> m_worker;
};

} // namespace projectionist
