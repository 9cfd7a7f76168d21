// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/handle.h"

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <thread>

namespace projectionist::kafka {

namespace {

using namespace std::chrono_literals;

constexpr int logWarning = 4; ///< syslog level
constexpr auto endingGrace = 2s;
constexpr auto spentAfter = 1min;

bool isSecret(const std::string& property)
{
    return property.find("password") != std::string::npos || property.find("secret") != std::string::npos ||
           property.find("key.pem") != std::string::npos || property == "sasl.oauthbearer.config";
}

Error settingsError(const BrokerSettings& settings, std::string why)
{
    std::string where = settings.origin.file.string();
    if (!where.empty() && settings.origin.line > 0)
        where += fmt::format(":{}", settings.origin.line);
    return {ErrorKind::Configuration, fmt::format("Settings of broker \"{}\"", settings.name), std::move(why),
            where.empty() ? "Correct the broker's properties" : "Correct " + where, false};
}

Result<void> apply(rd_kafka_conf_t* conf, const Properties& properties, const BrokerSettings& settings,
                   std::vector<std::string>* warnings)
{
    for (const auto& [name, value] : properties) {
        char text[512] = "";
        switch (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), text, sizeof text)) {
        case RD_KAFKA_CONF_OK:
            break;
        case RD_KAFKA_CONF_UNKNOWN:
            if (warnings)
                warnings->push_back(fmt::format("Broker \"{}\": librdkafka {} does not know the property \"{}\"; it is "
                                                "ignored.",
                                                settings.name, rd_kafka_version_str(), name));
            break;
        case RD_KAFKA_CONF_INVALID:
            return tl::unexpected(settingsError(
                settings, isSecret(name) ? fmt::format("The value of \"{}\" is not valid", name) : std::string(text)));
        }
    }
    return {};
}

/// Reads "  ApiKey Fetch (1) Versions 4..17": Kafka 4 dropped the older versions (KIP-896).
bool tellsKafka4(const char* line)
{
    const char* fetch = std::strstr(line, "ApiKey Fetch (1) Versions ");
    return fetch && std::atoi(fetch + std::strlen("ApiKey Fetch (1) Versions ")) >= 4;
}

void onLog(const rd_kafka_t* rk, int level, const char* facility, const char* text)
{
    auto& log = static_cast<HandleState*>(rd_kafka_opaque(rk))->log;
    if (std::strcmp(facility, "APIVERSION") == 0 && tellsKafka4(text))
        log.sawKafka4();
    else if (level <= logWarning)
        log.add(RD_KAFKA_RESP_ERR_NO_ERROR, text);
}

void onError(rd_kafka_t*, int code, const char* text, void* opaque)
{
    static_cast<HandleState*>(opaque)->log.add(static_cast<rd_kafka_resp_err_t>(code), text);
}

std::string property(rd_kafka_t* rk, const char* name)
{
    char value[256] = "";
    std::size_t size = sizeof value;
    return rd_kafka_conf_get(rd_kafka_conf(rk), name, value, &size) == RD_KAFKA_CONF_OK ? value : "";
}

} // namespace

int millisecondsUntil(SteadyTime deadline)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

Result<std::unique_ptr<Handle>> Handle::open(const BrokerSettings& settings, const HandlePlan& plan,
                                             std::vector<std::string>* warnings)
{
    if (!settings.properties.contains("bootstrap.servers") && !settings.properties.contains("metadata.broker.list") &&
        !settings.properties.contains("test.mock.num.brokers"))
        return tl::unexpected(settingsError(settings, "\"bootstrap.servers\" is missing"));
    Properties chosen = settings.properties;
    for (const auto& [name, value] : plan.forced)
        chosen.insert_or_assign(name, value);

    ConfPtr conf(rd_kafka_conf_new());
    auto applied = apply(conf.get(), plan.defaults, settings, nullptr);
    if (applied)
        applied = apply(conf.get(), chosen, settings, warnings);
    if (!applied)
        return tl::unexpected(applied.error());

    std::unique_ptr<Handle> handle(new Handle);
    handle->m_name = settings.name;
    handle->m_state = plan.state ? plan.state : std::make_shared<HandleState>();
    handle->m_state->user = plan.user;
    handle->m_consumes = plan.consumes;
    rd_kafka_conf_set_opaque(conf.get(), handle->m_state.get());
    rd_kafka_conf_set_log_cb(conf.get(), onLog);
    rd_kafka_conf_set_error_cb(conf.get(), onError);
    if (plan.callbacks)
        plan.callbacks(conf.get());

    char text[512] = "";
    handle->m_rk = rd_kafka_new(plan.type, conf.get(), text, sizeof text);
    if (!handle->m_rk)
        return tl::unexpected(settingsError(settings, text));
    static_cast<void>(conf.release()); // rd_kafka_new took it
    if (plan.consumes)
        rd_kafka_poll_set_consumer(handle->m_rk);
    return handle;
}

Handle::~Handle()
{
    if (!m_rk)
        return;
    struct Ending
    {
        std::mutex mutex;
        std::condition_variable changed;
        bool done = false; ///< guarded by mutex
    };
    const auto ending = std::make_shared<Ending>();
    std::thread([rk = m_rk, state = m_state, ending] {
        rd_kafka_destroy_flags(rk, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
        const std::lock_guard lock(ending->mutex);
        ending->done = true;
        ending->changed.notify_all();
    }).detach();
    std::unique_lock lock(ending->mutex);
    ending->changed.wait_for(lock, endingGrace, [&] { return ending->done; });
}

void Handle::serve() const
{
    if (!m_consumes)
        rd_kafka_poll(m_rk, 0);
}

Error Handle::explain(rd_kafka_resp_err_t code, std::string what) const
{
    serve();
    if (isSilence(code)) {
        const SecurityFacts facts{property(m_rk, "security.protocol"), property(m_rk, "sasl.mechanisms"),
                                  log().kafka4(), rd_kafka_version(), log().everSucceeded()};
        if (const auto cause = causeOf(log().recent(), facts, what))
            return *cause;
    }
    return errorFor(code, std::move(what));
}

void Handle::leaveUnanswered()
{
    if (!m_unansweredSince)
        m_unansweredSince = std::chrono::steady_clock::now();
}

bool Handle::spent() const
{
    return m_unansweredSince && std::chrono::steady_clock::now() - *m_unansweredSince > spentAfter;
}

bool Handle::isMock(SteadyTime deadline)
{
    if (!m_mock) {
        const std::unique_ptr<char, Deleter<std::free>> id(rd_kafka_clusterid(m_rk, millisecondsUntil(deadline)));
        if (id)
            m_mock = std::strncmp(id.get(), "mockCluster", 11) == 0;
    }
    return m_mock.value_or(false);
}

Result<MetadataPtr> Handle::metadata(SteadyTime deadline) const
{
    const rd_kafka_metadata_t* answer = nullptr;
    serve();
    const auto code = rd_kafka_metadata(m_rk, 1, nullptr, &answer, std::max(1, millisecondsUntil(deadline)));
    MetadataPtr metadata(answer);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return tl::unexpected(explain(code, fmt::format("Broker \"{}\" did not describe its cluster", m_name)));
    return metadata;
}

Properties connectionDefaults()
{
    return {{"client.id", "projectionist"},
            {"topic.metadata.refresh.interval.ms", "30000"},
            {"socket.timeout.ms", "6000"},
            {"socket.connection.setup.timeout.ms", "5000"},
            {"api.version.request.timeout.ms", "5000"},
            {"socket.keepalive.enable", "true"},
            {"reconnect.backoff.ms", "50"},
            {"reconnect.backoff.max.ms", "1000"}};
}

Properties watchingDefaults()
{
    Properties properties = connectionDefaults();
    for (const char* name :
         {"socket.timeout.ms", "socket.connection.setup.timeout.ms", "api.version.request.timeout.ms"})
        properties.insert_or_assign(name, "15000");
    return properties;
}

Properties watchingForced()
{
    // A group of our own, because 2.0.2 crashes without one when ListConsumerGroupOffsets meets a moved coordinator
    // (librdkafka issue 5040). Nobody ever subscribes with it.
    return {{"group.id", "projectionist-observer"},
            {"enable.auto.commit", "false"},
            {"enable.auto.offset.store", "false"},
            {"allow.auto.create.topics", "false"}};
}

} // namespace projectionist::kafka
