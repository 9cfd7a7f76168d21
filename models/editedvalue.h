// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <QString>
#include <string>

#include <tl/expected.hpp>

namespace projectionist {

/// The value of a letter that is to be replayed, for somebody who may change it before.
struct EditableValue
{
    std::string reference;               ///< of the letter
    std::string before;                  ///< as it failed, whole
    std::optional<std::string> edited{}; ///< one that editableText() takes
    QString masked{};                    ///< what of it masks cover; empty: nothing
};

/// As it is edited: indented JSON, with escapes for characters that cannot be seen. Unexpected: why it cannot be.
[[nodiscard]] tl::expected<QString, QString> editableText(const std::string& value);
/// What is sent for a text: without blanks between its parts if the value before had none.
[[nodiscard]] std::string editedValue(const QString& text, const std::string& before);
/// "Line 4, column 12: unexpected ','", or why a text cannot be shown again for editing; empty: it may be sent.
[[nodiscard]] QString editFlawText(const QString& text);

/// Lines of both texts that are not the same, from 0, without those that both begin and end with.
struct DifferingLines
{
    int first = 0;
    int before = 0; ///< so many of the one text
    int after = 0;  ///< so many of the other
    bool operator==(const DifferingLines&) const = default;
};
[[nodiscard]] DifferingLines differingLines(const QString& before, const QString& after);

} // namespace projectionist
