// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/appliedpositions.h"
#include "backend/deadletter/letterconnectors.h"
#include "backend/projector/eventdecoder.h"
#include "backend/projector/foldedrows.h"

#include <set>

namespace projectionist {

/// Rows that events of some keys made; of keys without a row there is none.
using RowsOfKeys = std::map<FoldKey, ProjectedRow>;

/// How far a log has been folded, and what came of it.
struct FoldState
{
    FoldedRows rows;
    NextOffsets read{};                       ///< events below are in the rows
    std::vector<TopicPartition> partitions{}; ///< by their numbers in the rows
    std::int64_t events = 0;
};

/// Folds a projection's log by its declaration, from the log's start. Topics are read one after the other, as the
/// projection names them; rows that are made of several partitions of one topic are made in the order in which these
/// happen to be read, but never where the table's key is that of the records: an Error tells of such a key. Blocks;
/// belongs to one thread.
class LogFold
{
public:
    static constexpr std::size_t mostBytes = std::size_t{1} << 30U; ///< of rows

    /// Events and rows so far, and how many events there are in all, about.
    struct Progress
    {
        std::int64_t events = 0;
        std::int64_t rows = 0;
        std::int64_t total = 0;
    };
    using OnProgress = std::function<void(const Progress&)>;
    /// After an event has changed a row, or not: the event, the row's key, what is there now.
    using OnEvent = std::function<void(const ProjectedEvent&, const FoldKey&, const ProjectedRow&)>;

    /// Configuration: the projection is not declared, or wrongly; else why the broker cannot be asked. `workspace` has
    /// to outlive it.
    [[nodiscard]] static Result<LogFold> open(const Workspace& workspace, const ProjectionSettings& projection,
                                              const LetterConnectors& connectors, const Clock& clock,
                                              std::stop_token stop);

    [[nodiscard]] const DeclaredProjection& declaration() const { return m_declaration; }

    /// Nothing is folded yet.
    [[nodiscard]] static FoldState begin() { return {FoldedRows(mostBytes)}; }
    /// Goes on with all rows, by the events below `upTo` (never beyond the log's head); of a partition that is not in
    /// it none counts. InvalidData: an event makes no sense, or the log's beginning was deleted, so that nobody knows
    /// what the rows are. Cancelled: a stop. After an Error `state` is of no use.
    [[nodiscard]] Result<void> fold(const NextOffsets& upTo, FoldState& state, const OnProgress& progress = {});
    /// From the log's start the rows of some keys. Fast where the records' key is the table's and there are few keys;
    /// else all of the log is read.
    [[nodiscard]] Result<RowsOfKeys> foldKeys(const std::set<FoldKey>& keys, const NextOffsets& upTo,
                                              const OnEvent& after = {});
    /// The same, and `ahead` gets those keys that have events from `upTo` on.
    [[nodiscard]] Result<RowsOfKeys> foldKeys(const std::set<FoldKey>& keys, const NextOffsets& upTo,
                                              std::set<FoldKey>& ahead);
    /// Heads of all partitions at this moment: the largest `upTo` there is.
    [[nodiscard]] Result<NextOffsets> heads();

private:
    class Pass;
    LogFold(DeclaredProjection declaration, EventDecoder decoder, std::vector<std::string> topics, std::stop_token stop)
        : m_declaration(std::move(declaration))
        , m_decoder(std::move(decoder))
        , m_topics(std::move(topics))
        , m_stop(std::move(stop))
    {
    }
    [[nodiscard]] Result<std::vector<PartitionBounds>> bounds();
    /// What is to be read, by topic in their order.
    [[nodiscard]] Result<std::vector<std::vector<LogRange>>> ranges(const NextOffsets& upTo, const NextOffsets& read);
    [[nodiscard]] Result<RowsOfKeys> foldSome(const std::set<FoldKey>& keys, const NextOffsets& to, Pass& pass,
                                              FoldState& state);

    DeclaredProjection m_declaration;
    EventDecoder m_decoder;
    std::vector<std::string> m_topics;
    std::stop_token m_stop;
    bool m_enveloped = false; ///< the events' keys may not be the records'
    std::unique_ptr<Broker> m_broker;
    std::unique_ptr<RangeReader> m_reader;
    std::unique_ptr<KeySearch> m_search; ///< null: this log has none
};

} // namespace projectionist
