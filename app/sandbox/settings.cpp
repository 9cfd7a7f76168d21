// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/settings.h"

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <unistd.h>

namespace projectionist {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SandboxSettings, broker, postgres, replica, schema, topic, partitions, rate, steady,
                                   seed, badEvery, eraseEvery, history, faults)

BrokerSettings SandboxSettings::brokerSettings() const
{
    BrokerSettings result;
    result.name = "sandbox-kafka";
    result.properties = broker;
    return result;
}

StoreSettings SandboxSettings::storeSettings() const
{
    StoreSettings result;
    result.name = "sandbox-pg";
    result.connection = postgres;
    return result;
}

StoreSettings SandboxSettings::replicaSettings() const
{
    StoreSettings result;
    result.name = "sandbox-replica";
    result.connection = replica;
    return result;
}

std::string SandboxSettings::deadLetterTopic(const std::string& projection) const
{
    return topic + '.' + projection + ".dlt";
}

std::vector<std::string> SandboxSettings::topics() const
{
    std::vector<std::string> all{topic};
    for (const auto& projection : projectionNames()) {
        if (hasDeadLetterTopic(projection))
            all.push_back(deadLetterTopic(projection));
    }
    return all;
}

bool SandboxSettings::hasDeadLetterTopic(const std::string& projection)
{
    return projection != "ops_console";
}

const std::vector<std::string>& projectionNames()
{
    static const std::vector<std::string> names{"order_summary", "parcel_tracking", "ops_console"};
    return names;
}

std::string groupOf(const SandboxSettings& settings)
{
    // Beside the topic, so that two sandboxes on one real cluster do not share a group.
    return settings.topic == "orders.events" ? "parcel-tracking" : settings.topic + ".parcel-tracking";
}

Result<void> save(const SandboxSettings& settings, const std::filesystem::path& file)
{
    return replaceFile(file, nlohmann::json(settings).dump(2));
}

Result<SandboxSettings> loadSettings(const std::filesystem::path& file)
{
    std::ifstream stream(file);
    const auto json = nlohmann::json::parse(stream, nullptr, false);
    try {
        return json.get<SandboxSettings>();
    } catch (const nlohmann::json::exception& problem) {
        return tl::unexpected(Error{ErrorKind::InvalidData, "Cannot read the settings " + file.string(), problem.what(),
                                    "Workers are started by `projectionist-sandbox run`.", false});
    }
}

Result<void> replaceFile(const std::filesystem::path& file, const std::string& text)
{
    const auto failed = [&file](int number) {
        return tl::unexpected(Error{ErrorKind::Resource, "Cannot write " + file.string(),
                                    std::generic_category().message(number), "Check folder and free space.", true});
    };
    const std::string temporary = file.string() + ".new";
    const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return failed(errno);
    const auto written = ::write(descriptor, text.data(), text.size());
    const int number = errno;
    ::close(descriptor);
    if (written != static_cast<ssize_t>(text.size()))
        return failed(number);
    if (::rename(temporary.c_str(), file.c_str()) != 0)
        return failed(errno);
    return {};
}

} // namespace projectionist
