// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/kafka/errorlog.h"
#include "backend/config/workspace.h"

#include <functional>
#include <librdkafka/rdkafka.h>
#include <map>
#include <memory>

namespace projectionist::kafka {

template<auto Destroy>
struct Deleter
{
    template<typename T>
    void operator()(T* pointer) const noexcept
    {
        Destroy(pointer);
    }
};
using ConfPtr = std::unique_ptr<rd_kafka_conf_t, Deleter<rd_kafka_conf_destroy>>;
using QueuePtr = std::unique_ptr<rd_kafka_queue_t, Deleter<rd_kafka_queue_destroy>>;
using EventPtr = std::unique_ptr<rd_kafka_event_t, Deleter<rd_kafka_event_destroy>>;
using ListPtr = std::unique_ptr<rd_kafka_topic_partition_list_t, Deleter<rd_kafka_topic_partition_list_destroy>>;
using OptionsPtr = std::unique_ptr<rd_kafka_AdminOptions_t, Deleter<rd_kafka_AdminOptions_destroy>>;
using ErrorPtr = std::unique_ptr<rd_kafka_error_t, Deleter<rd_kafka_error_destroy>>;
using MessagePtr = std::unique_ptr<rd_kafka_message_t, Deleter<rd_kafka_message_destroy>>;
using MetadataPtr = std::unique_ptr<const rd_kafka_metadata_t, Deleter<rd_kafka_metadata_destroy>>;

using Properties = std::map<std::string, std::string>;
using SteadyTime = std::chrono::steady_clock::time_point;

/// Milliseconds until then, at least 0, as librdkafka wants its timeouts.
[[nodiscard]] int millisecondsUntil(SteadyTime deadline);

/// The opaque of all callbacks of a handle. Outlives an instance that was left to itself.
struct HandleState
{
    ErrorLog log;
    void* user = nullptr; ///< as in the plan
};

/// What a handle is made of. `defaults` give way to the settings, `forced` win over them.
struct HandlePlan
{
    rd_kafka_type_t type = RD_KAFKA_CONSUMER;
    Properties defaults;
    Properties forced;
    std::function<void(rd_kafka_conf_t*)> callbacks = {}; ///< sets more callbacks; their opaque is a HandleState
    void* user = nullptr;                                 ///< for these callbacks, see HandleState
    bool consumes = false;                                ///< rd_kafka_consumer_poll serves the callbacks
    std::shared_ptr<HandleState> state = {};              ///< of the handle that this one replaces
};

/// One librdkafka instance with the memory of its complaints. Destroying it never blocks for longer than two seconds:
/// an instance that does not end by then (a hung admin request, a name server that does not answer) is left to itself,
/// at once if work in the background still needs it.
class Handle
{
public:
    /// `warnings` gets a sentence for each property that this librdkafka does not know.
    [[nodiscard]] static Result<std::unique_ptr<Handle>> open(const BrokerSettings& settings, const HandlePlan& plan,
                                                              std::vector<std::string>* warnings = nullptr);
    ~Handle();
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    [[nodiscard]] rd_kafka_t* get() const noexcept { return m_rk.get(); }
    /// For work that may outlast this object: the instance ends when nobody holds it any more.
    [[nodiscard]] const std::shared_ptr<rd_kafka_t>& share() const noexcept { return m_rk; }
    [[nodiscard]] ErrorLog& log() const noexcept { return m_state->log; }
    [[nodiscard]] const std::shared_ptr<HandleState>& state() const noexcept { return m_state; }
    [[nodiscard]] const std::string& name() const noexcept { return m_name; }

    /// Fetches pending error reports; call around blocking calls. Nothing to do on a handle that consumes.
    void serve() const;
    /// The Error for a failed call: `code` made clear by what the connections complained about meanwhile.
    [[nodiscard]] Error explain(rd_kafka_resp_err_t code, std::string what) const;
    /// True on librdkafka's mock cluster, which lacks the requests for groups and topics and never answers them;
    /// nullopt: not known before there is a connection.
    [[nodiscard]] std::optional<bool> isMock(SteadyTime deadline);
    /// Asks a broker for the state of all topics; also renews what the library knows of leaders.
    [[nodiscard]] Result<MetadataPtr> metadata(SteadyTime deadline) const;

private:
    struct Ending;
    Handle() = default;
    void own(rd_kafka_t* rk);

    std::shared_ptr<HandleState> m_state;
    std::shared_ptr<Ending> m_ending;
    std::shared_ptr<rd_kafka_t> m_rk;
    std::string m_name;
    bool m_consumes = false;
    std::optional<bool> m_mock;
};

/// What all handles start from: quick to notice that a broker is away, and that it is back.
[[nodiscard]] Properties connectionDefaults();
/// What handles that look again and again start from: patient, because a connection that is given up takes along all
/// that is in flight, and would keep a slow broker's answers from ever coming through. Callers have their own
/// deadlines.
[[nodiscard]] Properties watchingDefaults();
/// What handles that only look insist on: a group of our own, no commits, no topics made.
[[nodiscard]] Properties watchingForced();
/// How handles that read much of a log are set up. `reset`: what becomes of an offset that is not there: "error", so
/// that nothing is skipped silently, or "earliest", where retention may have passed.
[[nodiscard]] HandlePlan readingPlan(const char* reset);

} // namespace projectionist::kafka
