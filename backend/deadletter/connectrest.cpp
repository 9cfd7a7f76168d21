// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/connectrest.h"

#include "backend/config/connection.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace projectionist {

namespace {

using Json = nlohmann::json;

std::string textOf(const Json& object, const char* name)
{
    const auto at = object.find(name);
    return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

/// "a, b,c"
std::vector<std::string> listed(const std::string& text)
{
    std::vector<std::string> names;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::size_t first = text.find_first_not_of(" \t\n", begin);
        if (first < end)
            names.push_back(text.substr(first, text.find_last_not_of(" \t\n", end - 1) - first + 1));
        begin = end + 1;
    }
    return names;
}

void takeConfig(const std::string& connector, const Json& config, ConnectQueues& found)
{
    if (!config.is_object())
        return;
    const std::string topic = textOf(config, "errors.deadletterqueue.topic.name");
    if (topic.empty())
        return;
    const std::string headers = textOf(config, "errors.deadletterqueue.context.headers.enable");
    found.queues.push_back({connector, topic, listed(textOf(config, "topics")), headers == "true"});
}

Result<Json> ask(HttpGetter& connect, const std::string& path, const std::stop_token& stop, HttpAnswer& answer)
{
    auto got = connect.get(path, stop);
    if (!got)
        return tl::unexpected(got.error());
    answer = *std::move(got);
    if (answer.status < 200 || answer.status > 299)
        return tl::unexpected(connect.refusal(answer));
    auto json = Json::parse(answer.body, nullptr, false);
    if (json.is_discarded())
        return tl::unexpected(connect.nonsense(answer, "its answer is not JSON"));
    return json;
}

Result<void> askEach(HttpGetter& connect, const Json& names, const std::stop_token& stop, ConnectQueues& found)
{
    for (const auto& name : names) {
        if (!name.is_string())
            continue;
        ++found.connectors;
        HttpAnswer answer;
        const auto config =
            ask(connect, "/connectors/" + percentEncoded(name.get<std::string>()) + "/config", stop, answer);
        if (config)
            takeConfig(name.get<std::string>(), *config, found);
        else if (config.error().kind == ErrorKind::Cancelled)
            return tl::unexpected(config.error());
        else if (config.error().kind != ErrorKind::NotFound) // deleted since it was listed
            found.remarks.push_back(config.error());
    }
    return {};
}

} // namespace

Result<ConnectQueues> readConnectQueues(HttpGetter& connect, const std::stop_token& stop)
{
    HttpAnswer answer;
    const auto all = ask(connect, "/connectors?expand=info", stop, answer);
    if (!all)
        return tl::unexpected(all.error());
    ConnectQueues found;
    if (all->is_array()) {
        if (auto asked = askEach(connect, *all, stop, found); !asked)
            return tl::unexpected(asked.error());
    } else if (all->is_object()) {
        for (const auto& [name, connector] : all->items()) {
            ++found.connectors;
            if (connector.is_object() && connector.contains("info") && connector["info"].is_object())
                takeConfig(name, connector["info"].value("config", Json()), found);
        }
    } else {
        return tl::unexpected(connect.nonsense(answer, "its answer is no list of connectors"));
    }
    std::sort(found.queues.begin(), found.queues.end(),
              [](const auto& a, const auto& b) { return a.connector < b.connector; });
    return found;
}

} // namespace projectionist
