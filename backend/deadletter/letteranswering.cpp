// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letteranswering.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

std::optional<HttpEndpoint> schemaRegistryOf(const Workspace& workspace, const std::string& context)
{
    const auto* settings = workspace.context(context);
    return settings ? settings->deadLetters.schemaRegistry : std::nullopt;
}

Error untold(const Error& trouble, std::uint64_t letters)
{
    Error error = trouble;
    error.what = fmt::format("It is not known whether {} match{}",
                             letters == 1 ? std::string("a letter") : fmt::format("{} letters", letters),
                             letters == 1 ? "es" : "");
    error.why = fmt::format("{}: {}", trouble.what, trouble.why);
    return error;
}

} // namespace

LetterAnswering::LetterAnswering(const Workspace& workspace, const std::string& context, const Clock& clock,
                                 SharedLetters& letters, Inbox& inbox, std::function<void()> changed)
    : m_letters(letters)
    , m_inbox(inbox)
    , m_changed(std::move(changed))
    , m_payloads(schemaRegistryOf(workspace, context), clock, m_changed)
{
    m_letters.ask([this](LetterIndex& index, const auto&) { index.setPayloads(m_payloads); });
}

void LetterAnswering::restart()
{
    m_stop.request_stop();
    m_stop = {};
    m_answered = 0;
    m_trouble.reset();
}

/// When all else has been read.
void LetterAnswering::step(LetterReaders& readers)
{
    m_payloads.step();
    if (running() || !readers.reading().complete)
        return;
    if (const auto learned = m_payloads.learned(); learned != m_learned) {
        m_learned = learned;
        m_answered = 0;
    }
    readAgain(readers);
}

void LetterAnswering::readAgain(LetterReaders& readers)
{
    std::map<std::string, std::vector<LetterPlace>> places; ///< by table, or by topic without any
    std::uint64_t number = 0;
    m_letters.ask([&](const LetterIndex& index, const auto& search) {
        const auto open = search->open();
        number = search->number();
        if (open.size() <= m_answered || (search->asksPayload() && m_payloads.asking()))
            return; // the registry's answer may spare reading twice
        for (const auto row : open) {
            const auto channel = static_cast<std::uint32_t>(index.rows().at(LetterValue::Channel, row));
            const std::string topic(index.textOf(LetterField::Topic, index.channel(channel).topic));
            auto& rows = places[topic];
            if (readers.isTable(topic))
                rows.push_back(index.placeOf(row));
        }
    });
    if (places.empty())
        return;
    m_trouble.reset();
    const auto sink = std::make_shared<LetterAnswerer>(m_letters, number);
    const auto done = [this, &inbox = m_inbox, number](Result<void> read) { // this may be gone before it runs
        inbox.push([this, number, read = std::move(read)] { reread(number, read); });
    };
    std::vector<std::string> topics;
    for (auto& [topic, rows] : places) {
        if (rows.empty()) {
            topics.push_back(topic);
            continue;
        }
        ++m_rereading;
        readers.fetchRows(topic, std::move(rows), sink, m_stop.get_token(), done);
    }
    if (!topics.empty()) {
        ++m_rereading;
        readers.readAgain(topics, sink, m_stop.get_token(), done);
    }
}

/// One of the readings of readAgain() has ended.
void LetterAnswering::reread(std::uint64_t number, const Result<void>& read)
{
    if (!read)
        m_trouble = read.error();
    m_changed();
    if (--m_rereading > 0)
        return;
    m_letters.ask([&](const LetterIndex&, const auto& search) {
        if (search->number() == number)
            m_answered = search->open().size();
    });
}

bool LetterAnswering::isDue(std::uint64_t undecided) const
{
    return undecided > 0 && (m_payloads.asking() || m_payloads.learned() != m_learned || undecided > m_answered);
}

LetterAnswering::Troubles LetterAnswering::troubles(bool withResolved)
{
    std::vector<std::pair<Error, std::uint64_t>> sums; // a registry that is down says the same of many schemas
    for (const auto& [gap, letters] :
         m_letters.ask([&](const LetterIndex&, const auto& search) { return search->gaps(withResolved); })) {
        const auto trouble = m_payloads.trouble(gap);
        const auto found = std::ranges::find_if(sums, [&](const auto& sum) { return sum.first == trouble; });
        if (found == sums.end())
            sums.emplace_back(trouble, letters);
        else
            found->second += letters;
    }
    Troubles troubles;
    if (m_trouble)
        troubles.errors.push_back(*m_trouble);
    for (const auto& [trouble, letters] : sums) {
        troubles.errors.push_back(untold(trouble, letters));
        troubles.letters += letters;
    }
    return troubles;
}

} // namespace projectionist
