// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace projectionist {

/// Names that librdkafka's CONFIGURATION.md knows, sorted (2.0 with what came up to 2.12). What is not among them may
/// still be right for a newer library: worth a warning, not an error.
[[nodiscard]] const std::vector<std::string>& kafkaPropertyNames();
[[nodiscard]] bool isKafkaProperty(const std::string& name);

} // namespace projectionist
