// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/deadlettersettings.h"

#include <array>

namespace projectionist {

namespace {

constexpr std::array<std::string_view, 8> familyWords{"columns", "wolverine",   "axon", "axon-jpa",
                                                      "marten",  "masstransit", "pgmq", "projectionist-sandbox"};

std::vector<std::string> joined(const std::vector<std::string>& own, const std::vector<std::string>& defaults,
                                bool withDefaults)
{
    std::vector<std::string> all = own;
    if (withDefaults)
        all.insert(all.end(), defaults.begin(), defaults.end());
    return all;
}

} // namespace

const std::vector<std::string>& defaultLetterPatterns()
{
    static const std::vector<std::string> patterns{
        "*-dlt",   "*.DLT",   "*-dlq",   "*_dlq",     "*.dlq",    "dead-letter-*", "wolverine-dead-letter-queue",
        "error.*", "*_error", "*-retry", "*-retry-N", "*.retry.N"};
    return patterns;
}

std::string_view toString(LetterTableFamily family) noexcept
{
    return familyWords[static_cast<std::size_t>(family)];
}

std::optional<LetterTableFamily> letterTableFamilyFromString(std::string_view word) noexcept
{
    for (std::size_t i = 0; i < familyWords.size(); ++i)
        if (familyWords[i] == word)
            return static_cast<LetterTableFamily>(i);
    return std::nullopt;
}

std::vector<std::string> letterTableFamilyWords()
{
    return {familyWords.begin(), familyWords.end()};
}

const std::vector<std::string>& defaultMaskedPaths()
{
    static const std::vector<std::string> paths{
        "$..password",     "$..passwd",        "$..secret", "$..token",       "$..accessToken",   "$..access_token",
        "$..refreshToken", "$..refresh_token", "$..apiKey", "$..api_key",     "$..authorization", "$..email",
        "$..emailAddress", "$..email_address", "$..phone",  "$..phoneNumber", "$..phone_number",  "$..iban",
        "$..cardNumber",   "$..card_number",   "$..cvv",    "$..ssn",         "$..birthDate",     "$..birth_date",
        "$..dateOfBirth",  "$..date_of_birth"};
    return paths;
}

const std::vector<std::string>& defaultMaskedHeaders()
{
    static const std::vector<std::string> names{"authorization", "proxy-authorization", "cookie",   "set-cookie",
                                                "x-api-key",     "*password*",          "*secret*", "*token*"};
    return names;
}

std::vector<std::string> maskedPaths(const MaskSettings& masks)
{
    return joined(masks.json, defaultMaskedPaths(), masks.defaults);
}

std::vector<std::string> maskedHeaders(const MaskSettings& masks)
{
    return joined(masks.headers, defaultMaskedHeaders(), masks.defaults);
}

DecodeSettings decodeSettingsOf(const DeadLetterSettings& settings)
{
    DecodeSettings decode = settings.decode;
    for (const auto& table : settings.tables)
        if (!table.columns.empty())
            decode.profiles.push_back({.name = profileNameOf(table), .headers = table.columns, .table = true});
    return decode;
}

std::string profileNameOf(const LetterTableSettings& table)
{
    return "table " + table.name;
}

} // namespace projectionist
