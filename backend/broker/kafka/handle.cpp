// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/handle.h"

#include "backend/broker/kafka/fetchpause.h"
#include "backend/broker/kafka/metadatarequest.h"

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <thread>

namespace projectionist::kafka {

namespace {

using namespace std::chrono_literals;

constexpr int logWarning = 4; ///< syslog level
constexpr auto endingGrace = 2s;

/// Connections that end in the background use OpenSSL until the very end of the process, when it would take their locks
/// away (OPENSSL_init_crypto(3)). Before anybody else begins with it.
[[maybe_unused]] const int openSslStays = OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);

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

struct Handle::Ending
{
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false; ///< guarded by mutex
};

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
    rd_kafka_t* const rk = rd_kafka_new(plan.type, conf.get(), text, sizeof text);
    if (!rk)
        return tl::unexpected(settingsError(settings, text));
    static_cast<void>(conf.release()); // rd_kafka_new took it
    handle->own(rk);
    if (plan.consumes)
        rd_kafka_poll_set_consumer(rk);
    return handle;
}

void Handle::own(rd_kafka_t* rk)
{
    m_ending = std::make_shared<Ending>();
    m_rk.reset(rk, [state = m_state, ending = m_ending](rd_kafka_t* last) {
        std::thread([last, state, ending] {
            rd_kafka_destroy_flags(last, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
            const std::lock_guard lock(ending->mutex);
            ending->done = true;
            ending->changed.notify_all();
        }).detach();
    });
}

Handle::~Handle()
{
    if (!m_rk)
        return;
    const bool last = m_rk.use_count() == 1;
    m_rk.reset();
    if (!last)
        return;
    std::unique_lock lock(m_ending->mutex);
    m_ending->changed.wait_for(lock, endingGrace, [this] { return m_ending->done; });
}

void Handle::serve() const
{
    if (!m_consumes)
        rd_kafka_poll(m_rk.get(), 0);
}

Error Handle::explain(rd_kafka_resp_err_t code, std::string what) const
{
    serve();
    if (isSilence(code)) {
        const SecurityFacts facts{property(m_rk.get(), "security.protocol"), property(m_rk.get(), "sasl.mechanisms"),
                                  log().kafka4(), rd_kafka_version(), log().everSucceeded()};
        if (const auto cause = causeOf(log().recent(), facts, what))
            return *cause;
    }
    return errorFor(code, std::move(what));
}

std::optional<bool> Handle::isMock(SteadyTime deadline)
{
    if (!m_mock) {
        const std::unique_ptr<char, Deleter<std::free>> id(rd_kafka_clusterid(m_rk.get(), millisecondsUntil(deadline)));
        if (id)
            m_mock = std::strncmp(id.get(), "mockCluster", 11) == 0;
    }
    return m_mock;
}

Result<MetadataPtr> Handle::metadata(SteadyTime deadline) const
{
    serve();
    MetadataAnswer answer = requestMetadata(m_rk, deadline);
    if (!answer.metadata)
        return tl::unexpected(explain(answer.code, fmt::format("Broker \"{}\" did not describe its cluster", m_name)));
    return std::move(answer.metadata);
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

HandlePlan readingPlan(const char* reset)
{
    HandlePlan plan;
    plan.consumes = true;
    plan.defaults = watchingDefaults();
    plan.forced = watchingForced();
    plan.forced.merge(Properties{{"enable.partition.eof", "true"},
                                 {"auto.offset.reset", reset},
                                 {"receive.message.max.bytes", "500000000"},
                                 {"fetch.wait.max.ms", "100"},
                                 {"fetch.error.backoff.ms", "50"}});
    FetchPause::configure(plan.forced);
    return plan;
}

} // namespace projectionist::kafka
