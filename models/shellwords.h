// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <QStringList>

namespace projectionist {

/// An argument as it is written in a command for a POSIX shell; in quotes only where it needs them.
[[nodiscard]] QString shellQuoted(const QString& argument);

/// The words of such a command as a POSIX shell takes them apart (IEEE Std 1003.1, Shell Command Language, 2.2
/// Quoting): blanks, "...", '...' and \c. Nothing is expanded and nothing is an operator. nullopt: a quotation does not
/// end.
[[nodiscard]] std::optional<QStringList> shellWords(QStringView command);

} // namespace projectionist
