// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/lag/cycle.h"

namespace projectionist {

template<typename T>
void Cycle::askBroker(std::function<Result<T>(Broker&)> work, std::function<void(Result<T>)> then, bool ofRound)
{
    const auto current = [this, ofRound, generation = m_generation, connection = m_broker->id] {
        return m_broker->id == connection && (!ofRound || (m_round && m_generation == generation));
    };
    const Duration asked = m_clock.monotonic();
    m_broker->worker.post<T>(std::move(work), [=, this, then = std::move(then)](Result<T> result) {
        const auto shared = std::make_shared<Result<T>>(std::move(result));
        m_inbox.push([=, this] {
            if (!current())
                return;
            if (ofRound)
                m_round->brokerTook += m_clock.monotonic() - asked;
            then(std::move(*shared));
        });
    });
}

} // namespace projectionist
