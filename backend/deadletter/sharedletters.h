// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/lettersearch.h"
#include "backend/deadletter/resolvedset.h"

#include <atomic>
#include <mutex>

namespace projectionist {

/// An index and the search over it, which readers fill and one desk asks, one at a time. Who asks comes before the next
/// letter of those who read, however fast they are.
class SharedLetters
{
public:
    SharedLetters(std::shared_ptr<const DecodeRules> rules, ProjectionOf projectionOf)
        : m_index(std::move(rules), std::move(projectionOf)), m_search(std::make_unique<LetterSearch>(m_index))
    {
    }

    /// For short questions: nothing is read meanwhile.
    template<typename Question>
    decltype(auto) ask(Question&& question)
    {
        m_asking.fetch_add(1);
        const std::lock_guard lock(m_mutex);
        m_asking.fetch_sub(1);
        m_asking.notify_all();
        return question(m_index, m_search);
    }
    /// For whoever reads: one letter, or one message about many.
    template<typename Message>
    void tell(Message&& message)
    {
        for (int asking = m_asking.load(); asking > 0; asking = m_asking.load())
            m_asking.wait(asking);
        const std::lock_guard lock(m_mutex);
        message(m_index, *m_search);
    }
    /// Letters that are added from now on are resolved if they are in the set. Gives the former one. Within ask().
    std::shared_ptr<const ResolvedSet> setResolved(std::shared_ptr<const ResolvedSet> resolved)
    {
        return std::exchange(m_resolved, std::move(resolved));
    }
    /// Within ask() and tell().
    [[nodiscard]] const ResolvedSet& resolved() const { return *m_resolved; }

private:
    std::atomic<int> m_asking = 0;
    std::mutex m_mutex;
    LetterIndex m_index;                    ///< guarded by m_mutex
    std::unique_ptr<LetterSearch> m_search; ///< guarded by m_mutex; never null
    std::shared_ptr<const ResolvedSet> m_resolved = std::make_shared<const ResolvedSet>(); ///< likewise
};

/// Puts what a source reads into the index. A letter whose headers or payload a filter asks for is answered while it is
/// at hand.
class LetterFiller final : public LetterSink
{
public:
    /// `source`: whose letters they are, to know which are resolved; nullptr: none is.
    explicit LetterFiller(SharedLetters& letters, const LetterSource* source = nullptr)
        : m_letters(letters), m_source(source)
    {
    }

    void add(const RawLetter& letter) override;
    void remove(const LetterPlace& place) override;
    void removeBelow(const TopicPartition& id, Offset start) override;
    void removeTopic(const std::string& topic) override;

private:
    [[nodiscard]] bool isResolved(const LetterIndex& index, std::size_t row, const RawLetter& letter) const;

    SharedLetters& m_letters;
    const LetterSource* m_source;
};

/// Answers what a filter left open, from letters that are read once more. Everything else is passed over.
class LetterAnswerer final : public LetterSink
{
public:
    /// `search`: ends to count when it is no longer the one in force.
    LetterAnswerer(SharedLetters& letters, std::uint64_t search) : m_letters(letters), m_search(search) {}

    void add(const RawLetter& letter) override;
    void remove(const LetterPlace&) override {}
    void removeBelow(const TopicPartition&, Offset) override {}
    void removeTopic(const std::string&) override {}

private:
    SharedLetters& m_letters;
    const std::uint64_t m_search;
};

} // namespace projectionist
