// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace projectionist {

/// Where a setting came from, for messages: file, line and column (1-based; 0 = not from a file).
struct Origin
{
    std::filesystem::path file;
    int line = 0;
    int column = 0;

    bool operator==(const Origin&) const = default;
};

/// The place of a setting is no part of its value: a line added above it changes nothing.
struct SettingOrigin : Origin
{
    SettingOrigin() = default;
    SettingOrigin(Origin origin) : Origin(std::move(origin)) {}

    bool operator==(const SettingOrigin&) const { return true; }
};

} // namespace projectionist
