// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace projectionist {

/// ASCII only, whatever the locale.
[[nodiscard]] inline bool isDigit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

[[nodiscard]] inline bool isLetter(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

[[nodiscard]] inline char lowerCase(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace projectionist
