// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/tenures.h"

#include "backend/core/format.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace projectionist {

std::vector<Tenure> tenuresOf(const std::vector<PartitionSample>& partitions)
{
    const auto owned = [](const PartitionSample& partition) { return !partition.owner.empty(); };
    if (std::none_of(partitions.begin(), partitions.end(), owned))
        return {};
    std::vector<Tenure> tenures;
    tenures.reserve(partitions.size());
    for (auto first = partitions.begin(); first != partitions.end();) {
        const auto last = std::find_if(first, partitions.end(),
                                       [&](const auto& partition) { return partition.id.topic != first->id.topic; });
        const Tenure others = std::any_of(first, last, owned) ? Tenure::Vacant : Tenure::Abandoned;
        for (; first != last; ++first)
            tenures.push_back(owned(*first) ? Tenure::Owned : others);
    }
    return tenures;
}

void observePartitions(const ProjectionSample& sample, const Assessment& made, const std::vector<Tenure>& tenures,
                       std::vector<std::string>& observations)
{
    const std::size_t count = sample.partitions.size();
    if (const auto vacant = std::count(tenures.begin(), tenures.end(), Tenure::Vacant); vacant > 0)
        observations.push_back(fmt::format("{} of {} partitions have no member.", vacant, count));
    std::map<std::string, Offset> left;
    for (std::size_t i = 0; i < count; ++i)
        if (made.partitions[i].conditions & AbandonedTopic)
            left[sample.partitions[i].id.topic] += made.partitions[i].backlog.value_or(0);
    for (const auto& [topic, events] : left)
        observations.push_back(fmt::format(
            "The group no longer reads {}; {} events are left there and count as no lag.", topic, formatCount(events)));
    const double mean = made.inPerSecond.value_or(0) / static_cast<double>(std::max<std::size_t>(1, count));
    for (std::size_t i = 0; i < count && count >= 3; ++i)
        if (mean > 0.1 && made.partitions[i].inPerSecond > 3 * mean)
            observations.push_back(fmt::format("{} is hot: {}/s arrive, the mean is {}/s.",
                                               toString(sample.partitions[i].id),
                                               formatRate(made.partitions[i].inPerSecond), formatRate(mean)));
}

} // namespace projectionist
