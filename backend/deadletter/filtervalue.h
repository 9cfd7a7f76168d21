// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace projectionist {

/// A number as exact as it was written: whole numbers of 64 bits stay whole, so that ids beyond 2^53 are not mixed up.
class FilterNumber
{
public:
    FilterNumber() = default;
    template<std::signed_integral Whole>
    FilterNumber(Whole whole) : m_value(std::int64_t{whole})
    {
    }
    /// Whole values become whole numbers, so that 2.0 and 2 are the same. Not for infinities and NaN.
    explicit FilterNumber(double value);
    /// The whole text as JSON writes numbers; nullopt if it is none or does not fit.
    [[nodiscard]] static std::optional<FilterNumber> parse(std::string_view text);

    /// Shortest text that parses to the same number.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::optional<std::int64_t> whole() const;
    [[nodiscard]] double real() const;
    /// Exact also between whole and real numbers.
    [[nodiscard]] std::partial_ordering operator<=>(const FilterNumber& other) const;
    [[nodiscard]] bool operator==(const FilterNumber& other) const = default;

private:
    std::variant<std::int64_t, double> m_value{std::int64_t{0}};
};

/// Not there, or JSON's null.
struct FilterAbsent
{
    bool operator==(const FilterAbsent&) const = default;
};
/// There, but an object, an array or bytes that are no text: it exists and equals nothing.
struct FilterComposite
{
    bool operator==(const FilterComposite&) const = default;
};

/// What a header, a payload field or a scanned field of one letter holds.
using FilterValue = std::variant<FilterAbsent, std::string, FilterNumber, bool, FilterComposite>;

/// Texts stay, numbers and booleans as they are written; nullopt for the others.
[[nodiscard]] std::optional<std::string> textOf(const FilterValue& value);
/// Numbers stay, texts that are numbers count as their number; nullopt for the others.
[[nodiscard]] std::optional<FilterNumber> numberOf(const FilterValue& value);

} // namespace projectionist
