// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/core/error.h"

#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>

namespace projectionist {

/// The sandbox's end of the control socket: a Unix socket that only our user can open.
class ControlServer
{
public:
    using Handler = std::function<nlohmann::json(const nlohmann::json& request)>;

    [[nodiscard]] static Result<ControlServer> listen(const std::filesystem::path& path);
    ControlServer(ControlServer&& other) noexcept;
    ControlServer& operator=(ControlServer&&) = delete;
    ~ControlServer();

    /// Waits for requests and answers them in this thread, for `time` at least.
    void serve(Duration time, const Handler& handler) const;

private:
    explicit ControlServer(int socket) : m_socket(socket) {}

    int m_socket;
};

} // namespace projectionist
