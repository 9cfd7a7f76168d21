// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/javatrace.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

namespace projectionist {

namespace {

using Frames = std::vector<std::string>;

/// Where a failure comes from: library and application frames above the handler's own, and what Spring makes of it.
struct FailureSite
{
    std::string_view exception;
    std::vector<std::string_view> frames;
    std::string_view carrier = {}; ///< class that Spring wraps it in
    std::string_view carriedBy = {};
    std::vector<std::string_view> carrierFrames = {};
    std::size_t shared = 0; ///< frames, of the last, that the carrier has too
};

const FailureSite& siteOf(std::string_view exception)
{
    static const FailureSite sites[]{
        {failures::geocoderTimeout,
         {"projectionist.sandbox.geo.Geocoder.locate(Geocoder.java:88)",
          "projectionist.sandbox.geo.CachingGeocoder.locate(CachingGeocoder.java:41)"}},
        {failures::rowLocked, {"projectionist.sandbox.store.KeyedRows.load(KeyedRows.java:47)"}},
        {failures::serialization,
         {"projectionist.sandbox.events.EventDecoder.field(EventDecoder.java:112)",
          "projectionist.sandbox.events.EventDecoder.decode(EventDecoder.java:63)"}},
        {failures::sql,
         {"org.postgresql.core.v3.QueryExecutorImpl.receiveErrorResponse(QueryExecutorImpl.java:2733)",
          "org.postgresql.core.v3.QueryExecutorImpl.processResults(QueryExecutorImpl.java:2420)",
          "org.postgresql.core.v3.QueryExecutorImpl.execute(QueryExecutorImpl.java:372)",
          "org.postgresql.jdbc.PgStatement.executeInternal(PgStatement.java:517)",
          "org.postgresql.jdbc.PgPreparedStatement.executeUpdate(PgPreparedStatement.java:155)",
          "com.zaxxer.hikari.pool.ProxyPreparedStatement.executeUpdate(ProxyPreparedStatement.java:61)",
          "org.springframework.jdbc.core.JdbcTemplate.lambda$update$2(JdbcTemplate.java:990)",
          "org.springframework.jdbc.core.JdbcTemplate.execute(JdbcTemplate.java:658)",
          "org.springframework.jdbc.core.JdbcTemplate.update(JdbcTemplate.java:985)",
          "projectionist.sandbox.store.KeyedRows.save(KeyedRows.java:61)"},
         "org.springframework.dao.DataIntegrityViolationException",
         "PreparedStatementCallback; SQL [INSERT INTO {} SELECT * FROM jsonb_populate_recordset(?, ?)]; ",
         {("org.springframework.jdbc.support.SQLExceptionSubclassTranslator.doTranslate"
           "(SQLExceptionSubclassTranslator.java:79)"),
          ("org.springframework.jdbc.support.AbstractFallbackSQLExceptionTranslator.translate"
           "(AbstractFallbackSQLExceptionTranslator.java:107)"),
          "org.springframework.jdbc.core.JdbcTemplate.translateException(JdbcTemplate.java:1556)",
          "org.springframework.jdbc.core.JdbcTemplate.execute(JdbcTemplate.java:677)"},
         2},
    };
    static const FailureSite inHandler{};
    const auto found = std::ranges::find(sites, exception, &FailureSite::exception);
    return found == std::end(sites) ? inHandler : *found;
}

/// From the handler to the thread, beyond Spring.
const Frames& containerFrames()
{
    static const Frames frames{
        ("org.springframework.kafka.listener.adapter.MessagingMessageListenerAdapter.invoke"
         "(MessagingMessageListenerAdapter.java:384)"),
        ("org.springframework.kafka.listener.adapter.RecordMessagingMessageListenerAdapter.onMessage"
         "(RecordMessagingMessageListenerAdapter.java:85)"),
        ("org.springframework.kafka.listener.adapter.RecordMessagingMessageListenerAdapter.onMessage"
         "(RecordMessagingMessageListenerAdapter.java:50)"),
        ("org.springframework.kafka.listener.KafkaMessageListenerContainer$ListenerConsumer.doInvokeOnMessage"
         "(KafkaMessageListenerContainer.java:2800)"),
        ("org.springframework.kafka.listener.KafkaMessageListenerContainer$ListenerConsumer.invokeOnMessage"
         "(KafkaMessageListenerContainer.java:2779)"),
        ("org.springframework.kafka.listener.KafkaMessageListenerContainer$ListenerConsumer.doInvokeRecordListener"
         "(KafkaMessageListenerContainer.java:2696)"),
        ("org.springframework.kafka.listener.KafkaMessageListenerContainer$ListenerConsumer.run"
         "(KafkaMessageListenerContainer.java:1363)"),
        "java.base/java.util.concurrent.CompletableFuture$AsyncRun.run(CompletableFuture.java:1804)",
        "java.base/java.lang.Thread.run(Thread.java:1583)"};
    return frames;
}

Frames invocationFrames()
{
    Frames frames{
        "java.base/jdk.internal.reflect.DirectMethodHandleAccessor.invoke(DirectMethodHandleAccessor.java:103)",
        "java.base/java.lang.reflect.Method.invoke(Method.java:580)",
        ("org.springframework.messaging.handler.invocation.InvocableHandlerMethod.doInvoke"
         "(InvocableHandlerMethod.java:169)"),
        "org.springframework.kafka.listener.adapter.HandlerAdapter.invoke(HandlerAdapter.java:70)",
        ("org.springframework.kafka.listener.adapter.MessagingMessageListenerAdapter.invokeHandler"
         "(MessagingMessageListenerAdapter.java:420)")};
    frames.insert(frames.end(), containerFrames().begin(), containerFrames().end());
    return frames;
}

/// "ParcelTracking" of "parcel_tracking".
std::string classOf(const std::string& projection)
{
    std::string name;
    bool begins = true;
    for (const char letter : projection) {
        if (letter != '_')
            name += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(letter))) : letter;
        begins = letter == '_';
    }
    return name;
}

void append(Frames& frames, const auto& more)
{
    for (const auto& frame : more)
        frames.emplace_back(frame);
}

Frames framesOf(const FailureSite& site, const std::string& projection, const Frames& below)
{
    Frames frames;
    append(frames, site.frames);
    frames.push_back(fmt::format("projectionist.sandbox.{0}.apply({0}.java:58)", classOf(projection)));
    append(frames, below);
    return frames;
}

void print(const JavaThrowable& throwable, const JavaThrowable* around, const std::string& indent, std::string& out)
{
    out += throwable.exception + (throwable.message.empty() ? "" : ": " + throwable.message) + '\n';
    std::size_t own = throwable.frames.size();
    if (around) {
        const auto ends = std::mismatch(throwable.frames.rbegin(), throwable.frames.rend(), around->frames.rbegin(),
                                        around->frames.rend());
        own = static_cast<std::size_t>(throwable.frames.rend() - ends.first);
    }
    for (std::size_t i = 0; i < own; ++i)
        out += indent + "\tat " + throwable.frames[i] + '\n';
    if (own < throwable.frames.size())
        out += fmt::format("{}\t... {} more\n", indent, throwable.frames.size() - own);
    for (const auto& suppressed : throwable.suppressed) {
        out += indent + "\tSuppressed: ";
        print(suppressed, &throwable, indent + '\t', out);
    }
}

} // namespace

std::string printStackTrace(const std::vector<JavaThrowable>& chain)
{
    std::string out;
    const JavaThrowable* around = nullptr;
    for (const auto& throwable : chain) {
        if (around)
            out += "Caused by: ";
        print(throwable, around, {}, out);
        around = &throwable;
    }
    return out;
}

std::vector<JavaThrowable> thrownByHandler(const std::string& projection, const HandlerFailure& failure)
{
    const Frames worker{"projectionist.sandbox.Worker.admit(Worker.java:241)",
                        "projectionist.sandbox.Worker.run(Worker.java:57)",
                        "java.base/java.lang.Thread.run(Thread.java:1583)"};
    return {{failure.exception, failure.message, framesOf(siteOf(failure.exception), projection, worker)}};
}

std::vector<JavaThrowable> thrownByListener(const std::string& projection, const HandlerFailure& failure)
{
    JavaThrowable listener{"org.springframework.kafka.listener.ListenerExecutionFailedException",
                           fmt::format("Listener method 'public void projectionist.sandbox.{}.apply"
                                       "(projectionist.sandbox.events.Event)' threw exception",
                                       classOf(projection)),
                           {("org.springframework.kafka.listener.adapter.MessagingMessageListenerAdapter.invokeHandler"
                             "(MessagingMessageListenerAdapter.java:428)")}};
    append(listener.frames, containerFrames());
    JavaThrowable restored{listener.exception,
                           "Restored Stack Trace",
                           {("org.springframework.kafka.listener.KafkaMessageListenerContainer$ListenerConsumer."
                             "decorateException(KafkaMessageListenerContainer.java:2865)")}};
    append(restored.frames, std::span(containerFrames()).subspan(3));
    listener.suppressed.push_back(std::move(restored));
    std::vector<JavaThrowable> chain{std::move(listener)};
    const auto& site = siteOf(failure.exception);
    JavaThrowable root{failure.exception, failure.message, framesOf(site, projection, invocationFrames())};
    if (!site.carrier.empty()) {
        JavaThrowable carrier{
            std::string(site.carrier), fmt::format(fmt::runtime(site.carriedBy), projection) + failure.message, {}};
        append(carrier.frames, site.carrierFrames);
        append(carrier.frames, std::span(root.frames).subspan(site.frames.size() - site.shared));
        chain.push_back(std::move(carrier));
    }
    chain.push_back(std::move(root));
    return chain;
}

} // namespace projectionist
