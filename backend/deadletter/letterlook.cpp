// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterlook.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace projectionist {

LetterMasks masksOf(const Workspace& workspace, const std::string& context)
{
    const auto* settings = workspace.context(context);
    return LetterMasks(settings ? settings->deadLetters.masks : MaskSettings{});
}

MaskedPayload shownPayload(std::string_view payload, const DeadLetterLook& look)
{
    return look.masks ? maskedPayload(payload, *look.masks) : MaskedPayload{{std::string(payload), {}, false}};
}

std::string shownKey(const std::string& key, const DeadLetterLook& look)
{
    return look.masks ? maskedValue(key, *look.masks).text : key;
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

std::string fingerprintText(std::uint64_t fingerprint)
{
    return fmt::format("{:016x}", fingerprint);
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

} // namespace projectionist
