// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/settings.h"

#include <span>
#include <string>

namespace projectionist {

enum class Fault : std::uint8_t
{
    WorkerKilled,
    WorkerSlow,
    WorkerHung,
    Poison,
    PoisonBurst,
    NewerEvent,
    HandlerBug,
    SkipOffsets,
    DuplicateDelivery,
    EraseMissed,
    ReplicaStale,
    OutboxStopped,
    Burst,
    BrokerDown,
    StoreDown,
};

/// A fault as people read it.
struct FaultText
{
    Fault fault;
    const char* name;       ///< "worker-killed"
    const char* title;      ///< "Kill a worker"
    const char* projection; ///< whom it hits; empty: all
    const char* verdict;    ///< that this projection should get, as in verdict.h; empty: none for sure
    const char* see;        ///< what a person should see, and what clearing does
};

/// All faults, in the order of the enumeration.
[[nodiscard]] std::span<const FaultText> faultTexts();
[[nodiscard]] const FaultText& textOf(Fault fault);
/// nullptr for an unknown name.
[[nodiscard]] const FaultText* findFault(const std::string& name);

constexpr Duration burstLength{60'000};
constexpr double burstFactor = 10;
constexpr double slowFactor = 0.9;

/// Which faults are active and since when. The supervisor writes it to a file, the other processes read that.
class FaultBoard
{
public:
    explicit FaultBoard(std::filesystem::path file) : m_file(std::move(file)) {}

    [[nodiscard]] bool active(Fault fault) const { return m_since.contains(fault); }
    /// The epoch before all time if it is not active.
    [[nodiscard]] TimePoint since(Fault fault) const;

    [[nodiscard]] Result<void> set(Fault fault, TimePoint now);
    [[nodiscard]] Result<void> clear(Fault fault);
    /// Reads the file again; an unreadable one leaves all as it was.
    void refresh();

private:
    [[nodiscard]] Result<void> write() const;

    std::filesystem::path m_file;
    std::map<Fault, TimePoint> m_since;
};

/// Events per second that arrive now, burst included.
[[nodiscard]] double arrivalRate(const SandboxSettings& settings, const FaultBoard& faults, TimePoint now);

} // namespace projectionist
