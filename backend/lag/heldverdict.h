// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/verdict.h"

namespace projectionist {

struct Finding
{
    VerdictKind kind = VerdictKind::Ok;
    std::string evidence;
};

/// One verdict over time: keeps since when it holds, and lets those that rest on trends change only after they settled,
/// so that nothing flaps.
class HeldVerdict
{
public:
    /// What is in force after `found`: a settled finding, or the one before while another has yet to settle.
    [[nodiscard]] Finding settle(Finding found, TimePoint now, Duration at);
    [[nodiscard]] std::optional<VerdictKind> kind() const { return m_kind; }
    [[nodiscard]] TimePoint since() const { return m_since; }
    /// Without waiting.
    void set(VerdictKind kind, TimePoint now);

private:
    std::optional<VerdictKind> m_kind, m_candidate;
    TimePoint m_since{};
    Duration m_candidateSince{0};
    std::string m_evidence;
};

} // namespace projectionist
