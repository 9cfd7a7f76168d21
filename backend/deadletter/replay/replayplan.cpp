// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replayplan.h"

#include "backend/core/base64.h"
#include "backend/core/format.h"
#include "backend/core/wholefile.h"
#include "backend/deadletter/filtertext.h"
#include "backend/deadletter/hash.h"
#include "backend/deadletter/replay/replayplantext.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace projectionist {

namespace {

using PlanJson = nlohmann::ordered_json;

bool isUtf8Text(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto length = firstCodePoint(bytes).length;
        if (length == 0)
            return false;
        bytes.remove_prefix(length);
    }
    return true;
}

/// Texts are strangers': where they are no UTF-8 an object with the bytes in Base64 stands for them.
PlanJson textJson(std::string_view bytes)
{
    return isUtf8Text(bytes) ? PlanJson(bytes) : PlanJson{{"base64", base64Of(bytes)}};
}

PlanJson textsJson(const std::vector<std::string>& texts)
{
    PlanJson list = PlanJson::array();
    for (const auto& text : texts)
        list.push_back(textJson(text));
    return list;
}

void putText(PlanJson& json, const char* name, std::string_view text)
{
    if (!text.empty())
        json[name] = textJson(text);
}

void putIfThere(PlanJson& json, const char* name, const std::optional<std::string>& text)
{
    if (text)
        json[name] = textJson(*text);
}

std::string hexText(std::uint64_t number)
{
    return fmt::format("{:016x}", number);
}

template<typename Words, typename Value>
std::string_view wordOf(const Words& words, Value value)
{
    return words[static_cast<std::size_t>(value)];
}

PlanJson originJson(const EventOrigin& origin)
{
    PlanJson json = PlanJson::object();
    putText(json, "topic", origin.topic);
    if (origin.partition)
        json["partition"] = *origin.partition;
    if (origin.offset)
        json["offset"] = *origin.offset;
    if (origin.timestamp)
        json["time"] = formatRfc3339(*origin.timestamp);
    return json;
}

PlanJson letterJson(const PlannedLetter& letter)
{
    PlanJson json;
    json["reference"] = textJson(letter.reference);
    json["topic"] = textJson(letter.place.id.topic);
    json["partition"] = letter.place.id.partition;
    json["offset"] = letter.place.offset;
    if (letter.table)
        json["table"] = true;
    json["origin"] = originJson(letter.origin);
    putIfThere(json, "key", letter.key);
    json["fingerprint"] = hexText(letter.fingerprint);
    json["digest"] = hexText(letter.digest);
    putText(json, "event_type", letter.eventType);
    putText(json, "event_id", letter.eventId);
    json["verdict"] = toString(letter.verdict);
    putText(json, "why", letter.why);
    if (letter.replays > 0)
        json["replays"] = letter.replays;
    putIfThere(json, "edited", letter.edited);
    return json;
}

PlanJson leftBehindJson(const LetterLeftBehind& letter)
{
    PlanJson json;
    json["reference"] = textJson(letter.reference);
    putIfThere(json, "key", letter.key);
    json["before"] = textJson(letter.before);
    return json;
}

PlanJson headRowJson(const LogHeads::value_type& row)
{
    PlanJson json;
    json["topic"] = textJson(row.first.topic);
    json["partition"] = row.first.partition;
    json["head"] = row.second;
    return json;
}

PlanJson receiverJson(const ReplayReceiver& receiver)
{
    PlanJson json;
    json["group"] = textJson(receiver.group);
    json["topic"] = textJson(receiver.topic);
    json["state"] = textJson(receiver.state);
    json["projection"] = textJson(receiver.projection);
    json["wanted"] = receiver.wanted;
    return json;
}

PlanJson targetJson(const ReplayTarget& target)
{
    PlanJson json;
    json["kind"] = wordOf(replayTargetWords, target.kind);
    putText(json, "topic", target.topic);
    if (!target.command.empty())
        json["command"] = textsJson(target.command);
    return json;
}

PlanJson headersJson(const ReplayHeaders& headers)
{
    PlanJson json;
    json["strip_failure"] = headers.stripFailure;
    json["keep"] = textsJson(headers.keep);
    json["drop"] = textsJson(headers.drop);
    json["add"] = PlanJson::array();
    for (const auto& [name, value] : headers.add)
        json["add"].push_back(PlanJson{{"name", textJson(name)}, {"value", textJson(value)}});
    return json;
}

PlanJson reprojectionJson(const Reprojection& reprojection)
{
    PlanJson json;
    json["check"] = textJson(reprojection.check);
    json["run"] = reprojection.run;
    json["keys"] = PlanJson::array();
    for (const auto& key : reprojection.keys)
        json["keys"].push_back(
            PlanJson{{"row", textsJson(key.row)}, {"events", textJson(key.events)}, {"count", key.count}});
    return json;
}

PlanJson dryRunJson(const ReplayDryRun& dryRun)
{
    PlanJson json;
    json["at"] = formatRfc3339(dryRun.at);
    json["passed"] = textsJson(dryRun.passed);
    json["warnings"] = textsJson(dryRun.warnings);
    json["refusals"] = textsJson(dryRun.refusals);
    json["gone"] = dryRun.gone;
    json["bytes"] = dryRun.bytes;
    return json;
}

/// All but the lists of letters.
PlanJson headJson(const ReplayPlan& plan)
{
    PlanJson json;
    json["format"] = ReplayPlan::currentFormat;
    json["id"] = textJson(plan.id);
    json["made"] = formatRfc3339(plan.made);
    json["made_by"] = textJson(plan.madeBy);
    json["reason"] = textJson(plan.reason);
    json["context"] = textJson(plan.context);
    json["production"] = plan.production;
    json["cluster"] = textJson(plan.cluster);
    json["projection"] = textJson(plan.projection);
    json["group"] = textJson(plan.group);
    json["where"] = textJson(plan.where);
    json["target"] = targetJson(plan.target);
    json["to_partition"] = wordOf(replayPartitionWords, plan.partition);
    json["timestamp"] = wordOf(replayTimestampWords, plan.timestamp);
    json["headers"] = headersJson(plan.headers);
    json["rate"] = plan.rate;
    json["ladder"] = plan.ladder;
    json["proof_within"] = compactDuration(plan.proofWithin);
    json["receivers"] = PlanJson::array();
    for (const auto& receiver : plan.receivers)
        json["receivers"].push_back(receiverJson(receiver));
    json["dry_run"] = dryRunJson(plan.dryRun);
    if (plan.reprojection)
        json["reprojection"] = reprojectionJson(*plan.reprojection);
    return json;
}

/// One letter a line: they are many, and compared by line.
template<typename Rows, typename ToJson>
void appendRows(std::string& text, std::string_view name, const Rows& rows, ToJson toJson)
{
    text += fmt::format(",\n  \"{}\": [", name);
    bool first = true;
    for (const auto& row : rows) {
        text += first ? "\n    " : ",\n    ";
        text += toJson(row).dump();
        first = false;
    }
    text += rows.empty() ? "]" : "\n  ]";
}

constexpr std::string_view bodyOpens = "{\n";

} // namespace

/// No failure lies where its own event lies.
bool isEvent(const PlannedLetter& letter)
{
    const auto& origin = letter.origin;
    return !letter.table && origin.exact() && origin.topic == letter.place.id.topic &&
           origin.partition == letter.place.id.partition && origin.offset == letter.place.offset;
}

std::string replayPlanBody(const ReplayPlan& plan)
{
    std::string text = headJson(plan).dump(2);
    text.resize(text.size() - 2); // "\n}"
    appendRows(text, "left_behind", plan.leftBehind, leftBehindJson);
    appendRows(text, "letters", plan.letters, letterJson);
    appendRows(text, "target_heads", plan.targetHeads, headRowJson);
    return text + "\n}\n";
}

std::string replayPlanChecksum(std::string_view body)
{
    return hexText(hashOf(body));
}

std::string replayPlanText(const ReplayPlan& plan)
{
    std::string text = replayPlanBody(plan);
    return text.insert(bodyOpens.size(), fmt::format("  \"checksum\": \"{}\",\n", replayPlanChecksum(text)));
}

Result<void> saveReplayPlan(const ReplayPlan& plan, const std::filesystem::path& file)
{
    return writeWholeFile(file, replayPlanText(plan), true); // keys and edited values are nobody else's business
}

} // namespace projectionist
