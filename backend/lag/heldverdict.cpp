// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/heldverdict.h"

namespace projectionist {

namespace {

bool isWell(VerdictKind kind)
{
    return kind == VerdictKind::Ok || kind == VerdictKind::Idle;
}

/// How long a change must hold before it is believed. Seen facts (standing still, lost, rewound) need none, and Falling
/// behind has its own minute or more of proof.
Duration settling(VerdictKind from, VerdictKind to)
{
    constexpr Duration toCatchingUp{10'000};
    constexpr Duration toWell{30'000};
    const bool trends = (isWell(from) || from == VerdictKind::CatchingUp || from == VerdictKind::FallingBehind) &&
                        (isWell(to) || to == VerdictKind::CatchingUp);
    if (!trends || (isWell(from) && isWell(to)))
        return Duration(0);
    return isWell(to) ? toWell : toCatchingUp;
}

} // namespace

void HeldVerdict::set(VerdictKind kind, TimePoint now)
{
    if (m_kind != kind)
        m_since = now;
    m_kind = kind;
    m_candidate.reset();
}

Finding HeldVerdict::settle(Finding found, TimePoint now, Duration at)
{
    if (m_kind && *m_kind != found.kind) {
        if (m_candidate != found.kind) {
            m_candidate = found.kind;
            m_candidateSince = at;
        }
        if (at - m_candidateSince < settling(*m_kind, found.kind))
            return {*m_kind, m_evidence};
    }
    set(found.kind, now);
    m_evidence = found.evidence;
    return found;
}

} // namespace projectionist
