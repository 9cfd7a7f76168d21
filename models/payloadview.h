// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/record.h"

#include <QStringList>

namespace projectionist {

enum class PayloadFormat : std::uint8_t
{
    Automatic,
    Json,
    Text,
    Hex
};

struct PayloadLimits
{
    std::size_t bytes = 256 * 1024; ///< of what is decoded
    int depth = 64;                 ///< of nested JSON
};

/// Bytes from outside made safe to show as plain text. Never rich text: give it to widgets that take plain text only.
struct PayloadText
{
    PayloadFormat format = PayloadFormat::Text; ///< what it turned out to be, never Automatic
    QString text;                               ///< "null" cases have an empty text and a note
    QStringList notes; ///< what was cut or made visible, in whole sentences: "Shows the first 256 KiB of 3.1 MiB."

    bool operator==(const PayloadText&) const = default;
};

/// Automatic: JSON if it is JSON, else text if it is mostly printable UTF-8, else hex. A format that does not fit the
/// bytes falls back to the next and says so. Numbers, key order and duplicate keys of JSON stay as they are written.
[[nodiscard]] PayloadText payloadText(const std::optional<std::string>& bytes,
                                      PayloadFormat wanted = PayloadFormat::Automatic,
                                      const PayloadLimits& limits = {});

/// Control, direction-changing and invisible characters and invalid UTF-8 become visible escapes such as "\u202e" and
/// "\xff"; line feeds and tabs stay when `multiline`.
[[nodiscard]] QString visibleText(std::string_view bytes, bool multiline);

/// Lines longer than `longest` continue on the next one, and there are at most `most`: laying out others takes longer
/// than anybody waits. What was done is added to `notes`.
[[nodiscard]] QString readableLines(const QString& text, qsizetype longest, qsizetype most, QStringList& notes);

/// A header or a key on one line, cut to `longest` characters with "…".
[[nodiscard]] QString inlineText(const std::optional<std::string>& bytes, int longest = 200);

} // namespace projectionist
