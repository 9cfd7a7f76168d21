// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/decodesettings.h"

#include <span>

namespace projectionist {

/// One header of a family. A row's place in its family is its priority for the role.
struct HeaderRow
{
    std::string_view name;
    HeaderRole role = HeaderRole::Note;
    HeaderEncoding encoding = HeaderEncoding::Text;
    bool ofEvent = false; ///< the event has it from its producer: not written when it failed
    int bias = 0;         ///< added to an Attempts number to make it "times tried"
};

/// A convention: who writes which headers. All text is static or owned by whoever made the table.
struct HeaderFamily
{
    std::string_view id; ///< a stable word
    std::string_view label;
    std::span<const HeaderRow> rows; ///< at most 64
    /// Sets of names separated by blanks, sets by '|': the family is there when all names of one set are.
    std::string_view markers;
    std::string_view prefix = {};         ///< of the names, where users may configure another
    std::string_view consumerPrefix = {}; ///< the group is this and the Consumer header
    Repeats repeats = Repeats::Appended;
    Stamp stamp = Stamp::Unknown;
    bool payloadMayBeMissing = false; ///< a null value may mean "left out"
    bool parks = false;               ///< rows without an exception wait behind a failed one
    bool table = false; ///< columns of a database table: only for letters read from it; names in lower case without '_'
};

/// The built-in conventions; adding one is adding rows. What libraries for Kafka write,
[[nodiscard]] std::span<const HeaderFamily> kafkaFamilies();
/// what comes from other brokers and services, over bridges or in a record,
[[nodiscard]] std::span<const HeaderFamily> bridgedFamilies();
/// and the columns of database tables; then all of them.
[[nodiscard]] std::span<const HeaderFamily> tableFamilies();
[[nodiscard]] std::vector<HeaderFamily> builtinFamilies();
/// Headers that tell about the event itself, whoever wrote them: always looked at, never a hop.
[[nodiscard]] std::span<const HeaderRow> generalHeaders();

} // namespace projectionist
