// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"

#include <filesystem>

namespace projectionist {

/// A real Apache Kafka on this machine: the jars of one release, as packaging/fetch-kafka puts them, and a Java.
struct KafkaDistribution
{
    std::filesystem::path java;
    std::filesystem::path libraries; ///< folder of the jars
    std::filesystem::path archive;   ///< class data archive that halves the start; may not exist

    /// $PROJECTIONIST_KAFKA_LIBS, else $XDG_CACHE_HOME/projectionist/kafka-3.9.1/libs. The error says how to get it.
    [[nodiscard]] static Result<KafkaDistribution> find();
};

} // namespace projectionist
