// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <string>
#include <string_view>

namespace projectionist {

/// The one place where the backend's UTF-8 becomes a QString. Invalid UTF-8 becomes U+FFFD.
[[nodiscard]] QString toQString(std::string_view text);

} // namespace projectionist
