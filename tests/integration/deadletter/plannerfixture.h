// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/producer.h"
#include "backend/deadletter/replay/replayplanner.h"
#include "tests/integration/broker/brokerfixture.h"

#include <QTest>

namespace projectionist {

/// A broker with events, groups and topics of letters, and plans of replays on it.
class PlannerFixture
{
protected:
    void start();
    /// To a topic that is made anew; in the order of offsets.
    std::vector<ReplayCandidate> put(const std::string& topic, std::vector<OutgoingRecord> letters);
    [[nodiscard]] ReplayRequest request(std::vector<ReplayCandidate> letters,
                                        std::vector<ReplayCandidate> others = {}) const;
    [[nodiscard]] ReplayPlan planned(ReplayRequest request) const;

    std::unique_ptr<KafkaServer> m_kafka;
    BrokerSettings m_broker;
    Workspace m_workspace;
    SystemClock m_clock;
};

/// Of all events and letters: an hour ago.
[[nodiscard]] TimePoint plannedEventTime();
/// A letter of `topic`'s own partition 0, as Spring writes it.
[[nodiscard]] OutgoingRecord springLetterOf(const std::string& topic, const std::string& key, int partition,
                                            Offset offset);
[[nodiscard]] ReplayCandidate candidateAt(const std::string& topic, Offset offset);
/// As an index would know it.
[[nodiscard]] ReplayCandidate candidateOf(const OutgoingRecord& letter, Offset offset);
/// Of its letters, in their order.
[[nodiscard]] QString plannedReferences(const ReplayPlan& plan);
[[nodiscard]] QString all(const std::vector<std::string>& sentences);

} // namespace projectionist
