// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"

namespace projectionist {

/// Tells the keys of events from the keys of rows.
class EventKeys
{
public:
    /// `keyColumns`: of the rows. Configuration: the check does not tell how they make the key of the events, or events
    /// of many keys make a row.
    [[nodiscard]] static Result<EventKeys> of(const CheckSettings& check, const std::vector<std::string>& keyColumns);

    [[nodiscard]] std::string operator()(const std::vector<std::string>& rowKey) const;

private:
    EventKeys(std::vector<std::size_t> columns, std::string separator)
        : m_columns(std::move(columns)), m_separator(std::move(separator))
    {
    }

    std::vector<std::size_t> m_columns; ///< places in the row's key
    std::string m_separator;
};

/// By its name, or "name:version"; null if the context has none.
[[nodiscard]] const ProjectionSettings* projectionCalled(const Workspace& workspace, const std::string& context,
                                                         const std::string& label);

} // namespace projectionist
