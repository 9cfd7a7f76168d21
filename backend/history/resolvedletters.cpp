// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/history/resolvedletters.h"

#include "backend/history/actsfile.h"

#include <fmt/format.h>
#include <limits>

namespace projectionist {

namespace {

constexpr std::int64_t untold = std::numeric_limits<std::int64_t>::min();
constexpr std::size_t mostNamed = 5; ///< in the trail's sentence; the file has them all

std::int64_t arrivalOf(const ResolvedLetter& letter)
{
    return letter.arrived ? std::int64_t{letter.arrived->time_since_epoch().count()} : untold;
}

/// Of `letters` those whose being resolved is not `wanted` yet.
std::vector<ResolvedLetter> toChange(SqliteDatabase& database, const std::string& context,
                                     const std::vector<ResolvedLetter>& letters, bool wanted)
{
    auto find = database.prepare("SELECT 1 FROM resolution WHERE context = ? AND reference = ? AND arrived = ? "
                                 "AND restored = 0");
    std::vector<ResolvedLetter> changed;
    for (const auto& letter : letters)
        if (find.bind(context).bind(letter.reference).bind(arrivalOf(letter)).step() != wanted)
            changed.push_back(letter);
    return changed;
}

std::uint64_t tell(SqliteDatabase& database, const LetterAct& act, const char* name,
                   const std::vector<ResolvedLetter>& letters)
{
    AuditEntry entry{0, act.at, act.who, act.context, name, letters.front().reference, act.note, {}, "done"};
    if (letters.size() > 1) {
        entry.object = act.chosenBy;
        entry.detail = fmt::format("{} letters: ", letters.size());
        for (std::size_t i = 0; i < std::min(letters.size(), mostNamed); ++i)
            entry.detail += (i > 0 ? ", " : "") + letters[i].reference;
        if (letters.size() > mostNamed)
            entry.detail += fmt::format(" and {} more", letters.size() - mostNamed);
    } else if (!act.chosenBy.empty()) {
        entry.detail = "The only letter of: " + act.chosenBy;
    }
    return ActsFile::append(database, entry);
}

} // namespace

class ResolvedLetters::Private
{
public:
    std::unique_ptr<ActsFile> file;
};

ResolvedLetters::ResolvedLetters(std::unique_ptr<Private> data) : d(std::move(data)) {}
ResolvedLetters::~ResolvedLetters() = default;
ResolvedLetters::ResolvedLetters(ResolvedLetters&& other) noexcept = default;
ResolvedLetters& ResolvedLetters::operator=(ResolvedLetters&& other) noexcept = default;

Result<ResolvedLetters> ResolvedLetters::open(const std::filesystem::path& file)
{
    auto opened = ActsFile::open(file);
    if (!opened)
        return tl::unexpected(opened.error());
    return ResolvedLetters(std::make_unique<Private>(Private{*std::move(opened)}));
}

Result<std::vector<ResolvedLetter>> ResolvedLetters::read(const std::string& context)
{
    return d->file->read([&](SqliteDatabase& database) -> Result<std::vector<ResolvedLetter>> {
        auto rows = database.prepare("SELECT reference, arrived FROM resolution WHERE context = ? AND restored = 0 "
                                     "ORDER BY reference, arrived");
        rows.bind(context);
        std::vector<ResolvedLetter> letters;
        while (rows.step()) {
            const auto arrived = rows.integer(1);
            letters.push_back(
                {rows.text(0), arrived == untold ? std::nullopt : std::optional(TimePoint(Duration(arrived)))});
        }
        return letters;
    });
}

Result<std::uint64_t> ResolvedLetters::version()
{
    return d->file->read([&](SqliteDatabase& database) -> Result<std::uint64_t> {
        return static_cast<std::uint64_t>(
            database.number("SELECT max(coalesce((SELECT max(id) FROM entry WHERE act = 'resolve'), 0), "
                            "coalesce((SELECT max(id) FROM entry WHERE act = 'restore'), 0))"));
    });
}

Result<std::size_t> ResolvedLetters::resolve(const LetterAct& act, const std::vector<ResolvedLetter>& letters)
{
    if (act.note.find_first_not_of(" \t\r\n") == std::string::npos)
        return tl::unexpected(Error{ErrorKind::Configuration, "The letters were not resolved", "there is no note",
                                    "Say what was done about them.", false});
    return d->file->write([&](SqliteDatabase& database) -> Result<std::size_t> {
        const auto fresh = toChange(database, act.context, letters, true);
        if (fresh.empty())
            return std::size_t{0};
        const auto entry = static_cast<std::int64_t>(tell(database, act, "resolve", fresh));
        auto insert = database.prepare("INSERT OR IGNORE INTO resolution (context, reference, arrived, resolved) "
                                       "VALUES (?, ?, ?, ?)");
        for (const auto& letter : fresh)
            insert.bind(act.context).bind(letter.reference).bind(arrivalOf(letter)).bind(entry).run();
        return fresh.size();
    });
}

Result<std::size_t> ResolvedLetters::restore(const LetterAct& act, const std::vector<ResolvedLetter>& letters)
{
    return d->file->write([&](SqliteDatabase& database) -> Result<std::size_t> {
        const auto hidden = toChange(database, act.context, letters, false);
        if (hidden.empty())
            return std::size_t{0};
        const auto entry = static_cast<std::int64_t>(tell(database, act, "restore", hidden));
        auto update = database.prepare("UPDATE resolution SET restored = ? WHERE context = ? AND reference = ? "
                                       "AND arrived = ? AND restored = 0");
        for (const auto& letter : hidden)
            update.bind(entry).bind(act.context).bind(letter.reference).bind(arrivalOf(letter)).run();
        return hidden.size();
    });
}

} // namespace projectionist
