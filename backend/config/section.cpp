// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/connection.h"
#include "backend/config/nearest.h"
#include "backend/config/reading.h"
#include "backend/config/references.h"
#include "backend/core/format.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

const char* typeName(toml::node_type type)
{
    switch (type) {
    case toml::node_type::table:
        return "a table";
    case toml::node_type::array:
        return "an array";
    case toml::node_type::string:
        return "a string";
    case toml::node_type::integer:
        return "an integer";
    case toml::node_type::floating_point:
        return "a number";
    case toml::node_type::boolean:
        return "a boolean";
    default:
        return "a date or time";
    }
}

Origin place(const fs::path& file, const toml::source_region& region)
{
    return {file, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
}

/// What `config show` prints: references as they are written, no secrets.
std::string shown(const std::string& key, const std::string& written)
{
    if (isSecretName(key) && !written.starts_with("${"))
        return "***";
    return key == "uri" ? maskedConnection(written) : written;
}

} // namespace

void Reading::report(DiagnosticLevel level, Origin origin, std::string message, std::string hint)
{
    diagnostics.push_back({level, std::move(origin), std::move(message), std::move(hint)});
}

void Reading::record(const std::string& path, std::string value, Origin origin)
{
    const auto [at, isNew] = settingIndex.try_emplace(path, settings.size());
    if (isNew)
        settings.push_back({path, std::move(value), std::move(origin)});
    else
        settings[at->second] = {path, std::move(value), std::move(origin)};
}

Origin Reading::originOf(const std::string& path, const Origin& fallback) const
{
    const auto at = settingIndex.find(path);
    return at == settingIndex.end() ? fallback : settings[at->second].origin;
}

std::vector<std::string> resolvedOf(const std::vector<TextValue>& values)
{
    std::vector<std::string> result;
    std::transform(values.begin(), values.end(), std::back_inserter(result),
                   [](const auto& one) { return one.resolved; });
    return result;
}

Section::Section(const toml::table& table, std::string path, const fs::path& file, Reading& reading)
    : m_table(table), m_path(std::move(path)), m_file(file), m_reading(reading)
{
}

Origin Section::originOf(const toml::node& node) const
{
    return place(m_file, node.source());
}

Origin Section::origin() const
{
    return originOf(m_table);
}

Origin Section::keyOrigin(const std::string& key) const
{
    const auto at = m_table.find(key);
    return at == m_table.cend() ? origin() : place(m_file, at->first.source());
}

const toml::node* Section::find(const std::string& key)
{
    m_asked.push_back(key);
    return m_table.get(key);
}

void Section::wrongType(const std::string& key, const std::string& wanted)
{
    const toml::node* node = m_table.get(key);
    m_reading.report(DiagnosticLevel::Error, originOf(*node),
                     fmt::format("\"{}\" must be {}, not {}", key, wanted, typeName(node->type())));
}

std::optional<TextValue> Section::resolve(const std::string& key, const toml::node& node, const std::string& written)
{
    const Origin origin = originOf(node);
    m_reading.record(pathOf(key), shown(key, written), origin);
    auto resolved = resolveReferences(written, folder(), m_reading.files);
    if (!resolved) {
        m_reading.report(DiagnosticLevel::Error, origin, fmt::format("\"{}\": {}", key, resolved.error().message),
                         resolved.error().hint);
        return std::nullopt;
    }
    return TextValue{absoluteReferences(written, folder()), *std::move(resolved), origin};
}

std::optional<TextValue> Section::text(const std::string& key)
{
    const toml::node* node = find(key);
    if (!node)
        return std::nullopt;
    if (const auto* value = node->as_string())
        return resolve(key, *node, value->get());
    wrongType(key, "a string");
    return std::nullopt;
}

std::optional<TextValue> Section::scalar(const std::string& key)
{
    const toml::node* node = find(key);
    if (!node)
        return std::nullopt;
    if (const auto* value = node->as_string())
        return resolve(key, *node, value->get());
    if (const auto* value = node->as_integer())
        return resolve(key, *node, std::to_string(value->get()));
    if (const auto* value = node->as_boolean())
        return resolve(key, *node, value->get() ? "true" : "false");
    if (const auto* value = node->as_floating_point())
        return resolve(key, *node, fmt::format("{}", value->get()));
    wrongType(key, "a string, a number or a boolean");
    return std::nullopt;
}

std::optional<bool> Section::flag(const std::string& key)
{
    const toml::node* node = find(key);
    if (!node)
        return std::nullopt;
    if (const auto* value = node->as_boolean()) {
        m_reading.record(pathOf(key), value->get() ? "true" : "false", originOf(*node));
        return value->get();
    }
    wrongType(key, "true or false");
    return std::nullopt;
}

std::optional<std::vector<TextValue>> Section::texts(const std::string& key)
{
    const toml::node* node = find(key);
    if (!node)
        return std::nullopt;
    std::vector<TextValue> result;
    if (const auto* value = node->as_string()) {
        if (auto one = resolve(key, *node, value->get()))
            result.push_back(*std::move(one));
        return result;
    }
    const auto* array = node->as_array();
    if (!array) {
        wrongType(key, "an array of strings");
        return std::nullopt;
    }
    for (const auto& element : *array) {
        const auto* value = element.as_string();
        if (!value)
            m_reading.report(DiagnosticLevel::Error, originOf(element),
                             fmt::format("\"{}\" must hold strings only, not {}", key, typeName(element.type())));
        else if (auto one = resolve(key, element, value->get()))
            result.push_back(*std::move(one));
    }
    std::vector<std::string> written;
    std::transform(result.begin(), result.end(), std::back_inserter(written),
                   [](const auto& one) { return one.written; });
    m_reading.record(pathOf(key), fmt::format("{}", fmt::join(written, ", ")), originOf(*node));
    return result;
}

std::optional<Duration> Section::duration(const std::string& key, Duration least)
{
    const auto value = text(key);
    if (!value)
        return std::nullopt;
    const auto parsed = parseDuration(value->resolved);
    if (parsed && *parsed >= least)
        return parsed;
    m_reading.report(DiagnosticLevel::Error, value->origin,
                     parsed ? fmt::format("\"{}\" is shorter than {}", key, compactDuration(least))
                            : fmt::format("\"{}\" is not a duration: \"{}\"", key, value->written),
                     "durations look like \"500ms\", \"30s\", \"5m\", \"1h30m\"");
    return std::nullopt;
}

const toml::table* Section::table(const std::string& key)
{
    const toml::node* node = find(key);
    if (!node)
        return nullptr;
    if (const auto* value = node->as_table())
        return value;
    wrongType(key, "a table");
    return nullptr;
}

const toml::array* Section::tables(const std::string& key)
{
    const toml::node* node = find(key);
    if (!node)
        return nullptr;
    const auto* array = node->as_array();
    if (array &&
        std::all_of(array->begin(), array->end(), [](const toml::node& element) { return element.is_table(); }))
        return array;
    m_reading.report(DiagnosticLevel::Error, originOf(*node), fmt::format("\"{}\" must be a list of tables", key),
                     fmt::format("begin each with [[{}]]", key));
    return nullptr;
}

std::vector<std::string> Section::keys() const
{
    std::vector<std::pair<toml::source_position, std::string>> found;
    for (const auto& [key, value] : m_table)
        found.emplace_back(key.source().begin, std::string(key.str()));
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> result;
    for (auto& [position, key] : found)
        result.push_back(std::move(key));
    return result;
}

void Section::reportUnknown(const std::map<std::string, std::string>& synonyms)
{
    for (const auto& key : keys()) {
        if (std::find(m_asked.begin(), m_asked.end(), key) != m_asked.end())
            continue;
        const auto synonym = synonyms.find(key);
        m_reading.report(
            DiagnosticLevel::Error, keyOrigin(key),
            fmt::format("unknown key \"{}\"{}", key, m_path.empty() ? "" : fmt::format(" in [{}]", m_path)),
            synonym != synonyms.end() ? fmt::format("did you mean \"{}\"?", synonym->second)
                                      : suggestion(key, m_asked));
    }
}

} // namespace projectionist
