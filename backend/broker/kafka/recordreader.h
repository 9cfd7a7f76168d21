// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/kafka/handle.h"
#include "backend/broker/record.h"

#include <span>

namespace projectionist::kafka {

using ReadPoint = std::pair<TopicPartition, Offset>;

/// Reads single records. Has a connection of its own, because a fetch that waits for records would hold up look-ups on
/// the same one; made with the first read.
class RecordReader
{
public:
    explicit RecordReader(BrokerSettings settings) : m_settings(std::move(settings)) {}

    /// The first readable record at or after each offset, in the order asked; nullopt where there is none
    /// or it was not got in time. Offsets must be below the heads. An Error when nothing was read and something failed.
    [[nodiscard]] Result<std::vector<std::optional<Record>>> read(std::span<const ReadPoint> at, std::size_t maxBytes,
                                                                  SteadyTime deadline);

private:
    BrokerSettings m_settings;
    std::unique_ptr<Handle> m_handle;
};

} // namespace projectionist::kafka
