// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/letterdesk.h"
#include "backend/deadletter/letterreaders.h"

namespace projectionist {

/// Fetches single letters, and the records that failed, from where they are. On the desk's thread; `done` is called on
/// a reader's thread.
class LetterOpening
{
public:
    using Done = std::function<void(OpenedLetter)>;

    LetterOpening(std::shared_ptr<const DecodeRules> rules, ProjectionOf projectionOf, LetterReaders& readers)
        : m_rules(std::move(rules)), m_projectionOf(std::move(projectionOf)), m_readers(readers)
    {
    }

    void open(std::uint64_t token, const LetterPlace& place, std::size_t maxBytes, Done done);
    void open(std::uint64_t token, const std::string& reference, std::size_t maxBytes, Done done);
    void fetchOriginal(std::uint64_t token, const TopicPartition& id, Offset offset, std::size_t maxBytes,
                       std::function<void(FetchedOriginal)> done);

private:
    using Locate = std::function<Result<LetterPlace>(LetterSource&)>;
    void open(std::uint64_t token, const std::string& topic, Locate locate, std::size_t maxBytes, Done done);

    const std::shared_ptr<const DecodeRules> m_rules;
    const ProjectionOf m_projectionOf;
    LetterReaders& m_readers;
};

} // namespace projectionist
