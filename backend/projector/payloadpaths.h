// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"
#include "backend/deadletter/filtertree.h"
#include "backend/projector/eventvalue.h"

namespace projectionist {

/// Some places of a JSON document, which are all read in one pass.
class PayloadPaths
{
public:
    using Path = std::vector<FilterPathPart>;

    /// The place of `path` in values(); the same one for the same path.
    [[nodiscard]] std::size_t add(const Path& path);
    [[nodiscard]] bool empty() const { return m_paths.empty(); }
    /// What stands at each place; of names that an object has twice the last counts. An Error: it is no JSON, or a text
    /// in one of the places is none that a table can hold; `what` is left to the caller.
    [[nodiscard]] Result<void> read(std::string_view json, std::vector<EventValue>& values) const;

private:
    std::vector<Path> m_paths;
};

/// "$", "$.order.lines[0]", "$['a b']": as filters have them behind "payload".
[[nodiscard]] Result<PayloadPaths::Path> parsePayloadPath(std::string_view text);

} // namespace projectionist
