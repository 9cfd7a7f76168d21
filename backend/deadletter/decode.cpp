// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/decode.h"

#include "backend/core/format.h"
#include "backend/deadletter/headervalue.h"

#include <algorithm>

namespace projectionist {

namespace {

std::string textOfTime(std::string_view bytes)
{
    const auto time = timeOf(bytes);
    return time ? formatRfc3339(*time) : std::string();
}

/// The value for people, by the row's encoding; hexadecimal where the bytes make no sense there.
std::string decodedText(const HeaderRow& row, std::string_view bytes, std::string_view plain)
{
    std::string text;
    switch (row.encoding) {
    case HeaderEncoding::Integer:
    case HeaderEncoding::Count:
        if (const auto number = row.encoding == HeaderEncoding::Count ? countOf(plain) : integerOf(plain))
            text = std::to_string(*number);
        break;
    case HeaderEncoding::Time:
        text = textOfTime(plain);
        break;
    case HeaderEncoding::JavaSerialized:
        return printableParts(bytes);
    case HeaderEncoding::Text:
    case HeaderEncoding::Uri:
    case HeaderEncoding::TypeName:
        return readable(plain);
    }
    return text.empty() && !bytes.empty() ? hexOf(bytes) : text;
}

class Decoder
{
public:
    Decoder(LetterScanner& scanner, const RawLetter& letter)
        : m_scanner(scanner), m_letter(letter), m_scan(scanner.scan(letter))
    {
    }

    DeadLetter decode()
    {
        m_result.id = {std::string(m_letter.topic), m_letter.partition};
        m_result.offset = m_letter.offset;
        m_result.flags = m_scan.flags;
        m_result.fingerprint = m_scan.fingerprint;
        m_result.reason = m_scanner.fingerprinter().explain(m_scan.key(m_letter.topic));
        readScan();
        readBody();
        readHops();
        readFailure();
        readHeaders();
        return std::move(m_result);
    }

private:
    const HeaderFamily& familyOf(std::uint8_t index) const { return m_scanner.rules().table->families()[index].rules; }

    void readScan()
    {
        m_result.origin.topic = m_scan.originTopic;
        m_result.origin.partition = m_scan.originPartition;
        m_result.origin.offset = m_scan.originOffset;
        m_result.origin.timestamp = m_scan.eventTime;
        m_result.consumer = m_scan.consumer;
        m_result.attempts = m_scan.attempts;
        m_result.failedAt = m_scan.failedAt;
        m_result.arrived = m_scan.arrived;
        m_result.arrivedBy = m_scan.arrivedBy;
        m_result.eventTime = m_scan.eventTime;
        m_result.nextAttempt = m_scan.nextAttempt;
        m_result.eventType = m_scan.eventType;
        m_result.eventId = m_scan.eventId;
    }

    void readBody()
    {
        if (m_scan.eventKey)
            m_result.key = std::string(*m_scan.eventKey);
        m_result.envelopeHeaders = m_scan.envelopeHeaders;
        if (!m_scan.value)
            return;
        m_result.value = std::string(*m_scan.value);
        m_result.valueSize =
            std::max(m_letter.valueSize, m_letter.value->size()) - (m_letter.value->size() - m_scan.value->size());
    }

    void readHops()
    {
        for (const auto& sources : m_scanner.hops().hops()) {
            const std::string label(familyOf(sources.family).label);
            if (std::find(m_result.families.begin(), m_result.families.end(), label) == m_result.families.end())
                m_result.families.push_back(label);
            m_result.hops.push_back(hopOf(sources));
        }
        datesOfHops();
    }

    FailureHop hopOf(const HopSources& sources)
    {
        const auto text = [&](HeaderRole role) {
            return std::string(m_scanner.textOf(sources[role]).value_or(std::string_view()));
        };
        const auto either = [&](HeaderRole first, HeaderRole second) { return text(sources[first] ? first : second); };
        FailureHop hop;
        hop.family = familyOf(sources.family).label;
        hop.from.topic = text(HeaderRole::OriginTopic);
        if (const auto partition = m_scanner.numberOf(sources[HeaderRole::OriginPartition]);
            partition && *partition <= std::numeric_limits<std::int32_t>::max())
            hop.from.partition = static_cast<std::int32_t>(*partition);
        hop.from.offset = m_scanner.numberOf(sources[HeaderRole::OriginOffset]);
        hop.from.timestamp = m_scanner.timeOf(sources[HeaderRole::OriginTimestamp]);
        hop.consumer = m_scanner.consumerOf(sources);
        hop.stage = either(HeaderRole::Stage, HeaderRole::Operation);
        hop.exception = either(HeaderRole::Exception, HeaderRole::KeyException);
        hop.message = either(HeaderRole::Message, HeaderRole::KeyMessage);
        hop.attempts = m_scanner.numberOf(sources[HeaderRole::Attempts]);
        hop.failedAt = m_scanner.timeOf(sources[HeaderRole::FailedAt]);
        for (const auto& source : sources.roles)
            if (source)
                hop.headers.push_back(source.header);
        std::sort(hop.headers.begin(), hop.headers.end());
        return hop;
    }

    /// When a hop does not say when it was: the record that it wrote is where the next one came from.
    void datesOfHops()
    {
        auto& hops = m_result.hops;
        for (std::size_t i = 0; i < hops.size(); ++i) {
            if (hops[i].failedAt)
                continue;
            const bool writerTime = familyOf(m_scanner.hops().hops()[i].family).stamp == Stamp::Writer;
            if (i + 1 == hops.size())
                hops[i].failedAt = m_result.arrived;
            else if (writerTime && !hops[i + 1].from.topic.empty())
                hops[i].failedAt = hops[i + 1].from.timestamp;
        }
    }

    void readFailure()
    {
        auto& failure = m_result.failure;
        failure.exception = m_scan.exception;
        failure.message = m_scan.message;
        failure.frame = frameName(m_scan.kind, m_scan.frame);
        failure.thrown = m_scan.thrown;
        failure.thrownMessage = m_scan.thrownMessage;
        failure.stackTrace = m_scan.stackTrace;
        failure.foundIn = m_scan.foundIn;
        StackTrace trace;
        parseStackTrace(m_scan.stackTrace, m_scan.thrownMessage, trace);
        for (const auto& section : trace.sections)
            failure.chain.push_back(causeOf(trace.kind, section));
        if (!failure.chain.empty() && failure.chain.front().exception.empty())
            failure.chain.front().exception = failure.thrown;
        const bool known = std::any_of(failure.chain.begin(), failure.chain.end(),
                                       [&failure](const auto& cause) { return cause.exception == failure.exception; });
        if (failure.chain.empty() && !failure.thrown.empty() && failure.thrown != failure.exception)
            failure.chain.push_back({failure.thrown, failure.thrownMessage, isWrapper(failure.thrown), false, {}, 0});
        if (!known && !failure.exception.empty())
            failure.chain.push_back({failure.exception, failure.message, isWrapper(failure.exception), false, {}, 0});
    }

    bool isWrapper(std::string_view exception) const { return m_scanner.rules().exceptions.isWrapper(exception); }

    FailureCause causeOf(TraceKind kind, const TraceSection& section) const
    {
        FailureCause cause{std::string(section.exception),
                           std::string(section.message),
                           isWrapper(section.exception),
                           section.suppressed,
                           {},
                           section.omitted};
        std::string_view frames = section.frames;
        std::string_view frame;
        while (takeFrame(kind, frames, frame))
            cause.frames.push_back({std::string(frame), m_scanner.rules().exceptions.isLibrary(kind, frame)});
        return cause;
    }

    void readHeaders()
    {
        const auto headers = m_scanner.headers();
        std::vector<const TableRow*> rows(headers.size(), nullptr);
        for (const auto& hit : m_scanner.hops().hits())
            if (!rows[hit.header])
                rows[hit.header] = hit.row;
        for (std::size_t role = 0; role < headerRoleCount; ++role)
            if (const auto& source = m_scanner.hops().general(static_cast<HeaderRole>(role));
                source && !rows[source.header])
                rows[source.header] = source.row;
        m_result.headers.reserve(headers.size());
        for (std::uint32_t i = 0; i < headers.size(); ++i)
            m_result.headers.push_back(headerOf(headers[i], {rows[i], i}));
    }

    DecodedHeader headerOf(const RawHeader& header, const RoleSource& source)
    {
        DecodedHeader decoded;
        decoded.name = readable(header.name);
        if (header.value)
            decoded.value = std::string(*header.value);
        if (!source) {
            decoded.text = readable(header.value.value_or(std::string_view()));
            return decoded;
        }
        if (source.row->family != HeaderTable::general)
            decoded.family = familyOf(source.row->family).label;
        decoded.role = toString(source.row->row.role);
        decoded.ofEvent = source.row->row.ofEvent;
        if (const auto plain = m_scanner.textOf(source))
            decoded.text = decodedText(source.row->row, *header.value, *plain);
        return decoded;
    }

    LetterScanner& m_scanner;
    const RawLetter& m_letter;
    const LetterScan& m_scan;
    DeadLetter m_result;
};

} // namespace

DeadLetter decode(LetterScanner& scanner, const RawLetter& letter)
{
    return Decoder(scanner, letter).decode();
}

} // namespace projectionist
