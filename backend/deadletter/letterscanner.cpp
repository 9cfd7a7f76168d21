// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterscanner.h"

#include "backend/deadletter/embeddedheaders.h"
#include "backend/deadletter/headervalue.h"

#include <algorithm>
#include <limits>

namespace projectionist {

namespace {

/// Of spring_json_header_types; it is searched for every header that looks like JSON.
constexpr std::size_t longestTypes = 65'536;

} // namespace

Result<std::shared_ptr<const DecodeRules>> DecodeRules::build(const DecodeSettings& settings)
{
    auto table = HeaderTable::build(settings.profiles);
    if (!table)
        return tl::unexpected(table.error());
    auto envelopes = Envelopes::build(settings.profiles);
    if (!envelopes)
        return tl::unexpected(envelopes.error());
    return std::make_shared<const DecodeRules>(DecodeRules{std::move(*table), std::move(*envelopes),
                                                           settings.profiles.size(), ExceptionRules(settings),
                                                           settings.groupRules});
}

FailureKey LetterScan::key(std::string_view topic) const
{
    return {exception,
            frame,
            kind,
            message,
            eventType,
            originTopic.empty() ? topic : originTopic,
            (flags & ParkedBehind) != 0};
}

LetterScanner::LetterScanner(std::shared_ptr<const DecodeRules> rules)
    : m_rules(std::move(rules))
    , m_finder(*m_rules->table)
    , m_memo(m_rules->exceptions)
    , m_fingerprinter(m_rules->groups)
{
}

const LetterScan& LetterScanner::scan(const RawLetter& letter)
{
    m_scan = {};
    m_textCount = 0;
    m_scan.value = letter.value;
    m_scan.eventKey = letter.key;
    readHeaders(letter);
    m_scan.families = m_finder.families();
    m_scan.hops = m_finder.hops().size();
    if (!m_finder.hops().empty())
        m_scan.family = m_finder.hops().back().family;
    readOrigin(letter);
    readProgress();
    readArrival(letter);
    readEvent();
    readFailure();
    readFlags(letter);
    m_scan.fingerprint = m_fingerprinter.hash(m_scan.key(letter.topic));
    return m_scan;
}

void LetterScanner::readHeaders(const RawLetter& letter)
{
    m_headers = letter.headers;
    if (letter.value && letter.value->starts_with('\xff'))
        readSpringEmbedded(letter);
    if (!readEnvelope(letter))
        m_finder.find(m_headers, letter.table);
    m_headerTypes = {};
    if (const auto& types = m_finder.general(HeaderRole::HeaderTypes); types && m_headers[types.header].value)
        m_headerTypes = m_headers[types.header].value->substr(0, longestTypes);
}

void LetterScanner::readSpringEmbedded(const RawLetter& letter)
{
    m_allHeaders.assign(letter.headers.begin(), letter.headers.end());
    const auto payload = takeEmbeddedHeaders(*letter.value, m_allHeaders);
    if (!payload)
        return;
    m_headers = m_allHeaders;
    m_scan.value = payload;
    m_scan.flags |= EmbeddedHeaders;
    for (std::size_t i = letter.headers.size(); i < m_allHeaders.size(); ++i)
        if (m_allHeaders[i].value)
            if (auto text = jsonText(*m_allHeaders[i].value))
                m_allHeaders[i].value = keep(std::move(*text));
}

/// Whether the value is the envelope of a profile of the user's; then its headers are found and the event is unpacked.
bool LetterScanner::readEnvelope(const RawLetter& letter)
{
    const auto& envelopes = m_rules->envelopes;
    if (envelopes.empty() || !letter.value || !letter.table.empty() || (m_scan.flags & EmbeddedHeaders))
        return false;
    m_allHeaders.assign(letter.headers.begin(), letter.headers.end());
    envelopes.read(*letter.value, m_allHeaders, m_events, [this](std::string text) { return keep(std::move(text)); });
    if (m_allHeaders.size() == letter.headers.size())
        return false;
    m_finder.find(m_allHeaders, letter.table);
    const std::size_t first = m_rules->table->families().size() - m_rules->profiles;
    for (std::size_t i = 0; i < m_rules->profiles; ++i) {
        if (!(m_finder.families() >> (first + i) & 1) || !envelopes.has(i))
            continue;
        unpack(i);
        return true;
    }
    return false;
}

/// What the profile places in the envelope is not the record's, also where it is missing.
void LetterScanner::unpack(std::size_t profile)
{
    const auto& event = m_events[profile];
    m_scan.flags |= event.undecodable ? EmbeddedHeaders | HeaderUndecodable : EmbeddedHeaders;
    if (event.payload)
        m_scan.value = *event.payload;
    if (m_rules->envelopes.has(profile, Envelopes::Part::Key))
        m_scan.eventKey = event.key;
    if (m_rules->envelopes.has(profile, Envelopes::Part::EventHeaders)) {
        m_scan.envelopeHeaders = event.headers.size();
        m_allHeaders.insert(m_allHeaders.end(), event.headers.begin(), event.headers.end());
    }
    m_headers = m_allHeaders;
}

std::string_view LetterScanner::keep(std::string text)
{
    if (m_textCount == m_texts.size())
        m_texts.emplace_back();
    return m_texts[m_textCount++] = std::move(text);
}

std::optional<std::string_view> LetterScanner::textOf(const RoleSource& source)
{
    if (!source || !m_headers[source.header].value)
        return std::nullopt;
    const auto& header = m_headers[source.header];
    std::string_view text = *header.value;
    if (!m_headerTypes.empty() && text.starts_with('"') && namesHeader(m_headerTypes, header.name))
        if (auto unquoted = jsonText(text))
            text = keep(std::move(*unquoted));
    switch (source.row->row.encoding) {
    case HeaderEncoding::Uri:
        return lastPartOfUri(text);
    case HeaderEncoding::TypeName:
        return typeNameOf(text);
    default:
        return text;
    }
}

std::string_view LetterScanner::plain(const RoleSource& source)
{
    return textOf(source).value_or(std::string_view());
}

std::optional<std::int64_t> LetterScanner::numberOf(const RoleSource& source)
{
    const auto bytes = textOf(source);
    if (!bytes)
        return std::nullopt;
    const auto number = source.row->row.encoding == HeaderEncoding::Count ? countOf(*bytes) : integerOf(*bytes);
    if (!number && !bytes->empty())
        m_scan.flags |= HeaderUndecodable;
    if (!number || *number < 0)
        return std::nullopt;
    return std::max<std::int64_t>(*number + source.row->row.bias, 0);
}

std::optional<TimePoint> LetterScanner::timeOf(const RoleSource& source)
{
    const auto bytes = textOf(source);
    return bytes ? projectionist::timeOf(*bytes) : std::nullopt;
}

std::string_view LetterScanner::consumerOf(const HopSources& hop)
{
    const auto name = plain(hop[HeaderRole::Consumer]);
    const auto prefix = m_rules->table->families()[hop.family].rules.consumerPrefix;
    return name.empty() || prefix.empty() ? name : keep(std::string(prefix).append(name));
}

void LetterScanner::readOrigin(const RawLetter& letter)
{
    for (const auto& hop : m_finder.hops()) {
        if (m_scan.originTopic = plain(hop[HeaderRole::OriginTopic]);
            m_scan.originTopic.empty() && !hop[HeaderRole::OriginOffset])
            continue;
        const auto partition = numberOf(hop[HeaderRole::OriginPartition]);
        if (partition && *partition <= std::numeric_limits<std::int32_t>::max())
            m_scan.originPartition = static_cast<std::int32_t>(*partition);
        m_scan.originOffset = numberOf(hop[HeaderRole::OriginOffset]);
        break;
    }
    m_scan.eventTime = timeOf(m_finder.oldest(HeaderRole::OriginTimestamp));
    const bool bearsEventTime =
        !letter.appendTime && m_scan.family && m_rules->table->families()[*m_scan.family].rules.stamp == Stamp::Event;
    if (!m_scan.eventTime && bearsEventTime)
        m_scan.eventTime = letter.timestamp;
    if (!m_scan.eventTime)
        m_scan.eventTime = timeOf(m_finder.general(HeaderRole::OriginTimestamp));
}

void LetterScanner::readProgress()
{
    for (auto hop = m_finder.hops().rbegin(); hop != m_finder.hops().rend() && m_scan.consumer.empty(); ++hop)
        m_scan.consumer = consumerOf(*hop);
    m_scan.attempts = numberOf(m_finder.newest(HeaderRole::Attempts));
    if (!m_scan.attempts)
        m_scan.attempts = numberOf(m_finder.general(HeaderRole::Attempts));
    m_scan.failedAt = timeOf(m_finder.newest(HeaderRole::FailedAt));
    m_scan.nextAttempt = timeOf(m_finder.newest(HeaderRole::NextAttempt));
}

void LetterScanner::readArrival(const RawLetter& letter)
{
    const Stamp stamp = m_scan.family ? m_rules->table->families()[*m_scan.family].rules.stamp : Stamp::Unknown;
    if (letter.timestamp && letter.appendTime)
        m_scan.arrivedBy = ArrivalBasis::AppendTime;
    else if (letter.timestamp && stamp == Stamp::Writer)
        m_scan.arrivedBy = ArrivalBasis::WriterTime;
    else if (m_scan.failedAt)
        m_scan.arrivedBy = ArrivalBasis::FailureHeader;
    else if (letter.timestamp && stamp == Stamp::Unknown)
        m_scan.arrivedBy = ArrivalBasis::Assumed;
    if (m_scan.arrivedBy == ArrivalBasis::FailureHeader)
        m_scan.arrived = m_scan.failedAt;
    else if (m_scan.arrivedBy != ArrivalBasis::Unknown)
        m_scan.arrived = letter.timestamp;
}

void LetterScanner::readEvent()
{
    const auto first = [this](HeaderRole role) {
        const auto told = plain(m_finder.newest(role));
        return told.empty() ? plain(m_finder.general(role)) : told;
    };
    m_scan.eventType = first(HeaderRole::EventType);
    m_scan.eventId = first(HeaderRole::EventId);
}

void LetterScanner::readFailure()
{
    const auto& hops = m_finder.hops();
    const auto tells = [](const HopSources& hop) {
        return hop[HeaderRole::Exception] || hop[HeaderRole::KeyException] || hop[HeaderRole::StackTrace] ||
               hop[HeaderRole::KeyStackTrace] || hop[HeaderRole::Message] || hop[HeaderRole::Cause];
    };
    const auto hop = std::find_if(hops.rbegin(), hops.rend(), tells);
    if (hop == hops.rend())
        return;
    const bool key = !(*hop)[HeaderRole::Exception] && !(*hop)[HeaderRole::StackTrace] &&
                     ((*hop)[HeaderRole::KeyException] || (*hop)[HeaderRole::KeyStackTrace]);
    m_scan.thrown = plain((*hop)[key ? HeaderRole::KeyException : HeaderRole::Exception]);
    m_scan.thrownMessage = plain((*hop)[key ? HeaderRole::KeyMessage : HeaderRole::Message]);
    m_scan.stackTrace = plain((*hop)[key ? HeaderRole::KeyStackTrace : HeaderRole::StackTrace]);
    std::string_view exception;
    std::string_view message;
    if (m_scan.thrown.find(": ") != std::string_view::npos && splitThrowable(m_scan.thrown, exception, message)) {
        m_scan.thrown = exception; // Throwable.toString()
        if (m_scan.thrownMessage.empty())
            m_scan.thrownMessage = message;
    }
    const RootCause root = m_memo.rootOf(m_scan.stackTrace, m_scan.thrownMessage);
    m_scan.frame = root.frame;
    m_scan.kind = root.kind;
    if (root.cut)
        m_scan.flags |= StackCut;
    chooseException(root, plain((*hop)[HeaderRole::Cause]), *hop);
}

/// The root that the trace names, unless it ends at a wrapper or before the cause that a header names.
void LetterScanner::chooseException(const RootCause& root, std::string_view cause, const HopSources& hop)
{
    const auto counts = [this](std::string_view exception) {
        return !exception.empty() && !m_rules->exceptions.isWrapper(exception);
    };
    const bool rootCounts = !root.exception.empty() && !root.wrapper;
    const bool causeCounts = !(rootCounts && root.chained) && counts(cause);
    const auto name = [this](const RoleSource& source) {
        return source ? m_headers[source.header].name : std::string_view();
    };
    const auto& trace = hop[HeaderRole::StackTrace] ? hop[HeaderRole::StackTrace] : hop[HeaderRole::KeyStackTrace];
    const auto& thrown = hop[HeaderRole::Exception] ? hop[HeaderRole::Exception] : hop[HeaderRole::KeyException];
    const bool byTrace = rootCounts && !causeCounts;
    const bool thrownCounts = !byTrace && counts(m_scan.thrown);
    const bool onlyCause = root.exception.empty() && !thrownCounts && !cause.empty();
    const bool byCause = !byTrace && (causeCounts || onlyCause);
    const bool byThrown = !byTrace && (thrownCounts || root.exception.empty());
    if (byCause) {
        m_scan.exception = cause;
        m_scan.message = plain(hop[HeaderRole::CauseMessage]);
        m_scan.foundIn = name(hop[HeaderRole::Cause]);
    } else if (byThrown) {
        m_scan.exception = m_scan.thrown;
        m_scan.foundIn = name(thrown ? thrown : hop[HeaderRole::Message]);
    } else {
        m_scan.exception = root.exception; // or wrappers all the way: the deepest says most
        m_scan.message = root.message;
        m_scan.foundIn = name(trace);
    }
    if (m_scan.message.empty() && !(byTrace && root.chained)) // a cause without a message has none
        m_scan.message = m_scan.thrownMessage;
}

void LetterScanner::readFlags(const RawLetter& letter)
{
    const auto flag = [this](bool set, LetterFlag bit) {
        if (set)
            m_scan.flags |= bit;
    };
    flag(!m_scan.eventKey, NullKey);
    flag(!m_scan.value, NullValue);
    flag(m_scan.value && m_scan.value->empty(), EmptyValue);
    flag(m_scan.value == "null", NullText);
    flag(letter.value && letter.valueSize > letter.value->size(), PayloadCut);
    for (const auto& hop : m_finder.hops())
        flag(!letter.value && m_rules->table->families()[hop.family].rules.payloadMayBeMissing, PayloadMissing);
    for (const auto& hit : m_finder.hits())
        flag(hit.row->row.encoding == HeaderEncoding::JavaSerialized, JavaSerialized);
    // A queue keeps the order within a sequence: what comes behind a failed event waits there without a cause.
    if (!letter.table.empty() && m_scan.family && !m_finder.hops().empty()) {
        const auto& hop = m_finder.hops().back();
        flag(m_rules->table->families()[*m_scan.family].rules.parks && hop[HeaderRole::Exception] &&
                 m_scan.thrown.empty(),
             ParkedBehind);
    }
}

} // namespace projectionist
