// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/replayexport.h"

#include "backend/core/base64.h"
#include "backend/core/format.h"

#include <nlohmann/json.hpp>
#include <QStringDecoder>

namespace projectionist {

namespace {

using ProofJson = nlohmann::ordered_json;

constexpr const char* proofTitles =
    "number,reference,event,event_id,key,key_encoding,verdict,state,step,produced,passed,not_back,row,sent_at,topic,"
    "partition,offset,came_back,why";

bool isProperUtf8(const std::string& bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8);
    const QString text = decoder.decode(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())));
    return !decoder.hasError() && !text.isNull();
}

std::string proofField(const std::string& text)
{
    std::string field = text;
    if (!field.empty() && std::string_view("=+-@\t\r").find(field.front()) != std::string_view::npos)
        field.insert(field.begin(), '\'');
    if (field.find_first_of(",\"\r\n") == std::string::npos)
        return field;
    std::string quoted = "\"";
    for (const char c : field)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

std::pair<std::string, std::string> keyField(const std::optional<std::string>& key)
{
    if (!key)
        return {};
    const bool text = key->empty() || isProperUtf8(*key);
    return text ? std::pair(*key, std::string("utf-8")) : std::pair(base64Of(*key), std::string("base64"));
}

std::vector<std::string> proofFields(const PlannedLetter& planned, const ReplayLetterProgress& letter,
                                     std::size_t number)
{
    const auto [key, encoding] = keyField(planned.key);
    return {std::to_string(number),
            planned.reference,
            planned.eventType,
            planned.eventId,
            key,
            encoding,
            std::string(toString(planned.verdict)),
            std::string(toString(letter.state)),
            letter.step == 0 ? std::string() : std::to_string(letter.step),
            std::string(toString(letter.produced)),
            std::string(toString(letter.passed)),
            std::string(toString(letter.notBack)),
            std::string(toString(letter.row)),
            letter.sentAt ? formatRfc3339(*letter.sentAt) : std::string(),
            letter.id ? letter.id->topic : std::string(),
            letter.id ? std::to_string(letter.id->partition) : std::string(),
            letter.offset ? std::to_string(*letter.offset) : std::string(),
            letter.cameBack,
            letter.why};
}

ProofJson letterJson(const PlannedLetter& planned, const ReplayLetterProgress& letter)
{
    const auto [key, encoding] = keyField(planned.key);
    ProofJson json{{"reference", planned.reference},
                   {"event", planned.eventType},
                   {"eventId", planned.eventId},
                   {"key", planned.key ? ProofJson(key) : ProofJson()},
                   {"keyEncoding", planned.key ? ProofJson(encoding) : ProofJson()},
                   {"verdict", toString(planned.verdict)},
                   {"state", toString(letter.state)},
                   {"step", letter.step},
                   {"produced", toString(letter.produced)},
                   {"passed", toString(letter.passed)},
                   {"notBack", toString(letter.notBack)},
                   {"row", toString(letter.row)},
                   {"sentAt", letter.sentAt ? ProofJson(formatRfc3339(*letter.sentAt)) : ProofJson()}};
    if (letter.id)
        json["writtenTo"] = {{"topic", letter.id->topic},
                             {"partition", letter.id->partition},
                             {"offset", letter.offset ? ProofJson(*letter.offset) : ProofJson()}};
    json["cameBack"] = letter.cameBack;
    json["why"] = letter.why;
    return json;
}

} // namespace

std::string proofCsv(const ReplayPlan& plan, const ReplayProgress& progress)
{
    std::string text = proofTitles;
    text += "\r\n";
    for (std::size_t i = 0; i < std::min(plan.letters.size(), progress.letters.size()); ++i) {
        const auto fields = proofFields(plan.letters[i], progress.letters[i], i + 1);
        for (std::size_t field = 0; field < fields.size(); ++field)
            text += (field == 0 ? "" : ",") + proofField(fields[field]);
        text += "\r\n";
    }
    return text;
}

std::string proofJson(const ReplayPlan& plan, const ReplayProgress& progress)
{
    ProofJson letters = ProofJson::array();
    for (std::size_t i = 0; i < std::min(plan.letters.size(), progress.letters.size()); ++i)
        letters.push_back(letterJson(plan.letters[i], progress.letters[i]));
    const auto& counts = progress.counts;
    const ProofJson json{{"plan", plan.id},
                         {"context", plan.context},
                         {"madeBy", plan.madeBy},
                         {"reason", plan.reason},
                         {"began", formatRfc3339(progress.began)},
                         {"at", formatRfc3339(progress.at)},
                         {"state", toString(progress.state)},
                         {"stop", toString(progress.stop)},
                         {"why", progress.why},
                         {"facts", progress.facts},
                         {"unprovable", progress.unprovable},
                         {"counts",
                          {{"letters", counts.letters},
                           {"done", counts.done},
                           {"proved", counts.proved},
                           {"inFlight", counts.inFlight},
                           {"notSent", counts.notSent},
                           {"refused", counts.refused}}},
                         {"letters", letters}};
    return json.dump(2, ' ', false, ProofJson::error_handler_t::replace) + '\n';
}

} // namespace projectionist
