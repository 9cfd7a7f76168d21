// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/brokerreader.h"

namespace projectionist {

using namespace std::chrono_literals;

namespace {

/// Enough of an event to look at; a longer one is cut.
constexpr std::size_t inspectedBytes = 1U << 20U;

} // namespace

Result<ClusterDescription> BrokerReader::describe(Broker& broker, Duration timeout)
{
    auto cluster = broker.describe(timeout);
    if (cluster && cluster->id != m_clusterId) {
        if (!m_clusterId.empty())
            m_times.forgetAll();
        m_clusterId = cluster->id;
    }
    return cluster;
}

Result<PositionsAnswer> BrokerReader::positions(Broker& broker, const Layout& layout, Duration timeout)
{
    PositionsAnswer answer{m_clock.now(), m_clock.monotonic(), {}};
    if (layout.groups.empty())
        return answer;
    auto groups = broker.offsets(layout.groups, timeout);
    if (!groups)
        return tl::unexpected(groups.error());
    answer.groups = *std::move(groups);
    return answer;
}

Result<HeadsAnswer> BrokerReader::heads(Broker& broker, const Layout& layout, std::span<const LagRow> rows,
                                        const LagBudget& budget)
{
    HeadsAnswer answer;
    if (layout.partitions.empty())
        return answer;
    auto bounds = broker.bounds(layout.partitions, budget.timeout);
    if (!bounds)
        return tl::unexpected(bounds.error());
    answer.bounds = *std::move(bounds);
    if (answer.bounds.size() != layout.partitions.size())
        return tl::unexpected(Error{ErrorKind::Internal, "The heads of the partitions could not be read",
                                    "The answer has another number of rows than the question", "Please report this",
                                    true});
    answer.recreated = m_times.observe(answer.bounds, m_clock.monotonic());
    answer.lags = m_times.resolve(broker, answer.bounds, rows, budget);
    return answer;
}

InspectedEvent BrokerReader::inspect(Broker& broker, std::uint64_t token, const TopicPartition& id, Offset offset)
{
    InspectedEvent event{token, id, offset, std::optional<Record>{}};
    const std::pair<TopicPartition, Offset> place{id, offset};
    auto records = broker.read(std::span(&place, 1), inspectedBytes, 5s);
    if (!records)
        event.record = tl::unexpected(records.error());
    else if (!records->empty())
        event.record = std::move(records->front());
    return event;
}

} // namespace projectionist
