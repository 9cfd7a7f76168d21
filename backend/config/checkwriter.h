// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/checksettings.h"

namespace projectionist {

/// [[checks]] as a workspace file has it, with a blank line in front; what is as usual is left out.
[[nodiscard]] std::string checkToml(const CheckSettings& check);

} // namespace projectionist
