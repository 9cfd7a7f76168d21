// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/projector/eventcondition.h"
#include "backend/projector/eventexpression.h"

namespace projectionist {

/// A row as events make it. Values are in the order of DeclaredProjection::columns(), as texts that the columns' types
/// read: numbers as the events write them, objects and arrays as JSON; nullopt is NULL.
struct ProjectedRow
{
    bool exists = false;
    std::vector<std::optional<std::string>> values{}; ///< empty unless it exists

    bool operator==(const ProjectedRow&) const = default;
};

/// What an event did to a row.
enum class RowChange : std::uint8_t
{
    None,    ///< no handler's condition held, or there was no row to change
    Older,   ///< the row has had this event's version, or a later one
    Changed, ///< also made
    Erased
};

/// A declared projection, ready to fold events into rows: deterministic, without input and output, and exact: no number
/// goes through floating point. Immutable; threads share it, each with readings of its own.
class DeclaredProjection
{
public:
    /// Configuration: what the declaration, which has to be there, says makes no sense.
    [[nodiscard]] static Result<DeclaredProjection> compile(const ProjectionSettings& projection);

    /// Of the key first, then all others that are written.
    [[nodiscard]] const std::vector<std::string>& columns() const { return m_columns; }
    [[nodiscard]] std::size_t keySize() const { return m_key.size(); }
    /// The table's key is the key of the records, and nothing else: a row's events can be looked for by it.
    [[nodiscard]] bool keyIsRecordKey() const { return m_key.size() == 1 && m_key.front().isRecordKey(); }

    // Of one event, one after the other. Errors are of kind InvalidData and name event, column and expression.
    /// Reads what the declaration asks for. False: it is to be passed over. The event has to outlive `reading`.
    [[nodiscard]] Result<bool> read(const ProjectedEvent& event, EventReading& reading) const;
    /// Whose row it changes.
    [[nodiscard]] Result<std::vector<std::string>> keyOf(const EventReading& reading) const;
    /// Changes the row of that key.
    [[nodiscard]] Result<RowChange> apply(const EventReading& reading, ProjectedRow& row) const;

private:
    struct Assignment
    {
        std::size_t column = 0;
        EventExpression expression;
    };
    struct Handler
    {
        std::optional<EventCondition> where;
        std::vector<Assignment> set;
        std::vector<Assignment> add;
        std::vector<Assignment> append;
        bool erase = false;
        bool ignore = false;
        bool create = true;
    };
    friend class DeclarationCompiler;
    DeclaredProjection() = default;

    [[nodiscard]] const std::vector<std::size_t>* handlersOf(const EventReading& reading) const;
    [[nodiscard]] bool erasesAsTombstone(const EventReading& reading) const;
    [[nodiscard]] Result<bool> isOlder(const EventReading& reading, const ProjectedRow& row) const;
    [[nodiscard]] Result<void> create(const EventReading& reading, ProjectedRow& row) const;
    [[nodiscard]] Result<void> change(const Handler& handler, const EventReading& reading, ProjectedRow& row) const;
    [[nodiscard]] Result<void> assign(const std::vector<Assignment>& all, const EventReading& reading,
                                      ProjectedRow& row) const;
    [[nodiscard]] Result<void> note(const EventReading& reading, ProjectedRow& row) const;
    [[nodiscard]] Error misfit(const EventReading& reading, const std::string& about, Error error) const;
    [[nodiscard]] Error misfit(const EventReading& reading, const Assignment& assignment, Error error) const;

    std::vector<std::string> m_columns;
    PayloadPaths m_paths;
    std::vector<EventExpression> m_key;
    std::optional<EventExpression> m_type;
    std::vector<Assignment> m_initial;
    std::vector<Handler> m_handlers;
    std::map<std::string, std::vector<std::size_t>, std::less<>> m_byType;
    std::optional<Assignment> m_version;
    std::optional<std::size_t> m_partition; ///< columns
    std::optional<std::size_t> m_position;
    UnnamedEvent m_unknown = UnnamedEvent::Refuse;
    UnnamedEvent m_tombstone = UnnamedEvent::Refuse;
};

} // namespace projectionist
