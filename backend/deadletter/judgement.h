// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/deadletter/judge.h"
#include "backend/deadletter/letterconnectors.h"
#include "backend/deadletter/payloaddecode.h"
#include "backend/deadletter/topicpatterns.h"

#include <map>

namespace projectionist {

/// What judging has to know of a letter; see Judgement::prepare().
struct LetterToJudge
{
    LetterPlace place;
    EventOrigin origin;
    std::optional<std::size_t> projection{}; ///< index into Judgement::projections(); nullopt: nobody's
    std::optional<std::string> key{};        ///< bytes, whole
    std::optional<std::int64_t> version{};   ///< of the event, see ProjectionSettings::eventVersion
    std::optional<std::string> undecodable{};
};

/// How long judging may take; what is not known by then is said to be unknown.
struct JudgeLimits
{
    Duration rows{10'000};
    Duration log{3'500}; ///< for reading the source log, where the rows do not tell
    /// Events of the log that were looked at, and that there are to look at. On the thread that judges.
    std::function<void(std::uint64_t done, std::uint64_t total)> progress{};
};

/// Verdicts as of one moment.
struct JudgedLetters
{
    TimePoint at{};
    std::vector<LetterJudgement> letters; ///< in the order asked
    std::vector<Error> troubles;          ///< what could not be asked; verdicts that rest on it are Unknown
};

/// Gathers the evidence about letters of one context and judges them. Asks the read rows first, then how far the
/// projections have come, and reads the source log only for letters that the rows do not decide. Owns its connections,
/// made when they are needed: an object belongs to one thread, except prepare(). Changes nothing anywhere.
class Judgement
{
public:
    Judgement(const Workspace& workspace, const std::string& context, LetterConnectors connectors, const Clock& clock);
    ~Judgement();
    Judgement(const Judgement&) = delete;
    Judgement& operator=(const Judgement&) = delete;

    [[nodiscard]] const std::vector<ProjectionSettings>& projections() const { return m_owners.projections(); }
    [[nodiscard]] const LetterOwners& owners() const { return m_owners; }
    /// Any thread. The letter has to have its value, or as much as there is: a version within a payload is read there.
    /// `decoded`: what a registry's schema makes of it; its trouble is that the bytes do not fit.
    [[nodiscard]] LetterToJudge prepare(const DeadLetter& letter, const DecodedBody& decoded = {}) const;

    /// `others` are not judged, but are still to be replayed as well: an event that failed is none that was applied,
    /// and an earlier one of the same key comes first. All open letters whose origin lies in the same partitions; their
    /// versions do not matter. Returns soon after `stop`; the verdicts are Unknown then.
    [[nodiscard]] JudgedLetters judge(std::span<const LetterToJudge> letters, std::span<const LetterToJudge> others,
                                      const JudgeLimits& limits, const std::stop_token& stop);

private:
    class Gathering;

    const Workspace m_workspace;
    const std::string m_context;
    const LetterConnectors m_connectors;
    const Clock& m_clock;
    const LetterOwners m_owners;
    std::unique_ptr<Broker> m_broker;
    std::unique_ptr<KeySearch> m_keys;
    std::map<std::string, std::unique_ptr<RelationalStore>> m_stores; ///< by name
};

} // namespace projectionist
