// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/envelopes.h"

#include "backend/deadletter/jsonwalk.h"

#include <algorithm>
#include <charconv>

namespace projectionist {

namespace {

/// Of "[0]" or "['name']" at the front.
std::optional<FilterPathPart> takeBracket(std::string_view& text)
{
    const bool quoted = text.size() > 1 && (text[1] == '\'' || text[1] == '"');
    const auto close = quoted ? text.find(std::string{text[1], ']'}, 2) : text.find(']');
    if (close == std::string_view::npos)
        return std::nullopt;
    const auto inside = text.substr(quoted ? 2 : 1, close - (quoted ? 2 : 1));
    text.remove_prefix(close + (quoted ? 2 : 1));
    if (quoted)
        return FilterPathPart(std::string(inside));
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(inside.data(), inside.data() + inside.size(), index);
    return error == std::errc() && end == inside.data() + inside.size() ? std::optional(FilterPathPart(index))
                                                                        : std::nullopt;
}

/// What the bytes of a JSON value mean as a header: a string's text, the JSON of anything else, null as null.
std::optional<std::string_view> meaningOf(JsonWalk::Kind kind, std::string_view json, const Envelopes::Keep& keep)
{
    if (kind == JsonWalk::Kind::Literal && json == "null")
        return std::nullopt;
    if (kind != JsonWalk::Kind::String)
        return json;
    const bool plain = json.size() >= 2 && json.ends_with('"') && json.find('\\') == std::string_view::npos;
    return plain ? json.substr(1, json.size() - 2) : keep(jsonStringText(json));
}

} // namespace

std::optional<std::vector<FilterPathPart>> jsonPathOf(std::string_view text)
{
    if (!isJsonPath(text))
        return std::nullopt;
    std::vector<FilterPathPart> path;
    for (text.remove_prefix(1); !text.empty();) {
        if (text.front() == '[') {
            auto part = takeBracket(text);
            if (!part)
                return std::nullopt;
            path.push_back(std::move(*part));
            continue;
        }
        const auto end = std::min(text.find_first_of(".[", 1), text.size());
        const auto name = text.substr(1, end - 1);
        if (text.front() != '.' || name.empty() || name == "*")
            return std::nullopt;
        path.emplace_back(std::string(name));
        text.remove_prefix(end);
    }
    return path;
}

Result<Envelopes> Envelopes::build(const std::vector<HeaderProfile>& profiles)
{
    Envelopes envelopes;
    for (std::size_t i = 0; i < profiles.size(); ++i) {
        if (profiles[i].table)
            continue;
        for (const auto& header : profiles[i].headers)
            if (isJsonPath(header.name))
                if (auto added = envelopes.add(profiles[i], i, header.name, false); !added)
                    return tl::unexpected(added.error());
        if (!profiles[i].payload.empty())
            if (auto added = envelopes.add(profiles[i], i, profiles[i].payload, true); !added)
                return tl::unexpected(added.error());
    }
    return envelopes;
}

Result<void> Envelopes::add(const HeaderProfile& profile, std::size_t position, const std::string& path, bool payload)
{
    auto parts = jsonPathOf(path);
    if (!parts)
        return tl::unexpected(
            Error{ErrorKind::Configuration, "The dead-letter profile \"" + profile.name + "\" cannot be used",
                  '"' + path + "\" does not name one place in a JSON document",
                  "Write paths like \"$.error.message\", \"$.causes[0].class\", \"$['a.b']\"", false});
    m_fields.push_back({std::move(*parts), payload ? std::string() : path, position});
    return {};
}

bool Envelopes::has(std::size_t profile) const
{
    return std::any_of(m_fields.begin(), m_fields.end(), [&](const auto& field) { return field.profile == profile; });
}

void Envelopes::read(std::string_view value, std::vector<RawHeader>& headers, Payloads& payloads,
                     const Keep& keep) const
{
    payloads.clear();
    const auto begin = std::min(value.find_first_not_of(" \t\r\n"), value.size());
    if (!value.substr(begin).starts_with('{') && !value.substr(begin).starts_with('['))
        return;
    std::vector<std::size_t> begins(m_fields.size(), std::string_view::npos); // of objects and arrays that are open
    const auto found = [&](const Field& field, std::optional<std::string_view> text) {
        if (!field.name.empty())
            return headers.push_back({field.name, text});
        payloads.resize(std::max(payloads.size(), field.profile + 1));
        payloads[field.profile] = text;
    };
    JsonWalk walk(value);
    while (walk.next())
        for (std::size_t i = 0; i < m_fields.size(); ++i) {
            if (!std::equal(walk.path().begin(), walk.path().end(), m_fields[i].path.begin(), m_fields[i].path.end()))
                continue;
            if (walk.kind() == JsonWalk::Kind::Object || walk.kind() == JsonWalk::Kind::Array)
                begins[i] = walk.begin();
            else if (walk.kind() != JsonWalk::Kind::End)
                found(m_fields[i], meaningOf(walk.kind(), walk.text(), keep));
            else
                found(m_fields[i], value.substr(begins[i], walk.end() - begins[i]));
            if (walk.kind() == JsonWalk::Kind::End)
                begins[i] = std::string_view::npos;
        }
    for (std::size_t i = 0; i < m_fields.size(); ++i)
        if (begins[i] != std::string_view::npos)
            found(m_fields[i], value.substr(begins[i])); // only its beginning is there
}

} // namespace projectionist
