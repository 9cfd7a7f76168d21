// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"

namespace projectionist {

/// Throws on failure.
void deleteGroup(const BrokerSettings& settings, const std::string& group);

} // namespace projectionist
