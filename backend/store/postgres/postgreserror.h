// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"
#include "backend/store/postgres/conninfo.h"

#include <clocale>

namespace projectionist {

/// While it lives, libpq and the C library speak English in this thread, so that their messages can be told apart.
class EnglishMessages
{
public:
    EnglishMessages();
    ~EnglishMessages();
    EnglishMessages(const EnglishMessages&) = delete;
    EnglishMessages& operator=(const EnglishMessages&) = delete;

private:
    locale_t m_english;
    locale_t m_before;
};

/// A statement that the server refused. `state` is the SQLSTATE, `message` the server's text in any language.
[[nodiscard]] Error statementError(const std::string& store, const std::string& state, const std::string& message);

/// A connection that did not come about; `message` is libpq's, best with SQLSTATE (PQERRORS_VERBOSE).
[[nodiscard]] Error connectError(const std::string& store, const Conninfo& info, const std::string& message);

/// True if connectError() could tell what `message` is about; else ask again with SQLSTATEs.
[[nodiscard]] bool understandsConnectMessage(const std::string& message);

/// The first line of a server's message without severity and SQLSTATE, and its hint.
[[nodiscard]] std::string essence(const std::string& message);

} // namespace projectionist
