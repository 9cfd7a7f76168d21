// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/replaycommand.h"

#include "app/ctl/deadlettercommand.h"
#include "app/ctl/program.h"
#include "app/ctl/replayruncommand.h"

#include <memory>

namespace projectionist::ctl {

namespace {

constexpr const char* replayFooter =
    "Examples:\n"
    "  projectionistctl replay plan --where 'exception contains \"Timeout\"' --only-safe -o plan.json\n"
    "  projectionistctl replay plan 'orders-dlt[3]@17' 'orders-dlt[3]@21' -o plan.json\n"
    "  projectionistctl replay plan --group 0123456789abcdef --to topic:orders-retry --rate 50 -o plan.json\n"
    "  projectionistctl replay show plan.json               for review: what, where to, who else receives it\n"
    "  projectionistctl replay show plan.json --check       and whether it still holds today\n"
    "A plan is frozen: exactly these letters, in this order; nothing is sent by making or showing one.\n"
    "Exit codes: 0 done, 1 there is nothing to replay, or the plan may not be run, 2 not everything could be read,\n"
    "3 usage or configuration, or no plan.";

using ReplayPlanPointer = std::shared_ptr<ReplayPlanOptions>;

void addPlanChoice(CLI::App& command, const ReplayPlanPointer& options)
{
    auto* const references =
        command.add_option("reference", options->references, "Letters as the list names them")->type_name("REFERENCE");
    auto* const where =
        command.add_option("--where", options->where, "Letters that pass this filter")->type_name("FILTER");
    addZoneOption(command, options->zone);
    auto* const group = command.add_option("--group", options->group, "Letters of this group")->type_name("GROUP");
    auto* const all = command.add_flag("--all", options->all, "All letters");
    for (auto* const other : {where, group, all})
        references->excludes(other);
    all->excludes(where)->excludes(group);
    command.add_flag("--only-safe", options->onlySafe,
                     "Leave out whatever is not safe, and what would overtake what is left out");
}

void addPlanTarget(CLI::App& command, const ReplayPlanPointer& options)
{
    command
        .add_option("--to", options->target,
                    "origin (default): each to the topic its event came from; topic:NAME; command:PROGRAM ARGUMENT...: "
                    "gets one event after the other on standard input")
        ->type_name("TARGET");
    command.add_option("--argument", options->arguments, "One more argument of the command, whatever is in it")
        ->type_name("TEXT");
    command.add_option("--partition", options->partition, "by-key (default), or same: the number it came from")
        ->type_name("HOW")
        ->check(CLI::IsMember({"by-key", "same"}));
    command.add_option("--timestamp", options->timestamp, "event (default): when the event was written; or now")
        ->type_name("WHICH")
        ->check(CLI::IsMember({"event", "now"}));
    command.add_flag("--keep-failure-headers", options->keepFailure, "Send what frameworks wrote when it failed, too");
    command.add_option("--keep", options->keep, "A header to be sent although it tells of the failure")
        ->type_name("HEADER");
    command.add_option("--drop", options->drop, "A header not to be sent")->type_name("HEADER");
    command
        .add_option("--edit", options->edits,
                    "Send what is in the file in the place of this letter's value: JSON, where the workspace has "
                    "edit_before_replay")
        ->type_name("REFERENCE=FILE");
    command.add_option("--add", options->add, "A header to be sent with each event")->type_name("HEADER=VALUE");
}

void addPlanPace(CLI::App& command, const ReplayPlanPointer& options)
{
    command.add_option("--rate", options->rate, "Letters per second, 10 by default")
        ->type_name("N")
        ->check(CLI::Range(0.001, 1'000'000.0));
    command.add_option("--ladder", options->ladder, "Letters of each step; the last goes on: 1,5,25 by default")
        ->type_name("N,N,...");
    command
        .add_option("--proof-within", options->proofWithin,
                    "A step that is not proved by then stops the run, 60s by default")
        ->type_name("DURATION");
    command.add_option("--reason", options->reason, "Why; needed on production")->type_name("TEXT");
}

void addPlan(CLI::App& parent, const ReplayPlanPointer& options, Session& session, int& exitCode)
{
    auto& command = *parent.add_subcommand("plan", "Make a plan: judge, order and check letters; nothing is sent");
    addPlanChoice(command, options);
    addPlanTarget(command, options);
    addPlanPace(command, options);
    command.add_option("-o,--output", options->output, "Where to save the plan, readable by its owner alone")
        ->type_name("FILE")
        ->required();
    command
        .add_option("--log-time", options->logTime, "How long the event log may be read for verdicts, 30s by default")
        ->type_name("DURATION");
    command.add_option("--timeout", options->timeout, "Longest wait until all letters have been read, 60s by default")
        ->type_name("DURATION");
    command.add_flag("--unmask", options->unmask, "Show masked values of the example");
    command.add_flag("--json", options->json, "What was planned as JSON");
    command.callback([options, &session, &exitCode] { exitCode = planReplayOf(*options, session); });
}

void addShowPlan(CLI::App& parent, const ReplayPlanPointer& options, Session& session, int& exitCode)
{
    auto& command = *parent.add_subcommand("show", "A plan for review, with one letter before and after");
    command.add_option("file", options->file, "That \"replay plan\" saved")->type_name("FILE")->required();
    command.add_flag(
        "--check", options->check,
        "Make the dry run once more: are all letters still there, the same, and not replayed by others since?");
    command.add_flag("--no-example", options->noExample, "Read no letter: works without servers");
    command.add_flag("--all", options->allLetters, "List all letters, not only the first");
    command.add_flag("--unmask", options->unmask, "Show masked values");
    command.add_flag("--json", options->json, "JSON");
    command.callback([options, &session, &exitCode] { exitCode = showReplayPlan(*options, session); });
}

} // namespace

void addReplayCommand(CLI::App& app, Session& session, int& exitCode)
{
    auto* const command = app.add_subcommand("replay", "Send events that failed once more, by a plan");
    command->require_subcommand(1);
    command->footer(replayFooter);
    addPlan(*command, std::make_shared<ReplayPlanOptions>(), session, exitCode);
    addShowPlan(*command, std::make_shared<ReplayPlanOptions>(), session, exitCode);
    for (auto* sub : command->get_subcommands({})) {
        sub->footer(replayFooter);
        sub->fallthrough();
    }
    addReplayRunCommands(*command, session, exitCode);
}

} // namespace projectionist::ctl
