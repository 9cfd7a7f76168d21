// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"

#include <cstdint>
#include <utility>

namespace projectionist {

/// A TCP port of 127.0.0.1 that nobody else is given while this object lives. A server that sets SO_REUSEADDR (all of
/// ours do) can listen on it, also again after restarts; a plain bind of somebody else fails.
class PortReservation
{
public:
    [[nodiscard]] static Result<PortReservation> reserve();
    PortReservation(PortReservation&& other) noexcept
        : m_socket(std::exchange(other.m_socket, -1)), m_port(other.m_port)
    {
    }
    PortReservation& operator=(PortReservation&& other) noexcept
    {
        std::swap(m_socket, other.m_socket);
        std::swap(m_port, other.m_port);
        return *this;
    }
    ~PortReservation();

    [[nodiscard]] std::uint16_t port() const noexcept { return m_port; }

private:
    PortReservation(int socket, std::uint16_t port) noexcept : m_socket(socket), m_port(port) {}

    int m_socket;
    std::uint16_t m_port;
};

} // namespace projectionist
