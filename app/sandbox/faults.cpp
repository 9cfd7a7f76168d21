// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/faults.h"

#include "app/sandbox/rateshape.h"

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>

namespace projectionist {

namespace {

constexpr std::array texts{
    FaultText{Fault::WorkerKilled, "worker-killed", "Kill a worker", "ops_console", "stopped",
              "The worker of ops_console is gone (kill -9) and nobody starts it again. Its backlog and its lag in time "
              "grow at the full arrival rate, its out rate is 0, its heartbeat ages, and after some seconds it is "
              "called Stopped. The others go on. Clearing starts the worker; it catches up, and no event is applied "
              "twice."},
    FaultText{Fault::WorkerSlow, "worker-slow", "Slow a worker down", "order_summary", "falling-behind",
              "order_summary applies 10 % fewer events than arrive. Nothing stands still, but backlog and lag grow "
              "slowly; within minutes it is called Falling behind, with the time until its objective is breached. "
              "Clearing gives it its full speed; it catches up."},
    FaultText{Fault::WorkerHung, "worker-hung", "Hang a worker", "order_summary", "blocked",
              "The worker of order_summary lives and writes its heartbeat, but applies nothing: all its partitions "
              "stand still while the backlog grows. It is called Blocked, not Stopped. Clearing lets it go on."},
    FaultText{Fault::Poison, "poison", "Poison event", "parcel_tracking", "blocked",
              "A ParcelScanned event with weight_grams -1 is written, and the handler of parcel_tracking throws on it "
              "for ever. One of its 12 partitions stands still at that event and is called Blocked; the event is shown "
              "as the suspect. The other partitions go on. Clearing deploys a handler that copes with it."},
    FaultText{
        Fault::PoisonBurst, "poison-burst", "Burst of dead letters", "", "",
        "One event in twenty fails for one of three causes and becomes a dead letter after three tries; no "
        "projection is held up. The geocoder does not answer for some delivered parcels and completed orders "
        "(GeocoderTimeoutException, in all three projections); some scans have no depot, which PostgreSQL refuses "
        "(PSQLException, in parcel_tracking and ops_console); some orders come in a version that no decoder knows "
        "(SerializationException, in order_summary and ops_console). Clearing brings the geocoder back: letters "
        "of that cause can be replayed, those of the others would fail again."},
    FaultText{
        Fault::NewerEvent, "newer-event", "Dead letters that are overtaken", "", "",
        "Rows of some parcels and orders are locked (RowLockedException in parcel_tracking and order_summary). Of "
        "most of them one event becomes a dead letter and later ones are applied: replaying the letter would meet "
        "newer state. Of the others every event from the third on becomes one: they have to be replayed in their "
        "order. Clearing unlocks the rows; the letters stay."},
    FaultText{
        Fault::HandlerBug, "handler-bug", "Handler with a bug", "order_summary", "",
        "A version of the handler of order_summary is deployed that adds 19 % to the total of every new order. "
        "Nothing fails and nothing is late, but the read model is wrong: total_cents differs from the write side, and "
        "`projectionistctl check run order_summary` names the rows. Clearing deploys a handler without the bug; the "
        "rows that are wrong stay wrong."},
    FaultText{Fault::SkipOffsets, "skip-offsets", "Events passed over", "parcel_tracking", "",
              "parcel_tracking passes over one event in twenty and moves its checkpoint on: no lag and no dead letter, "
              "but parcels are missing or keep an old state, which `projectionistctl check run parcel_tracking` tells. "
              "Clearing ends it; what was passed over stays missing."},
    FaultText{Fault::DuplicateDelivery, "duplicate-delivery", "Events applied twice", "parcel_tracking", "",
              "One scan in ten is delivered to parcel_tracking twice, and the handler takes the second for a new one: "
              "these parcels have more scans than the write side, which `projectionistctl check run parcel_tracking` "
              "tells. Clearing ends it; what was counted twice stays so."},
    FaultText{Fault::EraseMissed, "erase-missed", "Erased orders stay", "order_summary", "",
              "order_summary passes over OrderErased, so orders whose customers want to be forgotten stay in it: no "
              "lag and no "
              "dead letter, but rows that the write side has no more, which `projectionistctl check run order_summary` "
              "tells. "
              "Clearing ends it; what was not erased stays."},
    FaultText{
        Fault::ReplicaStale, "replica-stale", "Replica stays behind", "", "",
        "The standby of the PostgreSQL server goes on receiving, but applies nothing: who reads order_summary there "
        "sees old orders and misses new ones, while every projection is in time. `projectionistctl check run "
        "order_summary_replica` tells. Clearing lets it apply what it has received."},
    FaultText{Fault::OutboxStopped, "outbox-stopped", "Stop the outbox relay", "", "source-frozen",
              "The relay from the outbox to the broker is stopped. The heads stand still, so every projection has no "
              "backlog and looks well, while the outbox fills: Source frozen. Clearing starts the relay; what piled up "
              "arrives within seconds."},
    FaultText{Fault::Burst, "burst", "Ten times the load", "", "",
              "For a minute ten times as many events arrive, more than the workers can apply. In rates jump, backlog "
              "and lag grow, and the forecast says when they are caught up. Ends by itself after a minute."},
    FaultText{Fault::BrokerDown, "broker-down", "Broker down", "", "unknown",
              "No broker can be reached. Heads cannot be read: figures turn grey with their age, the verdict becomes "
              "Unknown, the status bar says since when and why. The outbox fills. Clearing brings the broker back; "
              "everything recovers by itself."},
    FaultText{Fault::StoreDown, "store-down", "PostgreSQL down", "", "unknown",
              "The PostgreSQL server with the write side and the read models is stopped. Checkpoints cannot be read: "
              "figures turn grey with their age, the verdict becomes Unknown, the status bar says since when and why. "
              "Nothing is written meanwhile. Clearing starts it with all its data."},
};

} // namespace

std::span<const FaultText> faultTexts()
{
    return texts;
}

const FaultText& textOf(Fault fault)
{
    return texts[static_cast<std::size_t>(fault)];
}

const FaultText* findFault(const std::string& name)
{
    const auto found = std::find_if(texts.begin(), texts.end(), [&](const auto& text) { return text.name == name; });
    return found == texts.end() ? nullptr : &*found;
}

TimePoint FaultBoard::since(Fault fault) const
{
    const auto found = m_since.find(fault);
    return found == m_since.end() ? TimePoint{} : found->second;
}

Result<void> FaultBoard::set(Fault fault, TimePoint now)
{
    m_since.try_emplace(fault, now);
    return write();
}

Result<void> FaultBoard::clear(Fault fault)
{
    m_since.erase(fault);
    return write();
}

void FaultBoard::refresh()
{
    std::ifstream stream(m_file);
    const auto json = nlohmann::json::parse(stream, nullptr, false);
    if (!json.is_object())
        return;
    m_since.clear();
    for (const auto& [name, since] : json.items()) {
        if (const auto* text = findFault(name); text && since.is_number_integer())
            m_since.emplace(text->fault, TimePoint(Duration(since.get<std::int64_t>())));
    }
}

Result<void> FaultBoard::write() const
{
    auto json = nlohmann::json::object();
    for (const auto& [fault, since] : m_since)
        json[textOf(fault).name] = since.time_since_epoch().count();
    return replaceFile(m_file, json.dump());
}

double arrivalRate(const SandboxSettings& settings, const FaultBoard& faults, TimePoint now)
{
    return settings.rate * (settings.steady ? 1.0 : dayShape(now)) * (faults.active(Fault::Burst) ? burstFactor : 1.0);
}

} // namespace projectionist
