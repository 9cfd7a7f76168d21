// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/theme.h"

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

namespace projectionist {

/// What the command line asks of the window.
struct Options
{
    std::optional<std::filesystem::path> workspace;
    std::string context;
    std::string letter; ///< reference of a dead letter that is shown first; empty: none
    bool sandbox = false;
    std::optional<ThemeChoice> theme;
    std::optional<std::filesystem::path> snapshot; ///< write a picture of the window there, then end
    int seconds = 0;                               ///< end after that many; 0 = when the window is closed
};

/// The options, or the exit code after help, version or a mistake was printed.
[[nodiscard]] std::variant<Options, int> parseOptions(int argc, char** argv);

} // namespace projectionist
