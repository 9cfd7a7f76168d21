// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/tracememo.h"

#include "backend/deadletter/hash.h"

#include <limits>

namespace projectionist {

RootCause TraceMemo::rootOf(std::string_view trace, std::string_view message)
{
    const bool fits = !trace.empty() && trace.size() < std::numeric_limits<std::uint32_t>::max();
    const std::uint64_t hash = hashOf(trace, hashOf(message));
    Entry& entry = m_entries[hash & (entryCount - 1)];
    if (fits && entry.size == trace.size() && entry.hash == hash) {
        const auto part = [trace](const Part& at) { return trace.substr(at.begin, at.size); };
        return {part(entry.exception), part(entry.message), part(entry.frame), entry.kind,
                entry.wrapper,         entry.chained,       entry.cut};
    }
    parseStackTrace(trace, message, m_trace);
    const RootCause root = m_rules.rootOf(m_trace);
    if (fits) {
        const auto part = [trace](std::string_view text) {
            return Part{text.empty() ? 0 : static_cast<std::uint32_t>(text.data() - trace.data()),
                        static_cast<std::uint32_t>(text.size())};
        };
        entry = {hash,
                 static_cast<std::uint32_t>(trace.size()),
                 root.kind,
                 root.wrapper,
                 root.chained,
                 root.cut,
                 part(root.exception),
                 part(root.message),
                 part(root.frame)};
    }
    return root;
}

} // namespace projectionist
