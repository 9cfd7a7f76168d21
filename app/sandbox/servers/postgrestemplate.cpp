// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/servers/postgrestemplate.h"

#include "app/sandbox/servers/childprocess.h"
#include "app/sandbox/servers/temporaryfolder.h"

#include <cstdlib>
#include <unistd.h>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

bool hasServer(const fs::path& folder)
{
    return ::access((folder / "initdb").c_str(), X_OK) == 0 && ::access((folder / "postgres").c_str(), X_OK) == 0;
}

Result<void> runInitdb(const fs::path& programs, const fs::path& folder, const std::string& user)
{
    const fs::path log = folder.parent_path() / "initdb.log";
    ChildCommand command;
    // Small WAL segments: copies of the folder are small, too.
    command.arguments = {programs / "initdb", "-D",         folder, "-U",  "postgres", "-A", "trust", "--no-sync",
                         "--wal-segsize=1",   "--locale=C", "-E",   "UTF8"};
    command.logFile = log;
    command.user = user;
    auto initdb = ChildProcess::start(command);
    if (!initdb)
        return tl::unexpected(initdb.error());
    const auto status = (*initdb)->waitForExit(Duration(120'000));
    if (status && status->code == 0 && status->signal == 0)
        return {};
    return tl::unexpected(
        Error{ErrorKind::Resource, "Cannot make a PostgreSQL data folder in " + folder.string(),
              "initdb: " + (status ? toString(*status) : "no end after 2 minutes") + "\n" + lastLines(log),
              "Check that the disk has space and that the user may enter the folders above it.", false});
}

/// "initdb-15": the cache is one for each program folder, "" where there is none.
fs::path templateFolder(const fs::path& programs)
{
    const fs::path cache = cacheFolder();
    const std::string version = programs.parent_path().filename();
    return cache.empty() || version.empty() ? fs::path() : cache / ("initdb-" + version);
}

/// Others may make the same template at the same time; the first rename wins.
void keepTemplate(const fs::path& folder, const fs::path& kept)
{
    std::error_code failure;
    fs::path part = kept;
    part += "." + std::to_string(::getpid());
    fs::create_directories(kept.parent_path(), failure);
    fs::copy(folder, part, fs::copy_options::recursive, failure);
    if (!failure)
        fs::rename(part, kept, failure);
    if (failure)
        fs::remove_all(part, failure); // a cache that cannot be written costs time, nothing else
}

} // namespace

Result<fs::path> postgresProgramFolder()
{
    fs::path best;
    int bestVersion = 0;
    std::error_code ignored;
    for (fs::directory_iterator it("/usr/lib/postgresql", ignored), end; it != end; it.increment(ignored)) {
        const int version = std::atoi(it->path().filename().c_str());
        if (version > bestVersion && hasServer(it->path() / "bin")) {
            bestVersion = version;
            best = it->path() / "bin";
        }
    }
    const char* path = std::getenv("PATH");
    std::string rest = path ? path : "";
    while (best.empty() && !rest.empty()) {
        const auto colon = rest.find(':');
        if (const fs::path candidate = rest.substr(0, colon); hasServer(candidate))
            best = candidate;
        rest = colon == std::string::npos ? std::string() : rest.substr(colon + 1);
    }
    if (best.empty())
        return tl::unexpected(Error{ErrorKind::NotFound, "No PostgreSQL server programs (initdb, postgres) found",
                                    "neither in /usr/lib/postgresql/*/bin nor in PATH",
                                    "Install the package postgresql.", false});
    return best;
}

Result<void> makeDataFolder(const fs::path& programs, const fs::path& folder, const std::string& user)
{
    const fs::path kept = templateFolder(programs);
    std::error_code failure;
    if (!kept.empty() && fs::exists(kept / "PG_VERSION", failure)) {
        fs::copy(kept, folder, fs::copy_options::recursive, failure);
        if (!failure) {
            fs::permissions(folder, fs::perms::owner_all, failure);
            return giveTo(folder, user);
        }
        fs::remove_all(folder, failure);
    }
    if (const auto made = runInitdb(programs, folder, user); !made)
        return made;
    if (!kept.empty())
        keepTemplate(folder, kept);
    return {};
}

} // namespace projectionist
