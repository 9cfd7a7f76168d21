// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/broker/kafka/handle.h"

#include <set>

namespace projectionist::kafka {

/// Consumer groups by admin requests on a handle that has a group of its own.
[[nodiscard]] Result<std::vector<GroupSummary>> listGroups(Handle& handle, SteadyTime deadline,
                                                           std::vector<Error>& errors);
[[nodiscard]] Result<std::vector<GroupDescription>> describeGroups(Handle& handle, std::span<const std::string> groups,
                                                                   SteadyTime deadline);

/// Positions: one group a request (all that librdkafka takes), up to 16 at a time. Groups whose coordinator was silent
/// are asked last the next time, so that they cannot starve the others.
class PositionQueries
{
public:
    [[nodiscard]] Result<std::vector<GroupOffsets>> ask(Handle& handle, std::span<const GroupOffsetsQuery> queries,
                                                        SteadyTime deadline);

private:
    std::set<std::string> m_silent;
};

} // namespace projectionist::kafka
