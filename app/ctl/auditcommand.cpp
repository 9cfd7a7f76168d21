// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/livetable.h"
#include "app/ctl/program.h"
#include "app/ctl/snapshotjson.h"
#include "app/ctl/timeexpression.h"
#include "backend/core/format.h"
#include "backend/deadletter/letterescape.h"
#include "backend/history/audittrail.h"

#include <fmt/format.h>
#include <limits>

namespace projectionist::ctl {

namespace {

constexpr Duration followInterval{500};

constexpr const char* auditFooter =
    "Examples:\n"
    "  projectionistctl audit --since now-1d\n"
    "  projectionistctl audit --act unmask --who eva\n"
    "  projectionistctl audit --object 'orders-dlt[3]@17'         what was done with a letter\n"
    "  projectionistctl --context prod audit --json > audit.jsonl\n"
    "Acts are unmask, resolve, restore, unlock, lock, deploy and those of replays. Times without a zone are UTC.\n"
    "Exit codes: 0 done, 2 the trail cannot be read, 3 usage.";

struct AuditOptions
{
    std::string since;
    std::string until;
    std::string who;
    std::string act;
    std::string object;
    std::string file;
    std::uint64_t limit = 0; ///< 0: not given
    bool json = false;
    bool follow = false;
};

Json entryJson(const AuditEntry& entry)
{
    return {
        {"number", entry.number}, {"at", formatRfc3339(entry.at)}, {"who", entry.who},       {"context", entry.context},
        {"act", entry.act},       {"object", entry.object},        {"reason", entry.reason}, {"detail", entry.detail},
        {"result", entry.result}};
}

std::string entryTable(const std::vector<AuditEntry>& entries)
{
    TextTable table({"TIME", "WHO", "CONTEXT", "ACT", "RESULT", "OBJECT", "REASON", "DETAIL"});
    for (const auto& entry : entries)
        table.add({formatDateTime(entry.at), harmless(entry.who), harmless(entry.context), harmless(entry.act),
                   harmless(entry.result), harmless(entry.object), harmless(entry.reason), harmless(entry.detail)});
    return table.text();
}

std::string linesOf(const std::vector<AuditEntry>& entries, bool json)
{
    if (!json)
        return entryTable(entries);
    std::string lines;
    for (const auto& entry : entries)
        lines += harmlessJson(text(entryJson(entry), true));
    return lines;
}

/// What was asked for; nullopt: it was complained about.
std::optional<AuditQuery> auditQuery(const AuditOptions& options, const Session& session)
{
    AuditQuery query;
    const SystemClock clock;
    for (const auto& [name, given, time] :
         {std::tuple("--since", &options.since, &query.from), std::tuple("--until", &options.until, &query.to)}) {
        if (given->empty())
            continue;
        const auto parsed = parseTimeExpression(*given, clock.now());
        if (!parsed) {
            session.console.complain(fmt::format("{}: {}", name, toString(parsed.error())));
            return std::nullopt;
        }
        *time = *parsed;
    }
    if (query.from && query.to && *query.from >= *query.to) {
        session.console.complain("--since must be before --until");
        return std::nullopt;
    }
    query.context = session.options.context;
    query.who = options.who;
    query.act = options.act;
    query.object = options.object;
    query.most = options.limit > 0 ? options.limit : std::numeric_limits<std::size_t>::max();
    return query;
}

/// Entries as they come, until somebody wants an end.
int followTrail(AuditTrail& trail, AuditQuery query, bool json, Session& session)
{
    query.most = std::numeric_limits<std::size_t>::max();
    while (!session.interruption.wait(followInterval)) {
        const auto entries = trail.read(query);
        if (!entries) {
            session.console.complain(entries.error());
            return Critical;
        }
        if (entries->empty())
            continue;
        query.after = entries->back().number;
        if (!session.console.print(linesOf(*entries, json)))
            break;
    }
    return Fine;
}

int runAudit(const AuditOptions& options, Session& session)
{
    session.applyOptions();
    auto query = auditQuery(options, session);
    if (!query)
        return Failed;
    const auto file = options.file.empty() ? auditFile(stateDirectory()) : std::filesystem::path(options.file);
    std::error_code ignored;
    const bool there = std::filesystem::exists(file, ignored);
    if (!there && !options.file.empty()) {
        session.console.complain(fmt::format("there is no file {}", options.file));
        return Failed;
    }
    if (!there && !options.follow) {
        session.console.note(fmt::format("nothing has been recorded yet: {} does not exist", file.string()));
        return Fine;
    }
    auto trail = AuditTrail::open(file);
    const auto entries = trail ? trail->read(*query) : tl::unexpected(trail.error());
    if (!entries) {
        session.console.complain(entries.error());
        return Critical;
    }
    if (!session.console.print(linesOf(*entries, options.json)))
        return Fine;
    if (entries->empty())
        session.console.note("nothing has been recorded that matches");
    if (!options.follow)
        return Fine;
    if (!entries->empty())
        query->after = entries->back().number;
    return followTrail(*trail, *query, options.json, session);
}

} // namespace

void addAuditCommand(CLI::App& app, Session& session, int& exitCode)
{
    const auto options = std::make_shared<AuditOptions>();
    auto& command = *app.add_subcommand("audit", "Who did what, when, and why, the oldest first");
    command.footer(auditFooter);
    command.add_option("--since", options->since, "Only acts at or after this time")->type_name("TIME");
    command.add_option("--until", options->until, "Only acts before this time")->type_name("TIME");
    command.add_option("--who", options->who, "Only acts of this user, as user or user@host")->type_name("USER");
    command.add_option("--act", options->act, "Only acts of this name, for example unmask")->type_name("ACT");
    command.add_option("--object", options->object, "Only acts on this letter, plan or context")->type_name("OBJECT");
    command.add_option("--limit", options->limit, "Only the last N of them")
        ->type_name("N")
        ->check(CLI::PositiveNumber);
    command.add_flag("--json", options->json, "One JSON object a line");
    command.add_flag("--follow", options->follow, "Go on with new acts until Ctrl+C");
    command.add_option("--file", options->file, "Audit trail, by default this user's")->type_name("FILE");
    command.callback([options, &session, &exitCode] { exitCode = runAudit(*options, session); });
}

} // namespace projectionist::ctl
