// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/store/postgres/postgreserror.h"

#include <array>
#include <fmt/format.h>
#include <sys/stat.h>
#include <vector>

namespace projectionist {

namespace {

/// What a SQLSTATE (or its first two letters) means to us; Appendix A of the PostgreSQL manual.
struct StateMeaning
{
    std::string_view prefix; ///< longer ones first
    ErrorKind kind;
    bool retriable;
    std::string_view next;
};

constexpr std::array stateMeanings = {
    StateMeaning{
        "08P01", ErrorKind::Configuration, false,
        "If this is PgBouncer: add options to its ignore_startup_parameters, or connect to PostgreSQL directly."},
    StateMeaning{"08", ErrorKind::Unreachable, true, "It is tried again by itself."},
    StateMeaning{"0A", ErrorKind::Configuration, false, "Change the query."},
    StateMeaning{"22", ErrorKind::InvalidData, false, "Check the query and the data that it reads."},
    StateMeaning{"23", ErrorKind::Conflict, false, "Check the data."},
    StateMeaning{"25006", ErrorKind::Permission, false,
                 "This session is read-only, as it should be: use a query that changes nothing."},
    StateMeaning{"28P01", ErrorKind::Authentication, false, "Check user and password."},
    StateMeaning{"28", ErrorKind::Authentication, false, "Check the user's name, and the server's pg_hba.conf."},
    StateMeaning{"3D000", ErrorKind::NotFound, false, "Check the database's name in the connection string."},
    StateMeaning{"3F000", ErrorKind::NotFound, false, "Check the schema's name."},
    StateMeaning{"40", ErrorKind::Conflict, true, "It can be tried again."},
    StateMeaning{"42501", ErrorKind::Permission, false, "Ask the database's owner to GRANT what is missing."},
    StateMeaning{"42P01", ErrorKind::NotFound, false, "Check the table's name and schema in the query."},
    StateMeaning{"42", ErrorKind::Configuration, false, "Correct the query."},
    StateMeaning{"53300", ErrorKind::Resource, true,
                 "Raise max_connections, or give this user its own limit; it is tried again by itself."},
    StateMeaning{"53", ErrorKind::Resource, true, "The server is short of memory, disk or connections."},
    StateMeaning{"55P03", ErrorKind::Timeout, true, "Somebody holds a lock on what the query reads."},
    StateMeaning{"57014", ErrorKind::Timeout, true,
                 "Make the query faster (an index?), or raise statement_timeout of this store."},
    StateMeaning{"57P03", ErrorKind::Unreachable, true,
                 "The server is starting or stopping; it is tried again by itself."},
    StateMeaning{"57", ErrorKind::Unreachable, true, "It is tried again by itself."},
    StateMeaning{"58", ErrorKind::Resource, true, "Look into the server's log."},
};

/// What libpq says before a server could give a SQLSTATE, and what servers say that give none through libpqxx.
struct Phrase
{
    std::string_view text;
    ErrorKind kind;
    bool retriable;
    std::string_view why; ///< empty: the message itself
    std::string_view next;
};

constexpr std::string_view tryAgain = "It is tried again by itself.";

constexpr std::array phrases = {
    Phrase{"could not translate host name", ErrorKind::NameNotFound, true, "no such host name",
           "Check the spelling of the host, and that this machine's DNS knows it (VPN?)."},
    Phrase{"definition of service", ErrorKind::Configuration, false, "no service file has an entry of that name",
           "Add it to ~/.pg_service.conf (or PGSERVICEFILE), or correct the name."},
    Phrase{"service file", ErrorKind::Configuration, false, "", "Check PGSERVICEFILE and ~/.pg_service.conf."},
    Phrase{"received invalid response", ErrorKind::InvalidData, false, "what answers there is not PostgreSQL",
           "Check host and port."},
    Phrase{"expected authentication request", ErrorKind::InvalidData, false, "what answers there is not PostgreSQL",
           "Check host and port."},
    Phrase{"server does not support SSL", ErrorKind::Tls, false, "the server offers no TLS, and sslmode demands it",
           "Enable TLS on the server, or set sslmode=prefer if the network may be trusted."},
    Phrase{"root certificate file", ErrorKind::Tls, false, "",
           "Set sslrootcert to the authority's certificate file, or to \"system\"."},
    Phrase{"certificate verify failed", ErrorKind::Tls, false,
           "the server's certificate is not signed by an authority that we trust",
           "Set sslrootcert to the certificate of the authority that signed it."},
    Phrase{"does not match host name", ErrorKind::Tls, false, "",
           "Connect by the name that the certificate was made for."},
    Phrase{"SSL", ErrorKind::Tls, false, "", "Check sslmode, sslrootcert, sslcert and sslkey."},
    Phrase{"no password supplied", ErrorKind::Authentication, false, "the server wants a password, and there is none",
           "Give one in the connection string (${env:...} or ${file:...}), or in ~/.pgpass."},
    Phrase{"password authentication failed", ErrorKind::Authentication, false, "wrong user or password",
           "Check user and password."},
    Phrase{"no pg_hba.conf entry", ErrorKind::Permission, false,
           "the server lets this user in from this address into no such database",
           "Ask its administrator for a line in pg_hba.conf; check whether it demands TLS (sslmode)."},
    Phrase{"permission denied for database", ErrorKind::Permission, false, "",
           "Ask the database's owner to GRANT CONNECT."},
    Phrase{"is not permitted to log in", ErrorKind::Permission, false, "",
           "Ask its administrator for a role with LOGIN."},
    Phrase{"authentication", ErrorKind::Authentication, false, "",
           "Check user, password and the server's pg_hba.conf."},
    Phrase{"unsupported startup parameter", ErrorKind::Configuration, false, "",
           "If this is PgBouncer: add options to its ignore_startup_parameters, or connect to PostgreSQL directly."},
    Phrase{"too many c", ErrorKind::Resource, true, "the server has no connection left",
           "Raise max_connections, or give this user its own limit; it is tried again by itself."},
    Phrase{"remaining connection slots", ErrorKind::Resource, true, "the server has no connection left",
           "Raise max_connections, or give this user its own limit; it is tried again by itself."},
    Phrase{"the database system is", ErrorKind::Unreachable, true, "", tryAgain},
    Phrase{"Connection refused", ErrorKind::Refused, true, "nobody listens there",
           "Check host and port, and that PostgreSQL runs and listens on that address."},
    Phrase{"No such file or directory", ErrorKind::Refused, true, "no server listens on that socket",
           "Check that PostgreSQL runs, and host and port in the connection string."},
    Phrase{"timeout expired", ErrorKind::Timeout, true, "no answer in time",
           "Check firewall and VPN, and that the server is not overloaded or stopped."},
    Phrase{"timed out", ErrorKind::Timeout, true, "no answer in time",
           "Check firewall and VPN, and that the server is not overloaded or stopped."},
    Phrase{"No route to host", ErrorKind::Unreachable, true, "", "Check the network and VPN."},
    Phrase{"Network is unreachable", ErrorKind::Unreachable, true, "", "Check the network and VPN."},
    Phrase{"closed the connection unexpectedly", ErrorKind::Unreachable, true, "the server closed the connection",
           tryAgain},
    Phrase{"Connection reset by peer", ErrorKind::Unreachable, true, "the server cut the connection", tryAgain},
    // These two last: names of users and databases may look like anything above, too.
    Phrase{"role \"", ErrorKind::Authentication, false, "", "Check the user's name in the connection string."},
    Phrase{"database \"", ErrorKind::NotFound, false, "", "Check the database's name in the connection string."},
};

const StateMeaning* meaningOf(const std::string& state)
{
    for (const auto& meaning : stateMeanings) {
        if (state.starts_with(meaning.prefix))
            return &meaning;
    }
    return nullptr;
}

const Phrase* phraseIn(const std::string& message)
{
    for (const auto& phrase : phrases) {
        if (message.find(phrase.text) != std::string::npos)
            return &phrase;
    }
    return nullptr;
}

/// "FATAL:  28P01: password ..." -> "28P01"; the severity may be in any language.
std::string stateIn(const std::string& message)
{
    for (auto at = message.find(":  "); at != std::string::npos; at = message.find(":  ", at + 1)) {
        const std::string state = message.substr(at + 3, 5);
        const bool plausible = state.size() == 5 && message.compare(at + 8, 2, ": ") == 0 &&
                               state.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
        if (plausible)
            return state;
    }
    return {};
}

/// libpq only grumbles on standard error about a password file that others may read, and ignores it.
std::string ignoredPasswordFile(const Conninfo& info)
{
    const std::string file = info.passwordFile();
    struct stat status
    {
    };
    return !file.empty() && ::stat(file.c_str(), &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0 ? file
                                                                                                              : "";
}

} // namespace

EnglishMessages::EnglishMessages()
    : m_english(::newlocale(LC_MESSAGES_MASK, "C", ::duplocale(LC_GLOBAL_LOCALE))), m_before(::uselocale(m_english))
{
}

EnglishMessages::~EnglishMessages()
{
    ::uselocale(m_before);
    if (m_english)
        ::freelocale(m_english);
}

std::string essence(const std::string& message)
{
    // Where several addresses were tried, the one that was a PostgreSQL server has the word.
    const auto marked = message.find(":  ");
    const auto before = marked == std::string::npos ? marked : message.rfind('\n', marked);
    const auto start = before == std::string::npos ? 0 : before + 1;
    std::string line = message.substr(start, message.find('\n', start) - start);
    if (const auto severity = line.find(":  "); severity != std::string::npos)
        line.erase(0, severity + 3);
    if (const auto state = stateIn("x:  " + line); !state.empty())
        line.erase(0, 7);
    if (const auto hint = message.find("\nHINT:  "); hint != std::string::npos) {
        const auto begin = hint + 8;
        line += " (" + message.substr(begin, message.find('\n', begin) - begin) + ')';
    }
    return line;
}

Error statementError(const std::string& store, const std::string& state, const std::string& message)
{
    const std::string what = "The query on store \"" + store + "\" failed";
    const auto* const meaning = meaningOf(state);
    if (!meaning)
        return {ErrorKind::Internal, what, fmt::format("{} (SQLSTATE {})", essence(message), state), {}, false};
    return {meaning->kind, what, essence(message), std::string(meaning->next), meaning->retriable};
}

bool understandsConnectMessage(const std::string& message)
{
    return phraseIn(message) || !stateIn(message).empty();
}

Error connectError(const std::string& store, const Conninfo& info, const std::string& message)
{
    Error error{ErrorKind::Unreachable, fmt::format("Cannot connect to store \"{}\" ({})", store, info.target()),
                essence(message), std::string(tryAgain), true};
    const std::string state = stateIn(message);
    // Class 28 is both "who are you?" and "not from there": only the words tell.
    const auto* const phrase = state.empty() || state.starts_with("28") ? phraseIn(message) : nullptr;
    if (phrase) {
        error.kind = phrase->kind;
        error.retriable = phrase->retriable;
        error.next = phrase->next;
        if (!phrase->why.empty())
            error.why = phrase->why;
    } else if (const auto* const meaning = meaningOf(state)) {
        error.kind = meaning->kind;
        error.retriable = meaning->retriable;
        error.next = meaning->next;
    }
    const bool passwordMatters = error.kind == ErrorKind::Authentication && info.value("password").empty();
    if (const auto file = passwordMatters ? ignoredPasswordFile(info) : std::string(); !file.empty()) {
        error.why += fmt::format("; {} is ignored because others may read it", file);
        error.next = fmt::format("Run: chmod 0600 {}", file);
    }
    return error;
}

} // namespace projectionist
