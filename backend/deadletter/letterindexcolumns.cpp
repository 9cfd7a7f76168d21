// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterindex.h"

#include "backend/deadletter/letterlookup.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr std::string_view stateNames[] = {"open", "replayed", "resolved"};

/// The column of a field that is stored as it is.
std::optional<LetterValue> columnOf(LetterField field)
{
    switch (field) {
    case LetterField::Exception:
        return LetterValue::Exception;
    case LetterField::Pattern:
        return LetterValue::Pattern;
    case LetterField::Frame:
        return LetterValue::Frame;
    case LetterField::EventType:
        return LetterValue::EventType;
    case LetterField::Origin:
        return LetterValue::Origin;
    case LetterField::Group:
        return LetterValue::Fingerprint;
    case LetterField::AtOffset:
        return LetterValue::AtOffset;
    case LetterField::OriginPartition:
        return LetterValue::OriginPartition;
    case LetterField::OriginOffset:
        return LetterValue::OriginOffset;
    case LetterField::Attempts:
        return LetterValue::Attempts;
    case LetterField::Hops:
        return LetterValue::Hops;
    case LetterField::Size:
        return LetterValue::Size;
    case LetterField::Arrived:
        return LetterValue::Arrived;
    case LetterField::EventTime:
        return LetterValue::EventTime;
    case LetterField::FailedAt:
        return LetterValue::FailedAt;
    case LetterField::NextAttempt:
        return LetterValue::NextAttempt;
    default:
        return std::nullopt;
    }
}

FilterValue textValue(std::string_view text)
{
    return text.empty() ? FilterValue(FilterAbsent{}) : FilterValue(std::string(text));
}

} // namespace

std::uint32_t LetterIndex::groupOf(std::size_t row) const
{
    return m_groups.groupOf(static_cast<std::uint32_t>(m_rows.at(LetterValue::Fingerprint, row)));
}

LetterPlace LetterIndex::placeOf(std::size_t row) const
{
    const auto& place = m_places[static_cast<std::uint32_t>(m_rows.at(LetterValue::Place, row))];
    return {{std::string(textOf(LetterField::Topic, place.topic)), place.partition},
            m_rows.at(LetterValue::AtOffset, row)};
}

GroupReason LetterIndex::reasonOf(std::uint32_t group) const
{
    const Reason& reason = m_reasons[group];
    const auto part = [&](std::size_t at) { return std::string(m_reasonTexts.text(reason.parts[at])); };
    return {reason.version, part(0), part(1), part(2), part(3), part(4), part(5)};
}

std::string_view LetterIndex::textOf(LetterField field, std::uint32_t code) const
{
    return code == absentCode ? std::string_view() : dictionaryText(static_cast<std::size_t>(field), code);
}

std::vector<std::string> LetterIndex::familiesOf(std::size_t row) const
{
    const auto present = m_families[static_cast<std::size_t>(m_rows.at(LetterValue::Families, row))].present;
    const auto& all = m_scanner.rules().table->families();
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (present >> i & 1U)
            labels.emplace_back(all[i].rules.label);
    return labels;
}

std::size_t LetterIndex::bytes() const
{
    std::size_t sum = m_rows.bytes() + m_places.bytes() + m_groups.bytes() + m_reasonTexts.bytes() +
                      m_reasons.capacity() * sizeof(Reason) + m_groupNames.capacity() * sizeof m_groupNames.front() +
                      m_channels.capacity() * sizeof(LetterChannel);
    for (const auto& dictionary : m_texts)
        sum += dictionary.bytes();
    return sum;
}

void LetterIndex::setAtHand(std::size_t row, const RawLetter* letter)
{
    m_rowAtHand = row;
    m_atHand = letter;
    m_gap.reset();
}

std::size_t LetterIndex::dictionarySize(std::size_t field) const
{
    switch (static_cast<LetterField>(field)) {
    case LetterField::Family:
        return m_scanner.rules().table->families().size();
    case LetterField::Group:
        return m_groupNames.size();
    case LetterField::State:
        return std::size(stateNames);
    default:
        return m_texts[field].size();
    }
}

std::string_view LetterIndex::dictionaryText(std::size_t field, std::uint32_t code) const
{
    switch (static_cast<LetterField>(field)) {
    case LetterField::Family:
        return m_scanner.rules().table->families()[code].rules.label;
    case LetterField::Group:
        return {m_groupNames[code].data(), m_groupNames[code].size()};
    case LetterField::State:
        return stateNames[code];
    default:
        return m_texts[field].text(code);
    }
}

std::span<const std::uint32_t> LetterIndex::codes(std::size_t field, FilterRows rows,
                                                  std::vector<std::uint32_t>& scratch) const
{
    scratch.resize(rows.count);
    const auto through = [&](LetterValue value, auto codeOf) {
        m_rows.copy(value, rows, scratch.data());
        for (auto& code : scratch)
            code = code == absentCode ? absentCode : codeOf(code);
    };
    switch (const auto which = static_cast<LetterField>(field); which) {
    case LetterField::Projection:
        through(LetterValue::Channel, [this](std::uint32_t code) { return m_channels[code].projection; });
        break;
    case LetterField::Consumer:
        through(LetterValue::Channel, [this](std::uint32_t code) { return m_channels[code].consumer; });
        break;
    case LetterField::Topic:
        through(LetterValue::Channel, [this](std::uint32_t code) { return m_channels[code].topic; });
        break;
    case LetterField::Family:
        through(LetterValue::Families, [this](std::uint32_t code) { return m_families[code].newest; });
        break;
    case LetterField::State:
        std::transform(m_rows.marks().begin() + static_cast<std::ptrdiff_t>(rows.first),
                       m_rows.marks().begin() + static_cast<std::ptrdiff_t>(rows.first + rows.count), scratch.begin(),
                       [](std::uint8_t mark) { return std::uint32_t{mark} & LetterRows::stateMask; });
        break;
    default:
        m_rows.copy(*columnOf(which), rows, scratch.data());
    }
    return scratch;
}

std::span<const std::int64_t> LetterIndex::numbers(std::size_t field, FilterRows rows,
                                                   std::vector<std::int64_t>& scratch) const
{
    scratch.resize(rows.count);
    const auto through = [&](LetterValue value, auto numberOf) {
        m_rows.copy(value, rows, scratch.data());
        for (auto& number : scratch)
            number = number == absentNumber ? absentNumber : numberOf(number);
    };
    switch (const auto which = static_cast<LetterField>(field); which) {
    case LetterField::Partition:
        through(LetterValue::Place, [this](std::int64_t code) {
            return std::int64_t{m_places[static_cast<std::uint32_t>(code)].partition};
        });
        break;
    case LetterField::HasPayload:
        through(LetterValue::Flags, [](std::int64_t flags) { return flags & (NullValue | EmptyValue) ? 0 : 1; });
        break;
    case LetterField::Parked:
        through(LetterValue::Flags, [](std::int64_t flags) { return flags & ParkedBehind ? 1 : 0; });
        break;
    case LetterField::Delay: {
        std::vector<std::int64_t> begun(rows.count);
        m_rows.copy(LetterValue::EventTime, rows, begun.data());
        m_rows.copy(LetterValue::Arrived, rows, scratch.data());
        for (std::size_t i = 0; i < rows.count; ++i)
            scratch[i] = begun[i] == absentNumber || scratch[i] == absentNumber ? absentNumber : scratch[i] - begun[i];
        break;
    }
    default:
        m_rows.copy(*columnOf(which), rows, scratch.data());
    }
    return scratch;
}

std::optional<FilterValue> LetterIndex::lookupInIndex(std::size_t row, LetterField field) const
{
    const auto flags = m_rows.at(LetterValue::Flags, row);
    if (field == LetterField::Key) {
        if (flags & NullKey)
            return FilterAbsent{};
        return flags & keyCut ? std::nullopt : std::optional(textOrComposite(m_rows.key(row)));
    }
    if (field != LetterField::Message)
        return std::nullopt;
    const auto pattern = m_rows.at(LetterValue::Pattern, row);
    if (pattern == absentNumber)
        return FilterAbsent{};
    return flags & patternExact
               ? std::optional(textValue(texts(LetterField::Pattern).text(static_cast<std::uint32_t>(pattern))))
               : std::nullopt;
}

std::optional<FilterValue> LetterIndex::lookup(std::size_t row, const FilterOperand& operand) const
{
    if (m_rows.removed(row))
        return FilterAbsent{};
    std::optional<LetterField> field;
    if (operand.kind == FilterOperand::Kind::Field) {
        field = static_cast<LetterField>(*letterSchema().find(operand.name));
        if (auto known = lookupInIndex(row, *field))
            return known;
    }
    RawLetter letter;
    if (m_atHand && m_rowAtHand == row)
        letter = *m_atHand;
    else if (const StoredLetter* stored = m_cache.find(row))
        letter = viewOf(*stored, m_lookupHeaders);
    else
        return std::nullopt;
    if (operand.kind == FilterOperand::Kind::Header)
        return headerOf(m_lookupScanner, letter, operand.name);
    const LetterScan& scan = m_lookupScanner.scan(letter);
    if (operand.kind == FilterOperand::Kind::Payload) {
        auto value = payloadOf(scan, operand.path, m_payloads);
        if (!value)
            m_gap = value.error();
        return value ? std::optional(*std::move(value)) : std::nullopt;
    }
    if (field == LetterField::Key)
        return scan.eventKey ? textOrComposite(*scan.eventKey) : FilterValue(FilterAbsent{});
    return textValue(field == LetterField::Message ? scan.message : scan.eventId);
}

} // namespace projectionist
