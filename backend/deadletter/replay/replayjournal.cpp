// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replayjournal.h"

#include "backend/history/sqlite.h"

#include <nlohmann/json.hpp>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

using JournalJson = nlohmann::json;

constexpr std::int64_t journalFormat = 1;
constexpr const char* journalSchema = R"(
CREATE TABLE run (plan TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE target_head (topic TEXT NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL);
CREATE TABLE step (number INTEGER PRIMARY KEY, start TEXT NOT NULL);
CREATE TABLE letter (number INTEGER PRIMARY KEY, state INTEGER NOT NULL, produced INTEGER NOT NULL,
                     passed INTEGER NOT NULL, not_back INTEGER NOT NULL, row INTEGER NOT NULL, step INTEGER NOT NULL,
                     topic TEXT NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL, sent_at INTEGER NOT NULL,
                     why TEXT NOT NULL, came_back TEXT NOT NULL);
)";
constexpr const char* writeLetter = "INSERT OR REPLACE INTO letter VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::int64_t none = -1;

std::int64_t millisecondsOf(TimePoint time)
{
    return time.time_since_epoch().count();
}

/// Texts come from servers: what is no UTF-8 is replaced.
std::string dumped(const JournalJson& value)
{
    return value.dump(-1, ' ', false, JournalJson::error_handler_t::replace);
}

std::string textOf(const ReplayRecord& record)
{
    return dumped({{"began", millisecondsOf(record.began)},
                   {"touched", millisecondsOf(record.touched)},
                   {"state", record.state},
                   {"stop", record.stop},
                   {"why", record.why},
                   {"facts", record.facts},
                   {"unprovable", record.unprovable},
                   {"step", record.step},
                   {"open", record.open},
                   {"ladder", record.ladder},
                   {"runner", record.runner}});
}

ReplayRecord recordOf(const std::string& text)
{
    const JournalJson value = JournalJson::parse(text);
    ReplayRecord record;
    record.began = TimePoint(Duration(value.at("began").get<std::int64_t>()));
    record.touched = TimePoint(Duration(value.at("touched").get<std::int64_t>()));
    value.at("state").get_to(record.state);
    value.at("stop").get_to(record.stop);
    value.at("why").get_to(record.why);
    value.at("facts").get_to(record.facts);
    value.at("unprovable").get_to(record.unprovable);
    value.at("step").get_to(record.step);
    value.at("open").get_to(record.open);
    value.at("ladder").get_to(record.ladder);
    value.at("runner").get_to(record.runner);
    return record;
}

std::string textOf(const ReplayStepStart& start)
{
    JournalJson heads = JournalJson::array();
    for (const auto& [id, offset] : start.letterHeads)
        heads.push_back({id.topic, id.partition, offset});
    return dumped({{"heads", std::move(heads)}, {"rows", start.rows}, {"lags", start.lags}});
}

ReplayStepStart startOf(const std::string& text)
{
    const JournalJson value = JournalJson::parse(text);
    ReplayStepStart start;
    for (const auto& head : value.at("heads"))
        start.letterHeads[{head.at(0).get<std::string>(), head.at(1).get<std::int32_t>()}] = head.at(2).get<Offset>();
    value.at("rows").get_to(start.rows);
    value.at("lags").get_to(start.lags);
    return start;
}

void bindLetter(SqliteStatement& statement, std::size_t number, const ReplayLetterProgress& letter)
{
    const auto word = [](auto value) { return static_cast<std::int64_t>(value); };
    statement.bind(word(number))
        .bind(word(letter.state))
        .bind(word(letter.produced))
        .bind(word(letter.passed))
        .bind(word(letter.notBack))
        .bind(word(letter.row))
        .bind(word(letter.step))
        .bind(letter.id ? std::string_view(letter.id->topic) : std::string_view(""))
        .bind(letter.id ? word(letter.id->partition) : none)
        .bind(letter.offset.value_or(none))
        .bind(letter.sentAt ? millisecondsOf(*letter.sentAt) : none)
        .bind(std::string_view(letter.why))
        .bind(std::string_view(letter.cameBack));
    statement.run();
}

ReplayLetterProgress letterIn(const SqliteStatement& row)
{
    ReplayLetterProgress letter;
    letter.state = static_cast<ReplayLetterState>(row.integer(1));
    letter.produced = static_cast<ReplayLight>(row.integer(2));
    letter.passed = static_cast<ReplayLight>(row.integer(3));
    letter.notBack = static_cast<ReplayLight>(row.integer(4));
    letter.row = static_cast<ReplayLight>(row.integer(5));
    letter.step = static_cast<std::size_t>(row.integer(6));
    if (row.integer(8) != none)
        letter.id = TopicPartition{row.text(7), static_cast<std::int32_t>(row.integer(8))};
    if (row.integer(9) != none)
        letter.offset = row.integer(9);
    if (row.integer(10) != none)
        letter.sentAt = TimePoint(Duration(row.integer(10)));
    letter.why = row.text(11);
    letter.cameBack = row.text(12);
    return letter;
}

Error journalError(const fs::path& file, const SqliteError& error, bool writing)
{
    return sqliteTrouble(error, "The journal " + file.string() + (writing ? " cannot be written" : " cannot be read"),
                         "; nothing is sent without the journal.");
}

template<typename Work>
auto guarded(const fs::path& file, bool writing, Work&& work) -> Result<decltype(work())>
{
    try {
        if constexpr (std::is_void_v<decltype(work())>) {
            work();
            return {};
        } else {
            return work();
        }
    } catch (const SqliteError& failure) {
        return tl::unexpected(journalError(file, failure, writing));
    } catch (const JournalJson::exception& failure) {
        return tl::unexpected(Error{ErrorKind::InvalidData, "The journal " + file.string() + " makes no sense",
                                    failure.what(), "Somebody has changed it; restore it from a backup.", false});
    }
}

} // namespace

class ReplayJournal::Private
{
public:
    Private(fs::path path, bool toWrite)
        : file(std::move(path)), database(file, toWrite ? SqliteDatabase::Mode::Write : SqliteDatabase::Mode::Read)
    {
        if (toWrite) // each commit reaches the disk before the act that it announces
            database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    }

    void write(const ReplayRecord& record)
    {
        auto statement = database.prepare("UPDATE run SET record = ?");
        statement.bind(std::string_view(textOf(record))).run();
    }

    fs::path file;
    SqliteDatabase database;
};

ReplayJournal::ReplayJournal(std::unique_ptr<Private> data) : d(std::move(data)) {}
ReplayJournal::~ReplayJournal() = default;
ReplayJournal::ReplayJournal(ReplayJournal&&) noexcept = default;
ReplayJournal& ReplayJournal::operator=(ReplayJournal&&) noexcept = default;

Result<ReplayJournal> ReplayJournal::create(const fs::path& file, const ReplayPlan& plan, const ReplayRecord& record,
                                            const LogHeads& targetHeads)
{
    auto made = guarded(file, true, [&]() -> ReplayJournal {
        auto data = std::make_unique<Private>(file, true);
        SqliteTransaction transaction(data->database);
        data->database.execute(journalSchema);
        auto run = data->database.prepare("INSERT INTO run VALUES (?, ?)");
        run.bind(std::string_view(replayPlanText(plan))).bind(std::string_view(textOf(record))).run();
        auto head = data->database.prepare("INSERT INTO target_head VALUES (?, ?, ?)");
        for (const auto& [id, offset] : targetHeads)
            head.bind(std::string_view(id.topic)).bind(std::int64_t{id.partition}).bind(offset).run();
        auto letter = data->database.prepare(writeLetter);
        for (std::size_t i = 0; i < plan.letters.size(); ++i)
            bindLetter(letter, i, {});
        data->database.execute(("PRAGMA user_version = " + std::to_string(journalFormat)).c_str());
        transaction.commit();
        return ReplayJournal(std::move(data));
    });
    return made;
}

Result<ReplayJournal> ReplayJournal::open(const fs::path& file, bool toWrite)
{
    std::error_code ignored;
    if (!fs::exists(file, ignored))
        return tl::unexpected(Error{ErrorKind::NotFound, "There is no journal " + file.string(),
                                    "the plan was not started on this machine", "Run it.", false});
    auto version = std::int64_t{0};
    auto opened = guarded(file, toWrite, [&]() -> ReplayJournal {
        auto data = std::make_unique<Private>(file, toWrite);
        version = data->database.number("PRAGMA user_version");
        return ReplayJournal(std::move(data));
    });
    if (!opened || version == journalFormat)
        return opened;
    if (version == 0) // whoever made it was killed before it was whole: nothing was sent
        return tl::unexpected(Error{ErrorKind::NotFound, "The journal " + file.string() + " is empty",
                                    "its program ended before it began", "Run the plan again.", false});
    return tl::unexpected(Error{ErrorKind::InvalidData, "The journal " + file.string() + " cannot be used",
                                "it is of a newer program", "Use that program.", false});
}

Result<ReplayPlan> ReplayJournal::plan()
{
    auto text = guarded(d->file, false, [this]() -> std::string {
        auto rows = d->database.prepare("SELECT plan FROM run");
        return rows.step() ? rows.text(0) : std::string();
    });
    return text.and_then([](const std::string& plan) { return parseReplayPlan(plan); });
}

Result<ReplayRecord> ReplayJournal::record()
{
    return guarded(d->file, false, [this]() -> ReplayRecord {
        auto rows = d->database.prepare("SELECT record FROM run");
        return recordOf(rows.step() ? rows.text(0) : std::string());
    });
}

Result<LogHeads> ReplayJournal::targetHeads()
{
    return guarded(d->file, false, [this]() -> LogHeads {
        LogHeads heads;
        auto rows = d->database.prepare("SELECT topic, partition, offset FROM target_head");
        while (rows.step())
            heads[{rows.text(0), static_cast<std::int32_t>(rows.integer(1))}] = rows.integer(2);
        return heads;
    });
}

Result<std::vector<ReplayLetterProgress>> ReplayJournal::letters()
{
    return guarded(d->file, false, [this]() -> std::vector<ReplayLetterProgress> {
        std::vector<ReplayLetterProgress> letters;
        auto rows = d->database.prepare("SELECT * FROM letter ORDER BY number");
        while (rows.step())
            letters.push_back(letterIn(rows));
        return letters;
    });
}

Result<ReplayStepStart> ReplayJournal::stepStart(std::size_t step)
{
    return guarded(d->file, false, [&]() -> ReplayStepStart {
        auto rows = d->database.prepare("SELECT start FROM step WHERE number = ?");
        rows.bind(static_cast<std::int64_t>(step));
        return rows.step() ? startOf(rows.text(0)) : ReplayStepStart{};
    });
}

Result<void> ReplayJournal::write(const ReplayRecord& record)
{
    return write(record, {}, {});
}

Result<void> ReplayJournal::write(const ReplayRecord& record, std::span<const std::size_t> changed,
                                  const std::vector<ReplayLetterProgress>& letters, const ReplayStepStart* start)
{
    return guarded(d->file, true, [&] {
        SqliteTransaction transaction(d->database);
        d->write(record);
        auto statement = d->database.prepare(writeLetter);
        for (const auto number : changed)
            bindLetter(statement, number, letters[number]);
        if (start) {
            auto step = d->database.prepare("INSERT OR REPLACE INTO step VALUES (?, ?)");
            step.bind(static_cast<std::int64_t>(record.step)).bind(std::string_view(textOf(*start))).run();
        }
        transaction.commit();
    });
}

} // namespace projectionist
