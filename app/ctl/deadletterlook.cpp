// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/deadletterlook.h"

#include "app/ctl/deadletterescape.h"

#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace projectionist::ctl {

LetterMasks masksOf(const Workspace& workspace)
{
    const auto* context = workspace.context(workspace.currentContext);
    return LetterMasks(context ? context->deadLetters.masks : MaskSettings{});
}

MaskedPayload shownPayload(std::string_view payload, const DeadLetterLook& look)
{
    return look.masks ? maskedPayload(payload, *look.masks) : MaskedPayload{{std::string(payload), {}, false}};
}

std::string shownKey(const std::string& key, const DeadLetterLook& look)
{
    return look.masks ? maskedValue(key, *look.masks).text : key;
}

const std::string& readableBytes(const std::string& bytes, const DecodedPayload* decoded)
{
    return decoded ? decoded->json : bytes;
}

bool isHidden(const DecodedHeader& header, const DeadLetterLook& look)
{
    return look.masks && look.masks->coversHeader(header.name);
}

std::string shownHeader(const DecodedHeader& header, const DeadLetterLook& look)
{
    if (isHidden(header, look))
        return std::string(maskText);
    return look.masks ? maskedValue(header.text, *look.masks).text : header.text;
}

std::string maskNote(const MaskedPayload& payload)
{
    switch (payload.withheld) {
    case Withheld::NamesMasked:
        return fmt::format("not shown: it is no JSON, so that masked values cannot be told from the rest, but it names "
                           "\"{}\"; --unmask shows it",
                           payload.name);
    case Withheld::NoText:
        return "not shown: it is no text, so that masked values cannot be told from the rest; --unmask shows it";
    case Withheld::No:
        break;
    }
    std::string note;
    if (!payload.value.paths.empty())
        note = fmt::format("masked: {}; --unmask shows them", fmt::join(payload.value.paths, ", "));
    if (payload.value.restHidden)
        note +=
            fmt::format("{}from where it is no proper JSON it cannot be searched for masked values and is not shown",
                        note.empty() ? "" : "; ");
    return note;
}

std::string placeText(const EventOrigin& origin)
{
    std::string text = origin.topic;
    if (origin.partition)
        text += fmt::format("[{}]", *origin.partition);
    if (origin.offset)
        text += fmt::format("@{}", *origin.offset);
    return text;
}

std::string fingerprintText(std::uint64_t fingerprint)
{
    return fmt::format("{:016x}", fingerprint);
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

const char* basisWord(ArrivalBasis basis) noexcept
{
    switch (basis) {
    case ArrivalBasis::AppendTime:
        return "broker";
    case ArrivalBasis::WriterTime:
        return "writer";
    case ArrivalBasis::FailureHeader:
        return "letter";
    case ArrivalBasis::Assumed:
        return "assumed";
    case ArrivalBasis::Unknown:
        break;
    }
    return "unknown";
}

const char* stateWord(LetterState state) noexcept
{
    return state == LetterState::Open ? "open" : state == LetterState::Replayed ? "replayed" : "resolved";
}

} // namespace projectionist::ctl
