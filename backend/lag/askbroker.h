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
    m_broker->worker.post<T>(std::move(work), [this, current, then = std::move(then)](Result<T> result) {
        const auto shared = std::make_shared<Result<T>>(std::move(result));
        m_inbox.push([current, then, shared] {
            if (current())
                then(std::move(*shared));
        });
    });
}

} // namespace projectionist
