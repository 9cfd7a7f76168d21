// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/sharedletters.h"

namespace projectionist {

void LetterFiller::add(const RawLetter& letter)
{
    m_letters.tell([&](LetterIndex& index, LetterSearch& search) {
        const std::size_t row = index.rowCount();
        index.add(letter);
        if (index.rowCount() == row)
            return;
        if (isResolved(index, row, letter))
            index.setNewestState(LetterState::Resolved);
        search.answer(index, row, letter);
    });
}

bool LetterFiller::isResolved(const LetterIndex& index, std::size_t row, const RawLetter& letter) const
{
    const auto& resolved = m_letters.resolved();
    return m_source && resolved.concerns(letter.topic) &&
           resolved.has(m_source->reference(index.placeOf(row)), arrivalOf(index, row));
}

void LetterFiller::remove(const LetterPlace& place)
{
    m_letters.tell([&](LetterIndex& index, LetterSearch&) { index.remove(place); });
}

void LetterFiller::removeBelow(const TopicPartition& id, Offset start)
{
    m_letters.tell([&](LetterIndex& index, LetterSearch&) { index.removeBelow(id, start); });
}

void LetterFiller::removeTopic(const std::string& topic)
{
    m_letters.tell([&](LetterIndex& index, LetterSearch&) { index.removeTopic(topic); });
}

void LetterAnswerer::add(const RawLetter& letter)
{
    m_letters.tell([&](LetterIndex& index, LetterSearch& search) {
        if (search.number() != m_search)
            return;
        if (const auto row = index.find({{std::string(letter.topic), letter.partition}, letter.offset}))
            search.answer(index, *row, letter);
    });
}

} // namespace projectionist
