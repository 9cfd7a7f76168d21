// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/projector/eventdecoder.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

bool looksLikeJson(std::string_view body)
{
    return body.starts_with('{') || body.starts_with('[');
}

} // namespace

Result<EventDecoder> EventDecoder::make(const ContextSettings& context, const Clock& clock)
{
    auto rules = DecodeRules::build(decodeSettingsOf(context.deadLetters));
    if (!rules)
        return tl::unexpected(rules.error());
    EventDecoder decoder(*std::move(rules));
    if (context.deadLetters.schemaRegistry)
        decoder.m_payloads = std::make_unique<PayloadDecoder>(*context.deadLetters.schemaRegistry, clock);
    return decoder;
}

Result<ProjectedEvent> EventDecoder::decode(const Record& record, const std::stop_token& stop)
{
    const auto& scan = m_scanner.scan(viewOf(record, m_headers));
    ProjectedEvent event;
    event.topic = record.id.topic;
    event.partition = record.id.partition;
    event.offset = record.offset;
    event.timestamp = record.timestamp;
    event.type = scan.eventType;
    event.key = scan.eventKey;
    event.headers = m_scanner.headers();
    event.payload = scan.value;
    if (auto decoded = decodeValue(event, stop); !decoded)
        return tl::unexpected(decoded.error());
    return event;
}

Result<void> EventDecoder::decodeValue(ProjectedEvent& event, const std::stop_token& stop)
{
    const auto framed = event.payload ? registryBytes(*event.payload) : std::nullopt;
    if (!framed)
        return {};
    if (looksLikeJson(framed->body)) { // a JSON serialiser of the registry's: no schema is needed to read it
        event.payload = framed->body;
        return {};
    }
    auto decoded = m_payloads ? m_payloads->decode(*framed, stop) : tl::unexpected(noRegistry(*framed));
    if (!decoded)
        return tl::unexpected(Error{decoded.error().kind,
                                    fmt::format("The event {} cannot be read", placeOf(event, event.type)),
                                    decoded.error().why, decoded.error().next, decoded.error().retriable});
    m_json = std::move(decoded->json);
    event.payload = m_json;
    return {};
}

} // namespace projectionist
