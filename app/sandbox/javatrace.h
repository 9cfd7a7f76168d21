// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/projection.h"

namespace projectionist {

/// An exception as Java has it.
struct JavaThrowable
{
    std::string exception;
    std::string message;
    std::vector<std::string> frames; ///< the one that threw first
    std::vector<JavaThrowable> suppressed{};
};

/// What Throwable.printStackTrace() writes of an exception and its causes, the root last: frames that a cause shares
/// with what it caused are only counted.
[[nodiscard]] std::string printStackTrace(const std::vector<JavaThrowable>& chain);

/// What the handler of a projection throws, were it written in Java as most are: the same failure has the same frames
/// in whichever projection it comes up.
[[nodiscard]] std::vector<JavaThrowable> thrownByHandler(const std::string& projection, const HandlerFailure& failure);
/// The same as it comes out of a listener of Spring Kafka: carried by Spring's own exceptions.
[[nodiscard]] std::vector<JavaThrowable> thrownByListener(const std::string& projection, const HandlerFailure& failure);

} // namespace projectionist
