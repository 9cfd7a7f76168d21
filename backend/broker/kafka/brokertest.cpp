// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/brokertest.h"

#include "backend/broker/kafka/handle.h"
#include "backend/broker/kafka/kafkabroker.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>

namespace projectionist {

namespace {

using namespace kafka;
using namespace std::chrono_literals;

std::string propertyOf(const BrokerSettings& settings, const char* name)
{
    const auto found = settings.properties.find(name);
    return found == settings.properties.end() ? "" : found->second;
}

/// Waits until the cluster has said its name, or all its brokers were tried in vain. The library repeats for ever what
/// fails for good (a wrong password), so its complaints decide, not its return codes.
Result<void> awaitFirstContact(const Handle& handle, const std::string& what, SteadyTime deadline)
{
    const auto patience = std::chrono::steady_clock::now() + 600ms; // several bootstrap servers are tried in turn
    while (true) {
        const std::unique_ptr<char, Deleter<std::free>> id(
            rd_kafka_clusterid(handle.get(), std::clamp(millisecondsUntil(deadline), 1, 100)));
        if (id)
            return {};
        handle.serve();
        const auto complaints = handle.log().recent();
        const bool allDown = std::ranges::any_of(
            complaints, [](const Complaint& c) { return c.code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN; });
        if ((allDown && std::chrono::steady_clock::now() > patience) || millisecondsUntil(deadline) == 0)
            return tl::unexpected(handle.explain(RD_KAFKA_RESP_ERR__TIMED_OUT, what));
    }
}

Error nothingVisible(const std::string& what, const BrokerSettings& settings)
{
    return {ErrorKind::Permission, what,
            fmt::format("The login worked, but user \"{}\" sees not a single topic: either the DESCRIBE permission on "
                        "topics is missing, or the cluster has none yet",
                        propertyOf(settings, "sasl.username")),
            "Ask for DESCRIBE on topics and groups (READ on topics, to look at records)", false};
}

void tryGroups(Broker& broker, BrokerReport& report, SteadyTime deadline)
{
    std::vector<Error> errors;
    const auto groups = broker.list(Duration(millisecondsUntil(deadline)), errors);
    report.remarks.insert(report.remarks.end(), errors.begin(), errors.end());
    if (groups)
        report.groups = groups->size();
    else if (errors.empty())
        report.remarks.push_back(groups.error());
}

void tryTimeIndex(Broker& broker, BrokerReport& report, SteadyTime deadline)
{
    constexpr std::size_t enough = 250;
    std::vector<TimeQuery> queries;
    for (const TopicDescription& topic : report.cluster.topics)
        for (std::int32_t i = 0; !topic.internal && i < topic.partitions && queries.size() < enough; ++i)
            queries.push_back({{topic.name, i}, TimePoint{}});
    if (queries.empty())
        return;
    const auto answers = broker.offsetsForTimes(queries, Duration(millisecondsUntil(deadline)));
    if (answers)
        return;
    report.timeIndex = answers.error().kind != ErrorKind::NotFound;
    report.remarks.push_back(answers.error());
}

} // namespace

Result<BrokerReport> testBroker(const BrokerSettings& settings, Duration timeout)
{
    const auto began = std::chrono::steady_clock::now();
    const auto deadline = began + timeout;
    const auto what =
        fmt::format("Broker \"{}\" ({}) cannot be used", settings.name, propertyOf(settings, "bootstrap.servers"));
    BrokerReport report;
    {
        HandlePlan plan;
        plan.defaults = connectionDefaults();
        plan.forced = watchingForced();
        plan.forced.insert_or_assign("debug", "feature"); // tells the version of the broker before the login
        const auto handle = Handle::open(settings, plan, &report.warnings);
        if (!handle)
            return tl::unexpected(handle.error());
        if (auto contact = awaitFirstContact(**handle, what, deadline); !contact)
            return tl::unexpected(contact.error());
    }
    auto broker = connectKafka(settings);
    if (!broker)
        return tl::unexpected(broker.error());
    auto cluster = (*broker)->describe(Duration(millisecondsUntil(deadline)));
    if (!cluster)
        return tl::unexpected(cluster.error());
    report.took = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began);
    report.cluster = std::move(*cluster);
    for (const TopicDescription& topic : report.cluster.topics) {
        report.partitions += topic.internal ? 0 : static_cast<std::size_t>(topic.partitions);
        if (topic.error)
            report.remarks.push_back(*topic.error);
    }
    if (report.cluster.topics.empty() && !propertyOf(settings, "sasl.username").empty())
        return tl::unexpected(nothingVisible(what, settings));
    if (propertyOf(settings, "ssl.endpoint.identification.algorithm") == "none")
        report.warnings.push_back("The broker's host name is not verified "
                                  "(ssl.endpoint.identification.algorithm is \"none\").");
    tryGroups(**broker, report, deadline);
    tryTimeIndex(**broker, report, deadline);
    return report;
}

} // namespace projectionist
