// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/position.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace projectionist {

/// The partitions that the rows of an index lie in, by code, and where in the index each offset is to be found. Rows of
/// a partition come in the order of offsets. One thread.
class LetterPlaces
{
public:
    struct Place
    {
        std::uint32_t topic = 0; ///< as given to codeOf()
        std::int32_t partition = 0;
    };
    /// Rows of one block of an index; `first` is the lowest of their offsets.
    struct Range
    {
        std::uint32_t block = 0;
        Offset first = 0;
    };

    [[nodiscard]] std::uint32_t codeOf(std::uint32_t topic, std::int32_t partition);
    [[nodiscard]] std::optional<std::uint32_t> find(std::uint32_t topic, std::int32_t partition) const;
    [[nodiscard]] const Place& operator[](std::uint32_t code) const { return m_places[code]; }
    [[nodiscard]] std::size_t size() const { return m_places.size(); }
    /// Codes of all partitions of a topic that are not forgotten.
    [[nodiscard]] std::vector<std::uint32_t> codesOf(std::uint32_t topic) const;

    /// A row has been added to this block.
    void note(std::uint32_t code, std::uint32_t block, Offset offset)
    {
        auto& ranges = m_ranges[code];
        if (ranges.empty() || ranges.back().block != block)
            ranges.push_back({block, offset});
    }
    /// The block where the offset is, if it is anywhere.
    [[nodiscard]] std::optional<std::uint32_t> blockOf(std::uint32_t code, Offset offset) const;
    /// Blocks with offsets below `end`, each once; those without others are forgotten.
    [[nodiscard]] std::vector<std::uint32_t> takeBelow(std::uint32_t code, Offset end);
    /// The next row of this partition gets another code: it is another log.
    void forget(std::uint32_t code);
    [[nodiscard]] std::size_t bytes() const;

private:
    static std::uint64_t keyOf(std::uint32_t topic, std::int32_t partition)
    {
        return std::uint64_t{topic} << 32 | static_cast<std::uint32_t>(partition);
    }

    std::vector<Place> m_places;
    std::vector<std::vector<Range>> m_ranges; ///< by code, ascending
    std::unordered_map<std::uint64_t, std::uint32_t> m_codes;
};

} // namespace projectionist
