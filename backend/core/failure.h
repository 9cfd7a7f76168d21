// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace projectionist {

struct StackFrame
{
    std::string text; ///< without "at "
    bool library = false;

    bool operator==(const StackFrame&) const = default;
};

/// One throwable of a stack trace.
struct FailureCause
{
    std::string exception;
    std::string message;
    bool wrapper = false;    ///< a class that only carries another
    bool suppressed = false; ///< thrown beside, not the cause of the one before
    std::vector<StackFrame> frames;
    std::size_t omitted = 0; ///< frames shared with the one before ("... n more")

    bool operator==(const FailureCause&) const = default;
};

/// Why an event failed. Texts are bytes of unknown encoding from strangers.
struct Failure
{
    std::string exception; ///< class of the root cause, or the best that is known; empty: unknown
    std::string message;   ///< of that exception
    std::string frame;     ///< first application frame, without line number; empty: unknown
    std::string thrown;    ///< class that was thrown, generally a wrapper
    std::string thrownMessage;
    std::vector<FailureCause> chain; ///< outermost first
    std::string stackTrace;          ///< as written
    std::string foundIn;             ///< the header that told the exception

    bool operator==(const Failure&) const = default;
};

} // namespace projectionist
