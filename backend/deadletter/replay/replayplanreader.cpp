// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/core/base64.h"
#include "backend/core/format.h"
#include "backend/core/wholefile.h"
#include "backend/deadletter/characters.h"
#include "backend/deadletter/replay/replayplantext.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_set>

namespace projectionist {

namespace {

using ReadJson = nlohmann::json;

constexpr std::uintmax_t mostPlanBytes = std::uintmax_t{1} << 30;
constexpr double fastestRate = 1'000'000;
constexpr std::size_t mostSteps = 1000;
constexpr Duration longestProof = std::chrono::hours(7 * 24);

/// The first thing that is wrong; what comes after it no longer matters.
using Problem = std::optional<std::string>;

/// The fields of one object. Whatever is wrong goes to the problem, and the answer is worth nothing then.
class PlanFields
{
public:
    PlanFields(const ReadJson& json, std::string path, Problem& problem)
        : m_json(json), m_path(std::move(path)), m_problem(problem)
    {
        if (!m_json.is_object())
            complain("", "is no object");
    }

    const ReadJson* find(const char* name)
    {
        m_known.emplace_back(name);
        const auto found = m_json.is_object() ? m_json.find(name) : m_json.end();
        return !m_json.is_object() || found == m_json.end() ? nullptr : &*found;
    }
    const ReadJson& need(const char* name)
    {
        static const ReadJson nothing;
        const ReadJson* json = find(name);
        if (!json)
            complain(name, "is missing");
        return json ? *json : nothing;
    }

    std::string text(const char* name) { return textOf(need(name), name); }
    std::string textOr(const char* name)
    {
        const ReadJson* json = find(name);
        return json ? textOf(*json, name) : std::string();
    }
    std::optional<std::string> optionalText(const char* name)
    {
        const ReadJson* json = find(name);
        return json ? std::optional(textOf(*json, name)) : std::nullopt;
    }
    std::vector<std::string> texts(const char* name, bool needed = true)
    {
        std::vector<std::string> list;
        each(name, needed, [&](const ReadJson& json, const std::string& path) { list.push_back(textOf(json, path)); });
        return list;
    }
    bool flag(const char* name) { return flagOf(need(name), name); }
    bool flagOr(const char* name)
    {
        const ReadJson* json = find(name);
        return json && flagOf(*json, name);
    }
    template<typename Number>
    Number number(const char* name, Number least, Number most)
    {
        return numberOf(need(name), name, least, most);
    }
    template<typename Number>
    std::optional<Number> optionalNumber(const char* name, Number least, Number most)
    {
        const ReadJson* json = find(name);
        return json ? std::optional(numberOf(*json, name, least, most)) : std::nullopt;
    }
    std::uint64_t hex(const char* name)
    {
        constexpr std::size_t digits = 16;
        const std::string word = text(name);
        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number, 16);
        if (error != std::errc() || end != word.data() + word.size() || word.size() != digits)
            complain(name, "is not 16 hexadecimal digits");
        return number;
    }
    TimePoint time(const char* name)
    {
        const auto point = parseRfc3339(text(name));
        if (!point)
            complain(name, "is no time");
        return point.value_or(TimePoint());
    }
    template<typename Value, typename Words>
    Value word(const char* name, const Words& words)
    {
        const std::string found = text(name);
        const auto at = std::find(words.begin(), words.end(), found);
        if (at == words.end())
            complain(name, fmt::format("is none of {}", fmt::join(words, ", ")));
        return at == words.end() ? Value() : static_cast<Value>(at - words.begin());
    }
    template<typename Take>
    void each(const char* name, bool needed, Take take)
    {
        const ReadJson* list = needed ? &need(name) : find(name);
        if (list && !list->is_array())
            return complain(name, "is no list");
        for (std::size_t i = 0; list && i < list->size(); ++i)
            take((*list)[i], fmt::format("{}[{}]", name, i));
    }
    template<typename Number>
    Number numberOf(const ReadJson& json, const std::string& name, Number least, Number most)
    {
        const bool fits = json.is_number_unsigned() && json.get<std::uint64_t>() >= static_cast<std::uint64_t>(least) &&
                          json.get<std::uint64_t>() <= static_cast<std::uint64_t>(most);
        if (!fits)
            complain(name, fmt::format("is no number from {} to {}", least, most));
        return fits ? json.get<Number>() : least;
    }

    void complain(const std::string& name, std::string_view what)
    {
        if (!m_problem)
            m_problem = fmt::format("\"{}{}{}\" {}", m_path, m_path.empty() || name.empty() ? "" : ".", name, what);
    }
    /// A field that nobody asked for may have been meant to say something.
    void finish()
    {
        if (!m_json.is_object() || m_problem)
            return;
        for (const auto& [name, value] : m_json.items())
            if (std::find(m_known.begin(), m_known.end(), name) == m_known.end())
                complain(name, "is not known");
    }

private:
    std::string textOf(const ReadJson& json, const std::string& name)
    {
        if (json.is_string())
            return json.get<std::string>();
        const auto coded = json.is_object() && json.size() == 1 ? json.find("base64") : json.end();
        if (json.is_object() && json.size() == 1 && coded != json.end() && coded->is_string())
            if (auto bytes = bytesOfBase64(coded->get_ref<const std::string&>()))
                return *std::move(bytes);
        complain(name, "is no text");
        return {};
    }
    bool flagOf(const ReadJson& json, const char* name)
    {
        if (!json.is_boolean())
            complain(name, "is neither true nor false");
        return json.is_boolean() && json.get<bool>();
    }

    const ReadJson& m_json;
    const std::string m_path;
    Problem& m_problem;
    std::vector<std::string_view> m_known;
};

constexpr auto mostOffset = std::numeric_limits<Offset>::max();
constexpr auto mostPartition = std::numeric_limits<std::int32_t>::max();

EventOrigin originFrom(const ReadJson& json, const std::string& path, Problem& problem)
{
    PlanFields fields(json, path, problem);
    EventOrigin origin;
    origin.topic = fields.textOr("topic");
    origin.partition = fields.optionalNumber<std::int32_t>("partition", 0, mostPartition);
    origin.offset = fields.optionalNumber<Offset>("offset", 0, mostOffset);
    if (fields.find("time"))
        origin.timestamp = fields.time("time");
    fields.finish();
    return origin;
}

ReplayVerdict verdictFrom(PlanFields& fields)
{
    static const auto words = [] {
        std::vector<std::string_view> list;
        for (auto verdict = ReplayVerdict::Safe; verdict != ReplayVerdict::Unknown;
             verdict = static_cast<ReplayVerdict>(static_cast<int>(verdict) + 1))
            list.push_back(toString(verdict));
        list.push_back(toString(ReplayVerdict::Unknown));
        return list;
    }();
    return fields.word<ReplayVerdict>("verdict", words);
}

PlannedLetter letterFrom(const ReadJson& json, const std::string& path, Problem& problem)
{
    PlanFields fields(json, path, problem);
    PlannedLetter letter;
    letter.reference = fields.text("reference");
    letter.place.id.topic = fields.text("topic");
    letter.place.id.partition = fields.number<std::int32_t>("partition", 0, mostPartition);
    letter.place.offset = fields.number<Offset>("offset", 0, mostOffset);
    letter.table = fields.flagOr("table");
    letter.origin = originFrom(fields.need("origin"), path + ".origin", problem);
    letter.key = fields.optionalText("key");
    letter.fingerprint = fields.hex("fingerprint");
    letter.digest = fields.hex("digest");
    letter.eventType = fields.textOr("event_type");
    letter.eventId = fields.textOr("event_id");
    letter.verdict = verdictFrom(fields);
    letter.why = fields.textOr("why");
    constexpr int mostTold = 1'000'000;
    letter.replays = fields.optionalNumber<int>("replays", 0, mostTold).value_or(0);
    letter.edited = fields.optionalText("edited");
    if (letter.reference.empty())
        fields.complain("reference", "is empty");
    fields.finish();
    return letter;
}

LetterLeftBehind leftBehindFrom(const ReadJson& json, const std::string& path, Problem& problem)
{
    PlanFields fields(json, path, problem);
    LetterLeftBehind letter{fields.text("reference"), fields.optionalText("key"), fields.text("before")};
    fields.finish();
    return letter;
}

LogHeads::value_type headRowFrom(const ReadJson& json, const std::string& path, Problem& problem)
{
    PlanFields fields(json, path, problem);
    LogHeads::value_type row{{fields.text("topic"), fields.number<std::int32_t>("partition", 0, mostPartition)},
                             fields.number<Offset>("head", 0, mostOffset)};
    fields.finish();
    return row;
}

ReplayReceiver receiverFrom(const ReadJson& json, const std::string& path, Problem& problem)
{
    PlanFields fields(json, path, problem);
    ReplayReceiver receiver{fields.text("group"), fields.text("topic"), fields.text("state"), fields.text("projection"),
                            fields.flag("wanted")};
    fields.finish();
    return receiver;
}

ReplayTarget targetFrom(const ReadJson& json, Problem& problem)
{
    PlanFields fields(json, "target", problem);
    ReplayTarget target;
    target.kind = fields.word<ReplayTargetKind>("kind", replayTargetWords);
    target.topic = fields.textOr("topic");
    target.command = fields.texts("command", false);
    if (target.kind == ReplayTargetKind::Topic && target.topic.empty())
        fields.complain("topic", "is missing");
    if (target.kind == ReplayTargetKind::Command && (target.command.empty() || target.command.front().empty()))
        fields.complain("command", "is missing");
    fields.finish();
    return target;
}

ReplayHeaders headersFrom(const ReadJson& json, Problem& problem)
{
    PlanFields fields(json, "headers", problem);
    ReplayHeaders headers;
    headers.stripFailure = fields.flag("strip_failure");
    headers.keep = fields.texts("keep");
    headers.drop = fields.texts("drop");
    fields.each("add", true, [&](const ReadJson& pair, const std::string& path) {
        PlanFields header(pair, "headers." + path, problem);
        headers.add.emplace_back(header.text("name"), header.text("value"));
        header.finish();
    });
    fields.finish();
    return headers;
}

ReplayDryRun dryRunFrom(const ReadJson& json, Problem& problem)
{
    PlanFields fields(json, "dry_run", problem);
    ReplayDryRun dryRun;
    dryRun.at = fields.time("at");
    dryRun.passed = fields.texts("passed");
    dryRun.warnings = fields.texts("warnings");
    dryRun.refusals = fields.texts("refusals");
    dryRun.gone = fields.number<std::uint64_t>("gone", 0, std::numeric_limits<std::uint64_t>::max());
    dryRun.bytes = fields.number<std::uint64_t>("bytes", 0, std::numeric_limits<std::uint64_t>::max());
    fields.finish();
    return dryRun;
}

Reprojection reprojectionFrom(const ReadJson& json, Problem& problem)
{
    constexpr auto mostNumber = std::numeric_limits<std::uint64_t>::max();
    PlanFields fields(json, "reprojection", problem);
    Reprojection reprojection{fields.text("check"), fields.number<std::uint64_t>("run", 0, mostNumber)};
    fields.each("keys", true, [&](const ReadJson& one, const std::string& path) {
        PlanFields key(one, "reprojection." + path, problem);
        reprojection.keys.push_back(
            {key.texts("row"), key.text("events"), key.number<std::uint64_t>("count", 0, mostNumber)});
        key.finish();
    });
    fields.finish();
    return reprojection;
}

/// It goes into headers and names of files.
std::string idFrom(PlanFields& fields)
{
    constexpr std::size_t longestId = 64;
    std::string id = fields.text("id");
    const bool plain = std::all_of(id.begin(), id.end(), [](char c) { return isLetter(c) || isDigit(c) || c == '-'; });
    if (id.empty() || id.size() > longestId || !plain)
        fields.complain("id", "is not 1 to 64 letters, digits and '-'");
    return id;
}

void paceFrom(PlanFields& fields, ReplayPlan& plan)
{
    const ReadJson& rate = fields.need("rate");
    plan.rate = rate.is_number() ? rate.get<double>() : 0;
    if (!std::isfinite(plan.rate) || plan.rate <= 0 || plan.rate > fastestRate)
        fields.complain("rate", fmt::format("is no number of letters per second up to {}", fastestRate));
    plan.ladder.clear();
    fields.each("ladder", true, [&](const ReadJson& step, const std::string& path) {
        plan.ladder.push_back(fields.numberOf<std::size_t>(step, path, 1, std::numeric_limits<std::int32_t>::max()));
    });
    if (plan.ladder.empty() || plan.ladder.size() > mostSteps)
        fields.complain("ladder", fmt::format("has no step, or more than {}", mostSteps));
    plan.proofWithin = parseDuration(fields.text("proof_within")).value_or(Duration(0));
    if (plan.proofWithin <= Duration(0) || plan.proofWithin > longestProof)
        fields.complain("proof_within", "is no time from 1ms to 7d");
}

/// All but the lists of letters.
void headFrom(PlanFields& fields, ReplayPlan& plan, Problem& problem)
{
    plan.id = idFrom(fields);
    plan.made = fields.time("made");
    plan.madeBy = fields.text("made_by");
    plan.reason = fields.text("reason");
    plan.context = fields.text("context");
    plan.production = fields.flag("production");
    plan.cluster = fields.text("cluster");
    plan.projection = fields.text("projection");
    plan.group = fields.text("group");
    plan.where = fields.text("where");
    plan.target = targetFrom(fields.need("target"), problem);
    plan.partition = fields.word<ReplayPartition>("to_partition", replayPartitionWords);
    plan.timestamp = fields.word<ReplayTimestamp>("timestamp", replayTimestampWords);
    plan.headers = headersFrom(fields.need("headers"), problem);
    paceFrom(fields, plan);
    fields.each("receivers", true, [&](const ReadJson& receiver, const std::string& path) {
        plan.receivers.push_back(receiverFrom(receiver, path, problem));
    });
    fields.each("target_heads", true, [&](const ReadJson& row, const std::string& path) {
        if (!plan.targetHeads.insert(headRowFrom(row, path, problem)).second)
            fields.complain(path, "names a partition for the second time");
    });
    plan.dryRun = dryRunFrom(fields.need("dry_run"), problem);
    if (const auto* const reprojection = fields.find("reprojection"))
        plan.reprojection = reprojectionFrom(*reprojection, problem);
    else if (plan.target.kind == ReplayTargetKind::Rows)
        fields.complain("reprojection", "is missing");
}

/// Letters are taken out of the text one by one: the whole of a large plan as JSON would need much memory.
class PlanParser
{
public:
    ReadJson parse(std::string_view text)
    {
        return ReadJson::parse(text, [this](int depth, ReadJson::parse_event_t event, ReadJson& parsed) {
            return keep(depth, event, parsed);
        });
    }

    ReplayPlan m_plan;
    Problem m_problem;

private:
    bool keep(int depth, ReadJson::parse_event_t event, const ReadJson& parsed)
    {
        if (event == ReadJson::parse_event_t::key && depth == 1)
            m_section = parsed.get<std::string>();
        if (event != ReadJson::parse_event_t::object_end || depth != 2)
            return true;
        if (m_section == "letters")
            m_plan.letters.push_back(letterFrom(parsed, pathTo(m_plan.letters.size()), m_problem));
        else if (m_section == "left_behind")
            m_plan.leftBehind.push_back(leftBehindFrom(parsed, pathTo(m_plan.leftBehind.size()), m_problem));
        else
            return true;
        return false;
    }
    [[nodiscard]] std::string pathTo(std::size_t index) const { return fmt::format("{}[{}]", m_section, index); }

    std::string m_section;
};

Error noPlan(std::string why, std::string next)
{
    return {ErrorKind::InvalidData, "This is no replay plan that can be run", std::move(why), std::move(next), false};
}

constexpr const char* makeAnew = "Make the plan anew: plans are not to be changed by hand";

Problem twiceIn(const std::vector<PlannedLetter>& letters)
{
    std::unordered_set<std::string_view> seen;
    for (const auto& letter : letters)
        if (!seen.insert(letter.reference).second)
            return fmt::format("the letter {} is in it twice", letter.reference);
    return std::nullopt;
}

} // namespace

Result<ReplayPlan> parseReplayPlan(std::string_view text)
{
    PlanParser parser;
    ReadJson json;
    try {
        json = parser.parse(text);
    } catch (const ReadJson::exception& exception) {
        return tl::unexpected(noPlan(exception.what(), "Choose a file that \"replay plan\" wrote"));
    }
    PlanFields fields(json, "", parser.m_problem);
    const bool numbered = json.is_object() && json.contains("format") && json["format"].is_number_unsigned();
    const auto format = numbered ? json["format"].get<std::uint64_t>() : 0;
    if (format > ReplayPlan::currentFormat)
        return tl::unexpected(
            noPlan(fmt::format("its format is {}, and this program knows {}", format, ReplayPlan::currentFormat),
                   "Use the version of the program that made it, or a newer one"));
    static_cast<void>(fields.number<int>("format", 1, ReplayPlan::currentFormat));
    const std::string checksum = fields.text("checksum");
    headFrom(fields, parser.m_plan, parser.m_problem);
    for (const char* list : {"left_behind", "letters"})
        fields.each(list, true,
                    [&](const ReadJson&, const std::string& path) { fields.complain(path, "is no object"); });
    fields.finish();
    if (!parser.m_problem)
        parser.m_problem = twiceIn(parser.m_plan.letters);
    if (parser.m_problem)
        return tl::unexpected(noPlan(*parser.m_problem, makeAnew));
    if (checksum != replayPlanChecksum(replayPlanBody(parser.m_plan)))
        return tl::unexpected(Error{ErrorKind::Conflict, fmt::format("The plan {} was changed", parser.m_plan.id),
                                    "its checksum is that of another text", makeAnew, false});
    return std::move(parser.m_plan);
}

Result<ReplayPlan> loadReplayPlan(const std::filesystem::path& file)
{
    const auto text = readWholeFile(file, mostPlanBytes);
    if (!text)
        return tl::unexpected(Error{std::filesystem::exists(file) ? ErrorKind::Resource : ErrorKind::NotFound,
                                    fmt::format("The plan {} cannot be read", file.string()), text.error(),
                                    "Give the file that \"replay plan\" wrote", false});
    auto plan = parseReplayPlan(*text);
    if (!plan)
        plan.error().what = fmt::format("{}: {}", file.string(), plan.error().what);
    return plan;
}

} // namespace projectionist
