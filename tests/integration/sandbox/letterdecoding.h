// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/decode.h"

namespace projectionist {

/// The columns of the sandbox's table dead_letter as a mapping that a user could write.
inline constexpr const char* letterTable = "letters";

inline DecodeSettings letterTableSettings()
{
    HeaderProfile profile;
    profile.name = letterTable;
    profile.table = true;
    const auto map = [&profile](const char* name, HeaderRole role, HeaderEncoding encoding = HeaderEncoding::Text) {
        profile.headers.push_back({name, role, encoding});
    };
    map("topic", HeaderRole::OriginTopic);
    map("partition", HeaderRole::OriginPartition, HeaderEncoding::Integer);
    map("position", HeaderRole::OriginOffset, HeaderEncoding::Integer);
    map("projection", HeaderRole::Consumer);
    map("failed_at", HeaderRole::FailedAt, HeaderEncoding::Time);
    map("attempts", HeaderRole::Attempts, HeaderEncoding::Integer);
    map("type", HeaderRole::EventType);
    map("exception", HeaderRole::Exception);
    map("message", HeaderRole::Message);
    map("stack", HeaderRole::StackTrace);
    DecodeSettings settings;
    settings.profiles.push_back(std::move(profile));
    return settings;
}

/// What the decoder of dead letters says of a record, or of a row of that table.
inline DeadLetter decodeLetter(const Record& record, bool ofTable = false)
{
    static const auto rules = *DecodeRules::build(letterTableSettings());
    LetterScanner scanner(rules);
    std::vector<RawHeader> headers;
    RawLetter letter = viewOf(record, headers);
    if (ofTable)
        letter.table = letterTable;
    return decode(scanner, letter);
}

} // namespace projectionist
