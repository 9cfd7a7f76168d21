// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/format.h"
#include "tests/unit/deadletter/letters.h"

#include <QString>

namespace projectionist {

inline constexpr const char* basisWords[] = {"?", "broker", "writer", "header", "assumed"};

template<typename Number>
std::string orDash(const std::optional<Number>& number)
{
    return number ? std::to_string(*number) : "-";
}

inline std::string timeOrDash(const std::optional<TimePoint>& time)
{
    return time ? formatRfc3339(*time).substr(11, 12) : "-";
}

/// All that a letter tells on a few lines.
inline QString summary(const DeadLetter& letter)
{
    std::string families;
    for (const auto& family : letter.families)
        families += (families.empty() ? "" : " > ") + family;
    return QString::fromStdString(fmt::format(
        "{} | from {} {} {} at {} | consumer {} | attempts {} | failed {} | arrived {} by {}\n{} | {} | type {} id {}",
        families, letter.origin.topic, orDash(letter.origin.partition), orDash(letter.origin.offset),
        timeOrDash(letter.eventTime), letter.consumer, orDash(letter.attempts), timeOrDash(letter.failedAt),
        timeOrDash(letter.arrived), basisWords[static_cast<int>(letter.arrivedBy)], letter.failure.exception,
        letter.failure.message, letter.eventType, letter.eventId));
}

using HeaderPairs = std::vector<std::pair<const char*, std::optional<std::string>>>;

inline LetterBuilder letterOf(const HeaderPairs& headers, std::string table = {})
{
    LetterBuilder letter;
    letter.table = std::move(table);
    for (const auto& [name, value] : headers)
        letter.add(name, value);
    return letter;
}

} // namespace projectionist
