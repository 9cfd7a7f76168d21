// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"
#include "backend/core/position.h"

#include <map>
#include <string>

namespace projectionist {

/// Of each partition the next offset that is to be applied.
using LogPositions = std::map<TopicPartition, Offset>;

/// Tells when a projection has applied all that the write side had done at some moment. Belongs to the thread that runs
/// the check.
class FlightWatch
{
public:
    virtual ~FlightWatch() = default;
    FlightWatch(const FlightWatch&) = delete;
    FlightWatch& operator=(const FlightWatch&) = delete;

    /// Waits until everything that was written before this call is published and applied; false if that does not come
    /// about in a time that the implementation bounds, and then `obstacle` says why.
    [[nodiscard]] virtual Result<bool> waitUntilPassed(std::string& obstacle) = 0;
    /// Where the projection was at the last look, waiting a moment for the first one; empty if that is not known.
    [[nodiscard]] virtual LogPositions positions() = 0;
    /// A sentence without a full stop: what was waited for.
    [[nodiscard]] virtual std::string rule() const = 0;
    /// Any thread, for good: who waits gets Cancelled.
    virtual void cancel() noexcept = 0;

protected:
    FlightWatch() = default;
};

} // namespace projectionist
