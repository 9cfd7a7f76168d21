// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterjson.h"

#include "backend/core/base64.h"
#include "backend/core/format.h"
#include "backend/deadletter/letterescape.h"

namespace projectionist {

namespace {

template<typename T>
LetterJson numberJson(const std::optional<T>& value)
{
    return value ? LetterJson(*value) : LetterJson();
}

LetterJson headersJson(const std::vector<DecodedHeader>& headers, const DeadLetterLook& look)
{
    LetterJson json = LetterJson::array();
    for (const auto& header : headers) {
        const bool hidden = isHidden(header, look);
        LetterJson one{{"name", header.name}};
        setBytes(one, "value",
                 header.value && header.family.empty() && !hidden ? shownKey(header.value, {}, look)
                 : header.value                                   ? std::optional(shownHeader(header, look))
                                                                  : std::nullopt);
        one["family"] = wordJson(header.family);
        one["role"] = wordJson(header.role);
        one["masked"] = hidden;
        json.push_back(std::move(one));
    }
    return json;
}

} // namespace

const std::string& readableBytes(const std::string& bytes, const DecodedPayload* decoded)
{
    return decoded ? decoded->json : bytes;
}

LetterJson timeJson(const std::optional<TimePoint>& time)
{
    return time ? LetterJson(formatRfc3339(*time)) : LetterJson();
}

LetterJson wordJson(const std::string& word)
{
    return word.empty() ? LetterJson() : LetterJson(word);
}

LetterJson originJson(const EventOrigin& origin)
{
    return {{"topic", wordJson(origin.topic)},
            {"partition", numberJson(origin.partition)},
            {"offset", numberJson(origin.offset)},
            {"timestamp", timeJson(origin.timestamp)}};
}

std::optional<std::string> shownKey(const std::optional<std::string>& key, const DecodedBody& decoded,
                                    const DeadLetterLook& look)
{
    return key ? std::optional(projectionist::shownKey(readableBytes(*key, decoded.readKey()), look)) : std::nullopt;
}

LetterJson payloadJson(const std::optional<std::string>& value, std::size_t size, const DecodedBody& decoded,
                       const DeadLetterLook& look)
{
    if (!value)
        return {};
    const auto payload = shownPayload(readableBytes(*value, decoded.payload()), look);
    LetterJson json{{"size", size}, {"read", value->size()}};
    setBytes(json, "value", payload.withheld == Withheld::No ? std::optional(payload.value.text) : std::nullopt);
    json["masked"] = payload.value.paths;
    json["note"] = wordJson(maskNote(payload));
    json["format"] = decoded.payload() ? LetterJson(decoded.payload()->format) : LetterJson();
    json["not_decoded"] = decoded.trouble() ? LetterJson(toString(*decoded.trouble())) : LetterJson();
    if (decoded.payload() && !look.masks)
        json["raw_base64"] = base64Of(*value);
    return json;
}

void setBytes(LetterJson& json, const std::string& name, const std::optional<std::string>& bytes)
{
    const bool plain = !bytes || isUtf8(*bytes);
    json[name] = !bytes ? LetterJson() : plain ? LetterJson(*bytes) : LetterJson(base64Of(*bytes));
    if (bytes)
        json[name + "_encoding"] = plain ? "utf-8" : "base64";
}

LetterJson toJson(const LetterView& view, const std::string& reference, const DeadLetterLook& look)
{
    LetterJson json{{"reference", wordJson(reference)},     {"topic", view.place.id.topic},
                    {"arrived", timeJson(view.arrived)},    {"arrived_by", basisWord(view.arrivedBy)},
                    {"failed_at", timeJson(view.failedAt)}, {"next_attempt", timeJson(view.nextAttempt)},
                    {"event", wordJson(view.eventType)}};
    setBytes(json, "key", shownKey(view.key, {}, look));
    json["key_cut"] = view.keyCut;
    json["origin"] = originJson(view.origin);
    json["projection"] = wordJson(view.projection);
    json["consumer"] = wordJson(view.consumer);
    json["tries"] = numberJson(view.attempts);
    json["hops"] = view.hops;
    json["exception"] = wordJson(view.exception);
    json["message_pattern"] = wordJson(view.messagePattern);
    json["frame"] = wordJson(view.frame);
    json["families"] = view.families;
    json["size"] = numberJson(view.valueSize);
    json["state"] = stateWord(view.state);
    json["group"] = fingerprintText(view.fingerprint);
    return json;
}

void addContent(LetterJson& json, const DeadLetter& letter, const DeadLetterLook& look, const DecodedBody& decoded)
{
    json["message"] = letter.failure.message;
    json["event_id"] = wordJson(letter.eventId);
    json["headers"] = headersJson(letter.headers, look);
    json["payload"] = payloadJson(letter.value, letter.valueSize, decoded, look);
}

} // namespace projectionist
