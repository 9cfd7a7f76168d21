// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/exceptions.h"

namespace projectionist {

/// Remembers what was found in stack traces, since an incident repeats the same one a hundred thousand times, but for
/// the message in its first line. Keyed by a hash and the length; keeps positions, not texts, so a false hit could only
/// name a wrong part of the trace at hand. One thread.
class TraceMemo
{
public:
    explicit TraceMemo(const ExceptionRules& rules) : m_rules(rules), m_entries(entryCount) {}

    /// Views into `trace`.
    [[nodiscard]] RootCause rootOf(std::string_view trace, std::string_view message);

private:
    static constexpr std::size_t entryCount = 2048; ///< a power of two; each takes 56 bytes
    /// A trace without the message in its first line, which tells nothing of what comes behind it.
    struct Shape
    {
        std::uint64_t hash = 0;
        std::uint32_t size = 0; ///< 0: empty
        std::uint32_t cut = 0;  ///< where the message was; 0: it was not cut out
        bool operator==(const Shape&) const = default;
    };
    /// In such a trace; behind the message has the top bit set.
    struct Part
    {
        std::uint32_t begin = 0;
        std::uint32_t end = 0;
    };
    struct Entry
    {
        Shape shape;
        TraceKind kind = TraceKind::None;
        bool wrapper = false;
        bool chained = false;
        bool cut = false;
        Part exception;
        Part message;
        Part frame;
    };
    /// One look-up.
    class Look;

    const ExceptionRules& m_rules;
    std::vector<Entry> m_entries;
    StackTrace m_trace; ///< reused
};

} // namespace projectionist
