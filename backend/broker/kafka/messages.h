// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/kafka/handle.h"
#include "backend/broker/record.h"

#include <span>

namespace projectionist::kafka {

/// Copies a consumed message; a value longer than maxBytes is cut to it.
[[nodiscard]] Record recordOf(const rd_kafka_message_t& message, std::size_t maxBytes);
[[nodiscard]] TopicPartition idOf(const rd_kafka_message_t& message);
[[nodiscard]] ListPtr listOf(std::span<const TopicPartition> ids);
/// Sorted.
[[nodiscard]] std::vector<TopicPartition> idsOf(const rd_kafka_topic_partition_list_t& list);

} // namespace projectionist::kafka
