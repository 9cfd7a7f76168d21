// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/servers/portreservation.h"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace projectionist {

Result<PortReservation> PortReservation::reserve()
{
    PortReservation reservation(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    const int yes = 1;
    // The option comes after bind: the kernel must not give us a port that another reservation holds.
    if (reservation.m_socket < 0 || ::bind(reservation.m_socket, generic, size) != 0 ||
        ::setsockopt(reservation.m_socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        ::getsockname(reservation.m_socket, generic, &size) != 0) {
        return tl::unexpected(Error{ErrorKind::Resource, "Cannot reserve a port of 127.0.0.1",
                                    std::generic_category().message(errno),
                                    "Check that the loopback interface is up and descriptors are free.", true});
    }
    reservation.m_port = ntohs(address.sin_port);
    return reservation;
}

PortReservation::~PortReservation()
{
    if (m_socket >= 0)
        ::close(m_socket);
}

} // namespace projectionist
