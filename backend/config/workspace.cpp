// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/workspace.h"

#include <algorithm>

namespace projectionist {

namespace {

template<typename T>
const T* byName(const std::vector<T>& all, const std::string& name)
{
    const auto at = std::find_if(all.begin(), all.end(), [&](const T& one) { return one.name == name; });
    return at == all.end() ? nullptr : &*at;
}

} // namespace

const char* toString(Environment environment) noexcept
{
    switch (environment) {
    case Environment::Development:
        return "development";
    case Environment::Test:
        return "test";
    case Environment::Production:
        break;
    }
    return "production";
}

const ContextSettings* Workspace::context(const std::string& name) const
{
    return byName(contexts, name);
}

const BrokerSettings* Workspace::broker(const std::string& name) const
{
    return byName(brokers, name);
}

const StoreSettings* Workspace::store(const std::string& name) const
{
    return byName(stores, name);
}

std::vector<ProjectionSettings> Workspace::projectionsOf(const std::string& contextName) const
{
    std::vector<ProjectionSettings> result;
    std::copy_if(projections.begin(), projections.end(), std::back_inserter(result),
                 [&](const ProjectionSettings& projection) { return projection.context == contextName; });
    return result;
}

} // namespace projectionist
