// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replaysender.h"

#include "backend/core/base64.h"
#include "backend/core/format.h"
#include "backend/deadletter/replay/outgoing.h"
#include "backend/deadletter/replay/replaycommandrunner.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace projectionist {

namespace {

constexpr std::size_t lettersUnderWay = 64;

SendOutcome::Kind kindOf(const Error& error)
{
    switch (error.kind) {
    case ErrorKind::InvalidData:
        return SendOutcome::Kind::LetterRefused;
    case ErrorKind::Permission:
    case ErrorKind::NotFound:
    case ErrorKind::Configuration:
        return SendOutcome::Kind::TargetRefused;
    default:
        return SendOutcome::Kind::Unknown;
    }
}

class TopicSender final : public ReplaySender
{
public:
    explicit TopicSender(std::unique_ptr<EventProducer> producer) : m_producer(std::move(producer)) {}

    [[nodiscard]] std::size_t window() const override { return lettersUnderWay; }
    void send(std::size_t letter, const PlannedLetter&, const OutgoingRecord& record) override
    {
        const auto queued = m_producer->produce(record, letter);
        if (queued)
            return;
        // It was not accepted, so it was not written; a producer that begins anew takes it later.
        auto kind = kindOf(queued.error());
        if (kind == SendOutcome::Kind::Unknown)
            kind = SendOutcome::Kind::NotSent;
        m_early.push_back({letter, kind, {}, {}, toString(queued.error())});
    }
    [[nodiscard]] std::vector<SendOutcome> collect(Duration wait, const std::stop_token&) override
    {
        auto outcomes = std::exchange(m_early, {});
        for (const auto& delivery : m_producer->collect(outcomes.empty() ? wait : Duration(0))) {
            SendOutcome outcome{static_cast<std::size_t>(delivery.token), SendOutcome::Kind::Sent, {}, {}, {}};
            if (delivery.error) {
                outcome.kind = kindOf(*delivery.error);
                outcome.why = toString(*delivery.error);
            } else {
                outcome.id = delivery.id;
                outcome.offset = delivery.offset;
            }
            outcomes.push_back(std::move(outcome));
        }
        return outcomes;
    }
    [[nodiscard]] std::optional<Error> trouble() const override { return m_producer->trouble(); }

private:
    const std::unique_ptr<EventProducer> m_producer;
    std::vector<SendOutcome> m_early;
};

/// What a variable of the environment cannot hold.
bool hasNul(const std::string& bytes)
{
    return bytes.find('\0') != std::string::npos;
}

std::string headersAsJson(const std::vector<Header>& headers)
{
    auto list = nlohmann::json::array();
    for (const auto& header : headers)
        list.push_back({{"name", header.name},
                        {"base64", header.value ? nlohmann::json(base64Of(*header.value)) : nlohmann::json()}});
    return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

using Environment = std::map<std::string, std::string>;

/// Of each letter of a reprojection, in the order of the plan: a program that remembers what it applied has to be told
/// that this event is applied anew, and which one of its key it is.
std::vector<Environment> reprojectionEnvironments(const ReplayPlan& plan)
{
    std::map<std::optional<std::string>, std::size_t> counts;
    for (const auto& letter : plan.letters)
        ++counts[letter.key];
    std::map<std::optional<std::string>, std::size_t> turns;
    std::vector<Environment> environments;
    for (const auto& letter : plan.letters)
        environments.push_back({{"PROJECTIONIST_REPROJECT", "1"},
                                {"PROJECTIONIST_REPROJECT_EVENT", std::to_string(++turns[letter.key])},
                                {"PROJECTIONIST_REPROJECT_EVENTS", std::to_string(counts[letter.key])}});
    return environments;
}

Environment environmentOf(const PlannedLetter& planned, const OutgoingRecord& record)
{
    Environment environment;
    const auto add = [&](const char* name, const std::string& value) {
        if (!hasNul(value))
            environment[std::string("PROJECTIONIST_") + name] = value;
    };
    add("TOPIC", planned.origin.topic);
    if (planned.origin.partition)
        add("PARTITION", std::to_string(*planned.origin.partition));
    if (planned.origin.offset)
        add("OFFSET", std::to_string(*planned.origin.offset));
    if (record.timestamp)
        add("TIMESTAMP", formatRfc3339(*record.timestamp));
    if (record.key) {
        add("KEY", *record.key);
        add("KEY_BASE64", base64Of(*record.key));
    }
    add("TOMBSTONE", record.value ? "0" : "1");
    add("LETTER", planned.reference);
    add("HEADERS", headersAsJson(record.headers));
    for (const auto& header : record.headers)
        if (header.name == replayIdHeader && header.value)
            add("REPLAY_ID", *header.value);
    return environment;
}

class CommandSender final : public ReplaySender
{
public:
    explicit CommandSender(const ReplayPlan& plan)
        : m_command(plan.target.command)
        , m_timeout(plan.proofWithin)
        , m_reprojection(plan.reprojection ? reprojectionEnvironments(plan) : std::vector<Environment>())
    {
    }

    [[nodiscard]] std::size_t window() const override { return 1; }
    void send(std::size_t letter, const PlannedLetter& planned, const OutgoingRecord& record) override
    {
        m_order = Order{letter, environmentOf(planned, record), record.value.value_or(std::string())};
        if (!m_reprojection.empty())
            m_order->environment.insert(m_reprojection[letter].begin(), m_reprojection[letter].end());
    }
    [[nodiscard]] std::vector<SendOutcome> collect(Duration, const std::stop_token& stop) override
    {
        if (!m_order)
            return {};
        const Order order = std::move(*m_order);
        m_order.reset();
        SendOutcome outcome;
        outcome.letter = order.letter;
        const auto ended = runCommand(m_command, order.environment, order.input, m_timeout, stop);
        if (!ended) {
            outcome.kind = SendOutcome::Kind::TargetRefused;
            outcome.why = toString(ended.error());
        } else if (ended->ended && ended->signal == 0 && ended->code == 0) {
            outcome.kind = SendOutcome::Kind::Sent;
        } else {
            // Killed, it may have done its work before.
            outcome.kind =
                ended->ended && ended->signal == 0 ? SendOutcome::Kind::TargetRefused : SendOutcome::Kind::Unknown;
            outcome.why = fmt::format("\"{}\": {}", m_command.front(), toString(*ended));
            if (const auto end = ended->output.find_last_not_of(" \r\n"); end != std::string::npos)
                outcome.why += ": " + ended->output.substr(0, end + 1);
        }
        return {outcome};
    }
    [[nodiscard]] std::optional<Error> trouble() const override { return std::nullopt; }

private:
    struct Order
    {
        std::size_t letter = 0;
        Environment environment;
        std::string input;
    };
    const std::vector<std::string> m_command;
    const Duration m_timeout;
    const std::vector<Environment> m_reprojection; ///< by letter; empty: it is none
    std::optional<Order> m_order;
};

BrokerSettings safeSettings(BrokerSettings settings)
{
    auto& properties = settings.properties;
    for (const char* const name :
         {"acks", "request.required.acks", "retries", "message.send.max.retries", "max.in.flight",
          "max.in.flight.requests.per.connection", "queuing.strategy", "transactional.id", "partitioner", "linger.ms",
          "queue.buffering.max.ms", "message.timeout.ms", "delivery.timeout.ms", "enable.gapless.guarantee"})
        properties.erase(name);
    properties["enable.idempotence"] = "true";
    // The limit of a topic is for a batch: a letter that is too large would take others with it.
    properties["batch.num.messages"] = "1";
    return settings;
}

} // namespace

Result<std::unique_ptr<ReplaySender>> makeReplaySender(const Workspace& workspace, const ReplayPlan& plan,
                                                       const BrokerSettings& broker, const ReplayConnectors& connectors,
                                                       const Clock& clock)
{
    if (plan.target.kind == ReplayTargetKind::Command)
        return std::make_unique<CommandSender>(plan);
    if (plan.target.kind == ReplayTargetKind::Rows && !connectors.rows)
        return tl::unexpected(Error{ErrorKind::Configuration, "The rows of these keys cannot be written",
                                    "this program cannot fold events", "Run it with projectionistctl.", false});
    if (plan.target.kind == ReplayTargetKind::Rows)
        return connectors.rows(workspace, plan, clock);
    ProducerOptions options;
    options.linger = Duration(0);
    auto producer = connectors.producer(safeSettings(broker), options);
    if (!producer)
        return tl::unexpected(producer.error());
    return std::make_unique<TopicSender>(std::move(*producer));
}

} // namespace projectionist
