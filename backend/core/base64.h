// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace projectionist {

/// RFC 4648, with '=' at the end.
[[nodiscard]] std::string base64Of(std::string_view bytes);
/// The way back; nullopt: it is not what base64Of() writes.
[[nodiscard]] std::optional<std::string> bytesOfBase64(std::string_view text);

} // namespace projectionist
