// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/checksettings.h"

#include <toml++/toml.h>

namespace projectionist {

/// The text of a workspace file in which one check says `after` in place of `before`. Only what differs between them is
/// written: comments stay, and so does every ${...} in what is as it was. `check` is of the document that was parsed
/// from `text`. In unusual notations, as dotted keys, the outcome may say something else: it has to be read again.
[[nodiscard]] std::string changedSource(const std::string& text, const toml::table& check, const CheckSettings& before,
                                        const CheckSettings& after);
/// The text without the check, and without the comments that stand in it and right above it.
[[nodiscard]] std::string removedSource(const std::string& text, const toml::table& check);

} // namespace projectionist
