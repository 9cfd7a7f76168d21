// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/replayruncommand.h"

#include "app/ctl/checkreproject.h"
#include "app/ctl/livetable.h"
#include "backend/core/format.h"
#include "backend/core/mailbox.h"
#include "backend/deadletter/letterescape.h"
#include "backend/deadletter/replay/replaytrace.h"
#include "backend/history/productionlock.h"
#include "backend/reconcile/reproject/rowwriter.h"

#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

namespace projectionist::ctl {

namespace {

constexpr Duration replayPoll{50};

constexpr const char* replayRunFooter =
    "Examples:\n"
    "  projectionistctl replay run plan.json\n"
    "  projectionistctl replay run plan.json --yes --confirm orders.events --json    on production\n"
    "  projectionistctl replay resume 20261121-142530-7f3a9c0e\n"
    "  projectionistctl replay status                                                all runs of this machine\n"
    "Ctrl+C ends in good order: no further letter, and those under way are waited for. A run that was ended, stopped "
    "or\nkilled is resumed where it was; no letter is sent twice.\n"
    "Exit codes: 0 all letters were sent, 1 some were refused, or it was ended before, 2 it stopped by itself, 3 it "
    "was\nrefused, usage or configuration. status: 0 finished, 1 running, ended or interrupted, 2 stopped, 3 usage.";

bool canAsk()
{
    return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
}

std::string answerTo(const std::string& question)
{
    std::cerr << question << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return answer;
}

std::string namesText(const std::vector<std::string>& names)
{
    std::string text;
    for (const auto& name : names)
        text += (text.empty() ? "" : ", ") + harmless(name);
    return text;
}

std::string whatIsSent(const ReplayPlan& plan, const std::vector<std::string>& names)
{
    if (plan.target.kind == ReplayTargetKind::Rows)
        return fmt::format("{} rows of {}", plan.letters.size(), namesText(names));
    const char* const word = plan.reprojection ? "events" : "letters";
    return fmt::format("{} {} to {}", plan.letters.size(), word, namesText(names));
}

const char* sentWord(const ReplayPlan& plan)
{
    return plan.target.kind == ReplayTargetKind::Rows ? "written" : "sent";
}

bool isProduction(const Workspace& workspace, const ReplayPlan& plan)
{
    const auto* context = workspace.context(plan.context);
    return plan.production || (context && context->environment == Environment::Production);
}

/// False: it was complained about.
bool confirmed(const ReplayRunOptionsGiven& options, const Workspace& workspace, const ReplayPlan& plan,
               const Console& console)
{
    const auto names = namesToConfirm(plan);
    const auto what = whatIsSent(plan, names);
    if (!isProduction(workspace, plan)) {
        if (options.yes)
            return true;
        if (canAsk()) {
            const auto answer = answerTo(
                fmt::format("{} {}? [y/N] ", plan.target.kind == ReplayTargetKind::Rows ? "Write" : "Send", what));
            return answer == "y" || answer == "Y" || answer == "yes";
        }
        console.complain(fmt::format("{} would be {}: say --yes", what, sentWord(plan)));
        return false;
    }
    for (const auto& name : names) {
        if (std::ranges::find(options.confirm, name) != options.confirm.end())
            continue;
        if (canAsk() && answerTo(fmt::format("The context \"{}\" is for production. {} will be {}. Type {} to "
                                             "confirm: ",
                                             plan.context, what, sentWord(plan), harmless(name))) == name)
            continue;
        console.complain(fmt::format("on production the target has to be named: --confirm {}", harmless(name)));
        return false;
    }
    return true;
}

/// Asked on the run's thread.
Result<void> unlockedNow(const ContextSettings& context)
{
    if (context.environment != Environment::Production)
        return {};
    auto lock = ProductionLock::open(auditFile(stateDirectory()));
    if (!lock)
        return tl::unexpected(lock.error());
    const auto unlock = lock->unlocked(context.name, SystemClock().now());
    if (!unlock)
        return tl::unexpected(unlock.error());
    return *unlock ? Result<void>() : tl::unexpected(lockedError(context.name));
}

Result<void> noted(const AuditEntry& entry)
{
    auto trail = AuditTrail::open(auditFile(stateDirectory()));
    if (!trail)
        return tl::unexpected(trail.error());
    return trail->append(entry).map([](std::uint64_t) {});
}

ReplayRunOptions runOptions(const ReplayRunOptionsGiven& given, const ReplayPlan& plan, bool resume)
{
    ReplayRunOptions options;
    options.journal = replayJournalFile(stateDirectory(), plan.id);
    options.resume = resume;
    options.assume = given.assume == "sent"       ? ReplayAssumption::Sent
                     : given.assume == "not-sent" ? ReplayAssumption::NotSent
                                                  : ReplayAssumption::Ask;
    options.permitted = unlockedNow;
    options.audit = noted;
    options.reason = given.reason;
    return options;
}

int codeOf(const ReplayProgress& progress)
{
    switch (progress.state) {
    case ReplayState::Finished:
        return progress.counts.refused > 0 ? Warning : Fine;
    case ReplayState::Refused:
        return Failed;
    case ReplayState::Stopped:
        return Critical;
    default:
        return Warning;
    }
}

/// Shows a run as it goes.
class ReplayScreen
{
public:
    ReplayScreen(const ReplayPlan& plan, bool json, Session& session)
        : m_plan(plan)
        , m_session(session)
        , m_json(json)
        , m_line(!json && ::isatty(STDERR_FILENO) == 1 && !session.options.quiet)
    {
    }
    /// False: nobody reads it any more.
    bool show(const ReplayProgress& progress)
    {
        if (m_json)
            return m_session.console.print(text(replayJson(m_plan, progress, hasEnded(progress.state)), true));
        if (m_line && !hasEnded(progress.state)) {
            std::fputs(("\r" + harmless(replayLine(progress)) + "\x1b[K").c_str(), stderr);
        } else if (!m_line && (progress.step != m_step || progress.state != m_state) && !hasEnded(progress.state)) {
            m_session.console.note(harmless(replayLine(progress)));
        }
        m_step = progress.step;
        m_state = progress.state;
        return true;
    }
    void end(const ReplayProgress& progress)
    {
        if (m_line)
            std::fputs("\r\x1b[K", stderr);
        if (m_json)
            return;
        if (progress.state == ReplayState::Refused)
            m_session.console.complain(*progress.trouble);
        else
            m_session.console.print(replayReport(m_plan, progress, false));
        if (progress.state == ReplayState::Stopped || progress.state == ReplayState::Cancelled)
            m_session.console.note(fmt::format("projectionistctl replay resume {} goes on.", m_plan.id));
    }

private:
    const ReplayPlan& m_plan;
    Session& m_session;
    const bool m_json;
    const bool m_line;
    std::size_t m_step = 0;
    ReplayState m_state = ReplayState::Starting;
};

int runFromFile(const ReplayRunOptionsGiven& given, Session& session)
{
    session.applyOptions();
    const auto plan = loadReplayPlan(given.plan);
    if (!plan) {
        session.console.complain(plan.error());
        return Failed;
    }
    return runReplay(given, *plan, false, session);
}

int resumeRun(const ReplayRunOptionsGiven& given, Session& session)
{
    session.applyOptions();
    const auto status = replayStatus(replayJournalFile(stateDirectory(), given.plan));
    if (!status) {
        session.console.complain(status.error());
        return Failed;
    }
    return runReplay(given, status->plan, true, session);
}

int codeOf(const ReplayStatus& status)
{
    const auto state = status.progress.state;
    return state == ReplayState::Stopped ? Critical : state == ReplayState::Finished ? Fine : Warning;
}

Json statusJson(const ReplayStatus& status, bool letters)
{
    auto json = replayJson(status.plan, status.progress, letters);
    json["state"] = stateWord(status);
    json["running"] = status.running;
    json["runner"] = status.runner;
    return json;
}

int listRuns(const ReplayRunOptionsGiven& given, Session& session)
{
    std::vector<Error> errors;
    const auto statuses = replayStatuses(replayFolder(stateDirectory()), errors);
    TextTable table({"PLAN", "CONTEXT", "STATE", ">SENT", ">PROVED", ">LETTERS", "BEGAN", "WHY"});
    std::string lines;
    for (const auto& status : statuses) {
        const auto& counts = status.progress.counts;
        lines += text(statusJson(status, false), true);
        table.add({harmless(status.plan.id), harmless(status.plan.context), stateWord(status),
                   std::to_string(counts.done), std::to_string(counts.proved), std::to_string(counts.letters),
                   formatDateTime(status.progress.began), harmless(status.progress.why)});
    }
    session.console.print(given.json ? lines : table.text());
    if (statuses.empty())
        session.console.note("no plan was run on this machine");
    for (const auto& error : errors)
        session.console.complain(error);
    return errors.empty() ? Fine : Failed;
}

int showStatus(const ReplayRunOptionsGiven& given, Session& session)
{
    session.applyOptions();
    if (given.plan.empty())
        return listRuns(given, session);
    const auto status = replayStatus(replayJournalFile(stateDirectory(), given.plan));
    if (!status) {
        session.console.complain(status.error());
        return Failed;
    }
    if (given.json)
        session.console.print(text(statusJson(*status, true), true));
    else
        session.console.print(fmt::format("{}; {} {}\n", stateWord(*status), status->running ? "run by" : "last run by",
                                          harmless(status->runner)) +
                              replayReport(status->plan, status->progress, given.all));
    return codeOf(*status);
}

using Given = std::shared_ptr<ReplayRunOptionsGiven>;

void addRunOptions(CLI::App& command, const Given& given)
{
    command.add_flag("--json", given->json, "One JSON object a line; the last has all letters");
    command.add_flag("-y,--yes", given->yes, "Do not ask; on production see --confirm");
    command.add_option("--confirm", given->confirm, "On production: the topic that is written to, or the command")
        ->type_name("NAME");
    command.add_option("--reason", given->reason, "For the audit trail, instead of the plan's")->type_name("TEXT");
    command.footer(replayRunFooter);
}

} // namespace

int runReplay(const ReplayRunOptionsGiven& given, const ReplayPlan& plan, bool resume, Session& session)
{
    const auto workspace = session.workspace();
    if (!workspace || !confirmed(given, *workspace, plan, session.console))
        return Failed;
    const SystemClock clock;
    Mailbox<std::shared_ptr<const ReplayProgress>> told;
    ReplayScreen screen(plan, given.json, session);
    std::shared_ptr<const ReplayProgress> last;
    ReplayRun run(*workspace, plan, runOptions(given, plan, resume), reprojectionConnectors(), clock,
                  {[&](auto progress) { told.push(std::move(progress)); }});
    bool cancelled = false;
    while (!last || !hasEnded(last->state)) {
        for (auto& progress : told.drain()) {
            last = std::move(progress);
            if (!screen.show(*last) && !cancelled) {
                cancelled = true;
                run.cancel();
            }
        }
        if (session.interruption.wait(cancelled ? Duration(0) : replayPoll) && !cancelled) {
            cancelled = true;
            run.cancel();
        }
        if (cancelled)
            ::usleep(static_cast<useconds_t>(replayPoll.count() * 1000));
    }
    screen.end(*last);
    const int code = codeOf(*last);
    if (last->state != ReplayState::Finished || !plan.reprojection)
        return code;
    return std::max(code, checkReprojectedKeys(*workspace, plan, given.json, session));
}

std::vector<std::string> namesToConfirm(const ReplayPlan& plan)
{
    if (plan.target.kind == ReplayTargetKind::Command)
        return {plan.target.command.empty() ? std::string()
                                            : std::filesystem::path(plan.target.command.front()).filename().string()};
    if (plan.target.kind == ReplayTargetKind::Rows)
        return {plan.projection};
    const auto topics = targetTopicsOf(plan);
    return {topics.begin(), topics.end()};
}

void addReplayRunCommands(CLI::App& parent, Session& session, int& exitCode)
{
    const auto given = std::make_shared<ReplayRunOptionsGiven>();
    auto& run = *parent.add_subcommand("run", "Send the letters of a plan, step by step, each step proved");
    run.add_option("plan", given->plan, "File made by \"replay plan\"")->type_name("PLAN")->required();
    addRunOptions(run, given);
    run.callback([given, &session, &exitCode] { exitCode = runFromFile(*given, session); });

    auto& resume = *parent.add_subcommand("resume", "Go on with a run that was ended, stopped or killed");
    resume.add_option("plan", given->plan, "Id of the plan, see \"replay status\"")->type_name("PLANID")->required();
    resume
        .add_option("--assume", given->assume,
                    "Of letters that a command was given when its runner was killed: were they applied?")
        ->type_name("sent|not-sent")
        ->check(CLI::IsMember({"sent", "not-sent"}));
    addRunOptions(resume, given);
    resume.callback([given, &session, &exitCode] { exitCode = resumeRun(*given, session); });

    auto& status = *parent.add_subcommand("status", "What became of a plan's letters, or of all plans of this machine");
    status.add_option("plan", given->plan, "Id of the plan")->type_name("PLANID");
    status.add_flag("--json", given->json, "One JSON object a line");
    status.add_flag("--all", given->all, "Letters that are proved too");
    status.footer(replayRunFooter);
    for (auto* const sub : {&run, &resume, &status})
        sub->fallthrough();
    status.callback([given, &session, &exitCode] { exitCode = showStatus(*given, session); });
}

} // namespace projectionist::ctl
