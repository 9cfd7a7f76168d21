// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/kafka/handle.h"

namespace projectionist::kafka {

struct MetadataAnswer
{
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__TIMED_OUT;
    MetadataPtr metadata{};
};

/// The state of all topics. The library asks just any broker: when that one hangs another may answer, so the question
/// is asked again after a moment. The first answer counts, also one to an earlier question.
[[nodiscard]] MetadataAnswer requestMetadata(const std::shared_ptr<rd_kafka_t>& rk, SteadyTime deadline);

} // namespace projectionist::kafka
