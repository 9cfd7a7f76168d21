// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/exportlines.h"

#include "backend/core/base64.h"
#include "backend/core/format.h"
#include "backend/deadletter/letterescape.h"
#include "backend/deadletter/letterjson.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace projectionist {

namespace {

constexpr const char* listColumns =
    "reference,topic,arrived,arrived_by,failed_at,event,key,key_encoding,origin_topic,origin_partition,origin_offset,"
    "projection,consumer,tries,hops,exception,message_pattern,frame,families,size,state,group";
constexpr const char* contentColumns = ",message,event_id,headers,payload,payload_encoding,payload_note";
constexpr const char* csvEnd = "\r\n";

std::string csvTime(const std::optional<TimePoint>& time)
{
    return time ? formatRfc3339(*time) : "";
}

template<typename Number>
std::string csvNumber(const std::optional<Number>& value)
{
    return value ? fmt::format("{}", *value) : "";
}

/// Two fields: bytes that are no UTF-8 in Base64, and which of both it is.
std::vector<std::string> csvBytes(const std::optional<std::string>& bytes)
{
    if (!bytes)
        return {"", ""};
    return isUtf8(*bytes) ? std::vector<std::string>{csvField(*bytes), "utf-8"}
                          : std::vector<std::string>{base64Of(*bytes), "base64"};
}

void addFields(std::vector<std::string>& fields, std::vector<std::string> more)
{
    fields.insert(fields.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// Bytes that are no UTF-8 are replaced.
std::string jsonOfOneLine(const LetterJson& json)
{
    return harmlessJson(json.dump(-1, ' ', false, LetterJson::error_handler_t::replace));
}

std::vector<std::string> contentFields(const DeadLetter& letter, const DecodedBody& decoded, const DeadLetterLook& look)
{
    LetterJson headers = LetterJson::array();
    for (const auto& header : letter.headers)
        headers.push_back({header.name, header.value ? LetterJson(shownHeader(header, look)) : LetterJson()});
    std::vector<std::string> fields{csvField(letter.failure.message), csvField(letter.eventId),
                                    csvField(jsonOfOneLine(headers))};
    const auto payload =
        letter.value ? shownPayload(readableBytes(*letter.value, decoded.payload()), look) : MaskedPayload{};
    const bool shown = letter.value && payload.withheld == Withheld::No;
    addFields(fields, csvBytes(shown ? std::optional(payload.value.text) : std::nullopt));
    auto note = letter.value ? maskNote(payload) : "";
    if (decoded.trouble())
        note += (note.empty() ? "" : "; ") + toString(*decoded.trouble());
    fields.push_back(csvField(note));
    return fields;
}

} // namespace

std::string ExportLines::head() const
{
    return m_format == ExportFormat::Csv ? std::string(listColumns) + (m_content ? contentColumns : "") + csvEnd : "";
}

std::string ExportLines::line(const LetterView& view, const std::string& reference, const DeadLetter* letter,
                              const DecodedBody& decoded) const
{
    if (m_format == ExportFormat::Csv)
        return csvLine(view, reference, letter, decoded);
    LetterJson json = toJson(view, reference, m_look);
    if (letter)
        addContent(json, *letter, m_look, decoded);
    return jsonOfOneLine(json) + '\n';
}

std::string ExportLines::csvLine(const LetterView& view, const std::string& reference, const DeadLetter* letter,
                                 const DecodedBody& decoded) const
{
    std::vector<std::string> fields{csvField(reference),       csvField(view.place.id.topic), csvTime(view.arrived),
                                    basisWord(view.arrivedBy), csvTime(view.failedAt),        csvField(view.eventType)};
    addFields(fields, csvBytes(view.key ? std::optional(shownKey(*view.key, m_look)) : std::nullopt));
    addFields(fields, {csvField(view.origin.topic), csvNumber(view.origin.partition), csvNumber(view.origin.offset),
                       csvField(view.projection), csvField(view.consumer), csvNumber(view.attempts),
                       fmt::format("{}", view.hops), csvField(view.exception), csvField(view.messagePattern),
                       csvField(view.frame), csvField(fmt::format("{}", fmt::join(view.families, "; "))),
                       csvNumber(view.valueSize), stateWord(view.state), fingerprintText(view.fingerprint)});
    if (m_content)
        addFields(fields, letter ? contentFields(*letter, decoded, m_look) : std::vector<std::string>(6));
    return fmt::format("{}{}", fmt::join(fields, ","), csvEnd);
}

} // namespace projectionist
