// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/deadlettersettings.h"

namespace projectionist {

/// The TOML of what differs from the defaults, under [path]; empty if nothing does. `secret` becomes true if a password
/// stands in it.
[[nodiscard]] std::string deadLettersToml(const std::string& path, const DeadLetterSettings& settings, bool& secret);

} // namespace projectionist
