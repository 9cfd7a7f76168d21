// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterindex.h"

#include "backend/deadletter/hash.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr std::size_t rememberedCount = 4096; ///< a power of two

template<typename Number>
std::int64_t numberOr(const std::optional<Number>& number)
{
    return number ? static_cast<std::int64_t>(*number) : absentNumber;
}

std::int64_t millisOr(const std::optional<TimePoint>& time)
{
    return time ? time->time_since_epoch().count() : absentNumber;
}

std::size_t sizeOf(const RawLetter& letter, const LetterScan& scan)
{
    const std::size_t embedded = letter.value->size() - scan.value->size();
    return std::max(letter.valueSize, letter.value->size()) - embedded;
}

} // namespace

LetterIndex::LetterIndex(std::shared_ptr<const DecodeRules> rules, ProjectionOf projectionOf, std::size_t cacheBytes)
    : m_scanner(rules)
    , m_projectionOf(std::move(projectionOf))
    , m_patterns(rememberedCount)
    , m_frames(rememberedCount)
    , m_cache(cacheBytes)
    , m_lookupScanner(std::move(rules))
{
}

void LetterIndex::add(const RawLetter& letter)
{
    if (m_rows.size() == LetterRows::mostRows) {
        ++m_refused;
        return;
    }
    const LetterScan& scan = m_scanner.scan(letter);
    const auto block = static_cast<std::uint32_t>(m_rows.size() / LetterColumn::blockRows);
    setValues(letter, scan);
    m_rows.append(m_values, scan.eventKey.value_or(std::string_view()));
    m_places.note(static_cast<std::uint32_t>(m_values[static_cast<std::size_t>(LetterValue::Place)]), block,
                  letter.offset);
}

void LetterIndex::setValues(const RawLetter& letter, const LetterScan& scan)
{
    const auto set = [this](LetterValue value, std::int64_t number) {
        m_values[static_cast<std::size_t>(value)] = number;
    };
    const std::uint32_t topic = topicOf(letter.topic);
    const Remembered pattern = scan.message.empty() ? Remembered{} : patternOf(scan.message);
    const Remembered frame = scan.frame.empty() ? Remembered{} : frameOf(scan.kind, scan.frame);
    const auto orAbsent = [](std::uint32_t code) { return code == absentCode ? absentNumber : std::int64_t{code}; };
    set(LetterValue::Channel, channelOf(topic, scan.consumer));
    set(LetterValue::Place, m_places.codeOf(topic, letter.partition));
    set(LetterValue::Fingerprint, fingerprintOf(scan, letter.topic, pattern.code));
    set(LetterValue::Exception, codeOf(LetterField::Exception, scan.exception));
    set(LetterValue::Pattern, orAbsent(pattern.code));
    set(LetterValue::Frame, orAbsent(frame.code));
    set(LetterValue::EventType, codeOf(LetterField::EventType, scan.eventType));
    set(LetterValue::Origin, codeOf(LetterField::Origin, scan.originTopic));
    set(LetterValue::Families, familiesOf(scan));
    const bool cut = scan.eventKey && scan.eventKey->size() > LetterRows::longestKey;
    set(LetterValue::Flags, scan.flags | (cut ? keyCut : 0) | (pattern.exact ? patternExact : 0));
    set(LetterValue::AtOffset, letter.offset);
    set(LetterValue::OriginPartition, numberOr(scan.originPartition));
    set(LetterValue::OriginOffset, numberOr(scan.originOffset));
    set(LetterValue::Attempts, numberOr(scan.attempts));
    set(LetterValue::Hops, static_cast<std::int64_t>(scan.hops));
    set(LetterValue::Size, scan.value ? static_cast<std::int64_t>(sizeOf(letter, scan)) : absentNumber);
    set(LetterValue::Arrived, millisOr(scan.arrived));
    set(LetterValue::ArrivedBy, static_cast<std::int64_t>(scan.arrivedBy));
    set(LetterValue::EventTime, millisOr(scan.eventTime));
    set(LetterValue::FailedAt, millisOr(scan.failedAt));
    set(LetterValue::NextAttempt, millisOr(scan.nextAttempt));
}

std::int64_t LetterIndex::codeOf(LetterField field, std::string_view text)
{
    return text.empty() ? absentNumber : std::int64_t{texts(field).codeOf(text)};
}

LetterIndex::Remembered LetterIndex::patternOf(std::string_view message)
{
    const std::uint64_t hash = hashOf(message);
    Remembered& known = m_patterns[hash & (rememberedCount - 1)];
    if (known.hash != hash || known.code == absentCode) {
        m_text.clear();
        appendNormalisedMessage(message, m_text);
        known = {hash, texts(LetterField::Pattern).codeOf(m_text), m_text == message};
    }
    return known;
}

LetterIndex::Remembered LetterIndex::frameOf(TraceKind kind, std::string_view frame)
{
    const std::uint64_t hash = hashOf(frame, static_cast<std::uint64_t>(kind));
    Remembered& known = m_frames[hash & (rememberedCount - 1)];
    if (known.hash != hash || known.code == absentCode) {
        m_text.clear();
        appendFrameName(kind, frame, m_text);
        known = {hash, texts(LetterField::Frame).codeOf(m_text), false};
    }
    return known;
}

std::uint32_t LetterIndex::topicOf(std::string_view topic)
{
    if (m_lastTopic == absentCode || texts(LetterField::Topic).text(m_lastTopic) != topic)
        m_lastTopic = texts(LetterField::Topic).codeOf(topic);
    return m_lastTopic;
}

std::uint32_t LetterIndex::channelOf(std::uint32_t topic, std::string_view consumer)
{
    const std::uint32_t name = consumer.empty() ? absentCode : texts(LetterField::Consumer).codeOf(consumer);
    const auto [at, added] =
        m_channelCodes.try_emplace(std::uint64_t{topic} << 32 | name, static_cast<std::uint32_t>(m_channels.size()));
    if (added) {
        m_channels.push_back({topic, name, absentCode});
        findProjection(m_channels.back());
    }
    return at->second;
}

void LetterIndex::findProjection(LetterChannel& channel)
{
    const std::string name = m_projectionOf ? m_projectionOf(textOf(LetterField::Consumer, channel.consumer),
                                                             textOf(LetterField::Topic, channel.topic))
                                            : std::string();
    channel.projection = name.empty() ? absentCode : texts(LetterField::Projection).codeOf(name);
}

std::uint32_t LetterIndex::familiesOf(const LetterScan& scan)
{
    const Families families{scan.families, scan.family ? *scan.family : absentCode};
    if (!m_families.empty() && m_families.back() == families)
        return static_cast<std::uint32_t>(m_families.size() - 1);
    const auto [at, added] = m_familyCodes.try_emplace(families, static_cast<std::uint32_t>(m_families.size()));
    if (added)
        m_families.push_back(families);
    return at->second;
}

std::uint32_t LetterIndex::fingerprintOf(const LetterScan& scan, std::string_view topic, std::uint32_t pattern)
{
    const std::uint32_t code = m_groups.codeOf(scan.fingerprint);
    if (code == m_reasons.size()) {
        const GroupReason reason = m_scanner.fingerprinter().explain(scan.key(topic));
        Reason& kept = m_reasons.emplace_back();
        kept.version = reason.version;
        std::size_t part = 0;
        for (const auto* text :
             {&reason.exception, &reason.frame, &reason.message, &reason.origin, &reason.eventType, &reason.rule})
            kept.parts[part++] = m_reasonTexts.codeOf(*text);
        fmt::format_to_n(m_groupNames.emplace_back().data(), 16, "{:016x}", scan.fingerprint);
    }
    if (!scan.frame.empty() && m_groups.wantsTwin(code, pattern))
        m_groups.addTwin(code, m_scanner.fingerprinter().hashWithoutFrame(scan.key(topic)));
    return code;
}

void LetterIndex::removeRow(std::size_t row)
{
    if (!m_rows.remove(row))
        return;
    m_cache.remove(row);
    ++m_version;
}

void LetterIndex::remove(const LetterPlace& place)
{
    if (const auto row = find(place))
        removeRow(*row);
}

void LetterIndex::removeBelow(const TopicPartition& id, Offset start)
{
    const auto topic = texts(LetterField::Topic).find(id.topic);
    if (const auto place = topic ? m_places.find(*topic, id.partition) : std::nullopt)
        removeBelow(*place, start);
}

void LetterIndex::removeBelow(std::uint32_t place, Offset end)
{
    std::vector<std::int64_t> offsets(LetterColumn::blockRows);
    std::vector<std::uint32_t> places(LetterColumn::blockRows);
    for (const std::uint32_t block : m_places.takeBelow(place, end)) {
        const std::size_t first = block * LetterColumn::blockRows;
        const FilterRows rows{first, std::min(LetterColumn::blockRows, m_rows.size() - first)};
        m_rows.copy(LetterValue::Place, rows, places.data());
        m_rows.copy(LetterValue::AtOffset, rows, offsets.data());
        for (std::size_t i = 0; i < rows.count; ++i)
            if (places[i] == place && offsets[i] < end)
                removeRow(first + i);
    }
}

void LetterIndex::removeTopic(const std::string& topic)
{
    const auto code = texts(LetterField::Topic).find(topic);
    for (const std::uint32_t place : code ? m_places.codesOf(*code) : std::vector<std::uint32_t>{}) {
        removeBelow(place, std::numeric_limits<Offset>::max());
        m_places.forget(place);
    }
}

std::optional<std::size_t> LetterIndex::find(const LetterPlace& place) const
{
    const auto topic = texts(LetterField::Topic).find(place.id.topic);
    const auto code = topic ? m_places.find(*topic, place.id.partition) : std::nullopt;
    const auto block = code ? m_places.blockOf(*code, place.offset) : std::nullopt;
    if (!block)
        return std::nullopt;
    const std::size_t first = *block * LetterColumn::blockRows;
    const FilterRows rows{first, std::min(LetterColumn::blockRows, m_rows.size() - first)};
    std::vector<std::int64_t> offsets(rows.count);
    m_rows.copy(LetterValue::AtOffset, rows, offsets.data());
    for (std::size_t i = rows.count; i-- > 0;) // a row that was added anew is behind the one removed
        if (offsets[i] == place.offset && !m_rows.removed(first + i) &&
            m_rows.at(LetterValue::Place, first + i) == std::int64_t{*code})
            return first + i;
    return std::nullopt;
}

void LetterIndex::setProjections(ProjectionOf projectionOf)
{
    m_projectionOf = std::move(projectionOf);
    for (auto& channel : m_channels)
        findProjection(channel);
    ++m_version;
}

void LetterIndex::setState(std::size_t row, LetterState state)
{
    if (m_rows.state(row) == state)
        return;
    m_rows.setState(row, state);
    ++m_version;
}

} // namespace projectionist
