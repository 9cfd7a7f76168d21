// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/decodesettings.h"
#include "backend/deadletter/stacktrace.h"

#include <unordered_map>

namespace projectionist {

/// What a stack trace says of the failure. Views into the trace; empty: not told.
struct RootCause
{
    std::string_view exception;
    std::string_view message;
    std::string_view frame; ///< the first application frame as written; see appendFrameName
    TraceKind kind = TraceKind::None;
    bool wrapper = false; ///< the trace has nothing better
    bool chained = false; ///< the trace names a cause of what was thrown
    bool cut = false;

    bool operator==(const RootCause&) const = default;
};

/// Which classes only carry another, and which frames are a library's. Immutable.
class ExceptionRules
{
public:
    explicit ExceptionRules(const DecodeSettings& settings = {});

    /// By the full name, or by the name without package where the list has it so.
    [[nodiscard]] bool isWrapper(std::string_view exception) const;
    [[nodiscard]] bool isLibrary(TraceKind kind, std::string_view frame) const;

    /// The deepest throwable that is no wrapper, and the first application frame where it was thrown: frames that the
    /// trace shares with the throwable around it ("... n more") are looked up there.
    [[nodiscard]] RootCause rootOf(const StackTrace& trace) const;

private:
    [[nodiscard]] std::string_view firstApplicationFrame(const StackTrace& trace, std::size_t section) const;

    struct Hash
    {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
    };
    /// By the name without package: the full names, of which an empty one fits all.
    std::unordered_map<std::string, std::vector<std::string>, Hash, std::equal_to<>> m_wrappers;
    std::vector<std::string> m_libraries; ///< sorted; none is a prefix of another
    std::vector<std::string> m_applications;
};

} // namespace projectionist
