// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/letterdesk.h"
#include "backend/deadletter/lettermasks.h"
#include "models/lettersheet.h"
#include "models/zone.h"

namespace projectionist {

/// How one letter is looked at.
struct LetterLook
{
    const LetterMasks* masks = nullptr; ///< null: somebody unmasked it
    TimePoint now{};
    Zone zone = Zone::Utc;
};

/// A line of the failure: "Failed consumer", "parcel-tracking-v4".
struct LetterFact
{
    QString name;
    QString value;
    bool important = false;

    bool operator==(const LetterFact&) const = default;
};

[[nodiscard]] std::vector<LetterFact> failureFacts(const OpenedLetter& opened, const LetterLook& look);

struct StackText
{
    QString text;
    std::size_t libraryFrames = 0; ///< that there are, folded or not
    bool cut = false;              ///< longer than anybody reads
};
/// The causes, the root first, each with its frames; runs of library frames as "… 23 library frames" if `folded`.
[[nodiscard]] StackText stackText(const Failure& failure, bool folded);

/// Name, decoded value, raw bytes, role, family.
[[nodiscard]] std::vector<LetterCells> headerRows(const DeadLetter& letter, const LetterLook& look);
/// What happened, when, how long after the step before, where, who, why.
[[nodiscard]] std::vector<LetterCells> pathRows(const DeadLetter& letter, const LetterLook& look);

/// The letter beside the record that failed.
struct LetterComparison
{
    std::vector<LetterCells> rows; ///< field, in the letter, in the original, difference
    std::size_t differing = 0;     ///< fields other than headers that only the letter has
    QStringList notes;
};
[[nodiscard]] LetterComparison compareWithOriginal(const DeadLetter& letter, const StoredLetter& original,
                                                   const LetterLook& look);

/// The payload as it may be shown, and what of it was masked.
[[nodiscard]] MaskedPayload shownPayload(std::string_view payload, const LetterLook& look);
/// An event that has not failed, to be looked at as letters are.
[[nodiscard]] OpenedLetter openedEvent(const Record& record);

/// What of it the masks cover.
[[nodiscard]] QStringList maskedParts(const MaskedPayload& payload);
/// What the masks cover: paths in the payload, which `payload` is with masks, and names of headers.
[[nodiscard]] QStringList maskedNames(const DeadLetter& letter, const MaskedPayload& payload, const LetterMasks& masks);

} // namespace projectionist
