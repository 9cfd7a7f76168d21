// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace projectionist {

/// Digits before and after the point that a sum may have; numbers beyond are refused.
constexpr int mostDecimalDigits = 1000;

/// The exact sum of two numbers as JSON or SQL write them ("12.50", "-3", "1e3"), without an exponent and with as many
/// digits behind the point as the more exact one has; nullopt if one of them is no such number.
[[nodiscard]] std::optional<std::string> decimalSum(std::string_view a, std::string_view b);
/// "12.50" -> "-12.50".
[[nodiscard]] std::optional<std::string> decimalNegation(std::string_view number);

} // namespace projectionist
