// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "tests/support/testservers.h"

namespace projectionist {

/// Lets the user describe all topics and groups, and nothing else. Throws on failure, like the next one.
void allowDescribe(const KafkaServer& kafka, const std::string& user);
void deleteGroup(const BrokerSettings& settings, const std::string& group);

} // namespace projectionist
