// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/program.h"
#include "app/ctl/snapshotjson.h"
#include "app/ctl/timeexpression.h"
#include "backend/config/nearest.h"
#include "backend/config/workspacefile.h"
#include "backend/core/format.h"
#include "backend/history/history.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace projectionist::ctl {

namespace {

/// Read in slices, so that 90 days of many projections need no memory; no slice has more points than seconds.
constexpr Duration slice{std::chrono::hours(6)};
constexpr std::size_t mostPoints = 6 * 3600 + 2;

constexpr const char* historyFooter =
    "Examples:\n"
    "  projectionistctl history export > lag.csv\n"
    "  projectionistctl history export --projection order_summary --from now-6h --format json\n"
    "  projectionistctl history export --from \"2026-11-21 02:10\" --to \"2026-11-21 02:10+30m\"\n"
    "Times without a zone are UTC. Durations are in milliseconds.";

struct HistoryOptions
{
    std::vector<std::string> projections;
    std::string from = "now-1h";
    std::string to = "now";
    std::string format = "csv";
    std::string file;
};

template<typename T>
std::string cell(const std::optional<T>& value)
{
    return value ? fmt::format("{}", *value) : "";
}

std::optional<float> known(float rate)
{
    return std::isnan(rate) ? std::nullopt : std::optional(rate);
}

std::optional<std::int64_t> count(const std::optional<Duration>& duration)
{
    return duration ? std::optional<std::int64_t>(duration->count()) : std::nullopt;
}

/// RFC 4180.
std::string quoted(const std::string& text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    std::string result = "\"";
    for (const char c : text)
        result += c == '"' ? "\"\"" : std::string(1, c);
    return result + '"';
}

constexpr const char* csvHeader =
    "at,width_ms,context,projection,state,lag_min_ms,lag_max_ms,lag_last_ms,backlog_min,backlog_max,"
    "backlog_last,in_per_second,out_per_second\n";

std::string csvLine(const std::string& context, const std::string& projection, const HistoryPoint& point)
{
    return fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", formatRfc3339(point.at), point.width.count(),
                       quoted(context), quoted(projection), toString(point.worst), cell(count(point.lagMin)),
                       cell(count(point.lagMax)), cell(count(point.lagLast)), cell(point.backlogMin),
                       cell(point.backlogMax), cell(point.backlogLast), cell(known(point.inPerSecond)),
                       cell(known(point.outPerSecond)));
}

Json jsonLine(const std::string& context, const std::string& projection, const HistoryPoint& point)
{
    return {{"at", formatRfc3339(point.at)},
            {"width_ms", point.width.count()},
            {"context", context},
            {"projection", projection},
            {"state", std::string(toString(point.worst))},
            {"lag_min_ms", orNull(count(point.lagMin))},
            {"lag_max_ms", orNull(count(point.lagMax))},
            {"lag_last_ms", orNull(count(point.lagLast))},
            {"backlog_min", orNull(point.backlogMin)},
            {"backlog_max", orNull(point.backlogMax)},
            {"backlog_last", orNull(point.backlogLast)},
            {"in_per_second", orNull(known(point.inPerSecond))},
            {"out_per_second", orNull(known(point.outPerSecond))}};
}

using Names = std::vector<std::pair<std::string, std::string>>;

/// What was asked for out of what there is; nullopt when something asked for has no history.
std::optional<Names> chosen(const Names& all, const HistoryOptions& options, Session& session)
{
    Names result;
    std::vector<std::string> known;
    for (const auto& [context, projection] : all) {
        if (!session.options.context.empty() && context != session.options.context)
            continue;
        known.push_back(projection);
        if (options.projections.empty() ||
            std::find(options.projections.begin(), options.projections.end(), projection) != options.projections.end())
            result.emplace_back(context, projection);
    }
    for (const auto& wanted : options.projections)
        if (std::find(known.begin(), known.end(), wanted) == known.end()) {
            session.console.complain(
                fmt::format("there is no history of \"{}\"; {}", wanted, suggestion(wanted, known)));
            return std::nullopt;
        }
    return result;
}

int exportSeries(const History& history, const Names& names, TimePoint from, TimePoint to, bool json, Session& session)
{
    if (!json)
        session.console.print(csvHeader);
    for (const auto& [context, projection] : names)
        for (TimePoint begin = from; begin < to; begin += slice) {
            const auto points = history.read(context, projection, begin, std::min(begin + slice, to), mostPoints);
            if (!points) {
                session.console.complain(points.error());
                return Failed;
            }
            std::string lines;
            for (const auto& point : *points)
                lines += json ? text(jsonLine(context, projection, point), true) : csvLine(context, projection, point);
            if (!session.console.print(lines))
                return Fine;
        }
    return Fine;
}

int runExport(const HistoryOptions& options, Session& session)
{
    session.applyOptions();
    const SystemClock clock;
    const auto from = parseTimeExpression(options.from, clock.now());
    const auto to = parseTimeExpression(options.to, clock.now());
    if (!from || !to || *from >= *to) {
        session.console.complain(!from ? toString(from.error())
                                 : !to ? toString(to.error())
                                       : "--from must be before --to");
        return Failed;
    }
    const std::filesystem::path file = options.file.empty() ? historyFile() : std::filesystem::path(options.file);
    if (std::error_code ignored; !std::filesystem::exists(file, ignored)) {
        session.console.complain(
            fmt::format("there is no history yet: {} does not exist. The window writes it while it runs; "
                        "--file names another one",
                        file.string()));
        return Failed;
    }
    const History history(file, clock);
    const auto all = history.projections();
    if (!all) {
        session.console.complain(all.error());
        return Failed;
    }
    const auto names = chosen(*all, options, session);
    return names ? exportSeries(history, *names, *from, *to, options.format == "json", session) : Failed;
}

} // namespace

void addHistoryCommand(CLI::App& app, Session& session, int& exitCode)
{
    const auto options = std::make_shared<HistoryOptions>();
    auto* const command = app.add_subcommand("history", "What the window has recorded");
    command->require_subcommand(1);
    command->footer(historyFooter);
    auto* const exporting =
        command->add_subcommand("export", "Print the recorded series as CSV or as JSON lines, at full resolution");
    exporting->footer(historyFooter);
    exporting->add_option("-p,--projection", options->projections, "Only this projection; may be repeated")
        ->type_name("NAME");
    exporting->add_option("--from", options->from, "Begin, now-1h by default")->type_name("TIME");
    exporting->add_option("--to", options->to, "End, now by default")->type_name("TIME");
    exporting->add_option("--format", options->format, "csv or json")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"csv", "json"}));
    exporting->add_option("--file", options->file, "History database, by default the window's")->type_name("FILE");
    exporting->callback([options, &session, &exitCode] { exitCode = runExport(*options, session); });
    exporting->fallthrough();
}

} // namespace projectionist::ctl
