// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/replay/replayconnectors.h"
#include "backend/deadletter/replay/replayplan.h"

namespace projectionist {

/// What became of a letter that was sent.
struct SendOutcome
{
    enum class Kind : std::uint8_t
    {
        Sent,
        NotSent,       ///< it was not taken at the moment; to be tried again
        LetterRefused, ///< this one will never be taken; it was not written
        TargetRefused, ///< no letter is taken at present; it was not written
        Unknown        ///< it may have been written
    };
    std::size_t letter = 0;
    Kind kind = Kind::Unknown;
    std::optional<TopicPartition> id{};
    std::optional<Offset> offset{};
    std::string why{};     ///< a sentence; of a letter that was sent: what there is to say of it, or nothing
    bool readBack = false; ///< its row was read after it was written, and is what it should be
};

/// Hands letters to the target. One thread.
class ReplaySender
{
public:
    virtual ~ReplaySender() = default;
    ReplaySender(const ReplaySender&) = delete;
    ReplaySender& operator=(const ReplaySender&) = delete;

    /// How many letters may be under way at a time.
    [[nodiscard]] virtual std::size_t window() const = 0;
    /// Exactly one outcome will come of it.
    virtual void send(std::size_t letter, const PlannedLetter& planned, const OutgoingRecord& record) = 0;
    [[nodiscard]] virtual std::vector<SendOutcome> collect(Duration wait, const std::stop_token& stop) = 0;
    /// Why nothing arrives at present.
    [[nodiscard]] virtual std::optional<Error> trouble() const = 0;

protected:
    ReplaySender() = default;
};

/// The broker's settings as a replay needs them, whatever else they say: acknowledged by all replicas, idempotent.
[[nodiscard]] Result<std::unique_ptr<ReplaySender>> makeReplaySender(const Workspace& workspace, const ReplayPlan& plan,
                                                                     const BrokerSettings& broker,
                                                                     const ReplayConnectors& connectors,
                                                                     const Clock& clock);

} // namespace projectionist
