// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/lettermasks.h"

#include "backend/deadletter/fingerprint.h"
#include "backend/deadletter/jsonwalk.h"

#include <algorithm>
#include <charconv>

namespace projectionist {

namespace {

std::string lowered(std::string_view text)
{
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

/// What stands between brackets: a name in quotes, '*', or a number.
std::optional<FilterPathPart> bracketPart(std::string_view inside)
{
    if (inside.size() >= 2 && (inside.front() == '\'' || inside.front() == '"'))
        return FilterPathPart(lowered(inside.substr(1, inside.size() - 2)));
    std::size_t index = 0;
    const auto read = std::from_chars(inside.data(), inside.data() + inside.size(), index);
    return read.ec == std::errc() ? std::optional(FilterPathPart(index)) : std::nullopt;
}

bool samePart(const FilterPathPart& wanted, const FilterPathPart& part)
{
    const auto* name = std::get_if<std::string>(&part);
    return name ? wanted == FilterPathPart(lowered(*name)) : wanted == part;
}

bool looksLikeJson(std::string_view value)
{
    const auto first = value.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && (value[first] == '{' || value[first] == '[');
}

} // namespace

LetterMasks::LetterMasks(const MaskSettings& settings)
{
    for (const auto& path : maskedPaths(settings)) {
        auto steps = parse(path);
        if (steps.empty())
            continue;
        const auto& last = steps.back().part;
        if (const auto* name = last ? std::get_if<std::string>(&*last) : nullptr)
            m_lastNames.insert(*name);
        else
            m_anyLast = true;
        m_paths.push_back(std::move(steps));
    }
    for (const auto& header : maskedHeaders(settings))
        m_headers.push_back(lowered(header));
}

LetterMasks::Path LetterMasks::parse(std::string_view text)
{
    Path path;
    if (text.starts_with('$'))
        text.remove_prefix(1);
    bool anyDepth = false;
    while (!text.empty()) {
        if (text.front() == '[') {
            const auto end = std::min(text.find(']'), text.size());
            path.push_back({std::exchange(anyDepth, false), bracketPart(text.substr(1, end - 1))});
            text.remove_prefix(std::min(end + 1, text.size()));
            continue;
        }
        if (text.front() == '.') {
            anyDepth = text.starts_with("..");
            text.remove_prefix(anyDepth ? 2 : 1);
            if (text.starts_with('['))
                continue;
        }
        const auto end = std::min(text.find_first_of(".["), text.size());
        const auto name = text.substr(0, end);
        path.push_back({std::exchange(anyDepth, false),
                        name == "*" ? std::nullopt : std::optional(FilterPathPart(lowered(name)))});
        text.remove_prefix(end);
    }
    return path;
}

bool LetterMasks::coversHeader(std::string_view name) const
{
    return std::any_of(m_headers.begin(), m_headers.end(),
                       [lower = lowered(name)](const auto& pattern) { return matchesPattern(pattern, lower); });
}

bool LetterMasks::mayEndWith(const FilterPathPart& part) const
{
    const auto* name = std::get_if<std::string>(&part);
    return m_anyLast || (name && m_lastNames.contains(lowered(*name)));
}

bool LetterMasks::coversPath(std::span<const FilterPathPart> path) const
{
    return std::any_of(m_paths.begin(), m_paths.end(), [&](const Path& steps) { return covers(steps, path); });
}

bool LetterMasks::covers(std::span<const Step> steps, std::span<const FilterPathPart> path)
{
    if (steps.empty())
        return true;
    const Step& step = steps.front();
    for (std::size_t skipped = 0; skipped < path.size(); ++skipped) {
        if ((!step.part || samePart(*step.part, path[skipped])) && covers(steps.subspan(1), path.subspan(skipped + 1)))
            return true;
        if (!step.anyDepth)
            return false;
    }
    return false;
}

MaskedValue maskedValue(std::string_view value, const LetterMasks& masks)
{
    MaskedValue masked;
    if (!masks.hasPaths() || !looksLikeJson(value)) {
        masked.text = value;
        return masked;
    }
    JsonWalk walk(value);
    std::size_t copied = 0;
    constexpr auto outside = std::string_view::npos;
    std::size_t within = outside; ///< depth of the masked object or array
    while (walk.next()) {
        const bool isEnd = walk.kind() == JsonWalk::Kind::End;
        if (within != outside) {
            if (isEnd && walk.path().size() == within) {
                copied = walk.end();
                within = outside;
            }
            continue;
        }
        const auto path = walk.path();
        if (isEnd || path.empty() || !masks.mayEndWith(path.back()) || !masks.coversPath(path))
            continue;
        masked.text += value.substr(copied, walk.begin() - copied);
        masked.text += '"' + std::string(maskText) + '"';
        masked.paths.push_back(toJsonPath(path));
        copied = walk.end();
        if (walk.kind() == JsonWalk::Kind::Object || walk.kind() == JsonWalk::Kind::Array)
            within = path.size();
    }
    masked.restHidden = walk.state() == JsonWalk::State::Broken || walk.state() == JsonWalk::State::TooDeep;
    if (within == outside)
        masked.text += value.substr(copied, masked.restHidden ? walk.end() - copied : std::string_view::npos);
    return masked;
}

std::string toJsonPath(std::span<const FilterPathPart> path)
{
    std::string text = "$";
    for (const auto& part : path)
        if (const auto* name = std::get_if<std::string>(&part))
            text += '.' + *name;
        else
            text += '[' + std::to_string(std::get<std::size_t>(part)) + ']';
    return text;
}

} // namespace projectionist
