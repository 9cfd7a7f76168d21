// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/program.h"
#include "backend/core/format.h"
#include "backend/history/audittrail.h"
#include "backend/history/productionlock.h"

#include <fmt/format.h>

namespace projectionist::ctl {

namespace {

constexpr const char* lockFooter =
    "Examples:\n"
    "  projectionistctl unlock prod --for 30m --reason \"INC-4711: replay of orders\"\n"
    "  projectionistctl lock prod\n"
    "Contexts of the environment production are read-only until they are unlocked, for eight hours at most.\n"
    "The window and other terminals of this user share the lock. Both acts are in the audit trail.\n"
    "Exit codes: 0 done, 2 the lock cannot be read or written, 3 usage or configuration.";

struct LockOptions
{
    std::string context;
    std::string time;
    std::string reason;
};

/// False: it was complained about.
bool namesProduction(const LockOptions& options, Session& session)
{
    session.applyOptions();
    session.options.context = options.context;
    const auto workspace = session.workspace();
    if (!workspace)
        return false;
    if (workspace->context(options.context)->environment == Environment::Production)
        return true;
    session.console.complain(fmt::format("the context \"{}\" is no production context: it is never locked; the "
                                         "workspace file says so with environment = \"production\"",
                                         options.context));
    return false;
}

int failedWith(const Error& error, const Console& console)
{
    console.complain(error);
    return error.kind == ErrorKind::Configuration ? Failed : Critical;
}

int runUnlock(const LockOptions& options, Session& session)
{
    const auto time = parseDuration(options.time);
    if (!time) {
        session.console.complain(fmt::format("--for {}: not a duration; write 30m or 1h", options.time));
        return Failed;
    }
    if (!namesProduction(options, session))
        return Failed;
    const auto now = SystemClock().now();
    auto lock = ProductionLock::open(auditFile(stateDirectory()));
    const auto unlocked = lock ? lock->unlock({options.context, now, now + *time, actingUser(), options.reason})
                               : tl::unexpected(lock.error());
    if (!unlocked)
        return failedWith(unlocked.error(), session.console);
    session.console.note(fmt::format("\"{}\" is unlocked until {}; \"projectionistctl lock {}\" locks it sooner",
                                     options.context, formatDateTime(now + *time), options.context));
    return Fine;
}

int runLock(const LockOptions& options, Session& session)
{
    if (!namesProduction(options, session))
        return Failed;
    auto lock = ProductionLock::open(auditFile(stateDirectory()));
    const auto locked =
        lock ? lock->lock(options.context, actingUser(), SystemClock().now()) : tl::unexpected(lock.error());
    if (!locked)
        return failedWith(locked.error(), session.console);
    session.console.note(fmt::format("\"{}\" {}", options.context, *locked ? "is locked" : "was locked already"));
    return Fine;
}

} // namespace

void addLockCommands(CLI::App& app, Session& session, int& exitCode)
{
    const auto options = std::make_shared<LockOptions>();
    auto& unlock = *app.add_subcommand("unlock", "Make a production context changeable for a time");
    unlock.add_option("--for", options->time, "For how long, for example 30m; eight hours at most")
        ->type_name("DURATION")
        ->required();
    unlock.add_option("--reason", options->reason, "Why; for the audit trail")->type_name("TEXT")->required();
    unlock.callback([options, &session, &exitCode] { exitCode = runUnlock(*options, session); });
    auto& lock = *app.add_subcommand("lock", "Make a production context read-only again");
    lock.callback([options, &session, &exitCode] { exitCode = runLock(*options, session); });
    for (auto* command : {&unlock, &lock}) {
        command->footer(lockFooter);
        command->add_option("context", options->context, "A context of the workspace")
            ->type_name("CONTEXT")
            ->required();
    }
}

} // namespace projectionist::ctl
