// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterbatch.h"

#include <algorithm>

namespace projectionist {

namespace {

/// To pass over so many records takes about as long as to begin reading elsewhere.
constexpr Offset widestGap = 20'000;

/// Ranges that can be read at the same time: each partition is there once.
std::vector<std::vector<LogRange>> roundsOf(const std::vector<LetterPlace>& sorted)
{
    std::vector<std::vector<LogRange>> rounds;
    std::size_t round = 0;
    const LetterPlace* before = nullptr;
    for (const auto& place : sorted) {
        const bool samePartition = before && before->id == place.id;
        if (samePartition && place.offset - before->offset <= widestGap) {
            rounds[round].back().to = place.offset + 1;
        } else {
            round = samePartition ? round + 1 : 0;
            if (round == rounds.size())
                rounds.emplace_back();
            rounds[round].push_back({place.id, place.offset, place.offset + 1});
        }
        before = &place;
    }
    return rounds;
}

} // namespace

LetterBatch readLetters(RangeReader& reader, std::vector<LetterPlace> places, std::size_t maxBytes, Duration quiet,
                        const std::stop_token& stop)
{
    std::ranges::sort(places);
    places.erase(std::unique(places.begin(), places.end()), places.end());
    LetterBatch batch;
    const auto take = [&](const Record& record) {
        LetterPlace place{record.id, record.offset};
        if (!std::ranges::binary_search(places, place))
            return;
        const std::size_t size = record.value ? record.value->size() : 0;
        batch.letters.emplace(std::move(place), StoredLetter{record, size < maxBytes ? size : size + 1, {}});
    };
    for (const auto& round : roundsOf(places))
        if (auto read = reader.read(round, maxBytes, take, quiet, stop); !read) {
            batch.error = std::move(read.error());
            break;
        }
    return batch;
}

} // namespace projectionist
