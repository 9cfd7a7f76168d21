// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/deadlettersettings.h"
#include "backend/deadletter/filtertree.h"

#include <span>
#include <unordered_set>

namespace projectionist {

/// What stands for a masked value.
inline constexpr std::string_view maskText = "\u2022\u2022\u2022\u2022\u2022\u2022 masked";

/// Which values of letters are not shown. Names are compared in any case of letters: what is masked too much can be
/// unmasked, what was shown cannot be taken back.
class LetterMasks
{
public:
    explicit LetterMasks(const MaskSettings& settings = {});

    [[nodiscard]] bool coversHeader(std::string_view name) const;
    /// The value at this path, or what it is a part of.
    [[nodiscard]] bool coversPath(std::span<const FilterPathPart> path) const;
    /// Whether a path that ends so may be the one that is masked; quick.
    [[nodiscard]] bool mayEndWith(const FilterPathPart& part) const;
    [[nodiscard]] bool hasPaths() const { return !m_paths.empty(); }
    /// The first masked name that stands in a text as a word, in any case of letters; "*" if everything has a masked
    /// name. For texts that have no paths.
    [[nodiscard]] std::optional<std::string> namedIn(std::string_view text) const;

private:
    struct Step
    {
        bool anyDepth = false;              ///< ".."
        std::optional<FilterPathPart> part; ///< nullopt: any
    };
    using Path = std::vector<Step>;
    static Path parse(std::string_view text);
    static bool covers(std::span<const Step> steps, std::span<const FilterPathPart> path);

    std::vector<Path> m_paths;
    std::unordered_set<std::string> m_lastNames; ///< of the paths, lower case
    bool m_anyLast = false;                      ///< one ends with a place or with anything
    std::vector<std::string> m_words;            ///< the last name of each path, lower case
    bool m_anyWord = false;                      ///< a path has no name at all
    std::vector<std::string> m_headers;          ///< lower case
};

struct MaskedValue
{
    std::string text;
    std::vector<std::string> paths; ///< that were masked, "$.customer.email", in the order of the text
    bool restHidden = false;        ///< looked like JSON, but could not be searched to its end
};

/// JSON, or the beginning of it, with each masked value replaced by a string; anything else as it is. Where JSON breaks
/// off nobody knows what the rest holds, so it is left out. JSON within a string is masked as a whole if it has a
/// masked name. A byte order mark, or the five bytes that a schema registry puts in front, are passed.
[[nodiscard]] MaskedValue maskedValue(std::string_view value, const LetterMasks& masks);

/// Why nothing of a payload is shown.
enum class Withheld : std::uint8_t
{
    No,
    NamesMasked, ///< it is no JSON, so that values cannot be told from the rest, but has a masked name
    NoText       ///< Avro, Protobuf, compressed and the like: its fields have no names
};

struct MaskedPayload
{
    MaskedValue value{}; ///< empty text where withheld
    Withheld withheld = Withheld::No;
    std::string name{}; ///< of NamesMasked
};
/// For payloads, which may be anything: as maskedValue(), but what is no JSON is shown only if nothing in it can be
/// what is masked.
[[nodiscard]] MaskedPayload maskedPayload(std::string_view payload, const LetterMasks& masks);
/// "$.items[0].name".
[[nodiscard]] std::string toJsonPath(std::span<const FilterPathPart> path);

} // namespace projectionist
