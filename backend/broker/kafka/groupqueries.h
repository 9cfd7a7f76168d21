// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/broker/kafka/grouprequests.h"

namespace projectionist::kafka {

/// All groups of the cluster; those of silent brokers are missing, and `errors` says so.
[[nodiscard]] Result<std::vector<GroupSummary>> listGroups(Handle& handle, SteadyTime deadline,
                                                           std::vector<Error>& errors);

/// State and members of groups, by admin requests on a handle that has a group of its own.
class GroupDescriptions
{
public:
    [[nodiscard]] Result<std::vector<GroupDescription>> ask(Handle& handle, std::span<const std::string> groups,
                                                            SteadyTime deadline);
    [[nodiscard]] GroupRequests& requests() { return m_requests; }

private:
    GroupRequests m_requests;
};

/// Positions of groups, likewise.
class PositionQueries
{
public:
    [[nodiscard]] Result<std::vector<GroupOffsets>> ask(Handle& handle, std::span<const GroupOffsetsQuery> queries,
                                                        SteadyTime deadline);
    [[nodiscard]] GroupRequests& requests() { return m_requests; }

private:
    GroupRequests m_requests;
};

} // namespace projectionist::kafka
