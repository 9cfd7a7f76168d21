// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterstreamer.h"

#include "backend/deadletter/decode.h"

namespace projectionist {

void LetterStreamer::add(const RawLetter& letter)
{
    if (letter.value && letter.valueSize > letter.value->size())
        return; // only its beginning
    std::optional<LetterView> view;
    m_letters.tell([&](const LetterIndex& index, const LetterSearch& search) {
        const auto row = index.find({{std::string(letter.topic), letter.partition}, letter.offset});
        const auto* result = search.result();
        if (row && !(index.rows().marks()[*row] & m_skipped) &&
            (!result || (*row < result->rowCount() && result->verdict(*row) == FilterVerdict::Yes)))
            view = viewOf(index, *row);
    });
    if (view)
        m_take(*view, decode(m_scanner, letter));
}

} // namespace projectionist
