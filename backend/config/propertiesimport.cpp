// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/brokerimport.h"
#include "backend/config/kafkaproperties.h"
#include "backend/config/nearest.h"

#include <fmt/format.h>
#include <regex>
#include <set>
#include <sstream>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

struct Line
{
    std::string key;
    std::string value;
    Origin origin;
};

std::string trimmed(std::string text)
{
    const char* const blanks = " \t\r\f\n";
    text.erase(0, std::min(text.find_first_not_of(blanks), text.size()));
    text.erase(text.find_last_not_of(blanks) + 1);
    return text;
}

/// An odd number of backslashes at the end continues the line.
bool isContinued(const std::string& line)
{
    const std::size_t last = line.find_last_not_of('\\');
    return (line.size() - (last == std::string::npos ? 0 : last + 1)) % 2 == 1;
}

std::string unescaped(const std::string& text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            result += text[i];
            continue;
        }
        const char c = text[++i];
        result += c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c == 'f' ? '\f' : c;
    }
    return result;
}

/// The format of java.util.Properties.load, without \uXXXX.
std::vector<Line> javaProperties(const std::string& text, const fs::path& file)
{
    std::vector<Line> result;
    std::istringstream in(text);
    std::string physical;
    for (int number = 1; std::getline(in, physical); ++number) {
        if (physical.ends_with('\r'))
            physical.pop_back();
        const std::size_t begin = physical.find_first_not_of(" \t\f");
        if (begin == std::string::npos || physical[begin] == '#' || physical[begin] == '!')
            continue;
        const Origin origin{file, number, static_cast<int>(begin) + 1};
        std::string logical = physical.substr(begin);
        while (isContinued(logical) && std::getline(in, physical)) {
            logical.pop_back();
            logical += trimmed(physical);
            ++number;
        }
        std::size_t end = 0;
        while (end < logical.size() && std::string_view("=: \t\f").find(logical[end]) == std::string_view::npos)
            end += logical[end] == '\\' ? 2 : 1;
        end = std::min(end, logical.size());
        std::string value = trimmed(logical.substr(end));
        if (value.starts_with('=') || value.starts_with(':'))
            value = trimmed(value.substr(1));
        result.push_back({unescaped(logical.substr(0, end)), unescaped(value), origin});
    }
    return result;
}

/// What a Java client needs and librdkafka does otherwise; nothing is lost without it.
bool isJavaOnly(const std::string& key)
{
    static const std::set<std::string> names{"auto.include.jmx.reporter",
                                             "client.dns.lookup",
                                             "config.providers",
                                             "default.api.timeout.ms",
                                             "exclude.internal.topics",
                                             "fetch.max.wait.ms",
                                             "interceptor.classes",
                                             "max.partition.fetch.bytes",
                                             "metric.reporters",
                                             "partitioner.class",
                                             "partition.assignment.strategy",
                                             "receive.buffer.bytes",
                                             "security.providers",
                                             "send.buffer.bytes",
                                             "socket.connection.setup.timeout.max.ms",
                                             "ssl.enabled.protocols",
                                             "ssl.engine.factory.class",
                                             "ssl.keymanager.algorithm",
                                             "ssl.protocol",
                                             "ssl.provider",
                                             "ssl.secure.random.implementation",
                                             "ssl.trustmanager.algorithm",
                                             "ssl.truststore.password",
                                             "ssl.truststore.type",
                                             "ssl.keystore.type"};
    return names.contains(key) || key.ends_with(".deserializer") || key.ends_with(".serializer") ||
           key.starts_with("max.poll.") || key.starts_with("metrics.") || key.starts_with("sasl.login.") ||
           key.starts_with("internal.") || key.starts_with("specific.avro.") || key.starts_with("schema.registry.");
}

/// What would change how a group consumes: this program joins none.
bool isOfConsumption(const std::string& key)
{
    return key.starts_with("group.") || key == "auto.offset.reset" || key == "enable.auto.commit" ||
           key == "auto.commit.interval.ms" || key == "transactional.id";
}

class Import
{
public:
    Import(const std::vector<Line>& lines, ImportedBroker& result) : m_result(result)
    {
        for (const auto& line : lines)
            m_given.insert_or_assign(line.key, line.value);
        for (const auto& line : lines)
            take(line);
    }

private:
    void say(DiagnosticLevel level, const Line& line, std::string message, std::string hint = {})
    {
        m_result.diagnostics.push_back({level, line.origin, std::move(message), std::move(hint)});
    }
    [[nodiscard]] std::string given(const std::string& key) const
    {
        const auto at = m_given.find(key);
        return at == m_given.end() ? "" : at->second;
    }
    void set(const std::string& key, const std::string& value) { m_result.properties.insert_or_assign(key, value); }

    void take(const Line& line);
    bool takeStore(const Line& line);
    void takeTruststore(const Line& line);
    void takeKeystore(const Line& line);
    void takeJaas(const Line& line);

    ImportedBroker& m_result;
    std::map<std::string, std::string> m_given;
};

void Import::take(const Line& line)
{
    if (line.key == "sasl.jaas.config") {
        takeJaas(line);
    } else if (takeStore(line)) {
        return;
    } else if (line.key == "ssl.endpoint.identification.algorithm" && line.value.empty()) {
        set(line.key, "none");
        say(DiagnosticLevel::Info, line,
            "empty ssl.endpoint.identification.algorithm taken as \"none\": "
            "the broker's host name is not checked");
    } else if (isJavaOnly(line.key)) {
        say(DiagnosticLevel::Info, line, fmt::format("\"{}\" is for Java clients only; left out", line.key));
    } else if (isOfConsumption(line.key)) {
        say(DiagnosticLevel::Info, line, fmt::format("\"{}\" left out: no group is joined", line.key));
    } else if (!isKafkaProperty(line.key)) {
        say(DiagnosticLevel::Warning, line, fmt::format("unknown property \"{}\"; left out", line.key),
            suggestion(line.key, kafkaPropertyNames()));
    } else {
        set(line.key, line.value);
    }
}

bool Import::takeStore(const Line& line)
{
    if (line.key == "ssl.truststore.location")
        takeTruststore(line);
    else if (line.key == "ssl.keystore.location")
        takeKeystore(line);
    else if (line.key == "ssl.truststore.certificates")
        set("ssl.ca.pem", line.value);
    else if (line.key == "ssl.keystore.certificate.chain")
        set("ssl.certificate.pem", line.value);
    else if (line.key == "ssl.keystore.key")
        set("ssl.key.pem", line.value);
    else if (line.key == "ssl.keystore.password")
        // Needed by PKCS#12 only; takeKeystore sets it there.
        return true;
    else
        return false;
    return true;
}

void Import::takeTruststore(const Line& line)
{
    if (given("ssl.truststore.type") == "PEM" || line.value.ends_with(".pem") || line.value.ends_with(".crt")) {
        set("ssl.ca.location", line.value);
        return;
    }
    const bool pkcs12 =
        given("ssl.truststore.type") == "PKCS12" || line.value.ends_with(".p12") || line.value.ends_with(".pfx");
    const std::string hint =
        fmt::format("keytool -exportcert -rfc -alias ALIAS -keystore {0}{1} -file ca.pem (keytool -list "
                    "-keystore {0} shows the aliases), then set ssl.ca.location = ca.pem",
                    line.value, pkcs12 ? " -storetype PKCS12" : "");
    say(DiagnosticLevel::Warning, line,
        "ssl.truststore.location is a Java key store, which librdkafka cannot read; left out", hint);
}

void Import::takeKeystore(const Line& line)
{
    const std::string type = given("ssl.keystore.type");
    if (type == "PEM" || line.value.ends_with(".pem")) {
        set("ssl.certificate.location", line.value);
        set("ssl.key.location", line.value);
    } else if (type == "PKCS12" || line.value.ends_with(".p12") || line.value.ends_with(".pfx")) {
        set("ssl.keystore.location", line.value);
        if (m_given.contains("ssl.keystore.password"))
            set("ssl.keystore.password", given("ssl.keystore.password"));
    } else {
        say(DiagnosticLevel::Warning, line,
            "ssl.keystore.location is a Java key store, which librdkafka cannot read; left out",
            fmt::format(
                "keytool -importkeystore -srckeystore {} -destkeystore client.p12 -deststoretype PKCS12, then set "
                "ssl.keystore.location = client.p12",
                line.value));
    }
}

void Import::takeJaas(const Line& line)
{
    static const std::regex option(R"re((username|password)\s*=\s*("((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s;"]+)))re");
    std::map<std::string, std::string> found;
    for (std::sregex_iterator at(line.value.begin(), line.value.end(), option), end; at != end; ++at) {
        const auto& match = *at;
        found[match[1]] = match[3].matched   ? unescaped(match[3].str())
                          : match[4].matched ? match[4].str()
                                             : match[5].str();
    }
    if (!found.contains("username") || !found.contains("password")) {
        say(DiagnosticLevel::Warning, line,
            "sasl.jaas.config without user name and password cannot be converted; left out",
            "set sasl.mechanism and the sasl.* properties of librdkafka that go with it");
        return;
    }
    set("sasl.username", found["username"]);
    set("sasl.password", found["password"]);
    say(DiagnosticLevel::Info, line, "sasl.jaas.config converted to sasl.username and sasl.password");
}

} // namespace

ImportedBroker importProperties(const std::string& text, const fs::path& file)
{
    ImportedBroker result;
    [[maybe_unused]] const Import done(javaProperties(text, file), result);
    return result;
}

ImportedBroker importKcat(const std::string& text, const fs::path& file)
{
    ImportedBroker result;
    std::istringstream in(text);
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        const std::string content = trimmed(line);
        if (content.empty() || content.starts_with('#'))
            continue;
        const Origin origin{file, number, static_cast<int>(line.find_first_not_of(" \t")) + 1};
        const std::size_t equals = content.find('=');
        if (equals == std::string::npos || equals == 0) {
            result.diagnostics.push_back(
                {DiagnosticLevel::Warning, origin, "not a property; left out", "write name=value"});
            continue;
        }
        const std::string key = trimmed(content.substr(0, equals));
        if (isOfConsumption(key))
            continue;
        if (!isKafkaProperty(key))
            result.diagnostics.push_back({DiagnosticLevel::Warning, origin, fmt::format("unknown property \"{}\"", key),
                                          suggestion(key, kafkaPropertyNames())});
        result.properties.insert_or_assign(key, trimmed(content.substr(equals + 1)));
    }
    return result;
}

} // namespace projectionist
