// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/store/relationalstore.h"

#include <pqxx/pqxx>

namespace projectionist::shim {

/// libpqxx 6.4 (Debian 12) to 7.10 (Debian 13) in one spelling, without a deprecation warning on either. Statements
/// always go by the extended protocol: a text with two statements in it is refused by the server.
template<typename Tx>
pqxx::result execute(Tx& tx, const std::string& sql, std::span<const Parameter> parameters = {})
{
#if PQXX_VERSION_MAJOR >= 7
    pqxx::params values;
    for (const auto& parameter : parameters)
        values.append(parameter);
#if PQXX_VERSION_MAJOR > 7 || PQXX_VERSION_MINOR >= 10
    return tx.exec(sql, values);
#else
    return tx.exec_params(sql, values);
#endif
#else
    const std::vector<Parameter> values(parameters.begin(), parameters.end());
    return tx.exec_params(sql, pqxx::prepare::make_dynamic_params(values));
#endif
}

/// libpqxx 6 connects again by itself and forgets who it was; we want to know of it.
inline void forbidReconnecting([[maybe_unused]] pqxx::connection& connection)
{
#if PQXX_VERSION_MAJOR < 7
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
#endif
}

} // namespace projectionist::shim
