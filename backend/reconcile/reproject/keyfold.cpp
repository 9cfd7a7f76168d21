// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/reproject/keyfold.h"

#include "backend/deadletter/letterbatch.h"
#include "backend/store/cells.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace projectionist {

namespace {

constexpr Duration foldQuiet{10'000};
constexpr std::size_t wholeEvent = std::numeric_limits<std::int32_t>::max();

/// Within a partition the log's order counts, between partitions there is only time.
std::vector<const Record*> inOrder(const std::map<LetterPlace, StoredLetter>& records)
{
    std::vector<const Record*> order;
    for (const auto& [place, stored] : records)
        order.push_back(&stored.record);
    const auto otherPartition = [&](const Record* one) { return one->id != order.front()->id; };
    if (std::ranges::any_of(order, otherPartition))
        std::ranges::stable_sort(order, {}, [](const Record* one) { return one->timestamp.value_or(TimePoint()); });
    return order;
}

} // namespace

bool AppliedMark::covers(const LetterPlace& event) const
{
    const auto next = checkpoint.find(event.id);
    if (next != checkpoint.end() && event.offset < next->second)
        return true;
    return place && place->id == event.id && event.offset <= place->offset;
}

KeyFold::KeyFold(DeclaredProjection projection, EventDecoder decoder, std::unique_ptr<RangeReader> reader,
                 std::string version)
    : m_projection(std::move(projection)), m_decoder(std::move(decoder)), m_reader(std::move(reader))
{
    const auto& columns = m_projection.columns();
    if (const auto at = std::ranges::find(columns, version); at != columns.end())
        m_version = static_cast<std::size_t>(at - columns.begin());
}

Result<KeyFold> KeyFold::make(const Workspace& workspace, const ProjectionSettings& projection,
                              const std::function<Result<std::unique_ptr<RangeReader>>()>& reader, const Clock& clock)
{
    auto compiled = DeclaredProjection::compile(projection);
    if (!compiled)
        return tl::unexpected(compiled.error());
    const auto* const context = workspace.context(projection.context);
    auto decoder = context ? EventDecoder::make(*context, clock)
                           : tl::unexpected(Error{ErrorKind::Configuration,
                                                  "Events cannot be decoded",
                                                  "the projection's context is unknown",
                                                  {},
                                                  false});
    auto opened = reader();
    if (!decoder || !opened)
        return tl::unexpected(decoder ? opened.error() : decoder.error());
    return KeyFold(*std::move(compiled), *std::move(decoder), *std::move(opened), projection.declared->version);
}

Result<void> KeyFold::load(const std::vector<LetterPlace>& places, const std::stop_token& stop)
{
    std::vector<LetterPlace> missing;
    std::map<LetterPlace, StoredLetter> records;
    for (const auto& place : places) {
        if (auto known = m_records.extract(place))
            records.insert(std::move(known));
        else
            missing.push_back(place);
    }
    m_records = std::move(records);
    if (missing.empty())
        return {};
    auto batch = readLetters(*m_reader, missing, wholeEvent, foldQuiet, stop);
    if (batch.error)
        return tl::unexpected(*batch.error);
    m_records.merge(batch.letters);
    for (const auto& place : missing)
        if (!m_records.contains(place))
            return tl::unexpected(
                Error{ErrorKind::InvalidData,
                      "The events of this key cannot be folded",
                      fmt::format("the log no longer has offset {} of {}", place.offset, toString(place.id)),
                      {},
                      false});
    return {};
}

bool KeyFold::isVersionUpTo(const ProjectedRow& row, const AppliedMark& mark) const
{
    if (!m_version || !mark.version || !row.exists)
        return false;
    const auto version = row.values[*m_version] ? numberIn<std::int64_t>(*row.values[*m_version]) : std::nullopt;
    return version && *version <= *mark.version;
}

Result<void> KeyFold::apply(const Record& record, const AppliedMark& mark, ProjectedRow& row,
                            const std::stop_token& stop)
{
    const bool covered = mark.covers({record.id, record.offset});
    if (!covered && !mark.version)
        return {};
    auto event = m_decoder.decode(record, stop);
    if (!event)
        return tl::unexpected(event.error());
    const auto wanted = m_projection.read(*event, m_reading);
    if (!wanted)
        return tl::unexpected(wanted.error());
    if (!*wanted)
        return {};
    ProjectedRow after = row;
    if (const auto applied = m_projection.apply(m_reading, after); !applied)
        return tl::unexpected(applied.error());
    if (covered || isVersionUpTo(after, mark))
        row = std::move(after);
    return {};
}

Result<ProjectedRow> KeyFold::fold(const AppliedMark& mark, const std::stop_token& stop)
{
    ProjectedRow row;
    for (const auto* const record : inOrder(m_records))
        if (auto applied = apply(*record, mark, row, stop); !applied)
            return tl::unexpected(applied.error());
    return row;
}

} // namespace projectionist
