// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/envelopes.h"

#include "backend/core/base64.h"
#include "backend/deadletter/jsonwalk.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <tuple>

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
        const auto& profile = profiles[i];
        if (profile.table)
            continue;
        for (const auto& header : profile.headers)
            if (isJsonPath(header.name))
                if (auto added = envelopes.add(profile, i, header.name, Part::Header, false); !added)
                    return tl::unexpected(added.error());
        const std::tuple<Part, const char*, const std::string&> parts[]{
            {Part::Payload, "payload", profile.payload},
            {Part::Key, "event_key", profile.eventKey},
            {Part::EventHeaders, "event_headers", profile.eventHeaders}};
        for (const auto& [part, word, path] : parts) {
            const bool base64 = std::ranges::find(profile.base64, word) != profile.base64.end();
            if (auto added = path.empty() ? Result<void>() : envelopes.add(profile, i, path, part, base64); !added)
                return tl::unexpected(added.error());
        }
    }
    return envelopes;
}

Result<void> Envelopes::add(const HeaderProfile& profile, std::size_t position, const std::string& path, Part part,
                            bool base64)
{
    auto parts = jsonPathOf(path);
    if (!parts)
        return tl::unexpected(
            Error{ErrorKind::Configuration, "The dead-letter profile \"" + profile.name + "\" cannot be used",
                  '"' + path + "\" does not name one place in a JSON document",
                  "Write paths like \"$.error.message\", \"$.causes[0].class\", \"$['a.b']\"", false});
    m_fields.push_back({std::move(*parts), path, position, part, base64});
    return {};
}

bool Envelopes::has(std::size_t profile) const
{
    return std::any_of(m_fields.begin(), m_fields.end(), [&](const auto& field) { return field.profile == profile; });
}

bool Envelopes::has(std::size_t profile, Part part) const
{
    return std::any_of(m_fields.begin(), m_fields.end(),
                       [&](const auto& field) { return field.profile == profile && field.part == part; });
}

/// One reading of a value.
class Envelopes::Reader
{
public:
    Reader(std::string_view value, const std::vector<Field>& fields, std::vector<RawHeader>& headers, Events& events,
           const Keep& keep)
        : m_value(value), m_fields(fields), m_headers(headers), m_events(events), m_keep(keep), m_open(fields.size())
    {
    }

    void read()
    {
        JsonWalk walk(m_value);
        while (walk.next())
            for (std::size_t i = 0; i < m_fields.size(); ++i)
                if (isMeant(m_fields[i], walk.path()))
                    take(i, walk);
        for (std::size_t i = 0; i < m_fields.size(); ++i)
            if (m_open[i].begin != std::string_view::npos)
                found(m_fields[i], m_open[i].name, m_value.substr(m_open[i].begin)); // only its beginning is there
    }

private:
    /// An object or array that has begun.
    struct Open
    {
        std::size_t begin = std::string_view::npos;
        std::string_view name;
    };
    static bool isMeant(const Field& field, std::span<const FilterPathPart> path)
    {
        const bool within = field.part == Part::EventHeaders; // each member of the object is meant
        if (path.size() != field.path.size() + (within ? 1 : 0))
            return false;
        return std::equal(field.path.begin(), field.path.end(), path.begin()) &&
               (!within || std::holds_alternative<std::string>(path.back()));
    }
    void take(std::size_t field, const JsonWalk& walk)
    {
        auto& open = m_open[field];
        if (walk.kind() == JsonWalk::Kind::End) {
            found(m_fields[field], open.name, m_value.substr(open.begin, walk.end() - open.begin));
            open = {};
            return;
        }
        std::string_view name = m_fields[field].name;
        if (m_fields[field].part == Part::EventHeaders)
            name = m_keep(std::get<std::string>(walk.path().back()));
        if (walk.kind() == JsonWalk::Kind::Object || walk.kind() == JsonWalk::Kind::Array)
            open = {walk.begin(), name};
        else
            found(m_fields[field], name, meaningOf(walk.kind(), walk.text(), m_keep));
    }
    void found(const Field& field, std::string_view name, std::optional<std::string_view> text)
    {
        if (field.part == Part::Header)
            return m_headers.push_back({name, text});
        auto& event = m_events[field.profile];
        if (field.base64 && text) {
            auto bytes = bytesOfBase64(*text);
            event.undecodable = event.undecodable || !bytes;
            if (bytes)
                text = m_keep(*std::move(bytes));
        }
        if (field.part == Part::Payload)
            event.payload = text;
        else if (field.part == Part::Key)
            event.key = text;
        else
            event.headers.push_back({name, text});
    }

    const std::string_view m_value;
    const std::vector<Field>& m_fields;
    std::vector<RawHeader>& m_headers;
    Events& m_events;
    const Keep& m_keep;
    std::vector<Open> m_open; ///< by field
};

void Envelopes::read(std::string_view value, std::vector<RawHeader>& headers, Events& events, const Keep& keep) const
{
    events.clear();
    const auto begin = std::min(value.find_first_not_of(" \t\r\n"), value.size());
    if (!value.substr(begin).starts_with('{') && !value.substr(begin).starts_with('['))
        return;
    events.resize(m_fields.empty() ? 0 : m_fields.back().profile + 1);
    Reader(value, m_fields, headers, events, keep).read();
}

} // namespace projectionist
