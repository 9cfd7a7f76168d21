// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/decodesettings.h"
#include "backend/config/origin.h"
#include "backend/core/clock.h"

#include <map>
#include <optional>

namespace projectionist {

/// Names of topics that hold dead letters by custom, in any case of letters: '*' any text, '?' any character, and an
/// 'N' behind the last '-' or '.' a step of a retry chain: a number, or a time like "30s".
[[nodiscard]] const std::vector<std::string>& defaultLetterPatterns();

/// Something that answers to HTTP: Kafka Connect's REST interface, a schema registry.
struct HttpEndpoint
{
    std::string url{};      ///< "https://connect.example.org:8083"; without user and password
    std::string user{};     ///< basic authentication; empty = none
    std::string password{}; ///< never shown
    std::string caFile{};   ///< PEM; empty = the system's authorities
    std::string certificateFile{};
    std::string keyFile{};
    bool verify = true; ///< the server's certificate and name
    Duration timeout{5000};
    SettingOrigin origin{};
    /// url, user and password with their ${...}, as the file has them; saved in place of the values.
    std::map<std::string, std::string> written{};

    bool operator==(const HttpEndpoint&) const = default;
};

enum class LetterTableFamily : std::uint8_t
{
    Columns, ///< by the user's mapping
    Wolverine,
    Axon, ///< JDBC
    AxonJpa,
    Marten,
    MassTransit, ///< its PostgreSQL transport: error queues and queues of skipped messages
    Pgmq,
    Sandbox
};
/// "columns", "wolverine", "axon", "axon-jpa", "marten", "masstransit", "pgmq", "projectionist-sandbox".
[[nodiscard]] std::string_view toString(LetterTableFamily family) noexcept;
[[nodiscard]] std::optional<LetterTableFamily> letterTableFamilyFromString(std::string_view word) noexcept;
[[nodiscard]] std::vector<std::string> letterTableFamilyWords();

/// A database table that holds dead letters. Of the columns named here only `columns` are for family Columns alone;
/// the others override what the family would take.
struct LetterTableSettings
{
    std::string name{}; ///< stands for the table everywhere, one of a kind in its context; the table's if not given
    std::string store{};
    std::string table{}; ///< as in SQL: "billing.dead_letter", "\"Billing\".\"Dead Letter\""
    LetterTableFamily family = LetterTableFamily::Columns;
    std::vector<std::string> key{}; ///< columns; empty = the primary key
    std::string payload{};          ///< column of the event's value
    std::string eventKey{};         ///< column of the event's key
    std::string headers{};          ///< column with the event's headers as a JSON object
    std::string time{};             ///< column with the time of arrival
    std::vector<HeaderMapping> columns{};
    SettingOrigin origin{};

    bool operator==(const LetterTableSettings&) const = default;
};

/// Letters of a topic or table, or that failed in a consumer group, belong to a projection. Patterns as in GroupRule.
struct LetterOwner
{
    std::string topic{};      ///< or name of a table; empty matches everything
    std::string group{};      ///< empty matches everything
    std::string projection{}; ///< its name, or "name:version"

    bool operator==(const LetterOwner&) const = default;
};

/// What is shown as "***" until somebody unmasks it.
struct MaskSettings
{
    bool defaults = true;               ///< take the lists below as well
    std::vector<std::string> json{};    ///< paths: "$.customer.email", "$..iban", "$.items[*].name"
    std::vector<std::string> headers{}; ///< names or patterns, in any case of letters

    bool operator==(const MaskSettings&) const = default;
};
[[nodiscard]] const std::vector<std::string>& defaultMaskedPaths();
[[nodiscard]] const std::vector<std::string>& defaultMaskedHeaders();
/// What is in force: the user's, and the defaults unless switched off.
[[nodiscard]] std::vector<std::string> maskedPaths(const MaskSettings& masks);
[[nodiscard]] std::vector<std::string> maskedHeaders(const MaskSettings& masks);

/// Where a context's dead letters lie, and how they are read, grouped and shown.
struct DeadLetterSettings
{
    std::vector<std::string> topics{};                           ///< by name
    std::vector<std::string> patterns = defaultLetterPatterns(); ///< of names to look for; empty = look for none
    std::vector<std::string> exclude{};                          ///< patterns of names that are none after all
    std::vector<HttpEndpoint> connect{};
    std::optional<HttpEndpoint> schemaRegistry{};
    std::vector<LetterTableSettings> tables{};
    std::vector<LetterOwner> owners{}; ///< the first that matches decides
    MaskSettings masks{};
    bool editBeforeReplay = false;
    DecodeSettings decode{}; ///< as written; the tables' columns are not in it

    bool operator==(const DeadLetterSettings&) const = default;
};

/// Everything that decoding has to know: with a profile for each table that has columns of its own.
[[nodiscard]] DecodeSettings decodeSettingsOf(const DeadLetterSettings& settings);
/// The profile's name of such a table, which is RawLetter::table.
[[nodiscard]] std::string profileNameOf(const LetterTableSettings& table);

/// What the read model holds for an event's key, as text in $1. Columns are found by name: `version` (number that grows
/// with each event of the key), or `partition` and `position` (of the last event applied); `topic` and `updated_at` may
/// be there. No row: nothing was applied.
struct RowQuerySettings
{
    std::string store{};
    std::string query{};
    std::string queryMany{}; ///< the same for the keys of a text[] in $1, with the key as first column; may be empty

    bool operator==(const RowQuerySettings&) const = default;
};

} // namespace projectionist
