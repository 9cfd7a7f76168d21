// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What people read of replay plans. Everything that comes from a letter passes harmless() on its way.
#include "app/ctl/replayplanlook.h"

#include "app/ctl/livetable.h"
#include "backend/core/format.h"
#include "backend/deadletter/headervalue.h"
#include "backend/deadletter/kafkaletters.h"
#include "backend/deadletter/letterescape.h"

#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace projectionist::ctl {

namespace {

constexpr const char* noneText = "\u2014";

std::string orNone(const std::string& text)
{
    return text.empty() ? noneText : harmless(text);
}

std::string shownPlanKey(const std::optional<std::string>& key, const DeadLetterLook& look)
{
    constexpr std::size_t longest = 60;
    const std::string text = key ? harmless(shownKey(*key, look)) : noneText;
    return text.size() <= longest ? text : readable(std::string_view(text).substr(0, longest)) + "\u2026";
}

std::string targetText(const ReplayTarget& target)
{
    switch (target.kind) {
    case ReplayTargetKind::Topic:
        return fmt::format("topic {}", harmless(target.topic));
    case ReplayTargetKind::Command:
        return harmless(fmt::format("the command {}", fmt::join(target.command, " ")));
    case ReplayTargetKind::Rows:
        return "the rows of these keys, folded by the projection's declaration";
    case ReplayTargetKind::Origin:
        break;
    }
    return "each to the topic that its event came from";
}

std::string headersText(const ReplayHeaders& headers)
{
    std::vector<std::string> parts{headers.stripFailure ? "what tells of failures is taken off"
                                                        : "what tells of failures is sent too"};
    if (!headers.keep.empty())
        parts.push_back(fmt::format("but not {}", fmt::join(headers.keep, ", ")));
    if (!headers.drop.empty())
        parts.push_back(fmt::format("without {}", fmt::join(headers.drop, ", ")));
    for (const auto& [name, value] : headers.add)
        parts.push_back(fmt::format("with {}={}", name, value));
    return harmless(fmt::format("{}", fmt::join(parts, "; ")));
}

std::string paceText(const ReplayPlan& plan)
{
    const double seconds = static_cast<double>(plan.letters.size()) / plan.rate;
    return fmt::format("{} a second, steps of {} and so on, each proved within {}; {} for all, without the proofs",
                       formatRate(plan.rate), fmt::join(plan.ladder, ", "), formatDuration(plan.proofWithin),
                       formatDuration(Duration(static_cast<std::int64_t>(seconds * 1000))));
}

std::string decisions(const ReplayPlan& plan)
{
    std::string text;
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty())
            text += fmt::format("{:<12}{}\n", name, value);
    };
    add("Plan", harmless(plan.id));
    add("Made", fmt::format("{} by {}", formatDateTime(plan.made), orNone(plan.madeBy)));
    add("Reason", harmless(plan.reason));
    add("Context", harmless(plan.context) + (plan.production ? ", which is PRODUCTION" : ""));
    add("Cluster", harmless(plan.cluster));
    add("Letters", formatNumber(static_cast<std::int64_t>(plan.letters.size())));
    add("Chosen by", harmless(plan.where));
    add("Projection", harmless(plan.projection));
    add("Group", harmless(plan.group));
    add("Target", targetText(plan.target));
    if (isOfBroker(plan.target))
        add("Partition", plan.partition == ReplayPartition::Same ? "the number it came from" : "by the key");
    add("Timestamp", plan.timestamp == ReplayTimestamp::Now ? "when it is sent" : "of the event");
    add("Headers", headersText(plan.headers));
    add("Pace", paceText(plan));
    return text;
}

std::string receiversText(const ReplayPlan& plan)
{
    TextTable table({"RECEIVED BY", "PROJECTION", "TOPIC", "STATE", ""});
    for (const auto& receiver : plan.receivers)
        table.add({orNone(receiver.group), orNone(receiver.projection), harmless(receiver.topic),
                   orNone(receiver.state), receiver.wanted ? "whose letters these are" : ""});
    const auto lines = table.text();
    return lines.empty() ? "" : '\n' + lines;
}

std::string lettersText(const ReplayPlan& plan, std::size_t most, const DeadLetterLook& look)
{
    TextTable table({">", "LETTER", "KEY", "EVENT", "ORIGIN", "VERDICT", "WHY"});
    const std::size_t shown = std::min(most, plan.letters.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& letter = plan.letters[i];
        auto why = letter.why;
        if (letter.replays > 0)
            why += fmt::format("{}replayed {} before", why.empty() ? "" : "; ", letter.replays == 1 ? "once" : "twice");
        if (letter.edited)
            why += std::string(why.empty() ? "" : "; ") + "EDITED";
        table.add({fmt::format("{}", i + 1), harmless(letter.reference), shownPlanKey(letter.key, look),
                   orNone(letter.eventType), orNone(placeText(letter.origin)), std::string(toString(letter.verdict)),
                   harmless(why)});
    }
    std::string text = '\n' + table.text();
    if (shown < plan.letters.size())
        text += fmt::format("and {} more; --all lists all\n",
                            formatNumber(static_cast<std::int64_t>(plan.letters.size() - shown)));
    return text;
}

std::string leftBehindText(const ReplayPlan& plan, std::size_t most, const DeadLetterLook& look)
{
    TextTable table({"STAYS BEHIND", "KEY", "OVERTAKEN BY"});
    const std::size_t shown = std::min(most, plan.leftBehind.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& left = plan.leftBehind[i];
        table.add({harmless(left.reference), shownPlanKey(left.key, look), harmless(left.before)});
    }
    const auto lines = table.text();
    if (lines.empty())
        return {};
    return '\n' + lines +
           (shown < plan.leftBehind.size()
                ? fmt::format("and {} more; --all lists all\n",
                              formatNumber(static_cast<std::int64_t>(plan.leftBehind.size() - shown)))
                : "");
}

std::string valueText(const std::optional<std::string>& value, const DeadLetterLook& look)
{
    if (!value)
        return "none";
    constexpr std::size_t longest = 2000;
    const auto payload = shownPayload(*value, look);
    if (payload.withheld != Withheld::No)
        return maskNote(payload);
    const auto text = harmless(payload.value.text);
    const auto note = maskNote(payload);
    return (text.size() <= longest ? text : readable(std::string_view(text).substr(0, longest)) + "\u2026") +
           (note.empty() ? "" : fmt::format("  ({})", note));
}

std::string shownHeaderValue(const Header& header, const DeadLetterLook& look)
{
    if (!header.value)
        return "null";
    if (look.masks && look.masks->coversHeader(header.name))
        return std::string(maskText);
    constexpr std::size_t longest = 200;
    const auto text = isReadableText(*header.value) ? *header.value : hexOf(*header.value);
    const auto shown = look.masks ? maskedValue(text, *look.masks).text : text;
    const auto line = shown.substr(0, shown.find('\n'));
    return harmless(readable(std::string_view(line).substr(0, longest))) +
           (line.size() > longest || line.size() < shown.size() ? " \u2026" : "");
}

std::string afterPlace(const OutgoingRecord& record)
{
    return harmless(record.topic) + (record.partition ? fmt::format("[{}]", *record.partition) : "");
}

constexpr std::array<std::pair<HeaderFate, const char*>, 3> fateWords{
    {{HeaderFate::Stays, "stays"}, {HeaderFate::Goes, "goes"}, {HeaderFate::New, "new"}}};

const char* fateWord(HeaderFate fate)
{
    return fateWords[static_cast<std::size_t>(fate)].second;
}

Json bytesOrNull(const std::optional<std::string>& bytes)
{
    return bytes ? Json(readable(*bytes)) : Json();
}

Json textList(const std::vector<std::string>& texts)
{
    Json list = Json::array();
    for (const auto& text : texts)
        list.push_back(readable(text));
    return list;
}

Json plannedJson(const PlannedLetter& letter, const DeadLetterLook& look)
{
    const auto key = letter.key ? std::optional(shownKey(*letter.key, look)) : std::nullopt;
    return {{"reference", readable(letter.reference)},
            {"key", bytesOrNull(key)},
            {"event_type", readable(letter.eventType)},
            {"event_id", readable(letter.eventId)},
            {"origin", readable(placeText(letter.origin))},
            {"verdict", toString(letter.verdict)},
            {"why", readable(letter.why)},
            {"replays", letter.replays},
            {"edited", letter.edited.has_value()},
            {"group", fingerprintText(letter.fingerprint)}};
}

} // namespace

std::string dryRunText(const ReplayDryRun& dryRun)
{
    std::string text = fmt::format("\nDry run of {}, {} bytes to be sent\n", formatDateTime(dryRun.at),
                                   formatNumber(static_cast<std::int64_t>(dryRun.bytes)));
    for (const auto& [sign, sentences] : {std::pair("fine", &dryRun.passed), std::pair("WARNING", &dryRun.warnings),
                                          std::pair("REFUSED", &dryRun.refusals)})
        for (const auto& sentence : *sentences)
            text += fmt::format("  {:<8} {}\n", sign, harmless(sentence));
    return text;
}

std::string planText(const ReplayPlan& plan, std::size_t mostLetters, const DeadLetterLook& look)
{
    return decisions(plan) + receiversText(plan) + lettersText(plan, mostLetters, look) +
           leftBehindText(plan, mostLetters, look) + dryRunText(plan.dryRun);
}

std::string previewText(const ReplayPreview& preview, const DeadLetterLook& look)
{
    const auto& after = preview.after;
    std::string text = fmt::format("\nOne letter, before and after: {}\n", harmless(preview.reference));
    const auto row = [&](const char* name, const std::string& before, const std::string& now) {
        text += before == now ? fmt::format("  {:<10} {}\n", name, now)
                              : fmt::format("  {:<10} {}\n  {:<10} {}\n", name, before, "  becomes", now);
    };
    const auto time = [](const std::optional<TimePoint>& point, const char* none) {
        return point ? formatDateTime(*point) : none;
    };
    row("place",
        harmless(preview.table ? preview.reference : referenceInKafka({preview.before.id, preview.before.offset})),
        after.topic.empty() ? "standard input" : afterPlace(after));
    row("time", time(preview.before.timestamp, noneText), time(after.timestamp, "when it is sent"));
    row("key", shownPlanKey(preview.before.key, look), shownPlanKey(after.key, look));
    row("value", valueText(preview.before.value, look), valueText(after.value, look));
    if (preview.originalValue)
        text += "  (value and headers are those of the event that failed: the letter has no whole payload)\n";
    if (preview.edited)
        text += "  (the value was edited)\n";
    TextTable table({"  HEADER", "", "VALUE", "WRITTEN BY"});
    for (const auto& header : preview.headers)
        table.add({"  " + harmless(header.header.name), fateWord(header.fate), shownHeaderValue(header.header, look),
                   harmless(header.family)});
    return text + table.text();
}

Json dryRunJson(const ReplayDryRun& dryRun)
{
    return {{"at", formatRfc3339(dryRun.at)},
            {"passed", textList(dryRun.passed)},
            {"warnings", textList(dryRun.warnings)},
            {"refusals", textList(dryRun.refusals)},
            {"gone", dryRun.gone},
            {"bytes", dryRun.bytes}};
}

Json planJson(const ReplayPlan& plan, const DeadLetterLook& look)
{
    Json letters = Json::array();
    for (const auto& letter : plan.letters)
        letters.push_back(plannedJson(letter, look));
    Json left = Json::array();
    for (const auto& letter : plan.leftBehind)
        left.push_back({{"reference", readable(letter.reference)}, {"before", readable(letter.before)}});
    Json receivers = Json::array();
    for (const auto& receiver : plan.receivers)
        receivers.push_back({{"group", receiver.group},
                             {"topic", receiver.topic},
                             {"state", receiver.state},
                             {"projection", receiver.projection},
                             {"wanted", receiver.wanted}});
    return {{"id", plan.id},
            {"made", formatRfc3339(plan.made)},
            {"made_by", readable(plan.madeBy)},
            {"reason", readable(plan.reason)},
            {"context", plan.context},
            {"production", plan.production},
            {"cluster", plan.cluster},
            {"projection", plan.projection},
            {"group", readable(plan.group)},
            {"where", readable(plan.where)},
            {"target", targetText(plan.target)},
            {"partition", plan.partition == ReplayPartition::Same ? "same" : "by-key"},
            {"timestamp", plan.timestamp == ReplayTimestamp::Now ? "now" : "event"},
            {"headers", headersText(plan.headers)},
            {"rate", plan.rate},
            {"ladder", plan.ladder},
            {"proof_within_ms", plan.proofWithin.count()},
            {"letter_count", plan.letters.size()},
            {"letters", std::move(letters)},
            {"left_behind", std::move(left)},
            {"receivers", std::move(receivers)},
            {"dry_run", dryRunJson(plan.dryRun)}};
}

Json previewJson(const ReplayPreview& preview, const DeadLetterLook& look)
{
    const auto part = [&](const std::optional<std::string>& key, const std::optional<std::string>& value) {
        const auto shown = key ? std::optional(shownKey(*key, look)) : std::nullopt;
        return Json{{"key", bytesOrNull(shown)}, {"value", value ? Json(readable(valueText(value, look))) : Json()}};
    };
    Json headers = Json::array();
    for (const auto& header : preview.headers)
        headers.push_back({{"name", readable(header.header.name)},
                           {"value", header.header.value ? Json(shownHeaderValue(header.header, look)) : Json()},
                           {"fate", fateWord(header.fate)},
                           {"family", header.family}});
    Json before = part(preview.before.key, preview.before.value);
    before["reference"] = readable(preview.reference);
    Json after = part(preview.after.key, preview.after.value);
    after["topic"] = preview.after.topic;
    after["partition"] = orNull(preview.after.partition);
    after["time"] = preview.after.timestamp ? Json(formatRfc3339(*preview.after.timestamp)) : Json();
    return {{"before", std::move(before)},
            {"after", std::move(after)},
            {"headers", std::move(headers)},
            {"original_value", preview.originalValue},
            {"edited", preview.edited}};
}

} // namespace projectionist::ctl
