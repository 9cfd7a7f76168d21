// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/deadlettercommand.h"

#include "app/ctl/program.h"
#include "app/ctl/recordedact.h"
#include "backend/config/nearest.h"
#include "backend/core/format.h"
#include "backend/deadletter/characters.h"
#include "backend/deadletter/filterparser.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace projectionist::ctl {

namespace {

constexpr const char* lettersFooter =
    "Examples:\n"
    "  projectionistctl deadletters list --where 'age < 6h and exception contains \"Timeout\"'\n"
    "  projectionistctl deadletters groups                  what failed, and how often\n"
    "  projectionistctl deadletters show 'orders-dlt[3]@17' --original\n"
    "  projectionistctl deadletters judge --where 'age < 6h'              which of them may be replayed\n"
    "  projectionistctl deadletters export --format csv --output letters.csv\n"
    "  projectionistctl --quiet deadletters list --where 'age < 10m' --exit-code    for cron: 1 if there are any\n"
    "Reading disturbs nobody: no consumer group, no commits. The filter language is that of the window.\n"
    "Exit codes: 0 done, 1 letters match (with --exit-code), are not to be replayed (judge) or there is no such "
    "letter,\n"
    "2 not everything could be read or judged, 3 usage or configuration.";

/// Problems of a filter, below its text.
std::optional<std::string> filterOf(const DeadLetterOptions& options, const Console& console)
{
    const auto analysis = analyseFilter(options.where, letterSchema());
    if (!analysis.ok()) {
        console.complain("--where:\n" + explainProblems(options.where, analysis.problems));
        return std::nullopt;
    }
    if (options.group.empty())
        return options.where;
    std::string group;
    std::transform(options.group.begin(), options.group.end(), std::back_inserter(group), lowerCase);
    constexpr std::size_t digits = 16;
    if (group.size() != digits || group.find_first_not_of("0123456789abcdef") != std::string::npos) {
        console.complain("--group: not a group; \"projectionistctl deadletters groups\" lists them, as 16 hexadecimal "
                         "digits");
        return std::nullopt;
    }
    const auto condition = fmt::format("group == \"{}\"", group);
    return analysis.tree ? fmt::format("({}) and {}", options.where, condition) : condition;
}

std::vector<std::string> sortableFields()
{
    std::vector<std::string> names;
    for (const auto& field : letterSchema().fields())
        if (field.name != nameOf(LetterField::Age) && field.name != nameOf(LetterField::Message) &&
            field.name != nameOf(LetterField::EventId))
            names.push_back(field.name);
    return names;
}

std::optional<LetterOrder> orderOf(const std::string& sort, const Console& console)
{
    const auto colon = std::min(sort.find(':'), sort.size());
    const auto name = sort.substr(0, colon);
    const auto direction = colon < sort.size() ? sort.substr(colon + 1) : "asc";
    const auto names = sortableFields();
    if (std::find(names.begin(), names.end(), name) == names.end()) {
        const auto nearest = nearestWord(name, names);
        console.complain(fmt::format("--sort: letters cannot be sorted by \"{}\"; {}", name,
                                     nearest.empty() ? fmt::format("fields: {}", fmt::join(names, ", "))
                                                     : fmt::format("did you mean \"{}\"?", nearest)));
        return std::nullopt;
    }
    if (direction != "asc" && direction != "desc") {
        console.complain(fmt::format("--sort: \"{}\" is no direction; write {}:asc or {}:desc", direction, name, name));
        return std::nullopt;
    }
    return LetterOrder{static_cast<LetterField>(*letterSchema().find(name)), direction == "desc"};
}

using OptionsPointer = std::shared_ptr<DeadLetterOptions>;

void addResolved(CLI::App& command, const OptionsPointer& options)
{
    command.add_flag("--resolved", options->resolved, "Letters that were resolved, too");
}

void addWhere(CLI::App& command, const OptionsPointer& options)
{
    command.add_option("--where", options->where, "Only letters that pass this filter")->type_name("FILTER");
    addZoneOption(command, options->zone);
}

/// Each subcommand has its own default.
void addTimeout(CLI::App& command, const OptionsPointer& options, const std::string& otherwise, const char* what)
{
    command.add_option("--timeout", options->timeout, what)->type_name("DURATION")->default_str(otherwise);
    command.preparse_callback([options, otherwise, name = command.get_name()](std::size_t) {
        options->command = name;
        options->timeout = otherwise;
    });
}

void addBytes(CLI::App& command, const OptionsPointer& options)
{
    command.add_option("--bytes", options->bytes, "How much of a payload is read, 1048576 by default")
        ->type_name("N")
        ->check(CLI::Range(1, 1 << 30));
}

constexpr const char* readingLimit = "Longest wait until all has been read; then what is there is shown";

void addList(CLI::App& parent, const OptionsPointer& options, Session& session, int& exitCode)
{
    auto& command = *parent.add_subcommand("list", "The letters one by one, those that arrived last first");
    addWhere(command, options);
    command.add_option("--group", options->group, "Only letters of this group")->type_name("GROUP");
    command.add_option("--sort", options->sort, "By a field of the filter language, arrived:desc by default")
        ->type_name("FIELD[:asc|desc]");
    auto* const limit =
        command.add_option("--limit", options->limit, "At most so many, 20 by default; all with --json")
            ->type_name("N")
            ->check(CLI::PositiveNumber);
    command.add_flag("--all", options->all, "All of them")->excludes(limit);
    command.add_flag("--json", options->json, "One JSON object a line");
    addResolved(command, options);
    command.add_flag("--follow", options->follow, "Go on with new letters until Ctrl+C");
    command.add_flag("--exit-code", options->exitCode, "1 if letters match");
    command.add_flag("--unmask", options->unmask, "Show what is masked in keys; that stands in the audit trail");
    addTimeout(command, options, "60s", readingLimit);
    command.callback([options, &session, &exitCode] { exitCode = listDeadLetters(*options, session); });
}

void addGroups(CLI::App& parent, const OptionsPointer& options, Session& session, int& exitCode)
{
    auto& command = *parent.add_subcommand("groups", "Letters with the same cause as one row, the most letters first");
    addWhere(command, options);
    addResolved(command, options);
    command.add_flag("--json", options->json, "One JSON object a line");
    addTimeout(command, options, "60s", readingLimit);
    command.callback([options, &session, &exitCode] { exitCode = groupDeadLetters(*options, session); });
}

void addShow(CLI::App& parent, const OptionsPointer& options, Session& session, int& exitCode)
{
    auto& command = *parent.add_subcommand("show", "One letter: failure, stack, payload, headers, path");
    command.add_option("reference", options->reference, "As the list names it: topic[partition]@offset, table#key")
        ->type_name("REFERENCE")
        ->required();
    command.add_flag("--original", options->original, "Fetch the event that failed too, and compare");
    command.add_flag("--unmask", options->unmask,
                     "Show masked headers and payload fields; that stands in the audit trail");
    command.add_flag("--all-frames", options->allFrames, "Frames of libraries in the stack too");
    command.add_flag("--json", options->json, "JSON");
    addBytes(command, options);
    addTimeout(command, options, "30s", "Longest wait for the letter");
    command.callback([options, &session, &exitCode] { exitCode = showDeadLetter(*options, session); });
}

void addExport(CLI::App& parent, const OptionsPointer& options, Session& session, int& exitCode)
{
    auto& command = *parent.add_subcommand("export", "All letters as JSON Lines or CSV, in the order of reading");
    addWhere(command, options);
    addResolved(command, options);
    command.add_option("--format", options->format, "jsonl (default) or csv")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"jsonl", "csv"}));
    command
        .add_option("-o,--output", options->output, "Where to, readable by its owner alone; standard output by default")
        ->type_name("FILE");
    command
        .add_option("--payload", options->payload,
                    "With messages, headers and payloads, for which topics are read once more: raw, as they are "
                    "(also without a word), or decoded, Avro and Protobuf as JSON; none by default")
        ->type_name("WHAT")
        ->expected(0, 1)
        ->check(CLI::IsMember({"decoded", "raw", "none"}));
    command.add_flag("--unmask", options->unmask,
                     "With masked headers and payload fields; that stands in the audit trail");
    addBytes(command, options);
    addTimeout(command, options, "10m", "Longest wait until all has been read; then what is there is exported");
    command.callback([options, &session, &exitCode] { exitCode = exportDeadLetters(*options, session); });
}

void addJudge(CLI::App& parent, const OptionsPointer& options, Session& session, int& exitCode)
{
    auto& command = *parent.add_subcommand("judge", "What replaying letters would do, before anybody does it");
    command.add_option("reference", options->references, "Letters, as the list names them; otherwise those that match")
        ->type_name("REFERENCE");
    addWhere(command, options);
    command.add_option("--group", options->group, "Only letters of this group")->type_name("GROUP");
    command.add_option("--limit", options->limit, "At most so many, 1000 by default; those that arrived last")
        ->type_name("N")
        ->check(CLI::PositiveNumber);
    command
        .add_option("--log-time", options->logTime,
                    "Longest reading of the event log, for letters that the read model does not decide; 4s by default")
        ->type_name("DURATION");
    command.add_flag("--json", options->json, "One JSON object a line, with the evidence");
    command.add_flag("--unmask", options->unmask, "Show what is masked in keys; that stands in the audit trail");
    addTimeout(command, options, "60s", readingLimit);
    command.callback([options, &session, &exitCode] { exitCode = judgeDeadLetters(*options, session); });
}

/// False: it could not be recorded, so nothing is shown.
bool recordUnmasking(const DeadLetterOptions& options, const DeadLetterRequest& request, const Console& console)
{
    AuditEntry entry;
    entry.context = request.workspace.currentContext;
    entry.act = "unmask";
    auto letters = options.references;
    if (!options.reference.empty())
        letters.push_back(options.reference);
    entry.object = !letters.empty()               ? fmt::format("{}", fmt::join(letters, ", "))
                   : request.query.filter.empty() ? "all dead letters"
                                                  : request.query.filter;
    entry.detail = fmt::format("Asked for by projectionistctl deadletters {}{}", options.command,
                               options.output.empty() ? "" : ", into " + options.output);
    return recordAct(std::move(entry), console);
}

/// Resolving and restoring need a choice of letters: nobody means all of them by saying nothing.
void addChoice(CLI::App& command, const OptionsPointer& options)
{
    auto* const where =
        command.add_option("--where", options->where, "All letters that pass this filter")->type_name("FILTER");
    addZoneOption(command, options->zone);
    auto* const group = command.add_option("--group", options->group, "All letters of this group")->type_name("GROUP");
    command.add_option("reference", options->references, "Letters, as the list names them")
        ->type_name("REFERENCE")
        ->excludes(where)
        ->excludes(group);
    addTimeout(command, options, "60s", "Longest wait until all has been read; without all of it nothing is done");
}

void addResolving(CLI::App& parent, const OptionsPointer& options, Session& session, int& exitCode)
{
    auto& resolve =
        *parent.add_subcommand("resolve", "Hide letters that were dealt with otherwise; nothing is deleted");
    addChoice(resolve, options);
    resolve.add_option("--note", options->note, "What was done about them; for the audit trail")
        ->type_name("TEXT")
        ->required();
    resolve.callback([options, &session, &exitCode] { exitCode = resolveDeadLetters(*options, session); });
    auto& restore = *parent.add_subcommand("restore", "Show resolved letters again");
    addChoice(restore, options);
    restore.add_option("--note", options->note, "Why; for the audit trail")->type_name("TEXT");
    restore.callback([options, &session, &exitCode] { exitCode = restoreDeadLetters(*options, session); });
}

} // namespace

void addZoneOption(CLI::App& command, std::string& zone)
{
    command
        .add_option("--zone", zone,
                    "Of days and times in the filter that name none: utc (default), or local, which is this machine's, "
                    "or that of TZ")
        ->type_name("ZONE")
        ->check(CLI::IsMember({"utc", "local"}));
}

std::optional<DeadLetterRequest> deadLetterRequest(const DeadLetterOptions& options, Session& session)
{
    session.applyOptions();
    auto filter = filterOf(options, session.console);
    const auto order = orderOf(options.sort, session.console);
    const auto timeout = parseDuration(options.timeout);
    if (!timeout)
        session.console.complain(fmt::format("--timeout {}: not a duration; write 30s or 2m", options.timeout));
    if (!filter || !order || !timeout)
        return std::nullopt;
    auto workspace = session.workspace();
    if (!workspace)
        return std::nullopt;
    DeadLetterRequest request{*std::move(workspace), {}, *timeout};
    request.query.filter = *std::move(filter);
    request.query.order = *order;
    request.query.localTime = options.zone == "local";
    request.query.resolved = options.resolved;
    if (options.unmask && !recordUnmasking(options, request, session.console))
        return std::nullopt;
    return request;
}

void addDeadLettersCommand(CLI::App& app, Session& session, int& exitCode)
{
    const auto options = std::make_shared<DeadLetterOptions>();
    auto* const command =
        app.add_subcommand("deadletters", "Events that failed: list, group, show, judge, export, resolve them");
    command->require_subcommand(1);
    command->footer(lettersFooter);
    addList(*command, options, session, exitCode);
    addGroups(*command, options, session, exitCode);
    addShow(*command, options, session, exitCode);
    addJudge(*command, options, session, exitCode);
    addExport(*command, options, session, exitCode);
    addResolving(*command, options, session, exitCode);
    for (auto* sub : command->get_subcommands({})) {
        sub->footer(lettersFooter);
        sub->fallthrough();
    }
}

} // namespace projectionist::ctl
