// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/rangereader.h"
#include "backend/config/workspace.h"

namespace projectionist {

/// Settings are checked here; the first read connects.
[[nodiscard]] Result<std::unique_ptr<RangeReader>> readKafkaRanges(const BrokerSettings& settings);

} // namespace projectionist
