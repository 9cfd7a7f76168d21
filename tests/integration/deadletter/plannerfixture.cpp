// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/deadletter/plannerfixture.h"

#include "backend/deadletter/decode.h"
#include "backend/deadletter/kafkaletters.h"
#include "tests/unit/deadletter/letters.h"

#include <fmt/ranges.h>

namespace projectionist {

TimePoint plannedEventTime()
{
    static const TimePoint time =
        std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()) - std::chrono::hours(1);
    return time;
}

OutgoingRecord springLetterOf(const std::string& topic, const std::string& key, int partition, Offset offset)
{
    OutgoingRecord record;
    record.topic = topic;
    record.partition = 0;
    record.key = key;
    record.value = "{\"key\":\"" + key + "\"}";
    record.headers = {{"type", "OrderPlaced"},
                      {"kafka_dlt-original-topic", "orders"},
                      {"kafka_dlt-original-partition", int32Bytes(partition)},
                      {"kafka_dlt-original-offset", int64Bytes(offset)},
                      {"kafka_dlt-original-timestamp", int64Bytes(plannedEventTime().time_since_epoch().count())},
                      {"kafka_dlt-original-consumer-group", "billing"},
                      {"kafka_dlt-exception-fqcn", "com.acme.OrderRejected"}};
    return record;
}

ReplayCandidate candidateAt(const std::string& topic, Offset offset)
{
    const LetterPlace place{{topic, 0}, offset};
    return {referenceInKafka(place), place};
}

ReplayCandidate candidateOf(const OutgoingRecord& letter, Offset offset)
{
    auto candidate = candidateAt(letter.topic, offset);
    Record record{{letter.topic, 0}, offset, plannedEventTime(), false, letter.key, letter.value, letter.headers};
    std::vector<RawHeader> headers;
    LetterScanner scanner(DecodeRules::build().value());
    const auto decoded = decode(scanner, viewOf(record, headers));
    candidate.origin = decoded.origin;
    candidate.key = decoded.key;
    candidate.consumer = decoded.consumer;
    candidate.arrived = plannedEventTime() + Duration(offset);
    candidate.verdict = ReplayVerdict::Safe;
    candidate.why = "nothing was applied";
    return candidate;
}

QString plannedReferences(const ReplayPlan& plan)
{
    std::vector<std::string> names;
    for (const auto& letter : plan.letters)
        names.push_back(letter.reference);
    return QString::fromStdString(fmt::format("{}", fmt::join(names, " ")));
}

QString all(const std::vector<std::string>& sentences)
{
    return QString::fromStdString(fmt::format("{}", fmt::join(sentences, "\n")));
}

void PlannerFixture::start()
{
    m_kafka = startKafka();
    m_broker = brokerAt(m_kafka->bootstrap());
    m_broker.name = "local";
    makeTopics(m_broker, {{"orders", 3}, {"one", 1}, {"small", 1, -1, {{"max.message.bytes", "400"}}}});
    write(m_broker, {"orders", 0}, 5, plannedEventTime());
    commitAs(m_broker, "billing", "orders", {{{"orders", 0}, 3}});
    commitAs(m_broker, "stock", "orders", {{{"orders", 2}, 0}});
    commitAs(m_broker, "elsewhere", "one", {{{"one", 0}, 0}});
    m_workspace.brokers = {m_broker};
    const auto context = [&](const char* name, Environment environment) {
        auto& one = m_workspace.contexts.emplace_back();
        one.name = name;
        one.environment = environment;
        one.broker = "local";
        for (const char* projection : {"bills", "by_checkpoint"}) {
            auto& settings = m_workspace.projections.emplace_back();
            settings.name = projection;
            settings.context = name;
            settings.topics = {"orders"};
        }
        m_workspace.projections[m_workspace.projections.size() - 2].group = "billing";
        m_workspace.projections[m_workspace.projections.size() - 2].deadLetters = {"*-dlt"};
    };
    context("test", Environment::Test);
    context("live", Environment::Production);
}

std::vector<ReplayCandidate> PlannerFixture::put(const std::string& topic, std::vector<OutgoingRecord> letters)
{
    makeTopics(m_broker, {{topic, 1}});
    std::vector<ReplayCandidate> candidates;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        letters[i].topic = topic;
        letters[i].timestamp = letters[i].timestamp ? letters[i].timestamp : plannedEventTime();
        candidates.push_back(candidateOf(letters[i], static_cast<Offset>(i)));
    }
    write(m_broker, letters);
    return candidates;
}

ReplayRequest PlannerFixture::request(std::vector<ReplayCandidate> letters, std::vector<ReplayCandidate> others) const
{
    ReplayRequest request{{}, std::move(letters), std::move(others)};
    request.draft.context = "test";
    request.draft.reason = "the depot is known now";
    request.draft.madeBy = "eva@desk7";
    return request;
}

ReplayPlan PlannerFixture::planned(ReplayRequest request) const
{
    return sure(planReplay(m_workspace, std::move(request), defaultReplayConnectors(), m_clock, {}));
}

} // namespace projectionist
