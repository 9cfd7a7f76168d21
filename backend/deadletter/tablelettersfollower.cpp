// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/tablelettersfollower.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr std::size_t portionRows = 1000;
constexpr std::size_t keyRows = 20'000;
/// Between two comparisons lies this many times what the last one took.
constexpr int rests = 10;
constexpr std::chrono::seconds longestRest{60};
constexpr std::size_t mostStrange = 64;

std::vector<Parameter> parametersOf(const std::vector<std::string>& key, std::optional<std::string> first = {})
{
    std::vector<Parameter> parameters;
    if (first)
        parameters.emplace_back(*std::move(first));
    parameters.insert(parameters.end(), key.begin(), key.end());
    return parameters;
}

std::int64_t integerOfKey(const std::string& text)
{
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::vector<std::string> keyOfCells(const std::vector<std::optional<std::string>>& cells)
{
    std::vector<std::string> key;
    for (const auto& cell : cells)
        key.push_back(cell.value_or(std::string()));
    return key;
}

} // namespace

TableFollower::TableFollower(RelationalStore& store, const LetterTableSettings& settings)
    : m_store(store), m_settings(settings)
{
}

Result<bool> TableFollower::step(LetterSink& sink, const std::stop_token& stop)
{
    if (auto opened = open(); !opened)
        return tl::unexpected(opened.error());
    auto done = m_scanning ? scanPortion(sink) : look(sink, stop);
    // A column may have gone since the table was looked at, or the table; a table of another shape may stand there.
    if (!done && (done.error().kind == ErrorKind::Configuration || done.error().kind == ErrorKind::NotFound)) {
        if (auto state = lookAtState(sink); !state)
            return tl::unexpected(state.error());
        m_shape.reset();
    }
    return done;
}

void TableFollower::report(ScanProgress& progress) const
{
    progress.scanned = m_scanned;
    progress.total = m_complete || !m_shape ? m_scanned : std::max(m_scanned, m_shape->estimate);
    progress.complete = m_complete;
    progress.error.reset();
}

Result<void> TableFollower::open()
{
    if (m_shape)
        return {};
    auto shape = readTableShape(m_store, m_settings);
    if (!shape)
        return tl::unexpected(shape.error());
    if (!m_complete && shape->hasXmin) {
        constexpr std::uint64_t cheapToCount = 1'000'000;
        if (shape->estimate < cheapToCount)
            if (const auto count = m_store.query(countSql(*shape), {}, 1); count && !count->rows.empty())
                shape->estimate = std::strtoull(count->rows[0][0].value_or("0").c_str(), nullptr, 10);
    }
    m_shape = *std::move(shape);
    beginScan();
    return {};
}

void TableFollower::beginScan()
{
    m_scanning = true;
    m_scannedTo.clear();
    m_since.clear();
    ++m_generation;
}

/// Before each look: the transactions that it will not see yet, and whether the table is still the same.
Result<void> TableFollower::lookAtState(LetterSink& sink)
{
    const std::vector<Parameter> table = {m_settings.table};
    // The functions of PostgreSQL before 13; newer servers keep them.
    const auto state = m_store.query("SELECT (txid_snapshot_xmin(txid_current_snapshot()) % 4294967296)::text, "
                                     "pg_catalog.to_regclass($1::text)::oid::text",
                                     table, 1);
    if (!state)
        return tl::unexpected(state.error());
    const auto& row = state->rows.front();
    if (row[1].value_or(std::string()) != m_shape->oid) {
        forget(sink);
        return open();
    }
    m_since = row[0].value_or(std::string());
    return {};
}

void TableFollower::forget(LetterSink& sink)
{
    if (!m_rows.empty())
        sink.removeTopic(m_settings.name);
    m_shape.reset();
    m_rows.clear();
    m_keys.clear();
    m_located.clear();
    m_strange.clear();
    m_largest = 0;
    m_complete = false;
    m_scanned = 0;
}

Result<bool> TableFollower::scanPortion(LetterSink& sink)
{
    if (m_since.empty())
        if (auto state = lookAtState(sink); !state || m_since.empty())
            return state ? Result<bool>(true) : tl::unexpected(state.error());
    bool more = false;
    auto portion =
        rows(TableSql(*m_shape, {}).portion(!m_scannedTo.empty(), portionRows), parametersOf(m_scannedTo), more);
    if (!portion)
        return tl::unexpected(portion.error());
    if (!portion->empty())
        m_scannedTo = portion->back().key;
    const bool came = take(*std::move(portion), sink);
    if (more)
        return came;
    m_scanning = false;
    m_complete = true;
    m_compareAt = {};
    auto gone = removeUnseen(sink);
    return gone ? Result<bool>(came || *gone) : gone;
}

Result<bool> TableFollower::look(LetterSink& sink, const std::stop_token& stop)
{
    const std::string since = m_since;
    if (auto state = lookAtState(sink); !state)
        return tl::unexpected(state.error());
    if (m_scanning)
        return true; // another table of the same name
    auto came = readNew(sink);
    if (!came || std::chrono::steady_clock::now() < m_compareAt) {
        m_since = since; // what changed since then was not looked for
        return came;
    }
    const std::string upTo = std::exchange(m_since, since);
    const auto begin = std::chrono::steady_clock::now();
    auto changed = compare(sink, stop);
    const auto end = std::chrono::steady_clock::now();
    m_compareAt = end + std::min<SteadyTime::duration>((end - begin) * rests, longestRest);
    if (!changed || stop.stop_requested())
        return changed;
    if (!m_scanning)
        m_since = upTo;
    return *came || *changed;
}

/// What was inserted in the order of the key is found without looking through the table.
Result<bool> TableFollower::readNew(LetterSink& sink)
{
    m_moreNew = false;
    if (!m_shape->integerKey)
        return false;
    const std::vector<Parameter> largest = {std::to_string(m_largest)};
    auto found = rows(TableSql(*m_shape, {}).portion(!m_rows.empty(), portionRows),
                      m_rows.empty() ? std::vector<Parameter>() : largest, m_moreNew);
    if (!found)
        return tl::unexpected(found.error());
    return take(*std::move(found), sink);
}

Result<bool> TableFollower::compare(LetterSink& sink, const std::stop_token& stop)
{
    if (!m_shape->hasXmin) {
        beginScan();
        return false;
    }
    auto changed = readChanges(sink, stop);
    if (!changed)
        return changed;
    const auto count = m_store.query(countSql(*m_shape), {}, 1);
    if (!count)
        return tl::unexpected(count.error());
    if (count->rows.front().front().value_or(std::string()) == std::to_string(m_rows.size())) {
        m_strange.clear();
        return changed;
    }
    auto removed = removeMissing(sink, stop);
    return removed ? Result<bool>(*changed || *removed) : removed;
}

Result<bool> TableFollower::readChanges(LetterSink& sink, const std::stop_token& stop)
{
    const TableSql sql(*m_shape, {});
    std::vector<std::string> behind;
    bool came = false;
    for (bool more = true; more && !stop.stop_requested();) {
        auto portion = rows(sql.changes(!behind.empty(), portionRows), parametersOf(behind, m_since), more);
        if (!portion)
            return tl::unexpected(portion.error());
        if (!portion->empty())
            behind = portion->back().key;
        came = take(*std::move(portion), sink) || came;
    }
    return came;
}

Result<bool> TableFollower::removeMissing(LetterSink& sink, const std::stop_token& stop)
{
    std::vector<std::string> behind;
    std::vector<std::string> unknown;
    ++m_generation;
    for (bool more = true; more;) {
        if (stop.stop_requested())
            return false;
        const auto keys = m_store.query(keysSql(*m_shape, !behind.empty(), keyRows), parametersOf(behind), keyRows);
        if (!keys)
            return tl::unexpected(keys.error());
        for (const auto& cells : keys->rows) {
            behind = keyOfCells(cells);
            const std::string key = keyText(behind);
            const auto known = m_rows.find(key);
            if (known != m_rows.end() && known->second.generation == m_generation)
                return tl::unexpected(badKey("several rows hold the same in its columns"));
            if (known != m_rows.end())
                known->second.generation = m_generation;
            else if (unknown.size() < mostStrange)
                unknown.push_back(key);
        }
        more = !keys->rows.empty() && (keys->truncated || keys->rows.size() == keyRows);
    }
    auto removed = removeUnseen(sink);
    // What came after the changes had been read is found by the next look. If it is not, the server does not count its
    // transactions as before (it was restored), and only reading everything helps.
    const bool strange = std::any_of(unknown.begin(), unknown.end(), [&](const std::string& key) {
        return std::find(m_strange.begin(), m_strange.end(), key) != m_strange.end();
    });
    m_strange = std::move(unknown);
    if (strange)
        beginScan();
    return removed;
}

Result<bool> TableFollower::removeUnseen(LetterSink& sink)
{
    bool removed = false;
    for (auto row = m_rows.begin(); row != m_rows.end();) {
        const auto here = row++;
        if (here->second.generation != m_generation) {
            drop(here, sink);
            removed = true;
        }
    }
    return removed;
}

bool TableFollower::take(std::vector<TableRowLetter> letters, LetterSink& sink)
{
    bool came = false;
    for (auto& letter : letters)
        came = give(letter, sink) || came;
    return came;
}

bool TableFollower::give(TableRowLetter& letter, LetterSink& sink)
{
    const std::string key = keyText(letter.key);
    auto known = m_rows.find(key);
    if (known != m_rows.end() && known->second.version == letter.version) {
        known->second.generation = m_generation;
        return false;
    }
    if (known != m_rows.end())
        drop(known, sink);
    const auto row = m_rows.insert_or_assign(key, Row{m_next++, letter.version, m_generation}).first;
    m_keys[row->second.offset] = &row->first;
    ++m_scanned;
    if (m_shape->integerKey)
        m_largest = m_rows.size() == 1 ? integerOfKey(letter.key.front())
                                       : std::max(m_largest, integerOfKey(letter.key.front()));
    RawLetter raw;
    raw.topic = m_settings.name;
    raw.offset = row->second.offset;
    raw.timestamp = letter.time;
    raw.key = letter.eventKey;
    raw.value = letter.value;
    raw.valueSize = letter.value && letter.valueSize > letter.value->size() ? letter.valueSize : 0;
    m_views.clear();
    for (const auto& header : letter.headers)
        m_views.push_back({header.name, header.value});
    raw.headers = m_views;
    raw.table = m_shape->family;
    sink.add(raw);
    return true;
}

void TableFollower::drop(Known::iterator row, LetterSink& sink)
{
    sink.remove({{m_settings.name, 0}, row->second.offset});
    m_keys.erase(row->second.offset);
    m_rows.erase(row);
}

Error TableFollower::badKey(const std::string& why) const
{
    return {ErrorKind::InvalidData, "Not every dead letter can be told apart",
            fmt::format("{} is no key of {}: {}", m_shape->key.front().name, m_settings.table, why),
            "Set key of this table in the workspace to columns that are never null, and of which no two rows hold the "
            "same.",
            false};
}

Result<std::vector<TableRowLetter>> TableFollower::rows(const std::string& sql,
                                                        const std::vector<Parameter>& parameters, bool& more)
{
    auto found = m_store.query(sql, parameters, portionRows);
    if (!found)
        return tl::unexpected(found.error());
    more = !found->rows.empty() && (found->truncated || found->rows.size() == portionRows);
    std::vector<TableRowLetter> letters;
    letters.reserve(found->rows.size());
    for (auto& cells : found->rows) {
        if (std::any_of(cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(m_shape->key.size()),
                        [](const auto& cell) { return !cell; }))
            return tl::unexpected(badKey("there are rows with nothing in its columns"));
        letters.push_back(letterOfRow(*m_shape, std::move(cells)));
    }
    return letters;
}

Result<std::optional<TableRowLetter>> TableFollower::row(const std::vector<std::string>& key,
                                                         const TableSql::Limits& limits)
{
    if (auto opened = open(); !opened)
        return tl::unexpected(opened.error());
    auto found = m_store.query(TableSql(*m_shape, limits).row(), parametersOf(key), 1);
    if (!found)
        return tl::unexpected(found.error());
    if (found->rows.empty())
        return std::optional<TableRowLetter>();
    return letterOfRow(*m_shape, std::move(found->rows.front()));
}

Result<std::size_t> TableFollower::keySize()
{
    if (auto opened = open(); !opened)
        return tl::unexpected(opened.error());
    return m_shape->key.size();
}

std::optional<std::vector<std::string>> TableFollower::keyAt(Offset offset) const
{
    if (!m_shape)
        return std::nullopt;
    if (const auto at = m_keys.find(offset); at != m_keys.end())
        return keyOfText(*at->second, m_shape->key.size());
    const auto at = m_located.find(offset);
    return at == m_located.end() ? std::nullopt : keyOfText(at->second, m_shape->key.size());
}

Offset TableFollower::place(const std::vector<std::string>& key)
{
    const std::string text = keyText(key);
    if (const auto known = m_rows.find(text); known != m_rows.end())
        return known->second.offset;
    m_located[m_next] = text;
    return m_next++;
}

} // namespace projectionist
