// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filterschema.h"

#include <algorithm>

namespace projectionist {

std::optional<std::size_t> FilterSchema::find(std::string_view name) const
{
    const auto at =
        std::find_if(m_fields.begin(), m_fields.end(), [&](const auto& field) { return field.name == name; });
    if (at == m_fields.end())
        return std::nullopt;
    return static_cast<std::size_t>(at - m_fields.begin());
}

std::vector<std::string> FilterSchema::names() const
{
    std::vector<std::string> names;
    for (const auto& field : m_fields)
        names.push_back(field.name);
    return names;
}

const char* toString(FilterType type) noexcept
{
    switch (type) {
    case FilterType::Text:
        return "a text";
    case FilterType::Enumeration:
        return "one of a few words";
    case FilterType::Number:
        return "a number";
    case FilterType::Span:
        return "a duration";
    case FilterType::Time:
        return "a time";
    case FilterType::Boolean:
        return "true or false";
    case FilterType::Any:
        break;
    }
    return "a value";
}

} // namespace projectionist
