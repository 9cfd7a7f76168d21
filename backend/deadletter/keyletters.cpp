// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/keyletters.h"

#include "backend/core/mailbox.h"
#include "backend/deadletter/letterlists.h"

#include <algorithm>
#include <condition_variable>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr Duration glanceAtReading{50};
constexpr Duration referenceLimit{5'000};

/// The letters of a context for as long as somebody looks for keys in them.
class KeyedLetters
{
public:
    KeyedLetters(const Workspace& workspace, const ProjectionSettings& projection, std::set<std::string> keys,
                 const LetterConnectors& connectors, const Clock& clock, std::shared_ptr<const DecodeRules> rules)
        : m_clock(clock)
        , m_projection(projection)
        , m_keys(std::move(keys))
        , m_owners(workspace, projection.context)
        , m_letters(std::move(rules), {})
        , m_readers(workspace, projection.context, connectors, clock, m_letters, [this] { wake(); })
    {
    }

    void setResolved(const std::vector<ResolvedLetter>& resolved)
    {
        auto set = std::make_shared<const ResolvedSet>(
            resolved, [this](const std::string& reference) { return m_readers.topicOf(reference); });
        m_letters.ask([&](const LetterIndex&, const auto&) { m_letters.setResolved(std::move(set)); });
    }

    /// Why not everything was read; empty: it was.
    std::string read(Duration limit, const std::stop_token& stop)
    {
        const Duration end = m_clock.monotonic() + limit;
        auto reading = m_readers.reading();
        while (!reading.complete && m_clock.monotonic() < end && !stop.stop_requested()) {
            m_readers.step();
            pause(stop);
            reading = m_readers.reading();
        }
        if (!reading.troubles.empty())
            return toString(reading.troubles.front());
        return reading.complete ? std::string() : "not all dead letters were read in the time that there was";
    }

    std::vector<KeyLetter> found(const std::stop_token& stop)
    {
        std::vector<LetterPlace> places;
        auto letters = m_letters.ask([&](const LetterIndex& index, const auto&) {
            std::vector<KeyLetter> all;
            for (std::size_t row = 0; row < index.rows().size(); ++row)
                for (const auto& key : keysOf(index, row)) {
                    all.push_back(letterOf(index, row, key));
                    places.push_back(index.placeOf(row));
                }
            return all;
        });
        refer(letters, places, stop);
        return letters;
    }

private:
    /// Those asked for that the letter has: several where the index keeps only their common beginning.
    std::vector<std::string> keysOf(const LetterIndex& index, std::size_t row) const
    {
        const auto& rows = index.rows();
        if (rows.removed(row) || rows.state(row) != LetterState::Open || !isOfProjection(index, row))
            return {};
        const std::string key(rows.key(row));
        if ((rows.at(LetterValue::Flags, row) & keyCut) == 0)
            return m_keys.contains(key) ? std::vector{key} : std::vector<std::string>();
        const auto first = m_keys.lower_bound(key);
        return std::vector(first,
                           std::find_if(first, m_keys.end(), [&](const auto& one) { return !one.starts_with(key); }));
    }

    bool isOfProjection(const LetterIndex& index, std::size_t row) const
    {
        const auto& channel = index.channel(static_cast<std::uint32_t>(index.rows().at(LetterValue::Channel, row)));
        const auto owner = m_owners.ownerOf(index.textOf(LetterField::Topic, channel.topic),
                                            index.textOf(LetterField::Consumer, channel.consumer));
        return owner && m_owners.projections()[*owner] == m_projection;
    }

    static KeyLetter letterOf(const LetterIndex& index, std::size_t row, const std::string& key)
    {
        auto view = viewOf(index, row);
        return {key, {}, std::move(view.origin), std::move(view.eventType), view.arrived};
    }

    void refer(std::vector<KeyLetter>& letters, const std::vector<LetterPlace>& places, const std::stop_token& stop)
    {
        if (places.empty())
            return;
        const auto answer = std::make_shared<Mailbox<std::vector<std::string>>>(1);
        LetterLists(m_letters, m_readers).refer(places, [this, answer](std::vector<std::string> references) {
            answer->push(std::move(references));
            wake();
        });
        const Duration end = m_clock.monotonic() + referenceLimit;
        while (m_clock.monotonic() < end && !stop.stop_requested()) {
            for (auto& references : answer->drain()) {
                for (std::size_t i = 0; i < letters.size(); ++i)
                    letters[i].reference = std::move(references[i]);
                return;
            }
            pause(stop);
        }
    }

    void wake()
    {
        const std::lock_guard lock(m_mutex);
        m_changed.notify_all();
    }
    void pause(const std::stop_token& stop)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, stop, glanceAtReading, [] { return false; });
    }

    const Clock& m_clock;
    const ProjectionSettings m_projection;
    const std::set<std::string> m_keys;
    const LetterOwners m_owners;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    SharedLetters m_letters;
    LetterReaders m_readers; ///< last: its threads use the rest
};

} // namespace

KeyLetters findLettersOfKeys(const Workspace& workspace, const ProjectionSettings& projection,
                             const std::set<std::string>& keys, const LetterConnectors& connectors, const Clock& clock,
                             const std::vector<ResolvedLetter>& resolved, Duration limit, const std::stop_token& stop)
{
    const auto* const context = workspace.context(projection.context);
    auto rules = DecodeRules::build(context ? decodeSettingsOf(context->deadLetters) : DecodeSettings{});
    if (!rules)
        return {{}, toString(rules.error())};
    KeyedLetters letters(workspace, projection, keys, connectors, clock, *std::move(rules));
    letters.setResolved(resolved);
    KeyLetters found;
    found.gap = letters.read(limit, stop);
    found.letters = letters.found(stop);
    return found;
}

} // namespace projectionist
