// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/checksource.h"

#include "backend/config/checkwriter.h"
#include "backend/config/tomltext.h"

#include <algorithm>
#include <utility>

namespace projectionist {

namespace {

/// Text by the places of toml++: lines and columns begin with 1, columns are code points.
class SourceText
{
public:
    explicit SourceText(std::string_view text) : m_text(text), m_lines{0}
    {
        for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', end + 1))
            m_lines.push_back(end + 1);
    }

    [[nodiscard]] std::size_t lineStart(toml::source_index line) const
    {
        return line > m_lines.size() ? m_text.size() : m_lines[line - 1];
    }
    [[nodiscard]] std::size_t offset(toml::source_position place) const
    {
        std::size_t at = lineStart(place.line);
        for (auto column = place.column; column > 1 && at < m_text.size(); --column)
            do
                ++at;
            while (at < m_text.size() && (static_cast<unsigned char>(m_text[at]) & 0xc0U) == 0x80U);
        return at;
    }
    [[nodiscard]] std::string_view line(toml::source_index line) const
    {
        return m_text.substr(lineStart(line), lineStart(line + 1) - lineStart(line));
    }
    [[nodiscard]] std::string of(const toml::node& node) const
    {
        const auto begin = offset(node.source().begin);
        return std::string(m_text.substr(begin, offset(node.source().end) - begin));
    }

private:
    std::string_view m_text;
    std::vector<std::size_t> m_lines; ///< where each begins
};

/// A check as checkToml() writes it, with its places.
struct Written
{
    explicit Written(const CheckSettings& check)
        : text(checkToml(check)), source(text), document(toml::parse(std::string_view(text)))
    {
    }
    [[nodiscard]] const toml::table& check() const { return *document["checks"][0].as_table(); }

    const std::string text;
    const SourceText source;
    const toml::table document;
};

/// A table with a header of its own: [checks.expected].
const toml::table* sectionIn(const toml::node& node)
{
    const auto* const table = node.as_table();
    return table && !table->is_inline() ? table : nullptr;
}

const toml::table* tableIn(const toml::table* parent, std::string_view key)
{
    const auto* const node = parent ? parent->get(key) : nullptr;
    return node ? node->as_table() : nullptr;
}

toml::source_index lastLine(const toml::table& table)
{
    auto last = table.source().end.line;
    for (const auto& [key, node] : table)
        last = std::max(last, sectionIn(node) ? lastLine(*sectionIn(node)) : node.source().end.line);
    return last;
}

std::string entryOf(std::string_view key, const std::string& value)
{
    return tomlKey(std::string(key)) + " = " + value + '\n';
}

/// Collects what changes, and carries it out from the end to the beginning.
class SourceChange
{
public:
    SourceChange(const std::string& text, const CheckSettings& before, const CheckSettings& after)
        : m_text(text), m_source(text), m_before(before), m_after(after)
    {
    }

    [[nodiscard]] std::string change(const toml::table& check)
    {
        if (check.is_inline())
            replace(check, inlineText(&check, &m_before.check(), m_after.check()));
        else
            changeSection(check, &m_before.check(), m_after.check(), "checks");
        if (!m_sections.empty())
            insert(lastLine(check) + 1, m_sections);
        return carriedOut();
    }

private:
    struct Edit
    {
        std::size_t begin;
        std::size_t end;
        std::string text;
    };

    void replace(const toml::node& node, std::string text)
    {
        m_edits.push_back({m_source.offset(node.source().begin), m_source.offset(node.source().end), std::move(text)});
    }
    void insert(toml::source_index line, std::string text)
    {
        const auto at = m_source.lineStart(line);
        const bool openEnd = at == m_text.size() && !m_text.ends_with('\n') && !std::exchange(m_ended, true);
        m_edits.push_back({at, at, (openEnd ? "\n" : "") + std::move(text)});
    }
    void removeLines(toml::source_index first, toml::source_index last)
    {
        m_edits.push_back({m_source.lineStart(first), m_source.lineStart(last + 1), {}});
    }
    void remove(const toml::table& from, std::string_view name);
    void changeSection(const toml::table& file, const toml::table* before, const toml::table& after,
                       const std::string& path);
    void addSection(const toml::table& after, const std::string& path);
    [[nodiscard]] std::string inlineText(const toml::table* file, const toml::table* before,
                                         const toml::table& after) const;
    [[nodiscard]] bool isSame(const toml::table* before, std::string_view key, const toml::node& after) const;
    [[nodiscard]] std::string carriedOut();

    const std::string& m_text;
    const SourceText m_source;
    const Written m_before;
    const Written m_after;
    std::vector<Edit> m_edits;
    std::string m_sections; ///< new ones, which come behind all the others
    bool m_ended = false;   ///< the last line of the text, which had no end, has one
};

bool SourceChange::isSame(const toml::table* before, std::string_view key, const toml::node& after) const
{
    const auto* const former = before ? before->get(key) : nullptr;
    return former && m_before.source.of(*former) == m_after.source.of(after);
}

void SourceChange::remove(const toml::table& from, std::string_view name)
{
    for (const auto& [key, node] : from) {
        if (key.str() != name)
            continue;
        if (const auto* const section = sectionIn(node)) {
            for (const auto& [inner, value] : *section)
                remove(*section, inner.str());
            removeLines(section->source().begin.line, section->source().end.line);
        } else {
            removeLines(key.source().begin.line, node.source().end.line);
        }
    }
}

void SourceChange::changeSection(const toml::table& file, const toml::table* before, const toml::table& after,
                                 const std::string& path)
{
    auto entriesAt = file.source().end.line + 1;
    for (const auto& [key, node] : file) {
        if (!sectionIn(node))
            entriesAt = std::max(entriesAt, node.source().end.line + 1);
        if (before && before->contains(key) && !after.contains(key))
            remove(file, key.str());
    }
    for (const auto& [key, node] : after) {
        const auto* const there = file.get(key);
        if (const auto* const wanted = node.as_table()) {
            const auto* const former = tableIn(before, key.str());
            if (!there && wanted->is_inline())
                insert(entriesAt, entryOf(key.str(), m_after.source.of(node)));
            else if (!there)
                addSection(*wanted, path + '.' + tomlKey(std::string(key.str())));
            else if (const auto* const section = sectionIn(*there))
                changeSection(*section, former, *wanted, path + '.' + tomlKey(std::string(key.str())));
            else if (!former || *former != *wanted)
                replace(*there, inlineText(there->as_table(), former, *wanted));
        } else if (!isSame(before, key.str(), node)) {
            if (there)
                replace(*there, m_after.source.of(node));
            else
                insert(entriesAt, entryOf(key.str(), m_after.source.of(node)));
        }
    }
}

void SourceChange::addSection(const toml::table& after, const std::string& path)
{
    std::string entries;
    bool onlySections = !after.empty();
    for (const auto& [key, node] : after)
        if (!sectionIn(node)) {
            entries += entryOf(key.str(), m_after.source.of(node));
            onlySections = false;
        }
    if (!onlySections)
        m_sections += '[' + path + "]\n" + entries;
    for (const auto& [key, node] : after)
        if (const auto* const table = sectionIn(node))
            addSection(*table, path + '.' + tomlKey(std::string(key.str())));
}

std::string SourceChange::inlineText(const toml::table* file, const toml::table* before, const toml::table& after) const
{
    std::string text;
    for (const auto& [key, node] : after) {
        const auto* const there = file ? file->get(key) : nullptr;
        const auto* const table = node.as_table();
        const std::string value =
            table ? inlineText(there ? there->as_table() : nullptr, tableIn(before, key.str()), *table)
            : there && isSame(before, key.str(), node) ? m_source.of(*there)
                                                       : m_after.source.of(node);
        text += (text.empty() ? " " : ", ") + tomlKey(std::string(key.str())) + " = " + value;
    }
    return '{' + text + " }";
}

std::string SourceChange::carriedOut()
{
    // Stable: what is inserted at one place keeps its order.
    std::stable_sort(m_edits.begin(), m_edits.end(), [](const Edit& a, const Edit& b) { return a.begin < b.begin; });
    std::string text;
    std::size_t at = 0;
    for (const auto& edit : m_edits) {
        if (edit.begin > at)
            text += m_text.substr(at, edit.begin - at);
        text += edit.text;
        at = std::max(at, edit.end);
    }
    return text + m_text.substr(at);
}

bool isComment(std::string_view line)
{
    const auto first = line.find_first_not_of(" \t");
    return first != std::string_view::npos && line[first] == '#';
}

bool isBlank(std::string_view line)
{
    return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

} // namespace

std::string changedSource(const std::string& text, const toml::table& check, const CheckSettings& before,
                          const CheckSettings& after)
{
    return SourceChange(text, before, after).change(check);
}

std::string removedSource(const std::string& text, const toml::table& check)
{
    const SourceText source(text);
    auto first = check.source().begin.line;
    while (first > 1 && isComment(source.line(first - 1)))
        --first;
    // One of the blank lines on both sides of it goes too.
    if (first > 1 && isBlank(source.line(first - 1)))
        --first;
    return text.substr(0, source.lineStart(first)) + text.substr(source.lineStart(lastLine(check) + 1));
}

} // namespace projectionist
