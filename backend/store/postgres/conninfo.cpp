// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/store/postgres/conninfo.h"

#include "backend/store/postgres/postgresstore.h"

#include <cstdlib>
#include <fmt/format.h>
#include <libpq-fe.h>

namespace projectionist {

namespace {

std::string environment(const char* name)
{
    const char* const value = std::getenv(name);
    return value ? value : "";
}

std::string firstOf(std::initializer_list<std::string> candidates)
{
    for (const auto& candidate : candidates) {
        if (!candidate.empty())
            return candidate;
    }
    return {};
}

std::string quoted(const std::string& value)
{
    std::string text = "'";
    for (const char character : value) {
        if (character == '\'' || character == '\\')
            text += '\\';
        text += character;
    }
    return text + '\'';
}

} // namespace

Result<Conninfo> Conninfo::parse(const StoreSettings& settings)
{
    char* message = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(settings.connection.c_str(), &message), &PQconninfoFree);
    PQfreemem(message);
    if (!options) {
        return tl::unexpected(Error{
            ErrorKind::Configuration, "The connection string of store \"" + settings.name + "\" cannot be read",
            "it is neither a URI nor a list of key=value, or has an unknown key",
            "Write postgresql://user@host:5432/database or host=... dbname=... user=...; quote values with blanks "
            "('...'), percent-encode special characters in a URI.",
            false});
    }
    Conninfo info;
    for (const PQconninfoOption* option = options.get(); option->keyword; ++option) {
        if (option->val)
            info.m_values[option->keyword] = option->val;
    }
    return info;
}

void Conninfo::addSession(Access access, Duration statementTimeout)
{
    std::string options = firstOf({value("options"), environment("PGOPTIONS")});
    const auto limit = statementTimeout.count();
    // The last one wins, so what the user wrote comes first.
    options += fmt::format("{}-c statement_timeout={} -c lock_timeout={} -c idle_in_transaction_session_timeout={} "
                           "-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=postgres -c bytea_output=hex "
                           "-c extra_float_digits=3 -c standard_conforming_strings=on",
                           options.empty() ? "" : " ", limit, limit, limit + 60'000);
    if (access == Access::ReadOnly)
        options += " -c default_transaction_read_only=on";
    m_values["options"] = options;
    m_values["client_encoding"] = "UTF8";
    setIfMissing("fallback_application_name", "projectionist");
    if (environment("PGCONNECT_TIMEOUT").empty())
        setIfMissing("connect_timeout", "5");
    setIfMissing("keepalives_idle", "30");
    setIfMissing("keepalives_interval", "10");
    setIfMissing("keepalives_count", "3");
}

void Conninfo::setIfMissing(const std::string& keyword, const std::string& value)
{
    m_values.try_emplace(keyword, value);
}

std::string Conninfo::value(const std::string& keyword) const
{
    const auto found = m_values.find(keyword);
    return found == m_values.end() ? std::string() : found->second;
}

std::string Conninfo::text() const
{
    std::string text;
    for (const auto& [keyword, value] : m_values)
        text += (text.empty() ? "" : " ") + keyword + '=' + quoted(value);
    return text;
}

std::string Conninfo::target() const
{
    if (const auto service = firstOf({value("service"), environment("PGSERVICE")}); !service.empty())
        return "service " + service;
    const auto host = firstOf({value("host"), value("hostaddr"), environment("PGHOST"), "the local socket"});
    const auto port = firstOf({value("port"), environment("PGPORT"), "5432"});
    const auto user = firstOf({value("user"), environment("PGUSER")});
    const auto database = firstOf({value("dbname"), environment("PGDATABASE"), user, "the user's own database"});
    return fmt::format("{} at {}:{}{}", database, host, port, user.empty() ? "" : " as " + user);
}

std::string Conninfo::passwordFile() const
{
    const auto home = environment("HOME");
    return firstOf({value("passfile"), environment("PGPASSFILE"), home.empty() ? "" : home + "/.pgpass"});
}

} // namespace projectionist
