// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/eventversion.h"

#include "backend/deadletter/characters.h"
#include "backend/deadletter/filterparser.h"
#include "backend/deadletter/jsonwalk.h"
#include "backend/deadletter/letterlookup.h"
#include "backend/deadletter/letterschema.h"
#include "backend/deadletter/payloaddecode.h"
#include "backend/store/cells.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr std::string_view inHeader = "header:";
constexpr std::string_view inPayload = "$";

/// Of headers with the same name the last.
const DecodedHeader* lastHeader(const DeadLetter& letter, std::string_view name)
{
    const auto found = std::find_if(letter.headers.rbegin(), letter.headers.rend(),
                                    [&](const DecodedHeader& header) { return header.name == name; });
    return found == letter.headers.rend() ? nullptr : &*found;
}

std::optional<std::int64_t> numberAt(const DeadLetter& letter, std::string_view path)
{
    // The filter language knows such paths: "payload.order.version".
    const auto filter = analyseFilter(fmt::format("payload{} == 0", path.substr(inPayload.size())), letterSchema());
    if (!filter.ok() || !filter.tree)
        return std::nullopt;
    LetterScan scan;
    scan.flags = letter.flags;
    scan.value = letter.value;
    const auto value = payloadOf(scan, filter.tree->operand.path);
    const auto number = value ? numberOf(*value) : std::nullopt;
    return number ? number->whole() : std::nullopt;
}

bool saysJson(const DeadLetter& letter)
{
    return std::any_of(letter.headers.begin(), letter.headers.end(), [](const DecodedHeader& header) {
        std::string name;
        std::transform(header.name.begin(), header.name.end(), std::back_inserter(name), lowerCase);
        return (name == "content-type" || name == "contenttype" || name == "ce_datacontenttype") && header.value &&
               header.value->find("json") != std::string::npos;
    });
}

} // namespace

std::optional<std::int64_t> eventVersion(const DeadLetter& letter, const std::string& place)
{
    if (place.starts_with(inHeader)) {
        const auto* header = lastHeader(letter, std::string_view(place).substr(inHeader.size()));
        if (!header || !header->value)
            return std::nullopt;
        return numberIn<std::int64_t>(header->family.empty() ? *header->value : header->text);
    }
    return place.starts_with(inPayload) && letter.value ? numberAt(letter, place) : std::nullopt;
}

std::optional<std::string> undecodableToday(const DeadLetter& letter, const std::string& place)
{
    constexpr std::uint32_t notAtHand = NullValue | NullText | PayloadMissing | PayloadCut;
    if (!letter.value || (letter.flags & notAtHand) != 0)
        return std::nullopt;
    const auto framed = registryBytes(*letter.value);
    const std::string_view value = framed ? framed->body : std::string_view(*letter.value);
    if (framed && !value.starts_with('{')) // Avro or Protobuf
        return std::nullopt;
    if (!place.starts_with(inPayload) && !saysJson(letter) && !value.starts_with('{'))
        return std::nullopt;
    JsonWalk walk(value);
    while (walk.next()) {
    }
    if (walk.state() == JsonWalk::State::Whole || walk.state() == JsonWalk::State::TooDeep)
        return std::nullopt;
    return fmt::format("its payload is no JSON: it breaks off at byte {} of {}", walk.end(), value.size());
}

} // namespace projectionist
