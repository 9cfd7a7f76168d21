// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace projectionist {

/// "postgresql://..." or "postgres://...".
[[nodiscard]] bool isConnectionUri(std::string_view connection) noexcept;

/// Names whose values must not be shown, in libpq connection strings and librdkafka properties alike.
[[nodiscard]] bool isSecretName(std::string_view name);

using ConnectionKeys = std::vector<std::pair<std::string, std::string>>;

/// libpq's "key=value key='a value'" (libpq manual 34.1.1.1); nullopt if it is malformed.
[[nodiscard]] std::optional<ConnectionKeys> parseConnectionKeys(const std::string& connection);
/// The inverse, quoted where needed.
[[nodiscard]] std::string toConnectionString(const ConnectionKeys& keys);

/// For a value that stands inside a URI.
[[nodiscard]] std::string percentEncoded(std::string_view text);

/// Key names that libpq knows and that a store may have.
[[nodiscard]] const std::vector<std::string_view>& connectionKeyNames();

} // namespace projectionist
