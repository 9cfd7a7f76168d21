// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/replayruncommand.h"
#include "backend/core/format.h"
#include "backend/deadletter/letterescape.h"

#include <fmt/format.h>

namespace projectionist::ctl {

namespace {

std::string number(std::size_t count)
{
    return formatNumber(static_cast<std::int64_t>(count));
}

bool isBroken(const ReplayLetterProgress& letter)
{
    return letter.passed == ReplayLight::Broken || letter.notBack == ReplayLight::Broken ||
           letter.row == ReplayLight::Broken;
}

std::string lightsOf(const ReplayLetterProgress& letter)
{
    return fmt::format("produced {}, passed {}, not back {}, row {}", toString(letter.produced),
                       toString(letter.passed), toString(letter.notBack), toString(letter.row));
}

std::string lineOf(const PlannedLetter& planned, const ReplayLetterProgress& letter)
{
    auto line = fmt::format("  {}", harmless(planned.reference));
    if (letter.id && letter.offset)
        line += fmt::format(" -> {}[{}]@{}", harmless(letter.id->topic), letter.id->partition, *letter.offset);
    if (letter.state == ReplayLetterState::Sent)
        line += fmt::format(": {}", lightsOf(letter));
    if (!letter.cameBack.empty())
        line += fmt::format("; came back as {}", harmless(letter.cameBack));
    if (!letter.why.empty())
        line += fmt::format(" ({})", harmless(letter.why));
    return line + '\n';
}

/// Empty without letters.
template<typename Condition>
std::string listOf(const char* title, const ReplayPlan& plan, const ReplayProgress& progress, Condition&& condition)
{
    std::string lines;
    std::size_t count = 0;
    for (std::size_t i = 0; i < progress.letters.size(); ++i)
        if (condition(progress.letters[i])) {
            lines += lineOf(plan.letters[i], progress.letters[i]);
            ++count;
        }
    return count == 0 ? std::string() : fmt::format("{} ({}):\n{}", title, number(count), lines);
}

Json letterJson(const PlannedLetter& planned, const ReplayLetterProgress& letter)
{
    return {{"reference", planned.reference},
            {"state", toString(letter.state)},
            {"step", letter.step},
            {"topic", letter.id ? Json(letter.id->topic) : Json()},
            {"partition", letter.id ? Json(letter.id->partition) : Json()},
            {"offset", orNull(letter.offset)},
            {"sent_at", letter.sentAt ? Json(formatRfc3339(*letter.sentAt)) : Json()},
            {"produced", toString(letter.produced)},
            {"passed", toString(letter.passed)},
            {"not_back", toString(letter.notBack)},
            {"row_changed", toString(letter.row)},
            {"came_back_as", letter.cameBack.empty() ? Json() : Json(letter.cameBack)},
            {"why", letter.why.empty() ? Json() : Json(letter.why)}};
}

} // namespace

std::string replayLine(const ReplayProgress& progress)
{
    const auto& counts = progress.counts;
    auto line = progress.step == 0 ? std::string(toString(progress.state))
                                   : fmt::format("step {}, {}", number(progress.step), toString(progress.state));
    line +=
        fmt::format(": {} of {} sent, {} proved", number(counts.done), number(counts.letters), number(counts.proved));
    if (counts.inFlight > 0)
        line += fmt::format(", {} in flight", number(counts.inFlight));
    if (counts.refused > 0)
        line += fmt::format(", {} refused", number(counts.refused));
    if (progress.until)
        line += fmt::format(", waits for proof until {}", formatTime(*progress.until));
    if (progress.trouble)
        line += "; " + progress.trouble->what;
    return line;
}

std::string replayReport(const ReplayPlan& plan, const ReplayProgress& progress, bool everything)
{
    using State = ReplayLetterState;
    std::string report = harmless(replayLine(progress)) + '\n';
    if (!progress.why.empty())
        report += harmless(progress.why) + '\n';
    for (const auto& fact : progress.facts)
        report += "  " + harmless(fact) + '\n';
    for (const auto& sentence : progress.unprovable)
        report += harmless(sentence) + '\n';
    if (progress.trouble)
        report += harmless(toString(*progress.trouble)) + '\n';
    report += listOf("Sent, and not proved", plan, progress, isBroken);
    if (everything)
        report += listOf("Sent", plan, progress,
                         [](const auto& letter) { return letter.state == State::Sent && !isBroken(letter); });
    report += listOf("In flight: not known whether they were sent", plan, progress, [](const auto& letter) {
        return letter.state == State::Sending || letter.state == State::Unknown;
    });
    report += listOf("Will not be sent", plan, progress, [](const auto& letter) {
        return letter.state == State::Refused || letter.state == State::HeldBack;
    });
    report += listOf("Not sent", plan, progress, [](const auto& letter) { return letter.state == State::Waiting; });
    return report;
}

Json replayJson(const ReplayPlan& plan, const ReplayProgress& progress, bool letters)
{
    const auto& counts = progress.counts;
    Json json{{"plan", progress.plan},
              {"at", formatRfc3339(progress.at)},
              {"state", toString(progress.state)},
              {"stop", progress.stop == ReplayStop::None ? Json() : Json(toString(progress.stop))},
              {"why", progress.why.empty() ? Json() : Json(progress.why)},
              {"facts", progress.facts},
              {"unprovable", progress.unprovable},
              {"trouble", progress.trouble ? toJson(*progress.trouble) : Json()},
              {"step", progress.step},
              {"step_letters", progress.stepLetters},
              {"proof_until", progress.until ? Json(formatRfc3339(*progress.until)) : Json()},
              {"letters", counts.letters},
              {"done", counts.done},
              {"proved", counts.proved},
              {"in_flight", counts.inFlight},
              {"not_sent", counts.notSent},
              {"refused", counts.refused}};
    if (letters) {
        json["each"] = Json::array();
        for (std::size_t i = 0; i < progress.letters.size(); ++i)
            json["each"].push_back(letterJson(plan.letters[i], progress.letters[i]));
    }
    return json;
}

std::string stateWord(const ReplayStatus& status)
{
    const auto state = status.progress.state;
    return !status.running && !hasEnded(state) ? "interrupted" : std::string(toString(state));
}

} // namespace projectionist::ctl
