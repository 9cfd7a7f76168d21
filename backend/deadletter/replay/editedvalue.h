// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace projectionist {

/// Where a text is no JSON any more.
struct JsonFlaw
{
    std::size_t offset = 0; ///< bytes before it
    std::size_t line = 1;
    std::size_t column = 1; ///< in bytes
    std::string why;        ///< "unexpected '}'; expected string literal"
    bool operator==(const JsonFlaw&) const = default;
};
/// nullopt: it is JSON (RFC 8259) in valid UTF-8.
[[nodiscard]] std::optional<JsonFlaw> findJsonFlaw(std::string_view text);

/// Why `edited` may not be sent in the place of `before`, as the end of a sentence about the value; nullopt: it may.
/// Only JSON is edited, and only to JSON. `before`: nullopt where nobody knows it any more.
[[nodiscard]] std::optional<std::string> whyNotEdited(const std::optional<std::string>& before,
                                                      std::string_view edited);

/// Without blanks between its parts, otherwise as it is written. The text has to be JSON.
[[nodiscard]] std::string compactJson(std::string_view json);

} // namespace projectionist
