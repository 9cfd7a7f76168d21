// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/exceptions.h"

#include <algorithm>

namespace projectionist {

namespace {

/// Classes that only carry another one. A name without a package fits in every package.
constexpr std::string_view builtinWrappers[] = {
    "org.springframework.kafka.listener.ListenerExecutionFailedException",
    "org.springframework.kafka.listener.BatchListenerFailedException",
    "org.springframework.kafka.KafkaException",
    "org.springframework.kafka.support.serializer.DeserializationException",
    "org.springframework.messaging.MessagingException",
    "org.springframework.messaging.MessageHandlingException",
    "org.springframework.messaging.MessageDeliveryException",
    "org.springframework.amqp.rabbit.support.ListenerExecutionFailedException",
    "org.apache.kafka.connect.errors.ConnectException",
    "org.apache.kafka.streams.errors.StreamsException",
    "org.apache.kafka.streams.errors.internals.FailedProcessingException",
    "org.apache.camel.CamelExecutionException",
    "org.apache.camel.RuntimeCamelException",
    "io.smallrye.reactive.messaging.ProcessingException",
    "io.smallrye.mutiny.CompositeException",
    "org.axonframework.messaging.deadletter.ThrowableCause",
    "org.axonframework.eventhandling.EventProcessingException",
    "jakarta.ejb.EJBException",
    "javax.ejb.EJBException",
    "java.lang.reflect.InvocationTargetException",
    "java.lang.reflect.UndeclaredThrowableException",
    "java.util.concurrent.ExecutionException",
    "java.util.concurrent.CompletionException",
    "java.security.PrivilegedActionException",
    "reactor.core.Exceptions$ReactiveException",
    "System.AggregateException",
    "System.Reflection.TargetInvocationException",
    "System.TypeInitializationException",
    "NServiceBus.MessageDeserializationException",
    "MassTransit.ConsumerException",
    "AggregateError",
    "ThrowableCause",
};

/// Prefixes of frames that are not the application's, by what the frame's text begins with.
constexpr std::string_view builtinLibraries[] = {
    "_COROUTINE.",
    "akka.",
    "android.",
    "brave.",
    "ch.qos.",
    "clojure.",
    "com.datastax.",
    "com.esotericsoftware.",
    "com.fasterxml.",
    "com.github.benmanes.",
    "com.google.",
    "com.microsoft.",
    "com.mongodb.",
    "com.mysql.",
    "com.netflix.",
    "com.oracle.",
    "com.rabbitmq.",
    "com.sun.",
    "com.typesafe.",
    "com.zaxxer.",
    "feign.",
    "graphql.",
    "groovy.",
    "io.axoniq.",
    "io.confluent.",
    "io.dropwizard.",
    "io.github.resilience4j.",
    "io.grpc.",
    "io.helidon.",
    "io.lettuce.",
    "io.micrometer.",
    "io.micronaut.",
    "io.netty.",
    "io.opentelemetry.",
    "io.quarkus.",
    "io.r2dbc.",
    "io.reactivex.",
    "io.smallrye.",
    "io.vertx.",
    "jakarta.",
    "java.",
    "javax.",
    "jdk.",
    "kotlin.",
    "kotlinx.",
    "liquibase.",
    "net.bytebuddy.",
    "okhttp3.",
    "oracle.",
    "org.apache.",
    "org.aspectj.",
    "org.axonframework.",
    "org.bson.",
    "org.codehaus.",
    "org.eclipse.",
    "org.flywaydb.",
    "org.glassfish.",
    "org.graalvm.",
    "org.h2.",
    "org.hibernate.",
    "org.jboss.",
    "org.jetbrains.",
    "org.jooq.",
    "org.json.",
    "org.mariadb.",
    "org.mongodb.",
    "org.mybatis.",
    "org.postgresql.",
    "org.reactivestreams.",
    "org.redisson.",
    "org.slf4j.",
    "org.springframework.",
    "org.testcontainers.",
    "org.yaml.",
    "reactor.",
    "redis.clients.",
    "retrofit2.",
    "rx.",
    "scala.",
    "sun.",
    "zio.",
    // .NET
    "AutoMapper.",
    "Castle.",
    "Confluent.",
    "Dapper.",
    "FluentValidation.",
    "Google.",
    "Grpc.",
    "JasperFx.",
    "Lamar.",
    "Marten.",
    "MassTransit.",
    "MediatR.",
    "Microsoft.",
    "NServiceBus.",
    "Newtonsoft.",
    "Npgsql.",
    "Polly.",
    "Rebus.",
    "RabbitMQ.",
    "Serilog.",
    "Silverback.",
    "StackExchange.",
    "System.",
    "Weasel.",
    "Wolverine.",
    "lambda_method",
    // JavaScript and Go
    "Array.",
    "JSON.",
    "Promise.",
    "async Promise.",
    "internal/",
    "new Promise ",
    "node:",
    "panic(",
    "process.",
    "reflect.",
    "runtime.",
    "runtime/",
    "testing.",
};

/// The same by a part of the path, where the frame names a file.
constexpr std::string_view builtinPaths[] = {
    "/node_modules/",  "(node:",       "(internal/", "/site-packages/", "/dist-packages/",
    "/usr/lib/python", "/lib/python3", "<frozen ",   "/pkg/mod/",       "/usr/local/go/src/"};

/// "java.base/", "app//": who loaded the class, in front of it.
std::string_view withoutLoader(std::string_view frame)
{
    std::size_t start = 0;
    for (std::size_t i = 0; i < frame.size() && frame[i] != '(' && frame[i] != ' '; ++i)
        if (frame[i] == '/' && i > 0)
            start = i + 1;
    return frame.substr(start);
}

bool beginsWithOneOf(const std::vector<std::string>& prefixes, std::string_view text)
{
    const auto after = std::upper_bound(prefixes.begin(), prefixes.end(), text);
    return after != prefixes.begin() && text.starts_with(*std::prev(after));
}

/// Sorted, and none a prefix of another: then at most one can fit, the greatest that is not behind the text.
std::vector<std::string> prefixFree(std::vector<std::string> prefixes)
{
    std::erase(prefixes, std::string());
    std::sort(prefixes.begin(), prefixes.end());
    std::vector<std::string> kept;
    for (auto& prefix : prefixes)
        if (kept.empty() || !prefix.starts_with(kept.back()))
            kept.push_back(std::move(prefix));
    return kept;
}

std::string_view simpleName(std::string_view exception)
{
    std::size_t start = exception.size();
    while (start > 0 && exception[start - 1] != '.' && exception[start - 1] != '$' && exception[start - 1] != '+' &&
           exception[start - 1] != '/')
        --start;
    return exception.substr(start);
}

/// The frames of the section around that are shared: its last `shared` ones. Where they lie beyond what that section
/// prints itself, `shared` says how many of them are in the one around it.
std::string_view sharedFrames(TraceKind kind, const TraceSection& around, std::size_t& shared)
{
    const std::size_t all = around.frameCount + around.omitted;
    std::string_view frames = around.frames;
    std::string_view frame;
    for (std::size_t own = all > shared ? all - shared : 0; own > 0 && takeFrame(kind, frames, frame); --own)
        ;
    shared = std::min(shared, around.omitted);
    return frames;
}

} // namespace

ExceptionRules::ExceptionRules(const DecodeSettings& settings) : m_applications(prefixFree(settings.applications))
{
    const auto add = [this](std::string_view wrapper) {
        const auto simple = simpleName(wrapper);
        m_wrappers[std::string(simple)].emplace_back(simple == wrapper ? std::string_view() : wrapper);
    };
    std::for_each(std::begin(builtinWrappers), std::end(builtinWrappers), add);
    std::for_each(settings.wrappers.begin(), settings.wrappers.end(), add);
    std::vector<std::string> libraries(std::begin(builtinLibraries), std::end(builtinLibraries));
    libraries.insert(libraries.end(), settings.libraries.begin(), settings.libraries.end());
    m_libraries = prefixFree(std::move(libraries));
}

bool ExceptionRules::isWrapper(std::string_view exception) const
{
    const auto named = m_wrappers.find(simpleName(exception));
    return named != m_wrappers.end() && std::any_of(named->second.begin(), named->second.end(), [&](const auto& full) {
               return full.empty() || full == exception;
           });
}

bool ExceptionRules::isLibrary(TraceKind kind, std::string_view frame) const
{
    const auto name = kind == TraceKind::Java ? withoutLoader(frame) : frame;
    if (beginsWithOneOf(m_applications, name))
        return false;
    if (beginsWithOneOf(m_libraries, name) || (name.size() < frame.size() && beginsWithOneOf(m_libraries, frame)))
        return true;
    const bool hasPath = kind == TraceKind::Python || kind == TraceKind::Go || !frame.ends_with(')') ||
                         frame.find('/') != std::string_view::npos || frame.find("(node:") != std::string_view::npos;
    return hasPath && std::any_of(std::begin(builtinPaths), std::end(builtinPaths), [frame](std::string_view path) {
               return frame.find(path) != std::string_view::npos;
           });
}

std::string_view ExceptionRules::firstApplicationFrame(const StackTrace& trace, std::size_t section) const
{
    const auto firstOf = [this, &trace](std::string_view frames) {
        std::string_view frame;
        while (takeFrame(trace.kind, frames, frame))
            if (!isLibrary(trace.kind, frame))
                return frame;
        return std::string_view();
    };
    auto found = firstOf(trace.sections[section].frames);
    std::size_t shared = trace.sections[section].omitted;
    for (std::size_t i = section; found.empty() && shared > 0 && i > 0; --i)
        if (!trace.sections[i - 1].suppressed)
            found = firstOf(sharedFrames(trace.kind, trace.sections[i - 1], shared));
    for (std::size_t i = section; found.empty() && i > 0; --i)
        if (!trace.sections[i - 1].suppressed)
            found = firstOf(trace.sections[i - 1].frames);
    return found;
}

RootCause ExceptionRules::rootOf(const StackTrace& trace) const
{
    RootCause root;
    root.kind = trace.kind;
    root.cut = trace.cut;
    std::size_t deepest = 0;
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < trace.sections.size(); ++i) {
        if (trace.sections[i].suppressed)
            continue;
        root.chained = root.chained || i > 0;
        deepest = i;
        if (!trace.sections[i].exception.empty() && !isWrapper(trace.sections[i].exception))
            found = i;
    }
    if (trace.sections.empty())
        return root;
    const auto& section = trace.sections[found.value_or(deepest)];
    root.exception = section.exception;
    root.wrapper = !found && !section.exception.empty();
    root.message = section.message;
    root.frame = firstApplicationFrame(trace, found.value_or(deepest));
    return root;
}

} // namespace projectionist
