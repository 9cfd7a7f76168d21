// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The letter beside the record that failed.
#include "backend/deadletter/jsonwalk.h"
#include "models/letterdetails.h"
#include "models/lettertext.h"
#include "models/payloadview.h"
#include "models/text.h"

#include <map>
#include <QCoreApplication>
#include <set>

namespace projectionist {

namespace {

struct LetterComparisonWords
{
    Q_DECLARE_TR_FUNCTIONS(LetterComparison)
};
using CompareWords = LetterComparisonWords;

constexpr std::size_t mostFields = 2000;
constexpr int longestField = 1000;
constexpr std::string_view columnPrefix = "headers.";

/// A field of a payload, or a header; nullopt: not there.
struct ComparedField
{
    QString name;
    std::optional<std::string> inLetter{};
    std::optional<std::string> inOriginal{};
    bool hidden = false;
    bool added = false; ///< if only the letter has it: whoever gave up put it there
};

class FieldTable
{
public:
    ComparedField& at(const std::string& key, const QString& name)
    {
        const auto [place, isNew] = m_places.try_emplace(key, m_fields.size());
        if (isNew)
            m_fields.push_back({name});
        return m_fields[place->second];
    }
    [[nodiscard]] std::size_t size() const { return m_fields.size(); }
    [[nodiscard]] const std::vector<ComparedField>& fields() const { return m_fields; }

private:
    std::map<std::string, std::size_t> m_places;
    std::vector<ComparedField> m_fields;
};

bool isJsonDocument(const std::optional<std::string>& value)
{
    if (!value)
        return false;
    JsonWalk walk(*value);
    bool container = false;
    for (bool first = true; walk.next(); first = false)
        if (first)
            container = walk.kind() == JsonWalk::Kind::Object || walk.kind() == JsonWalk::Kind::Array;
    return container && walk.state() == JsonWalk::State::Whole;
}

/// False: there are more fields than are compared.
template<typename Set>
bool addJson(FieldTable& table, const std::string& json, const LetterLook& look, Set set)
{
    JsonWalk walk(json);
    bool empty = false; ///< the value before began an object or array
    while (walk.next()) {
        const auto kind = walk.kind();
        const bool opens = kind == JsonWalk::Kind::Object || kind == JsonWalk::Kind::Array;
        const bool leaf = kind == JsonWalk::Kind::End ? empty : !opens;
        empty = opens;
        if (!leaf)
            continue;
        if (table.size() >= mostFields)
            return false;
        const auto path = toJsonPath(walk.path());
        auto& field = table.at(path, strangersText(path, 200));
        field.hidden = look.masks && look.masks->coversPath(walk.path());
        set(field, kind == JsonWalk::Kind::End ? std::string("(empty)") : std::string(walk.text()));
    }
    return true;
}

void addPayload(FieldTable& table, const DeadLetter& letter, const StoredLetter& original, const LetterLook& look,
                QStringList& notes)
{
    if (isJsonDocument(letter.value) && isJsonDocument(original.record.value)) {
        const bool all =
            addJson(table, *letter.value, look, [](auto& field, auto text) { field.inLetter = std::move(text); }) &
            addJson(table, *original.record.value, look,
                    [](auto& field, auto text) { field.inOriginal = std::move(text); });
        if (!all)
            notes << CompareWords::tr("Only the first %1 fields of the payloads are compared.").arg(mostFields);
        return;
    }
    auto& field = table.at("payload", CompareWords::tr("payload"));
    field.inLetter = letter.value;
    field.inOriginal = original.record.value;
    for (const auto* value : {&field.inLetter, &field.inOriginal})
        if (*value && look.masks) {
            const auto shown = maskedPayload(**value, *look.masks);
            field.hidden =
                field.hidden || shown.withheld != Withheld::No || shown.value.restHidden || !shown.value.paths.empty();
        }
    if (letter.valueSize > (letter.value ? letter.value->size() : 0) ||
        original.valueSize > (original.record.value ? original.record.value->size() : 0))
        notes << CompareWords::tr("Only the beginnings of the payloads were read and compared.");
}

void addHeaders(FieldTable& table, const DeadLetter& letter, const StoredLetter& original, const LetterLook& look)
{
    std::map<std::string, int> seen;
    const auto nameOf = [&](const std::string& name) {
        const int nth = ++seen[name];
        const auto shown = CompareWords::tr("header %1").arg(strangersText(name, 200));
        return std::pair("header " + name + '#' + std::to_string(nth),
                         nth == 1 ? shown : shown + QStringLiteral(" (%1)").arg(nth));
    };
    const auto bytes = [](const std::optional<std::string>& value) { return value.value_or("null"); };
    std::set<std::string> names;
    for (const auto& header : letter.headers)
        names.insert(header.name);
    for (const auto& header : letter.headers) {
        // In a table, a header that has the name of a column is told apart so; the column is no header of the event.
        const bool prefixed =
            header.name.starts_with(columnPrefix) && names.contains(header.name.substr(columnPrefix.size()));
        const bool column = names.contains(std::string(columnPrefix) + header.name);
        const auto [key, name] = column ? std::pair("column " + header.name,
                                                    CompareWords::tr("column %1").arg(strangersText(header.name, 200)))
                                        : nameOf(prefixed ? header.name.substr(columnPrefix.size()) : header.name);
        auto& field = table.at(key, name);
        field.inLetter = bytes(header.value);
        field.added = true; // unless the original has it, too
        field.hidden = look.masks && look.masks->coversHeader(header.name);
    }
    seen.clear();
    for (const auto& header : original.record.headers) {
        const auto [key, name] = nameOf(header.name);
        auto& field = table.at(key, name);
        field.inOriginal = bytes(header.value);
        field.hidden = look.masks && look.masks->coversHeader(header.name);
    }
}

LetterCells rowOf(const ComparedField& field, bool& differs)
{
    const auto text = [&](const std::optional<std::string>& value) {
        return !value ? QStringLiteral("\u2014") : field.hidden ? toQString(maskText) : inlineText(value, longestField);
    };
    const bool added = field.inLetter && !field.inOriginal && field.added;
    differs = field.inLetter != field.inOriginal && !added;
    const auto word = added               ? CompareWords::tr("added")
                      : !differs          ? CompareWords::tr("same")
                      : !field.inOriginal ? CompareWords::tr("only in the letter")
                      : !field.inLetter   ? CompareWords::tr("only in the original")
                                          : CompareWords::tr("differs");
    const auto color = differs ? ColorMeaning::Warning : ColorMeaning::Muted;
    return {{field.name, {}, differs ? ColorMeaning::Normal : ColorMeaning::Muted},
            {text(field.inLetter), {}, differs ? ColorMeaning::Normal : ColorMeaning::Muted},
            {text(field.inOriginal), {}, differs ? ColorMeaning::Normal : ColorMeaning::Muted},
            {word, {}, color}};
}

} // namespace

LetterComparison compareWithOriginal(const DeadLetter& letter, const StoredLetter& original, const LetterLook& look)
{
    LetterComparison comparison;
    FieldTable table;
    auto& key = table.at("key", CompareWords::tr("key"));
    key.inLetter = letter.key;
    key.inOriginal = original.record.key;
    addPayload(table, letter, original, look, comparison.notes);
    addHeaders(table, letter, original, look);
    for (const auto& field : table.fields()) {
        bool differs = false;
        auto row = rowOf(field, differs);
        // Differences first: they are what somebody came for.
        comparison.rows.insert(differs ? comparison.rows.begin() + static_cast<std::ptrdiff_t>(comparison.differing)
                                       : comparison.rows.end(),
                               std::move(row));
        comparison.differing += differs ? 1 : 0;
    }
    return comparison;
}

} // namespace projectionist
