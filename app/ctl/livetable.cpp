// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/livetable.h"

#include "backend/core/format.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace projectionist::ctl {

namespace {

constexpr const char* unknown = "\u2014";
constexpr const char* reset = "\x1b[0m";

std::size_t width(const std::string& text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0U) != 0x80U; }));
}

std::string countText(const std::optional<Offset>& count)
{
    return count ? formatCount(*count) : unknown;
}

std::string rateText(const std::optional<double>& rate)
{
    return rate ? formatRate(*rate) : unknown;
}

/// Names come from servers: nothing in them may steer the terminal.
std::string printable(std::string text)
{
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            c = '?';
    return text;
}

std::string ageText(const ProjectionSample& sample, TimePoint now)
{
    return sample.at == TimePoint{} ? unknown : formatDuration(std::max(Duration(0), now - sample.at));
}

void addPartitions(TextTable& table, const ProjectionReport& report, bool color)
{
    const auto& partitions = report.sample->partitions;
    const auto& assessed = report.assessment.partitions;
    std::vector<std::size_t> order(std::min(partitions.size(), assessed.size()));
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::tuple(rank(assessed[a].verdict.kind), assessed[a].lag.value) >
               std::tuple(rank(assessed[b].verdict.kind), assessed[b].lag.value);
    });
    for (const std::size_t i : order)
        table.add({fmt::format("  {}", label(assessed[i].verdict.kind)), "  " + printable(toString(partitions[i].id)),
                   formatLag(assessed[i].lag), countText(assessed[i].backlog), formatRate(assessed[i].inPerSecond),
                   formatRate(assessed[i].outPerSecond), printable(partitions[i].owner), ""},
                  color ? colorOf(assessed[i].verdict.kind) : "");
}

const char* kindOf(const SourceStatus& source)
{
    return source.kind == SourceKind::Broker ? "broker" : "store";
}

/// The evidence without what the lines of the connections say anyway.
std::string briefEvidence(const ProjectionReport& report, const Snapshot& snapshot)
{
    std::string evidence = report.assessment.verdict.evidence;
    for (const auto& source : snapshot.sources) {
        const auto text = source.error ? toString(*source.error) : std::string();
        if (const auto at = text.empty() ? std::string::npos : evidence.find(text); at != std::string::npos)
            evidence.replace(at, text.size(),
                             fmt::format("The {} \"{}\" fails, see below.", kindOf(source), source.name));
    }
    return printable(evidence);
}

std::string explanation(const ProjectionReport& report, const Snapshot& snapshot, const TableStyle& style)
{
    const auto& verdict = report.assessment.verdict;
    const auto name = printable(report.sample->projection);
    std::string text;
    if (severity(verdict.kind) > 0)
        text += fmt::format("\n{}: {}, since {}. {}", name, label(verdict.kind), formatDateTime(verdict.since),
                            briefEvidence(report, snapshot));
    if (const auto doubt = style.doubts.find(report.sample->projection); doubt != style.doubts.end())
        text += fmt::format("\n{}: not sure. {} A longer --observe tells more.", name, printable(doubt->second));
    // The evidence of Unknown holds it already.
    if (report.sample->error && verdict.kind != VerdictKind::Unknown)
        text += fmt::format("\n{}: {}", name, printable(toString(*report.sample->error)));
    return text;
}

std::string sourceLine(const Snapshot& snapshot)
{
    std::string text;
    for (const auto& source : snapshot.sources) {
        const char* const state = source.state == SourceState::Ok           ? "ok"
                                  : source.state == SourceState::Connecting ? "connecting"
                                  : source.state == SourceState::Waiting    ? "answer overdue"
                                                                            : "failed";
        text += fmt::format("{} {}: {}{}{}\n", kindOf(source), printable(source.name), state,
                            source.detail.empty() ? "" : ", ", printable(source.detail));
        if (source.error)
            text += fmt::format("  {}\n", printable(toString(*source.error)));
    }
    return text;
}

} // namespace

std::string colorOf(VerdictKind kind)
{
    switch (severity(kind)) {
    case 0:
        return kind == VerdictKind::Ok ? "\x1b[32m" : "";
    case 1:
        return "\x1b[33m";
    default:
        return "\x1b[1;31m";
    }
}

TextTable::TextTable(std::vector<std::string> headings)
{
    for (auto& heading : headings) {
        m_right.push_back(heading.starts_with('>'));
        if (m_right.back())
            heading.erase(0, 1);
    }
    add(std::move(headings));
}

void TextTable::add(std::vector<std::string> cells, std::string color)
{
    cells.resize(m_right.size());
    m_rows.push_back({std::move(cells), std::move(color)});
}

std::string TextTable::text() const
{
    if (m_rows.size() == 1)
        return {};
    std::vector<std::size_t> widths(m_right.size());
    for (const auto& row : m_rows)
        for (std::size_t i = 0; i < widths.size(); ++i)
            widths[i] = std::max(widths[i], width(row.cells[i]));
    std::string text;
    for (const auto& row : m_rows) {
        std::string line;
        for (std::size_t i = 0; i < widths.size(); ++i) {
            const std::string blanks(widths[i] - width(row.cells[i]), ' ');
            const std::string cell = i == 0 && !row.color.empty() ? row.color + row.cells[i] + reset : row.cells[i];
            line += (i == 0 ? "" : "  ") + (m_right[i] ? blanks + cell : cell + blanks);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

std::vector<std::shared_ptr<const ProjectionReport>> selected(const Snapshot& snapshot,
                                                              const std::vector<std::string>& projections)
{
    std::vector<std::shared_ptr<const ProjectionReport>> reports;
    for (const auto& report : snapshot.projections)
        if (projections.empty() ||
            std::find(projections.begin(), projections.end(), report->sample->projection) != projections.end())
            reports.push_back(report);
    std::stable_sort(reports.begin(), reports.end(), [](const auto& a, const auto& b) {
        return std::tuple(rank(a->assessment.verdict.kind), a->assessment.lag.value) >
               std::tuple(rank(b->assessment.verdict.kind), b->assessment.lag.value);
    });
    return reports;
}

std::string liveTable(const Snapshot& snapshot, TimePoint now, const TableStyle& style)
{
    TextTable table({"STATE", "PROJECTION", ">LAG", ">BACKLOG", ">IN/S", ">OUT/S",
                     style.partitions ? "FORECAST, OWNER" : "FORECAST", ">AGE"});
    const auto reports = selected(snapshot, style.projections);
    for (const auto& report : reports) {
        const auto& assessment = report->assessment;
        const bool doubtful = style.doubts.contains(report->sample->projection);
        table.add({std::string(label(assessment.verdict.kind)) + (doubtful ? "?" : ""),
                   printable(report->sample->projection), formatLag(assessment.lag), countText(assessment.backlog),
                   rateText(assessment.inPerSecond), rateText(assessment.outPerSecond), toString(assessment.forecast),
                   ageText(*report->sample, now)},
                  style.color ? colorOf(assessment.verdict.kind) : "");
        if (style.partitions)
            addPartitions(table, *report, style.color);
    }
    std::string explanations;
    for (const auto& report : reports)
        explanations += explanation(*report, snapshot, style);
    if (!explanations.empty())
        explanations += '\n';
    return fmt::format("{} at {}\n\n{}{}\n{}", snapshot.context, formatDateTime(snapshot.ended), table.text(),
                       explanations, sourceLine(snapshot));
}

} // namespace projectionist::ctl
