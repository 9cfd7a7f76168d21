// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/verdict.h"

namespace projectionist {

enum class SourceKind : std::uint8_t
{
    Broker,
    Store
};
enum class SourceState : std::uint8_t
{
    Connecting, ///< no answer yet since the start
    Ok,
    Waiting, ///< asked, the answer is overdue; the last good data is shown
    Failed,
};

/// One connection, as the status bar shows it.
struct SourceStatus
{
    std::string name; ///< of the workspace: broker or store
    SourceKind kind = SourceKind::Broker;
    SourceState state = SourceState::Connecting;
    TimePoint since{};          ///< when it entered this state
    Duration took{0};           ///< of the last finished read
    std::string detail;         ///< "3 brokers, 1 204 partitions", "PostgreSQL 15.4"
    std::optional<Error> error; ///< for Failed and Waiting

    bool operator==(const SourceStatus&) const = default;
};

/// Something that happened, for timeline and charts: rebalance, member change, topic recreated, settings taken over.
struct Annotation
{
    TimePoint at{};
    std::string kind;       ///< "rebalance", "members", "verdict", "config", "fault", "source"
    std::string projection; ///< empty: the whole context
    std::string text;

    bool operator==(const Annotation&) const = default;
};

/// The result of one sampling cycle of one context. Immutable; crosses to the GUI through a Mailbox.
struct Snapshot
{
    std::uint64_t cycle = 0; ///< counts from 1
    std::string context;
    TimePoint began{};
    TimePoint ended{};
    Duration interval{0}; ///< between cycles at present; longer than configured when the cluster is slow
    std::size_t partitionsAsked = 0;
    std::size_t partitionsAnswered = 0;
    std::vector<SourceStatus> sources;
    std::vector<std::shared_ptr<const ProjectionReport>> projections; ///< in the order of the workspace
    std::vector<Annotation> annotations;                              ///< new in this cycle
};

} // namespace projectionist
