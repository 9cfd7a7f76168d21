// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How many hours of the default load the embedded broker holds: writes a day of orders and parcels in the batches that
// the relay makes of them (a second's worth a partition), and looks at what is still there. What --help says of it was
// measured with this.
#include "app/sandbox/business.h"
#include "app/sandbox/relay.h"
#include "backend/broker/kafka/kafkabroker.h"
#include "backend/broker/kafka/kafkaembeddedcluster.h"
#include "backend/broker/kafka/kafkaproducer.h"

#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>

using namespace projectionist;

namespace {

constexpr int eventsPerSecond = 50;
constexpr TimePoint start{Duration(1'795'000'000'000)};

void writeSeconds(EventProducer& producer, Business& business, int seconds)
{
    for (int second = 0; second < seconds; ++second) {
        const TimePoint now = start + std::chrono::seconds(second);
        for (int i = 0; i < eventsPerSecond; ++i) {
            if (!producer.produce(toRecord(business.next(now).event, "orders.events"), 0))
                std::abort();
        }
        if (!producer.flush(Duration(10'000)))
            std::abort();
        (void)producer.collect(Duration(0));
    }
}

} // namespace

int main(int argc, char** argv)
{
    const int seconds = argc > 1 ? std::atoi(argv[1]) : 30'000;
    const TopicSpec topic{"orders.events", 12, -1, {}};
    const auto cluster = startEmbeddedKafka(1, std::span(&topic, 1));
    BrokerSettings settings;
    settings.properties["bootstrap.servers"] = (*cluster)->bootstrap();
    const auto producer = connectKafkaProducer(settings, relayProducerOptions());
    Business business(1, 6000);
    writeSeconds(**producer, business, seconds);

    std::vector<TopicPartition> ids;
    for (int partition = 0; partition < 12; ++partition)
        ids.push_back({"orders.events", partition});
    const auto broker = connectKafka(settings);
    const auto bounds = (*broker)->bounds(ids, Duration(10'000));
    Offset kept = 0, least = 0, moved = 0;
    for (const auto& partition : *bounds) {
        const Offset here = partition.head - partition.start;
        kept += here;
        moved += partition.start > 0 ? 1 : 0;
        least = least == 0 ? here : std::min(least, here);
    }
    fmt::print("{} events written, {} kept ({} of 12 partitions lost some, the worst keeps {}): {:.2f} h at {}/s\n",
               seconds * eventsPerSecond, kept, moved, least, static_cast<double>(kept) / eventsPerSecond / 3600,
               eventsPerSecond);
    return 0;
}
