// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/checkhistory.h"

#include "backend/core/format.h"
#include "backend/history/packing.h"
#include "backend/history/sharedfile.h"
#include "backend/reconcile/keptresult.h"
#include "backend/reconcile/runlocks.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace projectionist {

namespace {

constexpr const char* checkTables = R"(
CREATE TABLE run (id INTEGER PRIMARY KEY AUTOINCREMENT, context TEXT NOT NULL, name TEXT NOT NULL, by TEXT NOT NULL,
                  began INTEGER NOT NULL, took INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'running',
                  error TEXT NOT NULL DEFAULT '', severity TEXT NOT NULL DEFAULT 'warning',
                  drift INTEGER NOT NULL DEFAULT 0, missing INTEGER NOT NULL DEFAULT 0,
                  extra INTEGER NOT NULL DEFAULT 0, different INTEGER NOT NULL DEFAULT 0,
                  pending INTEGER NOT NULL DEFAULT 0, settled INTEGER NOT NULL DEFAULT 0,
                  expected_rows INTEGER NOT NULL DEFAULT 0, actual_rows INTEGER NOT NULL DEFAULT 0,
                  complete INTEGER NOT NULL DEFAULT 1);
CREATE INDEX run_name ON run (context, name, id);
CREATE INDEX run_running ON run (id) WHERE state = 'running';
CREATE TABLE result (id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run (id), lines BLOB NOT NULL);
CREATE INDEX result_run ON result (run);
CREATE TRIGGER run_takes_its_result AFTER DELETE ON run BEGIN DELETE FROM result WHERE run = old.id; END;
CREATE TABLE change (number INTEGER NOT NULL);
INSERT INTO change VALUES (0);
)";
constexpr SharedFileKind checksKind{"history of checks", 0x50726a43, 1, checkTables}; // "PrjC"

/// What later versions have beside it.
constexpr const char* repairTable = R"(
CREATE TABLE IF NOT EXISTS repair (id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run (id),
                                   at INTEGER NOT NULL, by TEXT NOT NULL, replay TEXT NOT NULL,
                                   repaired INTEGER NOT NULL, confirmed INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS repair_run ON repair (run);
CREATE TRIGGER IF NOT EXISTS run_takes_its_repairs AFTER DELETE ON run
BEGIN DELETE FROM repair WHERE run = old.id; END;
)";
constexpr const char* hasRepairTable = "SELECT count(*) FROM sqlite_master WHERE name = 'run_takes_its_repairs'";

constexpr std::int64_t runsKept = 10'000;       ///< of each check
constexpr std::int64_t resultsKept = 30;        ///< of each check
constexpr std::size_t linesInPart = 1U << 20;   ///< bytes: many small rows rather than one that SQLite refuses
constexpr std::size_t plainPart = 100'000;      ///< bytes that can be read with any tool; larger ones are compressed
constexpr std::size_t mostCompressed = 8 << 20; ///< a single row may be larger than decompress() accepts

constexpr const char* runColumns = "SELECT id, context, name, by, began, took, state, error, severity, drift, missing, "
                                   "extra, different, pending, settled, expected_rows, actual_rows, complete FROM run";

std::int64_t integer(std::size_t count)
{
    return static_cast<std::int64_t>(std::min(count, std::size_t{std::numeric_limits<std::int64_t>::max()}));
}

CheckRunRecord recordIn(const SqliteStatement& row)
{
    CheckRunRecord record;
    record.number = static_cast<std::uint64_t>(row.integer(0));
    record.context = row.text(1);
    record.check = row.text(2);
    record.by = row.text(3);
    record.began = TimePoint(Duration(row.integer(4)));
    record.took = Duration(row.integer(5));
    record.state = valueCalled<CheckRunState>(row.text(6)).value_or(CheckRunState::Lost);
    record.error = row.text(7);
    record.severity = valueCalled<CheckSeverity>(row.text(8)).value_or(CheckSeverity::Warning);
    record.drift = row.integer(9) != 0;
    int column = 10;
    for (auto* count : {&record.missing, &record.extra, &record.different, &record.pending, &record.settled})
        *count = static_cast<std::size_t>(row.integer(column++));
    record.expectedRows = row.integer(15);
    record.actualRows = row.integer(16);
    record.complete = row.integer(17) != 0;
    return record;
}

/// The newest of a run.
std::optional<CheckRepair> repairOf(SqliteDatabase& database, std::uint64_t run)
{
    auto row = database.prepare("SELECT at, by, replay, repaired, confirmed FROM repair WHERE run = ? "
                                "ORDER BY id DESC LIMIT 1");
    if (!row.bind(static_cast<std::int64_t>(run)).step())
        return std::nullopt;
    return CheckRepair{TimePoint(Duration(row.integer(0))), row.text(1), row.text(2),
                       static_cast<std::size_t>(row.integer(3)), static_cast<std::size_t>(row.integer(4))};
}

void tellChange(SqliteDatabase& database)
{
    database.execute("UPDATE change SET number = number + 1");
}

/// Made before the file is locked for others: it takes long for a million differences.
using Parts = std::vector<std::string>;

Parts partsOf(const CheckResult& result)
{
    Parts parts;
    std::string lines;
    const auto flush = [&] {
        const bool packed = lines.size() > plainPart && lines.size() <= mostCompressed;
        parts.push_back(packed ? compress(lines) : lines);
        lines.clear();
    };
    writeKept(result, [&](const std::string& line) {
        lines += line;
        if (lines.size() >= linesInPart)
            flush();
    });
    if (!lines.empty())
        flush();
    return parts;
}

void writeParts(SqliteDatabase& database, std::uint64_t run, const Parts& parts)
{
    auto insert = database.prepare("INSERT INTO result (run, lines) VALUES (?, ?)");
    for (const auto& part : parts)
        insert.bind(static_cast<std::int64_t>(run)).bindBlob(part).run();
}

/// False: a line is damaged.
bool readLines(std::string_view part, KeptReader& reader)
{
    while (!part.empty()) {
        const auto end = part.find('\n');
        if (end == std::string_view::npos || !reader.take(part.substr(0, end)))
            return false;
        part.remove_prefix(end + 1);
    }
    return true;
}

Error noSuchRun(std::uint64_t run, const char* why)
{
    return {ErrorKind::NotFound, fmt::format("The result of run {} is not there", run), why,
            "The history of the check lists its runs.", false};
}

/// Runs beyond what is kept, and results beyond what is kept of them.
void forgetOld(SqliteDatabase& database, const std::string& context, const std::string& check)
{
    const auto remove = [&](const char* sql, std::int64_t kept) {
        database.prepare(sql).bind(context).bind(check).bind(kept).run();
    };
    remove("DELETE FROM result WHERE run IN (SELECT id FROM run WHERE context = ? AND name = ? AND state = 'finished' "
           "ORDER BY id DESC LIMIT -1 OFFSET ?)",
           resultsKept);
    remove("DELETE FROM run WHERE id IN (SELECT id FROM run WHERE context = ? AND name = ? "
           "ORDER BY id DESC LIMIT -1 OFFSET ?)",
           runsKept);
}

} // namespace

std::string_view toString(CheckRunState state) noexcept
{
    switch (state) {
    case CheckRunState::Running:
        return "running";
    case CheckRunState::Finished:
        return "finished";
    case CheckRunState::Failed:
        return "failed";
    case CheckRunState::Cancelled:
        return "cancelled";
    case CheckRunState::Lost:
        break;
    }
    return "lost";
}

CheckRunRecord recordOf(const CheckResult& result)
{
    CheckRunRecord record;
    record.check = result.check;
    record.began = result.began;
    record.took = result.took;
    record.state = CheckRunState::Finished;
    record.severity = result.severity;
    record.drift = result.hasDrift();
    for (const auto& one : result.differences)
        if (one.state == DriftState::Confirmed)
            ++(!one.actual ? record.missing : !one.expected ? record.extra : record.different);
    record.pending = result.count(DriftState::Pending) + (result.counts == DriftState::Pending ? 1 : 0);
    record.settled = result.settled;
    record.expectedRows = result.expectedRows;
    record.actualRows = result.actualRows;
    record.complete = result.complete;
    return record;
}

class CheckHistory::Private
{
public:
    explicit Private(const std::filesystem::path& path)
        : file(path, checksKind), locks(std::filesystem::path(path).concat(".running"))
    {
    }
    /// Runs whose programs are gone become Lost.
    Result<void> settleLost();
    Result<void> end(const CheckRunRecord& record, const Parts& parts);
    /// The rows of a finished run; `repair` may be null.
    Result<void> replace(std::uint64_t number, const Parts& parts, const CheckRepair* repair);

    SharedFile file;
    RunLocks locks;
};

Result<void> CheckHistory::Private::settleLost()
{
    const auto running = file.read([](SqliteDatabase& database) -> Result<std::vector<std::int64_t>> {
        auto rows = database.prepare("SELECT id FROM run WHERE state = 'running'");
        std::vector<std::int64_t> all;
        while (rows.step())
            all.push_back(rows.integer(0));
        return all;
    });
    if (!running)
        return tl::unexpected(running.error());
    std::vector<std::int64_t> lost;
    for (const auto run : *running) {
        const auto taken = locks.isTaken(static_cast<std::uint64_t>(run));
        if (!taken)
            return tl::unexpected(taken.error());
        if (!*taken)
            lost.push_back(run);
    }
    if (lost.empty())
        return {};
    return file.write([&](SqliteDatabase& database) -> Result<void> {
        // It may have ended since it was read.
        auto update = database.prepare("UPDATE run SET state = 'lost' WHERE id = ? AND state = 'running'");
        for (const auto run : lost)
            update.bind(run).run();
        tellChange(database);
        return {};
    });
}

/// `record` has number, took, state, and what the result comes to.
Result<void> CheckHistory::Private::end(const CheckRunRecord& record, const Parts& parts)
{
    auto done = file.write([&](SqliteDatabase& database) -> Result<void> {
        const auto id = static_cast<std::int64_t>(record.number);
        // Lost: another program looked while this one had lost its lock with the file.
        auto row = database.prepare("SELECT context, name FROM run WHERE id = ? AND state IN ('running', 'lost')");
        if (!row.bind(id).step())
            return tl::unexpected(noSuchRun(record.number, "that run has ended before, or was never begun"));
        const auto context = row.text(0);
        const auto check = row.text(1);
        auto update = database.prepare(
            "UPDATE run SET took = ?, state = ?, error = ?, severity = ?, drift = ?, missing = ?, extra = ?, "
            "different = ?, pending = ?, settled = ?, expected_rows = ?, actual_rows = ?, complete = ? WHERE id = ?");
        update.bind(std::int64_t{record.took.count()}).bind(toString(record.state)).bind(record.error);
        update.bind(toString(record.severity)).bind(std::int64_t{record.drift});
        for (const auto count : {record.missing, record.extra, record.different, record.pending, record.settled})
            update.bind(integer(count));
        update.bind(record.expectedRows).bind(record.actualRows).bind(std::int64_t{record.complete}).bind(id).run();
        writeParts(database, record.number, parts);
        forgetOld(database, context, check);
        tellChange(database);
        return {};
    });
    locks.release(record.number);
    return done;
}

Result<void> CheckHistory::Private::replace(std::uint64_t number, const Parts& parts, const CheckRepair* repair)
{
    return file.write([&](SqliteDatabase& database) -> Result<void> {
        const auto id = static_cast<std::int64_t>(number);
        auto kept = database.prepare("SELECT 1 FROM result WHERE run = ?");
        if (!kept.bind(id).step())
            return tl::unexpected(noSuchRun(number, "its rows are kept no more"));
        database.prepare("DELETE FROM result WHERE run = ?").bind(id).run();
        writeParts(database, number, parts);
        if (repair)
            database.prepare("INSERT INTO repair (run, at, by, replay, repaired, confirmed) VALUES (?, ?, ?, ?, ?, ?)")
                .bind(id)
                .bind(std::int64_t{repair->at.time_since_epoch().count()})
                .bind(repair->by)
                .bind(repair->replay)
                .bind(integer(repair->repaired))
                .bind(integer(repair->of))
                .run();
        tellChange(database);
        return {};
    });
}

CheckHistory::CheckHistory(std::unique_ptr<Private> data) : d(std::move(data)) {}
CheckHistory::~CheckHistory() = default;
CheckHistory::CheckHistory(CheckHistory&& other) noexcept = default;
CheckHistory& CheckHistory::operator=(CheckHistory&& other) noexcept = default;

Result<CheckHistory> CheckHistory::open(const std::filesystem::path& file)
{
    auto data = std::make_unique<Private>(file);
    if (auto connected = data->file.connect(); !connected)
        return tl::unexpected(connected.error());
    const auto whole =
        data->file.read([](SqliteDatabase& database) -> Result<bool> { return database.number(hasRepairTable) == 1; });
    if (!whole)
        return tl::unexpected(whole.error());
    if (!*whole)
        if (auto added = data->file.write([](SqliteDatabase& database) -> Result<void> {
                database.execute(repairTable);
                return {};
            });
            !added)
            return tl::unexpected(added.error());
    return CheckHistory(std::move(data));
}

Result<std::uint64_t> CheckHistory::begin(const std::string& context, const std::string& check, TimePoint at,
                                          const std::string& by)
{
    if (auto settled = d->settleLost(); !settled)
        return tl::unexpected(settled.error());
    std::uint64_t run = 0;
    auto begun = d->file.write([&](SqliteDatabase& database) -> Result<std::uint64_t> {
        auto others = database.prepare(
            "SELECT by, began FROM run WHERE context = ? AND name = ? AND state = 'running' ORDER BY id DESC");
        if (others.bind(context).bind(check).step())
            return tl::unexpected(Error{ErrorKind::Conflict, fmt::format("The check \"{}\" was not run", check),
                                        fmt::format("{} has been running it since {}", others.text(0),
                                                    formatDateTime(TimePoint(Duration(others.integer(1))))),
                                        "Wait for its end, or end that run.", true});
        database.prepare("INSERT INTO run (context, name, by, began) VALUES (?, ?, ?, ?)")
            .bind(context)
            .bind(check)
            .bind(by)
            .bind(std::int64_t{at.time_since_epoch().count()})
            .run();
        run = static_cast<std::uint64_t>(database.number("SELECT last_insert_rowid()"));
        if (auto taken = d->locks.take(run); !taken)
            return tl::unexpected(taken.error());
        tellChange(database);
        return run;
    });
    if (!begun)
        d->locks.release(run);
    return begun;
}

Result<void> CheckHistory::finish(std::uint64_t number, const CheckResult& result)
{
    auto record = recordOf(result);
    record.number = number;
    return d->end(record, partsOf(result));
}

Result<void> CheckHistory::fail(std::uint64_t number, const Error& error, Duration took)
{
    CheckRunRecord record;
    record.number = number;
    record.took = took;
    record.state = error.kind == ErrorKind::Cancelled ? CheckRunState::Cancelled : CheckRunState::Failed;
    if (record.state == CheckRunState::Failed)
        record.error = toString(error);
    return d->end(record, {});
}

Result<std::vector<CheckRunRecord>> CheckHistory::runs(const std::string& context, const std::string& check,
                                                       std::size_t most)
{
    if (auto settled = d->settleLost(); !settled)
        return tl::unexpected(settled.error());
    return d->file.read([&](SqliteDatabase& database) -> Result<std::vector<CheckRunRecord>> {
        std::vector<std::string> names{check};
        if (check.empty()) {
            names.clear();
            auto all = database.prepare("SELECT DISTINCT name FROM run WHERE context = ?");
            for (all.bind(context); all.step();)
                names.push_back(all.text(0));
        }
        std::vector<CheckRunRecord> records;
        auto rows = database.prepare(std::string(runColumns) + " WHERE context = ? AND name = ? "
                                                               "ORDER BY id DESC LIMIT ?");
        for (const auto& name : names)
            for (rows.bind(context).bind(name).bind(integer(most)); rows.step();)
                records.push_back(recordIn(rows));
        for (auto& record : records)
            if (record.drift)
                record.repair = repairOf(database, record.number);
        std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
        return records;
    });
}

Result<CheckResult> CheckHistory::result(std::uint64_t number)
{
    return d->file.read([&](SqliteDatabase& database) -> Result<CheckResult> {
        auto parts = database.prepare("SELECT lines FROM result WHERE run = ? ORDER BY id");
        parts.bind(static_cast<std::int64_t>(number));
        KeptReader reader;
        const auto damaged = [&] {
            return tl::unexpected(Error{ErrorKind::InvalidData, fmt::format("Run {} cannot be shown", number),
                                        "what is kept of it is damaged, or was written by a newer version",
                                        "Run the check again.", false});
        };
        if (!parts.step())
            return tl::unexpected(
                noSuchRun(number, "there is no such finished run, or it is older than those whose rows are kept"));
        do {
            const auto bytes = parts.blob(0);
            // JSON begins with "{", and what is compressed with the number of the method.
            const bool plain = !bytes.empty() && bytes.front() == '{';
            const auto unpacked = plain ? std::string() : decompress(bytes);
            if ((!plain && unpacked.empty()) || !readLines(plain ? bytes : unpacked, reader))
                return damaged();
        } while (parts.step());
        auto result = std::move(reader).result();
        if (!result)
            return damaged();
        return *std::move(result);
    });
}

Result<void> CheckHistory::replace(std::uint64_t number, const CheckResult& result)
{
    return d->replace(number, partsOf(result), nullptr);
}

Result<void> CheckHistory::markRepaired(std::uint64_t number, const CheckResult& result, const CheckRepair& repair)
{
    return d->replace(number, partsOf(result), &repair);
}

Result<std::uint64_t> CheckHistory::version()
{
    if (auto settled = d->settleLost(); !settled)
        return tl::unexpected(settled.error());
    return d->file.read([](SqliteDatabase& database) -> Result<std::uint64_t> {
        return static_cast<std::uint64_t>(database.number("SELECT number FROM change"));
    });
}

std::string historyContext(const ContextSettings& context)
{
    return context.sandboxControl.empty() ? context.name : context.name + " of " + context.sandboxControl;
}

std::filesystem::path checkHistoryFile(const std::filesystem::path& stateFolder)
{
    return stateFolder / "checks.db";
}

} // namespace projectionist
