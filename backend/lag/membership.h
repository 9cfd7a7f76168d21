// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/core/snapshot.h"

#include <map>
#include <unordered_map>

namespace projectionist {

/// Who is in a group and which partition each member has, as it was told last.
struct Membership
{
    GroupObservation observation;
    std::unordered_map<TopicPartition, std::string> owners; ///< "client-id @ host"
};

/// The groups of a context. Reads states and assignments rarely and tells what changed in between.
class Memberships
{
public:
    /// Takes descriptions; returns rebalances and coming and going members, without projection.
    [[nodiscard]] std::vector<Annotation> learn(std::span<const GroupDescription> groups, TimePoint at);
    /// Could not be asked: an old answer would be taken for a sign of life.
    void forget(std::span<const std::string> groups);
    void forgetAll() { m_groups.clear(); }
    /// nullptr when nothing is known.
    [[nodiscard]] const Membership* of(const std::string& group) const;

private:
    std::map<std::string, Membership> m_groups;
};

} // namespace projectionist
