// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/decodesettings.h"

#include <array>

namespace projectionist {

namespace {

constexpr std::array<std::string_view, headerRoleCount> roleWords{"origin-topic",
                                                                  "origin-partition",
                                                                  "origin-offset",
                                                                  "origin-timestamp",
                                                                  "origin-timestamp-type",
                                                                  "consumer",
                                                                  "stage",
                                                                  "operation",
                                                                  "exception",
                                                                  "cause",
                                                                  "message",
                                                                  "cause-message",
                                                                  "stack-trace",
                                                                  "key-exception",
                                                                  "key-message",
                                                                  "key-stack-trace",
                                                                  "attempts",
                                                                  "first-failed-at",
                                                                  "failed-at",
                                                                  "next-attempt",
                                                                  "event-type",
                                                                  "event-id",
                                                                  "header-types",
                                                                  "note"};
constexpr std::array<std::string_view, 7> encodingWords{"text", "integer",   "count",          "time",
                                                        "uri",  "type-name", "java-serialized"};

template<typename Value, std::size_t size>
std::optional<Value> valueOf(const std::array<std::string_view, size>& words, std::string_view word)
{
    for (std::size_t i = 0; i < size; ++i)
        if (words[i] == word)
            return static_cast<Value>(i);
    return std::nullopt;
}

} // namespace

std::string_view toString(HeaderRole role) noexcept
{
    return roleWords[static_cast<std::size_t>(role)];
}

std::string_view toString(HeaderEncoding encoding) noexcept
{
    return encodingWords[static_cast<std::size_t>(encoding)];
}

std::optional<HeaderRole> headerRoleFromString(std::string_view word) noexcept
{
    return valueOf<HeaderRole>(roleWords, word);
}

std::optional<HeaderEncoding> headerEncodingFromString(std::string_view word) noexcept
{
    return valueOf<HeaderEncoding>(encodingWords, word);
}

std::string_view toString(Repeats repeats) noexcept
{
    constexpr std::array<std::string_view, 3> words{"appended", "prepended", "spring"};
    return words[static_cast<std::size_t>(repeats)];
}

std::string_view toString(Stamp stamp) noexcept
{
    constexpr std::array<std::string_view, 3> words{"unknown", "writer", "event"};
    return words[static_cast<std::size_t>(stamp)];
}

std::string_view toString(GroupRule::Action action) noexcept
{
    return action == GroupRule::Action::Merge ? "merge" : "split";
}

std::vector<std::string> headerRoleWords()
{
    return {roleWords.begin(), roleWords.end()};
}

std::vector<std::string> headerEncodingWords()
{
    return {encodingWords.begin(), encodingWords.end()};
}

} // namespace projectionist
