// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace projectionist {

enum class FilterType : std::uint8_t
{
    Text,
    Enumeration, ///< a text of which all values are known
    Number,
    Span, ///< a duration
    Time,
    Boolean,
    Any ///< of headers and payload fields, of which only the letter knows the type
};

struct FilterField
{
    std::string name; ///< a letter or _, then letters, digits, _ and -; no keyword
    FilterType type = FilterType::Text;
    std::string description = {};
    std::vector<std::string> values = {}; ///< of Enumeration
    bool indexed = true;                  ///< false: must be looked up in each letter, see ColumnSource::lookup
    /// A Span that is the age of this Time field when the filter is compiled; such a field has no column itself.
    std::string ageOf = {};
};

/// The fields that a filter may name. A field's place is its number in ColumnSource.
class FilterSchema
{
public:
    explicit FilterSchema(std::vector<FilterField> fields) : m_fields(std::move(fields)) {}

    [[nodiscard]] const std::vector<FilterField>& fields() const { return m_fields; }
    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> names() const;

private:
    std::vector<FilterField> m_fields;
};

/// "a text", "a duration": as messages name it.
[[nodiscard]] const char* toString(FilterType type) noexcept;

} // namespace projectionist
