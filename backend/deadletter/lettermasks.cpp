// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/lettermasks.h"

#include "backend/deadletter/characters.h"
#include "backend/deadletter/fingerprint.h"
#include "backend/deadletter/headervalue.h"
#include "backend/deadletter/jsonwalk.h"

#include <algorithm>
#include <charconv>

namespace projectionist {

namespace {

std::string inLowerCase(std::string_view text)
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
        return FilterPathPart(inLowerCase(inside.substr(1, inside.size() - 2)));
    std::size_t index = 0;
    const auto read = std::from_chars(inside.data(), inside.data() + inside.size(), index);
    return read.ec == std::errc() ? std::optional(FilterPathPart(index)) : std::nullopt;
}

bool samePart(const FilterPathPart& wanted, const FilterPathPart& part)
{
    const auto* name = std::get_if<std::string>(&part);
    return name ? wanted == FilterPathPart(inLowerCase(*name)) : wanted == part;
}

/// Where an object or array begins; nullopt: nowhere.
std::optional<std::size_t> jsonBegin(std::string_view value)
{
    constexpr std::string_view byteOrderMark = "\xef\xbb\xbf";
    constexpr std::size_t registryPrefix = 5; // a zero and the number of the schema
    std::size_t begin = 0;
    if (value.starts_with(byteOrderMark))
        begin = byteOrderMark.size();
    else if (value.size() > registryPrefix && value.front() == '\0')
        begin = registryPrefix;
    begin = value.find_first_not_of(" \t\r\n", begin);
    const bool opens = begin != std::string_view::npos && (value[begin] == '{' || value[begin] == '[');
    return opens ? std::optional(begin) : std::nullopt;
}

bool isPartOfWord(char c)
{
    return isLetter(c) || isDigit(c);
}

/// Whether the text stands there by itself. The letter of an escape like "\n" is no part of a word.
bool isWordAt(std::string_view text, std::size_t at, std::size_t size)
{
    const bool escape = at >= 2 && text[at - 2] == '\\';
    const bool begins = at == 0 || escape || !isPartOfWord(text[at - 1]);
    return begins && (at + size == text.size() || !isPartOfWord(text[at + size]));
}

/// JSON, or the beginning of it, that was put into a string.
bool hidesNames(std::string_view quoted, const LetterMasks& masks)
{
    const auto text = jsonStringText(quoted);
    return jsonBegin(text) && masks.namedIn(text);
}

/// UTF-8 without the bytes that no text has.
bool isPlainText(std::string_view bytes)
{
    const bool controls = std::any_of(bytes.begin(), bytes.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\x1b';
    });
    return !controls && readable(bytes) == bytes;
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
        const auto named = std::find_if(steps.rbegin(), steps.rend(), [](const Step& step) {
            return step.part && std::holds_alternative<std::string>(*step.part);
        });
        if (named != steps.rend())
            m_words.push_back(std::get<std::string>(*named->part));
        m_anyWord = m_anyWord || named == steps.rend();
        m_paths.push_back(std::move(steps));
    }
    for (const auto& header : maskedHeaders(settings))
        m_headers.push_back(inLowerCase(header));
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
        Step& step = path.emplace_back();
        step.anyDepth = std::exchange(anyDepth, false);
        if (name != "*")
            step.part = inLowerCase(name);
        text.remove_prefix(end);
    }
    return path;
}

bool LetterMasks::coversHeader(std::string_view name) const
{
    return std::any_of(m_headers.begin(), m_headers.end(),
                       [lower = inLowerCase(name)](const auto& pattern) { return matchesPattern(pattern, lower); });
}

bool LetterMasks::mayEndWith(const FilterPathPart& part) const
{
    const auto* name = std::get_if<std::string>(&part);
    return m_anyLast || (name && m_lastNames.contains(inLowerCase(*name)));
}

std::optional<std::string> LetterMasks::namedIn(std::string_view text) const
{
    if (m_anyWord && !text.empty())
        return "*";
    const std::string lower = inLowerCase(text);
    for (const auto& word : m_words)
        for (auto at = word.empty() ? std::string::npos : lower.find(word); at != std::string::npos;
             at = lower.find(word, at + 1))
            if (isWordAt(lower, at, word.size()))
                return word;
    return std::nullopt;
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

namespace {

/// Goes through JSON and copies it without what is masked.
class JsonMasker
{
public:
    JsonMasker(std::string_view json, const LetterMasks& masks) : m_json(json), m_masks(masks), m_walk(json) {}

    [[nodiscard]] MaskedValue masked()
    {
        while (m_walk.next())
            take();
        m_masked.restHidden = m_walk.state() == JsonWalk::State::Broken || m_walk.state() == JsonWalk::State::TooDeep;
        if (!m_within)
            m_masked.text += m_json.substr(m_copied, m_walk.end() - m_copied);
        return std::move(m_masked);
    }

private:
    void take()
    {
        const auto path = m_walk.path();
        const bool isEnd = m_walk.kind() == JsonWalk::Kind::End;
        if (m_within) {
            if (isEnd && path.size() == *m_within) {
                m_copied = m_walk.end();
                m_within.reset();
            }
            return;
        }
        const bool covered = !isEnd && !path.empty() && m_masks.mayEndWith(path.back()) && m_masks.coversPath(path);
        if (!covered && (m_walk.kind() != JsonWalk::Kind::String || !hidesNames(m_walk.text(), m_masks)))
            return;
        m_masked.text += m_json.substr(m_copied, m_walk.begin() - m_copied);
        m_masked.text += '"' + std::string(maskText) + '"';
        m_masked.paths.push_back(toJsonPath(path));
        m_copied = m_walk.end();
        if (m_walk.kind() == JsonWalk::Kind::Object || m_walk.kind() == JsonWalk::Kind::Array)
            m_within = path.size();
    }

    const std::string_view m_json;
    const LetterMasks& m_masks;
    JsonWalk m_walk;
    MaskedValue m_masked;
    std::size_t m_copied = 0;
    std::optional<std::size_t> m_within; ///< depth of the masked object or array
};

} // namespace

MaskedValue maskedValue(std::string_view value, const LetterMasks& masks)
{
    const auto begin = masks.hasPaths() ? jsonBegin(value) : std::nullopt;
    if (!begin)
        return {std::string(value), {}, false};
    auto masked = JsonMasker(value.substr(*begin), masks).masked();
    masked.text.insert(0, value.substr(0, *begin));
    return masked;
}

MaskedPayload maskedPayload(std::string_view payload, const LetterMasks& masks)
{
    if (!masks.hasPaths() || jsonBegin(payload))
        return {maskedValue(payload, masks)};
    if (auto name = masks.namedIn(payload))
        return {{{}, {}, true}, Withheld::NamesMasked, *std::move(name)};
    if (!isPlainText(payload))
        return {{{}, {}, true}, Withheld::NoText, {}};
    return {maskedValue(payload, masks)};
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
