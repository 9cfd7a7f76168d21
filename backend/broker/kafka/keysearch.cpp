// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/keysearch.h"

#include "backend/broker/kafka/handle.h"
#include "backend/broker/kafka/kafkabroker.h"
#include "backend/broker/kafka/keypass.h"

#include <algorithm>

namespace projectionist {

namespace {

using namespace kafka;

constexpr Duration boundsTimeout{10'000};
constexpr Duration boundsTurn{500}; ///< a stop is noticed by then; what comes later is taken by the next turn

bool isLate(const std::optional<Error>& error)
{
    return error && (error->kind == ErrorKind::Timeout || error->kind == ErrorKind::Unreachable);
}

class KafkaKeySearch final : public KeySearch
{
public:
    KafkaKeySearch(BrokerSettings settings, std::unique_ptr<Broker> broker)
        : m_settings(std::move(settings)), m_broker(std::move(broker))
    {
    }

    [[nodiscard]] Result<std::vector<KeyRangeOutcome>> find(std::span<const KeyRange> ranges, const Found& found,
                                                            const Progress& progress, Duration limit,
                                                            const std::stop_token& stop) override
    {
        const auto deadline = std::chrono::steady_clock::now() + limit;
        std::vector<TopicPartition> ids;
        for (const auto& range : ranges)
            ids.push_back(range.id);
        const auto bounds = boundsOf(ids, std::min(limit, boundsTimeout), stop);
        if (!bounds)
            return tl::unexpected(bounds.error());
        KeyPass pass(ranges, *bounds, found);
        if (pass.open().empty())
            return pass.take();
        // A handle for each search: partitions that are through are paused, which the library forgets only with it.
        HandlePlan plan = readingPlan("error");
        plan.state = m_state;
        const auto handle = Handle::open(m_settings, plan);
        if (!handle)
            return tl::unexpected(handle.error());
        m_state = (*handle)->state();
        KeyPassReader(**handle, *m_broker, pass, progress).run(deadline, stop);
        return pass.take();
    }

private:
    [[nodiscard]] Result<std::vector<PartitionBounds>> boundsOf(std::span<const TopicPartition> ids, Duration limit,
                                                                const std::stop_token& stop)
    {
        const auto deadline = std::chrono::steady_clock::now() + limit;
        while (true) {
            const Duration left{millisecondsUntil(deadline)};
            auto bounds = m_broker->bounds(ids, std::min(left, boundsTurn));
            const bool late =
                bounds ? std::ranges::any_of(*bounds, isLate, &PartitionBounds::error) : isLate(bounds.error());
            if (!late || left <= boundsTurn || stop.stop_requested())
                return bounds;
        }
    }

    const BrokerSettings m_settings;
    std::unique_ptr<Broker> m_broker;
    std::shared_ptr<HandleState> m_state;
};

} // namespace

Result<std::unique_ptr<KeySearch>> searchKafkaKeys(const BrokerSettings& settings)
{
    auto broker = connectKafka(settings);
    if (!broker)
        return tl::unexpected(broker.error());
    return std::make_unique<KafkaKeySearch>(settings, *std::move(broker));
}

} // namespace projectionist
