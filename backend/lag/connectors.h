// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/lag/watcher.h"

namespace projectionist {

/// Apache Kafka and PostgreSQL, the latter in read-only sessions: what window and command line watch with.
[[nodiscard]] Connectors defaultConnectors();

} // namespace projectionist
