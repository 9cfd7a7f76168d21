// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace projectionist {

/// Something that an event holds, as exact as it is written there.
struct EventValue
{
    enum class Kind : std::uint8_t
    {
        Absent,
        Null,
        Text,
        Number, ///< as JSON writes it
        Boolean,
        Json ///< an object or an array
    };
    Kind kind = Kind::Absent;
    std::string text{}; ///< what a text means; else as JSON writes it

    bool operator==(const EventValue&) const = default;
};

/// "a text", "an object or array": as messages name it.
[[nodiscard]] std::string_view toString(EventValue::Kind kind) noexcept;
/// As JSON writes it; of what is absent "null".
[[nodiscard]] std::string jsonOf(const EventValue& value);

} // namespace projectionist
