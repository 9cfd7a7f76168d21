// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filterprinter.h"
#include "tests/unit/deadletter/filterfixture.h"
#include "tests/unit/deadletter/naivefilter.h"

namespace projectionist {

namespace {

const std::string& nameOf(std::size_t field)
{
    static const auto schema = filterTestSchema();
    return schema.fields()[field].name;
}

std::int64_t hoursAgo(int hours)
{
    return filterTestNow.time_since_epoch().count() - hours * std::int64_t{3'600'000};
}

template<typename T>
const T& oneOf(std::mt19937& random, const std::vector<T>& all)
{
    return all[random() % all.size()];
}

} // namespace

void LetterTable::add(std::map<std::string, LetterCell> cells, std::map<std::string, FilterValue> values, bool fetched)
{
    for (const auto& [field, cell] : cells)
        if (const auto* text = std::get_if<std::string>(&cell)) {
            auto& dictionary = m_dictionaries[field];
            const auto code = static_cast<std::uint32_t>(dictionary.texts.size());
            if (dictionary.codes.emplace(*text, code).second)
                dictionary.texts.push_back(*text);
        }
    m_rows.push_back({std::move(cells), std::move(values), fetched});
}

std::size_t LetterTable::dictionarySize(std::size_t field) const
{
    const auto at = m_dictionaries.find(nameOf(field));
    return at == m_dictionaries.end() ? 0 : at->second.texts.size();
}

std::string_view LetterTable::dictionaryText(std::size_t field, std::uint32_t code) const
{
    ++m_textsRead;
    return m_dictionaries.at(nameOf(field)).texts[code];
}

std::span<const std::uint32_t> LetterTable::codes(std::size_t field, FilterRows rows,
                                                  std::vector<std::uint32_t>& scratch) const
{
    scratch.clear();
    for (std::size_t i = rows.first; i < rows.first + rows.count; ++i) {
        const auto& cells = m_rows[i].cells;
        const auto cell = cells.find(nameOf(field));
        scratch.push_back(cell == cells.end()
                              ? absentCode
                              : m_dictionaries.at(cell->first).codes.at(std::get<std::string>(cell->second)));
    }
    return scratch;
}

std::span<const std::int64_t> LetterTable::numbers(std::size_t field, FilterRows rows,
                                                   std::vector<std::int64_t>& scratch) const
{
    scratch.clear();
    for (std::size_t i = rows.first; i < rows.first + rows.count; ++i) {
        const auto& cells = m_rows[i].cells;
        const auto cell = cells.find(nameOf(field));
        scratch.push_back(cell == cells.end() ? absentNumber : std::get<std::int64_t>(cell->second));
    }
    return scratch;
}

std::optional<FilterValue> LetterTable::lookup(std::size_t row, const FilterOperand& operand) const
{
    const auto name = printFilterOperand(operand);
    if (m_asked.size() < 10'000)
        m_asked += name + '@' + std::to_string(row) + ' ';
    if (!m_rows[row].fetched)
        return std::nullopt;
    const auto value = m_rows[row].values.find(name);
    return value == m_rows[row].values.end() ? FilterValue(FilterAbsent{}) : value->second;
}

LetterTable letters(bool fetched)
{
    const auto number = [](std::int64_t value) { return FilterValue(FilterNumber(value)); };
    const auto text = [](const char* value) { return FilterValue(std::string(value)); };
    LetterTable table;
    table.add({{"projection", std::string("orders")},
               {"state", std::string("open")},
               {"tries", 1},
               {"delay", -5000},
               {"failed", hoursAgo(5)},
               {"masked", 1}},
              {{"header(\"tenant\")", text("42")},
               {"payload.amount", number(9'007'199'254'740'993)},
               {"payload.paid", FilterValue(true)},
               {"payload.at", text("2026-11-21T09:00:00Z")},
               {"payload.took", text("30s")},
               {"payload.items", FilterValue(FilterComposite{})},
               {"customer", text("max")},
               {"amount", FilterValue(FilterNumber(2.5))}},
              fetched);
    table.add({{"projection", std::string("stock")},
               {"state", std::string("resolved")},
               {"tries", 3},
               {"delay", 90'000},
               {"failed", hoursAgo(6)},
               {"masked", 0}},
              {{"header(\"tenant\")", text("100")},
               {"payload.amount", text("2.5")},
               {"payload.paid", FilterValue(false)},
               {"payload.at", number(hoursAgo(4))},
               {"payload.took", number(5000)}},
              fetched);
    table.add({{"projection", std::string()},
               {"state", std::string("replayed")},
               {"tries", 8},
               {"delay", 2 * 86'400'000},
               {"failed", hoursAgo(20)},
               {"masked", 0}},
              {{"header(\"tenant\")", text("")},
               {"payload.amount", FilterValue(FilterAbsent{})},
               {"payload.took", text("xyz")}},
              fetched);
    table.add({}, {}, fetched);
    return table;
}

LetterTable randomLetters(std::mt19937& random, std::size_t count, unsigned fetchedPercent)
{
    const std::vector<std::string> names{"",   "a",  "ab",   "b",    "ba", "abc",
                                         "Ab", "12", "12.5", "true", "3s", "2026-11-20"};
    const std::vector<FilterValue> odd{FilterAbsent{}, FilterComposite{}, true,
                                       false,          FilterNumber(12),  FilterNumber(12.5)};
    LetterTable table;
    for (std::size_t i = 0; i < count; ++i) {
        std::map<std::string, LetterCell> cells;
        for (const auto* field : {"projection", "exception"})
            if (random() % 8 != 0)
                cells.emplace(field, oneOf(random, names));
        if (random() % 8 != 0)
            cells.emplace("state", oneOf<std::string>(random, {"open", "replayed", "resolved"}));
        for (const auto* field : {"tries", "masked", "delay"})
            if (random() % 8 != 0)
                cells.emplace(field, static_cast<std::int64_t>(random() % (field[0] == 'm' ? 2 : 5000)));
        if (random() % 8 != 0)
            cells.emplace("failed", hoursAgo(static_cast<int>(random() % 72)));
        std::map<std::string, FilterValue> values;
        for (const auto* name : {"header(\"h\")", "payload.x", "customer"})
            values.emplace(name, random() % 2 != 0 ? FilterValue(oneOf(random, names)) : oneOf(random, odd));
        table.add(std::move(cells), std::move(values), random() % 100 < fetchedPercent);
    }
    return table;
}

} // namespace projectionist
