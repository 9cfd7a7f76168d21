// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letteropening.h"

#include "backend/deadletter/decode.h"

namespace projectionist {

namespace {

constexpr Duration fetchTimeout{10'000};

} // namespace

void LetterOpening::open(std::uint64_t token, const LetterPlace& place, std::size_t maxBytes, Done done)
{
    open(
        token, place.id.topic, [place](LetterSource&) -> Result<LetterPlace> { return place; }, maxBytes,
        std::move(done));
}

void LetterOpening::open(std::uint64_t token, const std::string& reference, std::size_t maxBytes, Done done)
{
    open(
        token, m_readers.topicOf(reference),
        [reference](LetterSource& source) { return source.locate(reference, fetchTimeout); }, maxBytes,
        std::move(done));
}

void LetterOpening::open(std::uint64_t token, const std::string& topic, Locate locate, std::size_t maxBytes, Done done)
{
    const auto opened = std::make_shared<OpenedLetter>();
    opened->token = token;
    m_readers.post(
        topic,
        [opened, locate = std::move(locate), maxBytes](LetterSource& source) -> Result<StoredLetter> {
            auto place = locate(source);
            if (!place)
                return tl::unexpected(place.error());
            opened->place = *place;
            opened->reference = source.reference(*place);
            return source.fetch(*place, maxBytes, fetchTimeout);
        },
        [this, opened, done = std::move(done)](const Result<StoredLetter>& stored) {
            if (stored) {
                LetterScanner scanner(m_rules);
                std::vector<RawHeader> headers;
                opened->letter = decode(scanner, viewOf(*stored, headers));
                opened->projection = m_projectionOf(opened->letter->consumer, opened->place.id.topic);
            } else {
                opened->letter = tl::unexpected(stored.error());
            }
            done(std::move(*opened));
        });
}

void LetterOpening::fetchOriginal(std::uint64_t token, const TopicPartition& id, Offset offset, std::size_t maxBytes,
                                  std::function<void(FetchedOriginal)> done)
{
    m_readers.post(
        {},
        [id, offset, maxBytes](LetterSource& source) {
            return source.fetch({id, offset}, maxBytes, fetchTimeout);
        },
        [token, done = std::move(done)](Result<StoredLetter> record) {
            done(FetchedOriginal{token, std::move(record)});
        });
}

} // namespace projectionist
