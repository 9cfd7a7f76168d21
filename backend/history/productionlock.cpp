// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/history/productionlock.h"

#include "backend/core/format.h"
#include "backend/history/actsfile.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

/// A clock that is set right goes back a little; one that goes back further has lost its say about how long is left.
constexpr Duration clockStep{60'000};

std::int64_t millisOf(TimePoint time)
{
    return time.time_since_epoch().count();
}

Result<void> checkUnlock(const Unlock& wanted)
{
    const auto refused = [&](const char* why, std::string next) -> Result<void> {
        return tl::unexpected(Error{ErrorKind::Configuration,
                                    fmt::format("The context \"{}\" was not unlocked", wanted.context), why,
                                    std::move(next), false});
    };
    if (wanted.reason.find_first_not_of(" \t\r\n") == std::string::npos)
        return refused("there is no reason", "Say why it has to be changed.");
    if (wanted.until <= wanted.since)
        return refused("it was for no time", "Say for how long.");
    if (wanted.until - wanted.since > ProductionLock::longest)
        return refused("it was for too long", fmt::format("Unlock it for {} at most; it can be unlocked again.",
                                                          compactDuration(ProductionLock::longest)));
    return {};
}

std::optional<Unlock> unlockIn(SqliteDatabase& database, const std::string& context, TimePoint now)
{
    auto row = database.prepare("SELECT since, until, who, reason FROM unlocked WHERE context = ?");
    row.bind(context);
    if (!row.step())
        return std::nullopt;
    const Unlock found{context, TimePoint(Duration(row.integer(0))), TimePoint(Duration(row.integer(1))), row.text(2),
                       row.text(3)};
    return now < found.until && now >= found.since - clockStep ? std::optional(found) : std::nullopt;
}

} // namespace

class ProductionLock::Private
{
public:
    std::unique_ptr<ActsFile> file;
};

ProductionLock::ProductionLock(std::unique_ptr<Private> data) : d(std::move(data)) {}
ProductionLock::~ProductionLock() = default;
ProductionLock::ProductionLock(ProductionLock&& other) noexcept = default;
ProductionLock& ProductionLock::operator=(ProductionLock&& other) noexcept = default;

Result<ProductionLock> ProductionLock::open(const std::filesystem::path& file)
{
    auto opened = ActsFile::open(file);
    if (!opened)
        return tl::unexpected(opened.error());
    return ProductionLock(std::make_unique<Private>(Private{*std::move(opened)}));
}

Result<std::optional<Unlock>> ProductionLock::unlocked(const std::string& context, TimePoint now)
{
    return d->file->read(
        [&](SqliteDatabase& database) -> Result<std::optional<Unlock>> { return unlockIn(database, context, now); });
}

Result<void> ProductionLock::unlock(const Unlock& wanted)
{
    if (auto fine = checkUnlock(wanted); !fine)
        return fine;
    return d->file->write([&](SqliteDatabase& database) -> Result<void> {
        database.prepare("INSERT OR REPLACE INTO unlocked (context, since, until, who, reason) VALUES (?, ?, ?, ?, ?)")
            .bind(wanted.context)
            .bind(millisOf(wanted.since))
            .bind(millisOf(wanted.until))
            .bind(wanted.who)
            .bind(wanted.reason)
            .run();
        ActsFile::append(database,
                         {0, wanted.since, wanted.who, wanted.context, "unlock", wanted.context, wanted.reason,
                          fmt::format("For {}, until {}", compactDuration(wanted.until - wanted.since),
                                      formatDateTime(wanted.until)),
                          "done"});
        return {};
    });
}

Result<bool> ProductionLock::lock(const std::string& context, const std::string& who, TimePoint now)
{
    return d->file->write([&](SqliteDatabase& database) -> Result<bool> {
        const auto former = unlockIn(database, context, now);
        database.prepare("DELETE FROM unlocked WHERE context = ?").bind(context).run();
        if (!former)
            return false;
        ActsFile::append(database, {0,
                                    now,
                                    who,
                                    context,
                                    "lock",
                                    context,
                                    {},
                                    fmt::format("{} before its time; {} had unlocked it",
                                                compactDuration(former->until - now), former->who),
                                    "done"});
        return true;
    });
}

Error lockedError(const std::string& context)
{
    return {ErrorKind::Permission, fmt::format("The context \"{}\" is production and locked", context),
            "it is read-only until somebody unlocks it for a time, with a reason",
            fmt::format("Unlock it in the window's top bar, or with: projectionistctl unlock {} --for 30m --reason ...",
                        context),
            false};
}

} // namespace projectionist
