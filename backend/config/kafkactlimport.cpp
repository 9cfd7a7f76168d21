// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/brokerimport.h"
#include "backend/config/nearest.h"
#include "backend/config/references.h"
#include "backend/core/wholefile.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

std::string lowerCase(std::string text)
{
    for (char& c : text)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

/// kafkactl reads its keys without regard to case.
YAML::Node child(const YAML::Node& node, const std::string& key)
{
    if (node.IsMap())
        for (const auto& entry : node)
            if (entry.first.IsScalar() && lowerCase(entry.first.Scalar()) == key)
                return entry.second;
    return YAML::Node(YAML::NodeType::Undefined);
}

std::string text(const YAML::Node& node, const std::string& key)
{
    const YAML::Node value = child(node, key);
    return value.IsDefined() && value.IsScalar() ? value.Scalar() : "";
}

bool isTrue(const YAML::Node& node, const std::string& key)
{
    return lowerCase(text(node, key)) == "true";
}

Origin place(const fs::path& file, const YAML::Node& node)
{
    const YAML::Mark mark = node.Mark();
    return mark.is_null() ? Origin{file, 0, 0} : Origin{file, mark.line + 1, mark.column + 1};
}

void takeTls(const YAML::Node& tls, std::map<std::string, std::string>& properties)
{
    for (const auto& [key, property] :
         {std::pair{"ca", "ssl.ca.location"}, {"cert", "ssl.certificate.location"}, {"certkey", "ssl.key.location"}})
        if (const auto value = text(tls, key); !value.empty())
            properties[property] = value;
    if (isTrue(tls, "insecure"))
        properties["enable.ssl.certificate.verification"] = "false";
}

/// False if the mechanism needs a token provider that only kafkactl has.
bool takeSasl(const YAML::Node& sasl, std::map<std::string, std::string>& properties)
{
    const std::string mechanism = lowerCase(text(sasl, "mechanism"));
    properties["sasl.mechanism"] = mechanism == "scram-sha256"   ? "SCRAM-SHA-256"
                                   : mechanism == "scram-sha512" ? "SCRAM-SHA-512"
                                                                 : "PLAIN";
    properties["sasl.username"] = text(sasl, "username");
    properties["sasl.password"] = text(sasl, "password");
    return mechanism.empty() || mechanism == "plaintext" || mechanism.starts_with("scram-sha");
}

void takeContext(const YAML::Node& context, const fs::path& file, ImportedBroker& result)
{
    std::vector<std::string> brokers;
    for (const auto& broker : child(context, "brokers"))
        if (broker.IsScalar())
            brokers.push_back(broker.Scalar());
    if (brokers.empty())
        result.diagnostics.push_back({DiagnosticLevel::Error, place(file, context), "this context has no brokers",
                                      "add \"brokers: [host:9092]\""});
    result.properties["bootstrap.servers"] = fmt::format("{}", fmt::join(brokers, ","));
    if (const auto id = text(context, "clientid"); !id.empty())
        result.properties["client.id"] = id;
    const YAML::Node tls = child(context, "tls");
    const YAML::Node sasl = child(context, "sasl");
    const bool encrypted = isTrue(tls, "enabled");
    const bool authenticated = isTrue(sasl, "enabled");
    if (encrypted || authenticated)
        result.properties["security.protocol"] = !authenticated ? "SSL" : encrypted ? "SASL_SSL" : "SASL_PLAINTEXT";
    if (encrypted)
        takeTls(tls, result.properties);
    if (authenticated && !takeSasl(sasl, result.properties))
        result.diagnostics.push_back({DiagnosticLevel::Error, place(file, sasl),
                                      "this SASL mechanism needs a token provider of kafkactl and cannot be converted",
                                      "set sasl.mechanism and sasl.oauthbearer.* as properties of the broker"});
}

std::vector<std::string> names(const YAML::Node& contexts)
{
    std::vector<std::string> result;
    if (contexts.IsMap())
        for (const auto& entry : contexts)
            if (entry.first.IsScalar())
                result.push_back(entry.first.Scalar());
    return result;
}

} // namespace

ImportedBroker importKafkactl(const std::string& yaml, const fs::path& file, const std::string& wanted)
{
    ImportedBroker result;
    try {
        const YAML::Node root = YAML::Load(yaml);
        const YAML::Node contexts = child(root, "contexts");
        std::string name = wanted.empty() ? text(root, "current-context") : wanted;
        const auto known = names(contexts);
        if (name.empty())
            name = known.size() == 1 ? known.front() : "default";
        if (std::find(known.begin(), known.end(), name) == known.end())
            result.diagnostics.push_back({DiagnosticLevel::Error, place(file, contexts.IsDefined() ? contexts : root),
                                          fmt::format("no context \"{}\" in kafkactl's configuration", name),
                                          suggestion(name, known)});
        else
            takeContext(contexts[name], file, result);
    } catch (const YAML::Exception& e) {
        const Origin origin = e.mark.is_null() ? Origin{file, 0, 0} : Origin{file, e.mark.line + 1, e.mark.column + 1};
        result.diagnostics.push_back({DiagnosticLevel::Error, origin, "not valid YAML: " + e.msg, {}});
    }
    return result;
}

std::vector<std::string> kafkactlContexts(const fs::path& file)
{
    const auto yaml = readWholeFile(file, mostConfigBytes);
    if (!yaml)
        return {};
    try {
        const YAML::Node root = YAML::Load(*yaml);
        auto result = names(child(root, "contexts"));
        const std::string current = text(root, "current-context");
        std::stable_partition(result.begin(), result.end(), [&](const auto& name) { return name == current; });
        return result;
    } catch (const YAML::Exception&) {
        // Offered for choice only; reading it for use says what is wrong.
        return {};
    }
}

} // namespace projectionist
