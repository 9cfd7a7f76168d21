// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/events.h"
#include "backend/store/relationalstore.h"

namespace projectionist {

/// Classes of exceptions that more than one handler throws.
namespace failures {
inline constexpr const char* geocoderTimeout = "projectionist.sandbox.geo.GeocoderTimeoutException";
inline constexpr const char* rowLocked = "projectionist.sandbox.store.RowLockedException";
inline constexpr const char* serialization = "projectionist.sandbox.events.SerializationException";
inline constexpr const char* sql = "org.postgresql.util.PSQLException"; ///< the store refused a row
} // namespace failures

/// Why a handler cannot apply an event, in the words of a Java service.
struct HandlerFailure
{
    std::string exception; ///< class
    std::string message;
    bool deadLetter = false; ///< of the declared class that goes to the dead-letter topic after some tries
};

/// One read model.
class Projection
{
public:
    virtual ~Projection() = default;
    Projection(const Projection&) = delete;
    Projection& operator=(const Projection&) = delete;

    /// False: it passes the event over without decoding it.
    [[nodiscard]] virtual bool concerns(const Event& event) const = 0;
    /// Looks at an event before anything is written. `fixed`: the handler copes with what poisons it otherwise.
    [[nodiscard]] virtual std::optional<HandlerFailure> refuses(const Event& event, bool fixed) const = 0;
    /// Writes what these events change. An event whose sequence was applied already (the relay may publish one twice)
    /// changes nothing.
    [[nodiscard]] virtual Result<void> apply(Transaction& transaction, const std::vector<Event>& events) const = 0;

protected:
    Projection() = default;
};

/// nullptr for a name that is not in projectionNames().
[[nodiscard]] std::unique_ptr<Projection> makeProjection(const std::string& name, const std::string& schema);

/// A row says up to which event of its key it is: the sequence, and where that event was read.
void noteApplied(nlohmann::json& row, const Event& event);

/// Rows of one table as JSON objects by a text key: read, changed in memory, written back in one statement each.
class KeyedRows
{
public:
    /// `columns`: all but the key, as they are updated.
    KeyedRows(const std::string& schema, const std::string& table, std::string key,
              const std::vector<std::string>& columns);

    [[nodiscard]] Result<std::map<std::string, nlohmann::json>> load(Transaction& transaction,
                                                                     const std::vector<std::string>& keys) const;
    /// A row that is null is deleted.
    [[nodiscard]] Result<void> save(Transaction& transaction, const std::map<std::string, nlohmann::json>& rows) const;
    /// Loads the rows of these events' aggregates, changes each row by its events that are new to it (column
    /// "sequence"; "applied" counts them), saves them. Only events whose type starts with `types`. A row that `change`
    /// makes null is deleted.
    [[nodiscard]] Result<void> fold(Transaction& transaction, const std::vector<Event>& events, std::string_view types,
                                    void (*change)(nlohmann::json& row, const Event& event)) const;

private:
    std::string m_key, m_load, m_save, m_erase;
};

} // namespace projectionist
