// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterlists.h"

#include <atomic>
#include <limits>
#include <map>

namespace projectionist {

namespace {

/// Calls `take` with the rows whose letters are still there.
template<typename Take>
void takeRows(const LetterIndex& index, const ListedRows& rows, Take take)
{
    for (const auto row : rows)
        if (row < index.rows().size() && !index.rows().removed(row))
            take(row);
}

} // namespace

ListedRows listedRows(LetterIndex& index, const LetterSearch& search, const LetterQuery& query, bool withResolved)
{
    constexpr std::size_t everyRow = std::numeric_limits<std::size_t>::max();
    if (query.group && *query.group >= index.groups().size())
        return {};
    const auto group = query.group ? std::optional(index.groups().groupOf(*query.group)) : std::nullopt;
    return query.from ? rowsFrom(index, *query.from, search.result(), group, everyRow, withResolved)
                      : sortedRows(index, query.order, search.result(), group, everyRow, withResolved);
}

void LetterLists::refer(const std::vector<LetterPlace>& places,
                        const std::function<void(std::vector<std::string>)>& done) const
{
    struct Answer
    {
        std::vector<std::string> references;
        std::atomic<std::size_t> left = 0;
    };
    std::map<std::string, std::vector<std::pair<std::size_t, LetterPlace>>> byTopic;
    for (std::size_t i = 0; i < places.size(); ++i)
        byTopic[places[i].id.topic].emplace_back(i, places[i]);
    if (byTopic.empty())
        return done({});
    const auto answer = std::make_shared<Answer>();
    answer->references.resize(places.size());
    answer->left = byTopic.size();
    for (auto& [topic, wanted] : byTopic)
        m_readers.post(
            topic,
            [answer, wanted = std::move(wanted)](LetterSource& source) {
                for (const auto& [at, place] : wanted)
                    answer->references[at] = source.reference(place);
                return Result<StoredLetter>();
            },
            [done, answer](const Result<StoredLetter>&) {
                if (--answer->left == 0)
                    done(std::move(answer->references));
            });
}

void LetterLists::look(const ListedRows& rows, const std::function<void(LetterPage)>& done) const
{
    const auto page = std::make_shared<LetterPage>();
    std::vector<LetterPlace> places;
    m_letters.ask([&](const LetterIndex& index, const auto&) {
        takeRows(index, rows, [&](std::uint32_t row) {
            page->views.push_back(viewOf(index, row));
            places.push_back(page->views.back().place);
        });
    });
    refer(places, [page, done](std::vector<std::string> references) {
        page->references = std::move(references);
        done(std::move(*page));
    });
}

std::vector<LetterPlace> LetterLists::placesOf(const ListedRows& rows) const
{
    std::vector<LetterPlace> places;
    m_letters.ask([&](const LetterIndex& index, const auto&) {
        takeRows(index, rows, [&](std::uint32_t row) { places.push_back(index.placeOf(row)); });
    });
    return places;
}

} // namespace projectionist
