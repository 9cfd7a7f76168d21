// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/retention.h"
#include "backend/deadletter/letterview.h"

namespace projectionist {

/// When retention may delete the first of the group's letters and originals, by what the topics keep.
void setExpiry(GroupView& group, const std::vector<TopicRetention>& retention);

} // namespace projectionist
