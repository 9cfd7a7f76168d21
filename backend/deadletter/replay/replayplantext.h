// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/replay/replayplan.h"

#include <array>

namespace projectionist {

// What writer and reader of a plan's file have in common.

inline constexpr std::array<std::string_view, 4> replayTargetWords{"origin", "topic", "command", "rows"};
inline constexpr std::array<std::string_view, 2> replayPartitionWords{"same", "by-key"};
inline constexpr std::array<std::string_view, 2> replayTimestampWords{"event", "now"};

/// The text without its checksum; the same for equal plans.
[[nodiscard]] std::string replayPlanBody(const ReplayPlan& plan);
/// Of a body, 16 hexadecimal digits.
[[nodiscard]] std::string replayPlanChecksum(std::string_view body);

} // namespace projectionist
