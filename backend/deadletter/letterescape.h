// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace projectionist {

// Letters come from strangers: control characters, ANSI sequences and what turns the direction of writing around must
// not reach a terminal, nor a spreadsheet.

/// UTF-8 of one line; what is harmful or no UTF-8 becomes "\x1b", "\u{202e}".
[[nodiscard]] std::string harmless(std::string_view bytes);
/// The same, but line ends and tabs stay.
[[nodiscard]] std::string harmlessLines(std::string_view bytes);
/// JSON that means the same, with "\u001b" for what is harmful. `json` is UTF-8 and has control characters only as line
/// ends between its values.
[[nodiscard]] std::string harmlessJson(std::string_view json);

/// UTF-8 without any control character but tabs and line ends.
[[nodiscard]] bool isReadableText(std::string_view bytes);
[[nodiscard]] bool isUtf8(std::string_view bytes);

/// A field of CSV by RFC 4180. What a spreadsheet would take for a formula gets an apostrophe in front.
[[nodiscard]] std::string csvField(std::string_view bytes);

/// Lines of sixteen bytes: place, hexadecimal, what is printable. Ends with a line end.
[[nodiscard]] std::string hexLines(std::string_view bytes);
/// With a line for each value. `json` is whole, see JsonWalk; nothing in it but blanks changes.
[[nodiscard]] std::string indentedJson(std::string_view json);

} // namespace projectionist
