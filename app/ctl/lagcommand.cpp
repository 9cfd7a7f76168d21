// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/livetable.h"
#include "app/ctl/observation.h"
#include "app/ctl/observer.h"
#include "app/ctl/program.h"
#include "app/ctl/snapshotjson.h"
#include "backend/core/format.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist::ctl {

namespace {

struct LagOptions
{
    std::vector<std::string> projections;
    bool json = false;
    bool partitions = false;
    bool watch = false;
    double seconds = 0;
    std::string observe = "35s"; ///< a frozen source shows after 30 s
    std::string timeout = "15s";
};

constexpr const char* lagFooter =
    "Watches for three cycles, and up to --observe longer while something stands still or is above its objective,\n"
    "until it is clear whether that is blocked, stopped, catching up or just slow. What stays unclear and above its\n"
    "objective is a warning.\n"
    "Examples:\n"
    "  projectionistctl lag                                 all projections, worst first\n"
    "  projectionistctl lag --watch                         until Ctrl+C\n"
    "  projectionistctl lag --projection order_summary --partitions\n"
    "  projectionistctl lag --observe 0s                    one reading: figures, no verdict on movement\n"
    "  projectionistctl lag --json | jq '.projections[].verdict.state'\n"
    "As a monitoring plug-in: projectionistctl --quiet lag --observe 45s";

struct Limits
{
    Duration timeout{0}; ///< for the first complete reading
    Duration observe{0}; ///< from then on
};

class LagCommand
{
public:
    LagCommand(const LagOptions& options, Session& session, const Workspace& workspace)
        : m_options(options), m_session(session), m_observer(workspace, session.interruption)
    {
    }

    int watch();
    int once(const Limits& limits);

private:
    /// Reads until it is clear what to say; the last reading, if there was any.
    std::shared_ptr<const Snapshot> look(const Limits& limits, Observation& observation);
    bool show(const Snapshot& snapshot, bool clear, const std::map<std::string, Observation::Doubt>& doubts = {})
    {
        if (m_options.json) {
            Json json = toJson(snapshot, m_options.projections, m_options.partitions);
            for (auto& report : json["projections"])
                if (const auto doubt = doubts.find(report["projection"]); doubt != doubts.end())
                    report["verdict"]["doubt"] = doubt->second.text;
            return m_session.console.print(text(json, m_options.watch));
        }
        TableStyle style{m_session.console.color(), m_options.partitions, m_options.projections, {}};
        for (const auto& [projection, doubt] : doubts)
            style.doubts.emplace(projection, doubt.text);
        // Home, the table, and what was below it erased: no flicker.
        return m_session.console.print((clear ? "\x1b[H" : "") + liveTable(snapshot, m_observer.clock().now(), style) +
                                       (clear             ? "\x1b[J"
                                        : m_options.watch ? "\n"
                                                          : ""));
    }

    const LagOptions& m_options;
    Session& m_session;
    Observer m_observer;
};

int LagCommand::watch()
{
    const bool clear = m_session.console.isTerminal() && !m_options.json;
    if (clear)
        m_session.console.print("\x1b[2J");
    constexpr Duration forever{std::chrono::hours(24 * 365 * 100)};
    const Duration end =
        m_observer.clock().monotonic() +
        (m_options.seconds > 0 ? Duration(static_cast<Duration::rep>(m_options.seconds * 1000)) : forever);
    int code = Critical;
    std::shared_ptr<const Snapshot> snapshot;
    while (m_observer.next(snapshot, end - m_observer.clock().monotonic()) == Observer::Outcome::Snapshot) {
        code = exitCodeOf(*snapshot, m_options.projections);
        if (!show(*snapshot, clear))
            return code;
    }
    if (!snapshot)
        m_session.console.complain(
            "no answer in the given time; \"projectionistctl config show\" tells what was asked");
    return code;
}

std::shared_ptr<const Snapshot> LagCommand::look(const Limits& limits, Observation& observation)
{
    Duration end = m_observer.clock().monotonic() + limits.timeout;
    bool complete = false;
    bool told = false;
    std::shared_ptr<const Snapshot> last;
    while (m_observer.next(last, end - m_observer.clock().monotonic(), true) == Observer::Outcome::Snapshot) {
        observation.take(*last);
        if (!complete && isComplete(*last, m_options.projections)) {
            complete = true;
            end = m_observer.clock().monotonic() + limits.observe;
        }
        if (complete && (limits.observe == Duration(0) || observation.isClear()))
            break;
        if (complete && !told && m_session.console.isTerminal()) {
            m_session.console.note(
                fmt::format("Watching for up to {}, until the verdicts are clear…", compactDuration(limits.observe)));
            told = true;
        }
    }
    return last;
}

int LagCommand::once(const Limits& limits)
{
    Observation observation(m_options.projections);
    const auto last = look(limits, observation);
    if (!last) {
        m_session.console.complain(fmt::format("no answer within {}; raise --timeout, or look at the connection",
                                               compactDuration(limits.timeout)));
        return Critical;
    }
    const bool judges = limits.observe > Duration(0);
    const auto doubts = judges ? observation.doubts() : std::map<std::string, Observation::Doubt>{};
    show(*last, false, doubts);
    if (m_options.json)
        for (const auto& source : last->sources)
            if (source.error)
                m_session.console.complain(*source.error);
    const bool warns =
        std::any_of(doubts.begin(), doubts.end(), [](const auto& doubt) { return doubt.second.aboveObjective; });
    return std::max<int>(warns ? Warning : Fine, exitCodeOf(*last, m_options.projections));
}

std::optional<Duration> durationOf(const char* option, const std::string& text, const Console& console)
{
    auto duration = parseDuration(text);
    if (!duration)
        console.complain(fmt::format("{} {}: not a duration; write 30s or 2m", option, text));
    return duration;
}

int runLag(const LagOptions& options, Session& session)
{
    session.applyOptions();
    const auto timeout = durationOf("--timeout", options.timeout, session.console);
    const auto observe = durationOf("--observe", options.observe, session.console);
    if (!timeout || !observe)
        return Failed;
    const auto workspace = session.workspace();
    if (!workspace || !checkProjections(session, *workspace, options.projections))
        return Failed;
    LagCommand command(options, session, *workspace);
    return options.watch ? command.watch() : command.once({*timeout, *observe});
}

} // namespace

void addLagCommand(CLI::App& app, Session& session, int& exitCode)
{
    const auto options = std::make_shared<LagOptions>();
    auto* const command =
        app.add_subcommand("lag", "Lag, backlog, rates, verdict and forecast of every projection, worst first");
    command->footer(lagFooter);
    command->add_option("-p,--projection", options->projections, "Only this projection; may be repeated")
        ->type_name("NAME");
    command->add_flag("--partitions", options->partitions, "Every partition too");
    command->add_flag("--json", options->json, "JSON; with --watch one object a line");
    auto* const watch = command->add_flag("-w,--watch", options->watch, "Show every cycle until Ctrl+C");
    command->add_option("--seconds", options->seconds, "With --watch: end after this time")
        ->type_name("N")
        ->check(CLI::PositiveNumber)
        ->needs(watch);
    command->add_option("--observe", options->observe, "Without --watch: look so long at most until verdicts are clear")
        ->type_name("DURATION")
        ->capture_default_str()
        ->excludes(watch);
    command->add_option("--timeout", options->timeout, "Without --watch: longest wait for the first complete reading")
        ->type_name("DURATION")
        ->capture_default_str()
        ->excludes(watch);
    command->callback([options, &session, &exitCode] { exitCode = runLag(*options, session); });
}

} // namespace projectionist::ctl
