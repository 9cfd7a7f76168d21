// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/eventkeys.h"

#include "backend/reconcile/comparisonplan.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

Error eventsUnknown(std::string why, std::string next)
{
    return {ErrorKind::Configuration, "Whose events make these rows is not known", std::move(why), std::move(next),
            false};
}

} // namespace

Result<EventKeys> EventKeys::of(const CheckSettings& check, const std::vector<std::string>& keyColumns)
{
    if (!check.eventKey && keyColumns.size() == 1)
        return EventKeys({0}, {});
    if (!check.eventKey)
        return tl::unexpected(eventsUnknown("the rows have a key of several columns, and the check does not say how "
                                            "they make the key of the events",
                                            "Add event_key and event_key_separator to the check."));
    std::vector<std::size_t> columns;
    for (const auto& name : *check.eventKey) {
        const auto found = std::find(keyColumns.begin(), keyColumns.end(), name);
        if (found == keyColumns.end())
            return tl::unexpected(
                eventsUnknown(fmt::format("event_key names \"{}\", which is no column of the key", name), {}));
        columns.push_back(static_cast<std::size_t>(found - keyColumns.begin()));
    }
    if (columns.empty())
        return tl::unexpected(eventsUnknown("events of many keys make a row of this check", {}));
    return EventKeys(std::move(columns), check.eventKeySeparator);
}

std::string EventKeys::operator()(const std::vector<std::string>& rowKey) const
{
    std::vector<std::string> values;
    for (const auto column : m_columns)
        values.push_back(rowKey[column]);
    return joined(values, m_separator);
}

const ProjectionSettings* projectionCalled(const Workspace& workspace, const std::string& context,
                                           const std::string& label)
{
    const auto& all = workspace.projections;
    const auto found = std::find_if(all.begin(), all.end(), [&](const ProjectionSettings& one) {
        return one.context == context && (one.name == label || one.name + ':' + one.version == label);
    });
    return found == all.end() ? nullptr : &*found;
}

} // namespace projectionist
