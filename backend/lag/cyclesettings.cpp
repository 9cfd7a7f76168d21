// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/cycle.h"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_map>

namespace projectionist {

namespace {

/// Equal settings, wherever in the file they stand.
template<typename T>
bool sameSettings(T a, T b)
{
    a.origin = {};
    b.origin = {};
    return a == b;
}

Connectors refusing(const std::string& name)
{
    const Error error{ErrorKind::Configuration, "There are no settings for " + name,
                      "The context names it, but the workspace does not describe it",
                      "Add it to the workspace file, or take it out of the context", false};
    return {[error](const BrokerSettings&) { return tl::unexpected(error); },
            [error](const StoreSettings&) { return tl::unexpected(error); }};
}

} // namespace

void Cycle::reconfigure(const Workspace& workspace)
{
    const std::size_t before = m_watched.size();
    apply(workspace);
    annotate("config", {}, fmt::format("Settings taken over: {} projections, {} before", m_watched.size(), before));
}

void Cycle::apply(const Workspace& workspace)
{
    const ContextSettings* context = workspace.context(m_contextName);
    if (!context) {
        annotate("config", {},
                 fmt::format("The workspace has no context {}{}", m_contextName,
                             m_context ? "; its last settings stay" : ""));
        return;
    }
    const bool keepEvaluators = m_context && m_context->interval == context->interval;
    if (!keepEvaluators)
        m_watched.clear();
    m_round.reset(); // What is under way was asked for other settings.
    m_context = *context;
    m_interval = context->interval;
    m_next = m_clock.monotonic();
    m_writeSides.clear();
    std::copy_if(workspace.writeSides.begin(), workspace.writeSides.end(), std::back_inserter(m_writeSides),
                 [&](const WriteSideSettings& side) { return side.context == m_contextName; });
    applyBroker(workspace, *context);
    applyStores(workspace, *context);
    applyProjections(workspace.projectionsOf(m_contextName));
}

void Cycle::applyBroker(const Workspace& workspace, const ContextSettings& context)
{
    const BrokerSettings* found = workspace.broker(context.broker);
    BrokerSettings settings = found ? *found : BrokerSettings{};
    settings.name = context.broker;
    m_topology.reset(); // Other projections may have other topics.
    m_layout.reset();
    if (m_broker && sameSettings(m_broker->settings, settings))
        return;
    if (m_broker) {
        m_broker->worker.stop();
        m_retiredBrokers.push_back(std::move(m_broker));
    }
    m_broker = std::make_unique<BrokerSource>(settings, found ? m_connectors : refusing(settings.name), m_clock);
    m_broker->id = ++m_connection;
    m_memberships.forgetAll();
    m_side = {};
    for (WatchedProjection& watched : m_watched)
        watched.pastAsked = false;
}

void Cycle::applyStores(const Workspace& workspace, const ContextSettings& context)
{
    std::vector<std::unique_ptr<StoreSource>> stores;
    for (const std::string& name : context.stores) {
        const StoreSettings* found = workspace.store(name);
        StoreSettings settings = found ? *found : StoreSettings{};
        settings.name = name;
        const auto kept = std::find_if(m_stores.begin(), m_stores.end(), [&](const auto& store) {
            return store && sameSettings(store->settings, settings);
        });
        if (kept != m_stores.end()) {
            stores.push_back(std::move(*kept));
            continue;
        }
        stores.push_back(std::make_unique<StoreSource>(settings, found ? m_connectors : refusing(name), m_clock));
        stores.back()->id = ++m_connection;
    }
    for (auto& store : m_stores) {
        if (!store)
            continue;
        store->worker.stop();
        m_retiredStores.push_back(std::move(store));
    }
    m_stores = std::move(stores);
}

void Cycle::applyProjections(std::vector<ProjectionSettings> projections)
{
    std::unordered_map<std::string, WatchedProjection*> before;
    for (WatchedProjection& known : m_watched)
        before.emplace(known.settings.name, &known);
    std::vector<WatchedProjection> watched;
    watched.reserve(projections.size());
    for (const ProjectionSettings& settings : projections) {
        const auto kept = before.find(settings.name);
        if (kept != before.end() && sameSettings(kept->second->settings, settings)) {
            watched.push_back(std::move(*kept->second));
            before.erase(kept);
            continue;
        }
        EvaluatorSettings evaluation;
        evaluation.objective = settings.objective;
        evaluation.interval = m_context->interval;
        watched.push_back({settings, Evaluator(evaluation), nullptr, std::nullopt, false});
    }
    m_watched = std::move(watched);
    m_projections = std::move(projections);
}

void Cycle::reapRetired()
{
    std::erase_if(m_retiredStores, [](const auto& store) { return store->worker.ended(); });
    std::erase_if(m_retiredBrokers, [](const auto& broker) { return broker->worker.ended(); });
    for (auto& store : m_retiredStores)
        store->worker.interrupt();
}

} // namespace projectionist
