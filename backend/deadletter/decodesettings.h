// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/headerfamilies.h"

#include <string>
#include <vector>

namespace projectionist {

/// One header, or one column of a table, that the user explains.
struct HeaderMapping
{
    std::string name{};
    HeaderRole role = HeaderRole::Note;
    HeaderEncoding encoding = HeaderEncoding::Text;

    bool operator==(const HeaderMapping&) const = default;
};

/// A convention of the user's own.
struct HeaderProfile
{
    std::string name{}; ///< shown as the family
    /// The id of a built-in family whose headers are meant under another prefix: "connect" and "__streams.errors.".
    std::string like{};
    std::string prefix{};
    std::vector<HeaderMapping> headers{};
    std::vector<std::string> markers{}; ///< all must be there; empty: any one of `headers` (or of the family's markers)
    Repeats repeats = Repeats::Appended;
    Stamp stamp = Stamp::Unknown;
    bool table = false; ///< columns of a database table, see RawLetter::table

    bool operator==(const HeaderProfile&) const = default;
};

/// The user's word on groups. The first rule whose patterns all match decides. Patterns: '*' any text, '?' any
/// character; an empty pattern matches everything.
struct GroupRule
{
    enum class Action : std::uint8_t
    {
        Merge, ///< all that match are one group
        Split, ///< those that match leave their group for one of their own
    };
    std::string name{};
    Action action = Action::Merge;
    std::string exception{}; ///< of the root cause
    std::string message{};
    std::string eventType{};

    bool operator==(const GroupRule&) const = default;
};

/// Everything about decoding and grouping that the workspace may say.
struct DecodeSettings
{
    std::vector<HeaderProfile> profiles{};
    std::vector<std::string> wrappers{};     ///< more exception classes that only carry another
    std::vector<std::string> libraries{};    ///< more prefixes of frames that are not the application's
    std::vector<std::string> applications{}; ///< prefixes of frames that are, whatever the lists say
    std::vector<GroupRule> groupRules{};

    bool operator==(const DecodeSettings&) const = default;
};

} // namespace projectionist
