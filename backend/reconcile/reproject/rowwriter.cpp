// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/reproject/rowwriter.h"

#include "backend/reconcile/comparisonplan.h"
#include "backend/reconcile/eventkeys.h"
#include "backend/reconcile/reproject/declaredrows.h"
#include "backend/reconcile/reproject/keyfold.h"
#include "backend/reconcile/reproject/keyplaces.h"
#include "backend/store/cells.h"
#include "backend/store/postgres/postgresstore.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace projectionist {

namespace {

constexpr Duration searchLimit{600'000};
constexpr int mostTurns = 4;

Error notWritten(ErrorKind kind, std::string why, std::string next)
{
    return {kind, "The row cannot be written", std::move(why), std::move(next), false};
}

std::string storeOf(const ProjectionSettings& projection)
{
    const auto& declared = *projection.declared;
    return declared.store.empty() && projection.checkpoint ? projection.checkpoint->store : declared.store;
}

bool hasCheckpointBeside(const ProjectionSettings& projection)
{
    return projection.checkpoint && projection.checkpoint->store == storeOf(projection);
}

/// A transaction as a store to be asked: what is read is of one moment with the rows that are locked.
class WithinTransaction final : public RelationalStore
{
public:
    explicit WithinTransaction(Transaction& transaction) : m_transaction(transaction) {}

    [[nodiscard]] Result<Rows> query(const std::string& sql, std::span<const Parameter> parameters,
                                     std::size_t maxRows) override
    {
        auto rows = m_transaction.execute(sql, parameters);
        if (rows && rows->rows.size() > maxRows) {
            rows->rows.resize(maxRows);
            rows->truncated = true;
        }
        return rows;
    }
    [[nodiscard]] Result<void> transaction(const std::function<Result<void>(Transaction&)>& body) override
    {
        return body(m_transaction);
    }
    void interrupt() noexcept override {} // who owns the store does that
    [[nodiscard]] std::string serverVersion() const override { return {}; }

private:
    Transaction& m_transaction;
};

/// What stays the same for all keys of a plan.
struct RowTools
{
    std::unique_ptr<RelationalStore> store;
    KeyPlaceSearch search;
    KeyFold fold;
};

class RowWriter final : public ReplaySender
{
public:
    RowWriter(const ProjectionSettings& projection, const ReplayPlan& plan, RowTools tools, const Clock& clock)
        : m_projection(projection)
        , m_clock(clock)
        , m_tools(std::move(tools))
        , m_rows(projection.declared->table.empty() ? projection.readModel : projection.declared->table,
                 m_tools.fold.projection())
    {
        for (const auto& key : plan.reprojection->keys)
            m_keys.insert(key.events);
    }

    [[nodiscard]] std::size_t window() const override { return 1; }
    void send(std::size_t letter, const PlannedLetter& planned, const OutgoingRecord&) override
    {
        m_order.emplace(letter, planned.key.value_or(std::string()));
    }
    [[nodiscard]] std::vector<SendOutcome> collect(Duration, const std::stop_token& stop) override
    {
        if (!m_order)
            return {};
        const auto [letter, key] = *std::exchange(m_order, std::nullopt);
        SendOutcome outcome{letter, SendOutcome::Kind::Sent, {}, {}, {}};
        const auto said = write(key, stop);
        if (said) {
            outcome.why = *said;
            outcome.readBack = true;
        } else {
            // Nothing stays of what failed, but for a commit whose answer was lost: then the next try finds it done.
            const auto kind = said.error().kind;
            const bool ofRow =
                kind == ErrorKind::InvalidData || (kind == ErrorKind::Conflict && !said.error().retriable);
            outcome.kind = ofRow ? SendOutcome::Kind::LetterRefused : SendOutcome::Kind::TargetRefused;
            outcome.why = toString(said.error());
        }
        return {outcome};
    }
    [[nodiscard]] std::optional<Error> trouble() const override { return std::nullopt; }

private:
    /// What became of the row, a sentence. Looks again after each change: a worker that had read the row before it was
    /// locked writes back what it read.
    [[nodiscard]] Result<std::string> write(const std::string& key, const std::stop_token& stop)
    {
        const std::stop_callback interrupts(stop, [this] { m_tools.store->interrupt(); });
        std::string first;
        for (int turn = 0; turn < mostTurns; ++turn) {
            auto said = writeOnce(key, stop);
            if (!said || said->empty())
                return said && first.empty() ? "Its row was right already." : said ? first : said;
            if (turn == 0)
                first = *std::move(said);
        }
        return tl::unexpected(notWritten(ErrorKind::InvalidData, "a worker of the projection writes it back each time",
                                         "Pause the projection's workers."));
    }

    /// As write(); empty: it was right.
    [[nodiscard]] Result<std::string> writeOnce(const std::string& key, const std::stop_token& stop)
    {
        if (auto found = search(stop); !found) // most of the log is read before the row is locked
            return tl::unexpected(found.error());
        if (auto loaded = m_tools.fold.load(m_found.keys[key].places, stop); !loaded)
            return tl::unexpected(loaded.error());
        std::string said;
        auto done = m_tools.store->transaction([&](Transaction& transaction) -> Result<void> {
            const std::string keys[]{key};
            auto before = m_rows.lock(transaction, keys);
            if (!before)
                return tl::unexpected(before.error());
            const auto row = foldUpTo(transaction, key, *before, stop);
            if (!row)
                return tl::unexpected(row.error());
            return writeRow(transaction, keys, before->exists, *row, said);
        });
        return done ? Result<std::string>(std::move(said)) : tl::unexpected(done.error());
    }

    [[nodiscard]] Result<void> search(const std::stop_token& stop)
    {
        if (m_searched)
            return m_tools.search.goOn(m_found, m_keys, searchLimit, stop);
        auto found = m_tools.search.find(m_keys, searchLimit, stop);
        if (!found)
            return tl::unexpected(found.error());
        if (!found->lost.empty())
            return tl::unexpected(notWritten(ErrorKind::NotFound, found->lost.front(), "Rebuild the projection."));
        m_found = *std::move(found);
        m_searched = true;
        return {};
    }

    /// The locked row says how far the projection is with it: what was applied to it is in the log by now.
    [[nodiscard]] Result<ProjectedRow> foldUpTo(Transaction& transaction, const std::string& key,
                                                const ProjectedRow& before, const std::stop_token& stop)
    {
        const auto mark = markOf(transaction, before, stop);
        if (!mark)
            return tl::unexpected(mark.error());
        if (auto found = search(stop); !found)
            return tl::unexpected(found.error());
        if (auto loaded = m_tools.fold.load(m_found.keys[key].places, stop); !loaded)
            return tl::unexpected(loaded.error());
        return m_tools.fold.fold(*mark, stop);
    }

    [[nodiscard]] Result<AppliedMark> markOf(Transaction& transaction, const ProjectedRow& row,
                                             const std::stop_token& stop)
    {
        AppliedMark mark;
        if (hasCheckpointBeside(m_projection)) {
            WithinTransaction store(transaction);
            auto positions = readCheckpoints(store, m_projection, m_clock, stop);
            if (!positions)
                return tl::unexpected(positions.error());
            mark.checkpoint = *std::move(positions);
        }
        const auto& declared = *m_projection.declared;
        const auto partition = numberOf(row, declared.partition);
        const auto position = numberOf(row, declared.position);
        if (partition && position && m_projection.topics.size() == 1)
            mark.place = LetterPlace{{m_projection.topics.front(), static_cast<std::int32_t>(*partition)}, *position};
        mark.version = numberOf(row, declared.version);
        if (mark.isEmpty())
            return tl::unexpected(notWritten(
                ErrorKind::InvalidData,
                row.exists ? "the row does not tell up to which event it is, and the projection keeps no checkpoint "
                             "beside its rows"
                           : "there is no row, and the projection keeps no checkpoint beside its rows: nobody knows up "
                             "to which event it should be",
                "Rebuild the projection."));
        return mark;
    }
    [[nodiscard]] std::optional<std::int64_t> numberOf(const ProjectedRow& row, const std::string& column) const
    {
        const auto& columns = m_tools.fold.projection().columns();
        const auto at = std::ranges::find(columns, column);
        if (!row.exists || at == columns.end())
            return std::nullopt;
        const auto& cell = row.values[static_cast<std::size_t>(at - columns.begin())];
        return cell ? numberIn<std::int64_t>(*cell) : std::nullopt;
    }

    [[nodiscard]] Result<void> writeRow(Transaction& transaction, std::span<const std::string> key, bool exists,
                                        const ProjectedRow& row, std::string& said)
    {
        const auto wrong = m_rows.differing(transaction, key, row);
        if (!wrong)
            return tl::unexpected(wrong.error());
        if (wrong->empty())
            return {};
        if (auto written = m_rows.write(transaction, key, exists, row); !written)
            return written;
        const auto still = m_rows.differing(transaction, key, row);
        if (!still)
            return tl::unexpected(still.error());
        if (!still->empty())
            return tl::unexpected(notWritten(ErrorKind::InvalidData,
                                             fmt::format("read back, it differs in {}: a trigger or a rule of the "
                                                         "table makes other values",
                                                         joined(*still, ", ")),
                                             "Look at the table's triggers."));
        said = !row.exists ? "Its row was deleted."
               : !exists   ? "Its row was made."
                           : fmt::format("Its row was changed: {}.", joined(*wrong, ", "));
        return {};
    }

    const ProjectionSettings& m_projection;
    const Clock& m_clock;
    RowTools m_tools;
    DeclaredRows m_rows;
    std::set<std::string> m_keys; ///< of all events
    EventsOfKeys m_found;
    bool m_searched = false;
    std::optional<std::pair<std::size_t, std::string>> m_order; ///< letter and key
};

} // namespace

std::optional<Error> whyNotWritten(const ProjectionSettings& projection)
{
    const auto compiled = DeclaredProjection::compile(projection);
    if (!compiled)
        return compiled.error();
    if (!compiled->keyIsRecordKey())
        return notWritten(ErrorKind::Configuration,
                          "the table's key is not the key of the events, so that events of many keys may make a row",
                          "Name a command that applies the events.");
    const auto& declared = *projection.declared;
    if (!hasCheckpointBeside(projection) && declared.version.empty() && declared.position.empty())
        return notWritten(ErrorKind::Configuration,
                          "neither a row nor a checkpoint beside the rows tells up to which event a row is",
                          "Name the column of the version in [projections.declared], or the checkpoint.");
    return std::nullopt;
}

Result<std::unique_ptr<ReplaySender>> makeRowWriter(const Workspace& workspace, const ReplayPlan& plan,
                                                    const LetterConnectors& connectors, const OpenToWrite& open,
                                                    const Clock& clock)
{
    const auto* const projection = projectionCalled(workspace, plan.context, plan.projection);
    if (!projection || !plan.reprojection)
        return tl::unexpected(notWritten(ErrorKind::Configuration,
                                         fmt::format("the workspace has no projection \"{}\"", plan.projection),
                                         "Choose the workspace that the plan was made with."));
    if (const auto why = whyNotWritten(*projection))
        return tl::unexpected(*why);
    const auto* const settings = workspace.store(storeOf(*projection));
    const auto* const context = workspace.context(plan.context);
    const auto* const broker = context ? workspace.broker(context->broker) : nullptr;
    if (!settings || !broker || !connectors.ranges)
        return tl::unexpected(
            notWritten(ErrorKind::Configuration, "the store or the broker is not in the workspace", "Name it there."));
    auto fold = KeyFold::make(
        workspace, *projection, [&] { return connectors.ranges(*broker); }, clock);
    auto store = open(*settings);
    if (!fold || !store)
        return tl::unexpected(fold ? store.error() : fold.error());
    RowTools tools{*std::move(store),
                   KeyPlaceSearch(workspace, *projection, connectors, std::numeric_limits<std::size_t>::max()),
                   *std::move(fold)};
    return std::make_unique<RowWriter>(*projection, plan, std::move(tools), clock);
}

ReplayConnectors reprojectionConnectors()
{
    auto connectors = defaultReplayConnectors();
    connectors.rows = [letters = connectors.letters](const Workspace& workspace, const ReplayPlan& plan,
                                                     const Clock& clock) {
        return makeRowWriter(
            workspace, plan, letters,
            [](const StoreSettings& settings) { return connectPostgres(settings, Access::ReadWrite); }, clock);
    };
    return connectors;
}

} // namespace projectionist
