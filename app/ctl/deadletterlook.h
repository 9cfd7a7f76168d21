// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/snapshotjson.h"

#include "backend/deadletter/letterdesk.h"
#include "backend/deadletter/lettermasks.h"

namespace projectionist::ctl {

/// How letters are shown.
struct DeadLetterLook
{
    const LetterMasks* masks = nullptr; ///< nullptr: unmasked
    bool allFrames = false;             ///< of libraries too
};

/// Of the current context.
[[nodiscard]] LetterMasks masksOf(const Workspace& workspace);
[[nodiscard]] MaskedPayload shownPayload(std::string_view payload, const DeadLetterLook& look);
/// Of a key, which may be JSON as well.
[[nodiscard]] std::string shownKey(const std::string& key, const DeadLetterLook& look);
[[nodiscard]] bool isHidden(const DecodedHeader& header, const DeadLetterLook& look);
/// The decoded text, or what stands for it.
[[nodiscard]] std::string shownHeader(const DecodedHeader& header, const DeadLetterLook& look);
/// Of a key or value as it was read, or what it was decoded to.
[[nodiscard]] const std::string& readableBytes(const std::string& bytes, const DecodedPayload* decoded);
/// What was masked in a payload, or why it is not shown; empty: nothing.
[[nodiscard]] std::string maskNote(const MaskedPayload& payload);

/// "orders[3]@17", as far as it is known.
[[nodiscard]] std::string placeText(const EventOrigin& origin);
/// "0123456789abcdef"
[[nodiscard]] std::string fingerprintText(std::uint64_t fingerprint);
/// "exception X, thrown in Y, event Z (fingerprint version 1)"
[[nodiscard]] std::string reasonText(const GroupReason& reason);
/// Phrases of LetterFlag.
[[nodiscard]] std::vector<std::string> flagNotes(std::uint32_t flags);
[[nodiscard]] const char* basisWord(ArrivalBasis basis) noexcept;
[[nodiscard]] const char* stateWord(LetterState state) noexcept;

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

/// `name` and, where the bytes are no UTF-8 and stand in Base64, `name`_encoding.
void setBytes(Json& json, const std::string& name, const std::optional<std::string>& bytes);
/// A row of the list, a group, a whole letter. Texts that are no UTF-8 stand in Base64, which `…_encoding` says.
[[nodiscard]] Json toJson(const LetterView& view, const std::string& reference, const DeadLetterLook& look);
[[nodiscard]] Json toJson(const GroupView& group);
[[nodiscard]] Json toJson(const OpenedLetter& opened, const DeadLetterLook& look);
[[nodiscard]] Json comparisonJson(const OpenedLetter& opened, const FetchedOriginal& original,
                                  const DeadLetterLook& look);
/// What the list does not have: message, headers, payload.
void addContent(Json& json, const DeadLetter& letter, const DeadLetterLook& look, const DecodedBody& decoded = {});

/// Text of one letter for people. Nothing in it can steer a terminal.
[[nodiscard]] std::string letterText(const OpenedLetter& opened, const DeadLetterLook& look);
[[nodiscard]] std::string comparisonText(const OpenedLetter& opened, const FetchedOriginal& original,
                                         const DeadLetterLook& look);
[[nodiscard]] std::string listTable(const std::vector<LetterView>& rows, const std::vector<std::string>& references,
                                    const DeadLetterLook& look);
[[nodiscard]] std::string groupTable(const std::vector<GroupView>& groups);

} // namespace projectionist::ctl
