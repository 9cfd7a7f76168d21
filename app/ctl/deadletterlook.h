// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/snapshotjson.h"

#include "backend/deadletter/letterdesk.h"
#include "backend/deadletter/letterjson.h"

namespace projectionist::ctl {

/// "orders[3]@17", as far as it is known.
[[nodiscard]] std::string placeText(const EventOrigin& origin);
/// "exception X, thrown in Y, event Z (fingerprint version 1)"
[[nodiscard]] std::string reasonText(const GroupReason& reason);
/// Phrases of LetterFlag.
[[nodiscard]] std::vector<std::string> flagNotes(std::uint32_t flags);

/// The letter and the record that failed, field by field.
struct ComparedPart
{
    enum class Outcome : std::uint8_t
    {
        Same,
        Differs,
        OnlyInLetter,
        OnlyInOriginal,
        AddedOnFailure ///< a header of a known family
    };
    std::string name; ///< "key", "payload", "$.customer.id", "header type"
    Outcome outcome = Outcome::Same;
};
[[nodiscard]] const char* toString(ComparedPart::Outcome outcome) noexcept;
[[nodiscard]] std::vector<ComparedPart> compareParts(const OpenedLetter& opened, const FetchedOriginal& fetched);

/// A group, a whole letter; of a row of the list see letterjson.h.
[[nodiscard]] Json toJson(const GroupView& group);
[[nodiscard]] Json toJson(const OpenedLetter& opened, const DeadLetterLook& look);
[[nodiscard]] Json comparisonJson(const OpenedLetter& opened, const FetchedOriginal& original,
                                  const DeadLetterLook& look);

/// Text of one letter for people. Nothing in it can steer a terminal.
[[nodiscard]] std::string letterText(const OpenedLetter& opened, const DeadLetterLook& look);
[[nodiscard]] std::string comparisonText(const OpenedLetter& opened, const FetchedOriginal& original,
                                         const DeadLetterLook& look);
[[nodiscard]] std::string listTable(const std::vector<LetterView>& rows, const std::vector<std::string>& references,
                                    const DeadLetterLook& look);
[[nodiscard]] std::string groupTable(const std::vector<GroupView>& groups);

} // namespace projectionist::ctl
