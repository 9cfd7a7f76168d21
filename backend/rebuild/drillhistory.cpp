// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/rebuild/drillhistory.h"

#include "backend/core/format.h"
#include "backend/history/sharedfile.h"
#include "backend/reconcile/keptresult.h"
#include "backend/reconcile/runlocks.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace projectionist {

namespace {

constexpr const char* drillTables = R"(
CREATE TABLE drill (id INTEGER PRIMARY KEY AUTOINCREMENT, context TEXT NOT NULL, projection TEXT NOT NULL,
                    kind TEXT NOT NULL, by TEXT NOT NULL, began INTEGER NOT NULL, took INTEGER NOT NULL DEFAULT 0,
                    state TEXT NOT NULL DEFAULT 'running', error TEXT NOT NULL DEFAULT '',
                    passed INTEGER NOT NULL DEFAULT 0, events INTEGER NOT NULL DEFAULT 0,
                    rows INTEGER NOT NULL DEFAULT 0, differing INTEGER NOT NULL DEFAULT 0,
                    seen TEXT NOT NULL DEFAULT '', differences TEXT NOT NULL DEFAULT '');
CREATE INDEX drill_name ON drill (context, projection, kind, id);
CREATE TABLE change (number INTEGER NOT NULL);
INSERT INTO change VALUES (0);
)";
constexpr SharedFileKind drillsKind{"history of drills", 0x50726a44, 1, drillTables}; // "PrjD"

constexpr std::int64_t drillsKept = 1'000; ///< of each drill of each projection

std::string lines(const std::vector<std::string>& all)
{
    std::string text;
    for (const auto& one : all)
        text += one + '\n';
    return text;
}

std::vector<std::string> linesIn(std::string_view text)
{
    std::vector<std::string> all;
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
        all.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    return all;
}

std::string keptDifferences(const DrillResult& result)
{
    std::string text;
    writeKept(result.compared, [&](const std::string& line) { text += line; });
    return text;
}

CheckResult differencesIn(const std::string& text)
{
    KeptReader reader;
    for (const auto& line : linesIn(text))
        if (!reader.take(line))
            return {};
    return std::move(reader).result().value_or(CheckResult());
}

DrillRecord drillIn(const SqliteStatement& row)
{
    DrillRecord record;
    record.number = static_cast<std::uint64_t>(row.integer(0));
    record.context = row.text(1);
    record.result.projection = row.text(2);
    record.result.kind = valueCalled<DrillKind>(row.text(3)).value_or(DrillKind::Idempotency);
    record.by = row.text(4);
    record.began = record.result.began = TimePoint(Duration(row.integer(5)));
    record.result.took = Duration(row.integer(6));
    record.state = valueCalled<CheckRunState>(row.text(7)).value_or(CheckRunState::Lost);
    record.error = row.text(8);
    record.result.passed = row.integer(9) != 0;
    record.result.events = row.integer(10);
    record.result.rows = row.integer(11);
    record.result.differing = row.integer(12);
    record.result.seen = linesIn(row.text(13));
    record.result.compared = differencesIn(row.text(14));
    return record;
}

void tellDrill(SqliteDatabase& database)
{
    database.execute("UPDATE change SET number = number + 1");
}

} // namespace

std::string_view DrillRecord::outcome() const noexcept
{
    if (state == CheckRunState::Finished)
        return result.passed ? "passed" : "failed";
    return state == CheckRunState::Failed ? "not finished" : toString(state);
}

class DrillHistory::Private
{
public:
    explicit Private(const std::filesystem::path& path)
        : file(path, drillsKind), locks(std::filesystem::path(path).concat(".running"))
    {
    }
    /// Runs whose programs are gone become Lost.
    Result<void> settleLost();
    Result<void> end(std::uint64_t number, CheckRunState state, const std::string& error, const DrillResult& result);

    SharedFile file;
    RunLocks locks;
};

Result<void> DrillHistory::Private::settleLost()
{
    std::vector<std::int64_t> lost;
    const auto looked = file.read([&](SqliteDatabase& database) -> Result<void> {
        auto rows = database.prepare("SELECT id FROM drill WHERE state = 'running'");
        while (rows.step()) {
            const auto taken = locks.isTaken(static_cast<std::uint64_t>(rows.integer(0)));
            if (!taken)
                return tl::unexpected(taken.error());
            if (!*taken)
                lost.push_back(rows.integer(0));
        }
        return {};
    });
    if (!looked || lost.empty())
        return looked;
    return file.write([&](SqliteDatabase& database) -> Result<void> {
        // It may have ended since it was read.
        auto update = database.prepare("UPDATE drill SET state = 'lost' WHERE id = ? AND state = 'running'");
        for (const auto number : lost)
            update.bind(number).run();
        tellDrill(database);
        return {};
    });
}

Result<void> DrillHistory::Private::end(std::uint64_t number, CheckRunState state, const std::string& error,
                                        const DrillResult& result)
{
    auto done = file.write([&](SqliteDatabase& database) -> Result<void> {
        const auto id = static_cast<std::int64_t>(number);
        database
            .prepare("UPDATE drill SET took = ?, state = ?, error = ?, passed = ?, events = ?, rows = ?, "
                     "differing = ?, seen = ?, differences = ? WHERE id = ?")
            .bind(std::int64_t{result.took.count()})
            .bind(toString(state))
            .bind(error)
            .bind(std::int64_t{result.passed})
            .bind(result.events)
            .bind(result.rows)
            .bind(result.differing)
            .bind(lines(result.seen))
            .bind(keptDifferences(result))
            .bind(id)
            .run();
        database
            .prepare("DELETE FROM drill WHERE id IN (SELECT old.id FROM drill AS old JOIN drill AS new ON new.id = ? "
                     "AND old.context = new.context AND old.projection = new.projection AND old.kind = new.kind "
                     "ORDER BY old.id DESC LIMIT -1 OFFSET ?)")
            .bind(id)
            .bind(drillsKept)
            .run();
        tellDrill(database);
        return {};
    });
    locks.release(number);
    return done;
}

DrillHistory::DrillHistory(std::unique_ptr<Private> data) : d(std::move(data)) {}
DrillHistory::~DrillHistory() = default;
DrillHistory::DrillHistory(DrillHistory&& other) noexcept = default;
DrillHistory& DrillHistory::operator=(DrillHistory&& other) noexcept = default;

Result<DrillHistory> DrillHistory::open(const std::filesystem::path& file)
{
    auto data = std::make_unique<Private>(file);
    if (auto connected = data->file.connect(); !connected)
        return tl::unexpected(connected.error());
    return DrillHistory(std::move(data));
}

Result<std::uint64_t> DrillHistory::begin(const std::string& context, const std::string& projection, DrillKind kind,
                                          TimePoint at, const std::string& by)
{
    if (auto settled = d->settleLost(); !settled)
        return tl::unexpected(settled.error());
    std::uint64_t run = 0;
    auto begun = d->file.write([&](SqliteDatabase& database) -> Result<std::uint64_t> {
        auto others = database.prepare("SELECT by, began FROM drill WHERE context = ? AND projection = ? AND kind = ? "
                                       "AND state = 'running'");
        if (others.bind(context).bind(projection).bind(toString(kind)).step())
            return tl::unexpected(Error{ErrorKind::Conflict,
                                        fmt::format("The drill {} of \"{}\" was not run", toString(kind), projection),
                                        fmt::format("{} has been running it since {}", others.text(0),
                                                    formatDateTime(TimePoint(Duration(others.integer(1))))),
                                        "Wait for its end, or end that run.", true});
        database.prepare("INSERT INTO drill (context, projection, kind, by, began) VALUES (?, ?, ?, ?, ?)")
            .bind(context)
            .bind(projection)
            .bind(toString(kind))
            .bind(by)
            .bind(std::int64_t{at.time_since_epoch().count()})
            .run();
        run = static_cast<std::uint64_t>(database.number("SELECT last_insert_rowid()"));
        if (auto taken = d->locks.take(run); !taken)
            return tl::unexpected(taken.error());
        tellDrill(database);
        return run;
    });
    if (!begun)
        d->locks.release(run);
    return begun;
}

Result<void> DrillHistory::finish(std::uint64_t number, const DrillResult& result)
{
    return d->end(number, CheckRunState::Finished, {}, result);
}

Result<void> DrillHistory::fail(std::uint64_t number, const Error& error, Duration took)
{
    DrillResult result;
    result.took = took;
    const bool cancelled = error.kind == ErrorKind::Cancelled;
    return d->end(number, cancelled ? CheckRunState::Cancelled : CheckRunState::Failed,
                  cancelled ? std::string() : toString(error), result);
}

Result<std::vector<DrillRecord>> DrillHistory::runs(const std::string& context, std::size_t most)
{
    if (auto settled = d->settleLost(); !settled)
        return tl::unexpected(settled.error());
    return d->file.read([&](SqliteDatabase& database) -> Result<std::vector<DrillRecord>> {
        auto rows = database.prepare(
            "SELECT id, context, projection, kind, by, began, took, state, error, passed, events, rows, differing, "
            "seen, differences FROM (SELECT *, row_number() OVER (PARTITION BY projection, kind ORDER BY id DESC) "
            "AS age FROM drill WHERE context = ?) WHERE age <= ? ORDER BY id");
        constexpr std::size_t mostAges = std::numeric_limits<std::int64_t>::max();
        rows.bind(context).bind(static_cast<std::int64_t>(std::min(most, mostAges)));
        std::vector<DrillRecord> records;
        while (rows.step())
            records.push_back(drillIn(rows));
        return records;
    });
}

Result<std::uint64_t> DrillHistory::version()
{
    if (auto settled = d->settleLost(); !settled)
        return tl::unexpected(settled.error());
    return d->file.read([](SqliteDatabase& database) -> Result<std::uint64_t> {
        return static_cast<std::uint64_t>(database.number("SELECT number FROM change"));
    });
}

std::filesystem::path drillHistoryFile(const std::filesystem::path& stateFolder)
{
    return stateFolder / "drills.db";
}

} // namespace projectionist
