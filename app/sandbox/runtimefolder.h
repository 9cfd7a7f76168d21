// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"

#include <filesystem>
#include <vector>

namespace projectionist {

/// Where running sandboxes announce themselves: $XDG_RUNTIME_DIR/projectionist, else /tmp/projectionist-<uid>. Only
/// ours: a folder of somebody else is an error.
[[nodiscard]] Result<std::filesystem::path> runtimeFolder();

/// Announces a control socket as long as it lives.
class Announcement
{
public:
    [[nodiscard]] static Result<Announcement> make(const std::filesystem::path& controlSocket);
    Announcement(Announcement&& other) noexcept : m_link(std::exchange(other.m_link, {})) {}
    Announcement& operator=(Announcement&&) = delete;
    ~Announcement();

private:
    explicit Announcement(std::filesystem::path link) : m_link(std::move(link)) {}

    std::filesystem::path m_link; ///< "sandbox-<pid>" -> socket
};

/// Control sockets of the sandboxes that run; what killed ones announced is removed.
[[nodiscard]] Result<std::vector<std::filesystem::path>> runningSandboxes();

} // namespace projectionist
