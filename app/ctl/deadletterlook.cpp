// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/deadletterlook.h"

#include "backend/deadletter/letterescape.h"

#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace projectionist::ctl {

std::string placeText(const EventOrigin& origin)
{
    std::string text = origin.topic;
    if (origin.partition)
        text += fmt::format("[{}]", *origin.partition);
    if (origin.offset)
        text += fmt::format("@{}", *origin.offset);
    return text;
}

std::string reasonText(const GroupReason& reason)
{
    std::vector<std::string> parts;
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty())
            parts.push_back(fmt::format("{} {}", name, value));
    };
    add("exception", reason.exception);
    add("thrown in", reason.frame);
    add("message like", reason.message);
    add("event", reason.eventType);
    add("from", reason.origin);
    add("rule of the workspace", reason.rule);
    return parts.empty() ? "nothing is known of any of them"
                         : fmt::format("{} (fingerprint version {})", fmt::join(parts, ", "), reason.version);
}

std::vector<std::string> flagNotes(std::uint32_t flags)
{
    constexpr std::array<std::pair<std::uint32_t, const char*>, 9> phrases{
        {{ParkedBehind, "Did not fail itself: it waits behind a failed event of the same key."},
         {PayloadMissing, "The framework left the payload out; the original has it: --original."},
         {PayloadCut, "Only the beginning of the payload was read: --bytes."},
         {NullText, "The payload is the word \"null\": a tombstone that went through a JSON serialiser."},
         {EmptyValue, "The payload has no bytes, which is not the same as none."},
         {StackCut, "The stack trace was cut by its writer: the root cause may be missing."},
         {EmbeddedHeaders, "The headers were inside the value."},
         {JavaSerialized, "A header holds a serialised Java object, which is never deserialised."},
         {HeaderUndecodable, "A known header holds bytes that make no sense."}}};
    std::vector<std::string> notes;
    for (const auto& [flag, phrase] : phrases)
        if ((flags & flag) != 0)
            notes.emplace_back(phrase);
    return notes;
}

} // namespace projectionist::ctl
