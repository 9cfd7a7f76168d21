// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/letterview.h"
#include "backend/deadletter/sharedletters.h"

namespace projectionist {

/// Gives away the letters of an index that pass its search and come by whole, while topics are read once more. Each
/// reading needs one of its own.
class LetterStreamer final : public LetterSink
{
public:
    using Take = std::function<void(const LetterView&, const DeadLetter&)>;

    LetterStreamer(SharedLetters& letters, std::shared_ptr<const DecodeRules> rules, bool withResolved, Take take)
        : m_letters(letters)
        , m_scanner(std::move(rules))
        , m_skipped(LetterRows::skippedMarks(withResolved))
        , m_take(std::move(take))
    {
    }

    void add(const RawLetter& letter) override;
    void remove(const LetterPlace&) override {}
    void removeBelow(const TopicPartition&, Offset) override {}
    void removeTopic(const std::string&) override {}

private:
    SharedLetters& m_letters;
    LetterScanner m_scanner;
    const std::uint8_t m_skipped; ///< marks of letters that are not given away
    const Take m_take;
};

} // namespace projectionist
