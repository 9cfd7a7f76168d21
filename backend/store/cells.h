// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace projectionist {

// What stands in the cells of Rows.

/// All of the text; nullopt if it is no such number.
template<typename T>
[[nodiscard]] std::optional<T> numberIn(std::string_view text)
{
    T value{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// "2026-11-21 14:02:11.042+01", "2026-11-21T14:02:11Z"; without a zone it is UTC. nullopt if it is no time.
[[nodiscard]] std::optional<TimePoint> parseTimestamp(const std::string& text);

} // namespace projectionist
