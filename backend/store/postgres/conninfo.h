// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/core/error.h"

#include <map>

namespace projectionist {

enum class Access : std::uint8_t;

/// A libpq connection string taken apart. What it does not say, libpq adds from service file and environment.
class Conninfo
{
public:
    /// URI or key=value. The error never quotes the string: any part of it may be a password.
    [[nodiscard]] static Result<Conninfo> parse(const StoreSettings& settings);

    /// Limits, read-only mode and how values are written as *connection options*, so that no session can lose them, and
    /// a name for the server's list of sessions. What the user set stays, except for these.
    void addSession(Access access, Duration statementTimeout);
    void setIfMissing(const std::string& keyword, const std::string& value);

    [[nodiscard]] std::string value(const std::string& keyword) const; ///< empty if not given
    [[nodiscard]] std::string text() const;                            ///< for libpq; holds the password
    /// "orders at db1.example.org:5432 as orders_ro", "service orders_prod": for messages.
    [[nodiscard]] std::string target() const;
    /// Where libpq looks for the password: passfile, PGPASSFILE or ~/.pgpass.
    [[nodiscard]] std::string passwordFile() const;

private:
    std::map<std::string, std::string> m_values;
};

} // namespace projectionist
