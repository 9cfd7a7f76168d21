// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/embeddedcluster.h"

namespace projectionist {

/// librdkafka's mock cluster with brokers 1 to `brokers`; ready when it returns.
[[nodiscard]] Result<std::unique_ptr<EmbeddedCluster>> startEmbeddedKafka(int brokers,
                                                                          std::span<const TopicSpec> topics);

} // namespace projectionist
