// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/exceptions.h"

#include <array>

namespace projectionist {

/// Remembers what was found in stack traces, since an incident repeats the same one a hundred thousand times, but for
/// the message, which stands in the first line, behind causes, or both. Keyed by a hash and the length; keeps
/// positions, not texts, so a false hit could only name a wrong part of the trace at hand. One thread.
class TraceMemo
{
public:
    explicit TraceMemo(const ExceptionRules& rules) : m_rules(rules), m_entries(entryCount) {}

    /// Views into `trace`.
    [[nodiscard]] RootCause rootOf(std::string_view trace, std::string_view message);

private:
    static constexpr std::size_t entryCount = 2048; ///< a power of two; each takes 56 bytes
    /// A trace without the ends of its lines that are the message's end, which tells nothing of what comes behind it.
    struct Shape
    {
        std::uint64_t hash = 0;
        std::uint32_t size = 0; ///< 0: empty
        std::uint32_t cuts = 0; ///< so often the message was cut out
        bool operator==(const Shape&) const = default;
    };
    /// In such a trace; above the place stands how many cuts lie before it.
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
    /// Where the message stands, in a trace without it.
    struct Layout
    {
        std::array<std::uint32_t, 4> places{};
        std::uint32_t count = 0;
        bool operator==(const Layout&) const = default;
    };
    /// One look-up.
    class Look;

    [[nodiscard]] const Entry* find(const Look& look) const; ///< null: it is not remembered
    [[nodiscard]] const Entry* lookUp(Look& look);

    const ExceptionRules& m_rules;
    std::vector<Entry> m_entries;
    std::array<Layout, 8> m_layouts{}; ///< that were met last: searching a long trace costs more than trying these
    StackTrace m_trace;                ///< reused
};

} // namespace projectionist
