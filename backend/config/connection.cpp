// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/connection.h"

#include "backend/config/workspace.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr std::string_view mask = "***";

bool isSpace(char c)
{
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

std::string percentDecoded(std::string_view text)
{
    const auto hex = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; };
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) && hex(text[i + 2])) {
            decoded += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
            i += 2;
        } else {
            decoded += text[i];
        }
    }
    return decoded;
}

/// What is not a key of libpq may be one mistyped.
bool mayBeShown(const std::string& name)
{
    const auto& known = connectionKeyNames();
    return !isSecretName(name) && std::find(known.begin(), known.end(), name) != known.end();
}

std::string maskedQuery(std::string_view query)
{
    std::string masked;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        const std::size_t equals = pair.find('=');
        if (equals != std::string_view::npos && !mayBeShown(percentDecoded(pair.substr(0, equals))))
            masked += fmt::format("{}{}", pair.substr(0, equals + 1), mask);
        else
            masked += pair;
        if (end < query.size())
            masked += '&';
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return masked;
}

/// People put '/', '?' and '@' into passwords without encoding them, so the user part reaches to the last '@' there is.
/// Hiding too much is fine.
std::string maskedUri(const std::string& uri)
{
    const std::size_t query = std::min(uri.find('?'), uri.size() - 1);
    const std::string text = uri.substr(0, query + 1) + maskedQuery(std::string_view(uri).substr(query + 1));
    const std::size_t colon = text.find(':', text.find("://") + 3);
    const std::size_t at = text.rfind('@');
    if (colon == std::string::npos || at == std::string::npos || at < colon)
        return text;
    return text.substr(0, colon + 1) + std::string(mask) + text.substr(at);
}

/// Reads one value of a connection string at `at`; false if its quote is never closed or it ends with a backslash.
bool readValue(const std::string& text, std::size_t& at, std::string& value)
{
    const bool quoted = at < text.size() && text[at] == '\'';
    if (quoted)
        ++at;
    for (; at < text.size(); ++at) {
        if (quoted ? text[at] == '\'' : isSpace(text[at])) {
            at += quoted ? 1 : 0;
            return true;
        }
        if (text[at] == '\\' && ++at == text.size())
            return false;
        value += text[at];
    }
    return !quoted;
}

} // namespace

bool isConnectionUri(std::string_view connection) noexcept
{
    return connection.starts_with("postgresql://") || connection.starts_with("postgres://");
}

bool isSecretName(std::string_view name)
{
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const std::string_view part :
         {"password", "passwd", "secret", "jaas", "token", "ssl.key.pem", "oauthbearer.config"})
        if (lower.find(part) != std::string::npos)
            return lower.find("token.endpoint") == std::string::npos;
    return false;
}

std::optional<ConnectionKeys> parseConnectionKeys(const std::string& connection)
{
    ConnectionKeys keys;
    std::size_t at = 0;
    const auto skipSpace = [&] {
        while (at < connection.size() && isSpace(connection[at]))
            ++at;
    };
    for (skipSpace(); at < connection.size(); skipSpace()) {
        std::string key;
        while (at < connection.size() && connection[at] != '=' && !isSpace(connection[at]))
            key += connection[at++];
        skipSpace();
        if (key.empty() || at == connection.size() || connection[at] != '=')
            return std::nullopt;
        ++at;
        skipSpace();
        std::string value;
        if (!readValue(connection, at, value))
            return std::nullopt;
        keys.emplace_back(std::move(key), std::move(value));
    }
    return keys;
}

std::string toConnectionString(const ConnectionKeys& keys)
{
    std::string text;
    for (const auto& [key, value] : keys) {
        if (!text.empty())
            text += ' ';
        text += key + '=';
        const bool quote = value.empty() || std::any_of(value.begin(), value.end(), isSpace) ||
                           value.find_first_of("'\\") != std::string::npos;
        if (!quote) {
            text += value;
            continue;
        }
        text += '\'';
        for (const char c : value) {
            if (c == '\'' || c == '\\')
                text += '\\';
            text += c;
        }
        text += '\'';
    }
    return text;
}

std::string percentEncoded(std::string_view text)
{
    std::string encoded;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 ||
            std::string_view("-._~").find(c) != std::string_view::npos)
            encoded += c;
        else
            encoded += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
    return encoded;
}

const std::vector<std::string_view>& connectionKeyNames()
{
    // libpq manual, 34.1.2 "Parameter Key Words", PostgreSQL 9.6 to 17.
    static const std::vector<std::string_view> names{"host",
                                                     "hostaddr",
                                                     "port",
                                                     "dbname",
                                                     "user",
                                                     "password",
                                                     "passfile",
                                                     "service",
                                                     "application_name",
                                                     "fallback_application_name",
                                                     "connect_timeout",
                                                     "client_encoding",
                                                     "options",
                                                     "target_session_attrs",
                                                     "load_balance_hosts",
                                                     "sslmode",
                                                     "sslnegotiation",
                                                     "sslcert",
                                                     "sslkey",
                                                     "sslpassword",
                                                     "sslrootcert",
                                                     "sslcrl",
                                                     "sslcrldir",
                                                     "sslsni",
                                                     "sslcompression",
                                                     "sslcertmode",
                                                     "ssl_min_protocol_version",
                                                     "ssl_max_protocol_version",
                                                     "requirepeer",
                                                     "require_auth",
                                                     "channel_binding",
                                                     "gssencmode",
                                                     "gsslib",
                                                     "gssdelegation",
                                                     "krbsrvname",
                                                     "keepalives",
                                                     "keepalives_idle",
                                                     "keepalives_interval",
                                                     "keepalives_count",
                                                     "tcp_user_timeout"};
    return names;
}

std::string maskedConnection(const std::string& connection)
{
    if (isConnectionUri(connection))
        return maskedUri(connection);
    auto keys = parseConnectionKeys(connection);
    if (!keys)
        return std::string(mask);
    for (auto& [key, value] : *keys) {
        // A mistyped URI looks like a strange key.
        if (key.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != std::string::npos)
            return std::string(mask);
        if (!mayBeShown(key))
            value = mask;
    }
    return toConnectionString(*keys);
}

} // namespace projectionist
