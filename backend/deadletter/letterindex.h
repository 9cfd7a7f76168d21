// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/columnsource.h"
#include "backend/deadletter/filterpayloads.h"
#include "backend/deadletter/lettercache.h"
#include "backend/deadletter/lettergroups.h"
#include "backend/deadletter/letterplaces.h"
#include "backend/deadletter/letterrows.h"
#include "backend/deadletter/letterscanner.h"
#include "backend/deadletter/textdictionary.h"

#include <functional>
#include <map>

namespace projectionist {

/// The projection that a consumer group (or connector, or endpoint) feeds whose letters lie in a topic; either may be
/// empty. Answers "" where none is known.
using ProjectionOf = std::function<std::string(std::string_view consumer, std::string_view topic)>;

/// Who gave letters up and where they lie; what a projection is found by.
struct LetterChannel
{
    std::uint32_t topic = 0;
    std::uint32_t consumer = absentCode;
    std::uint32_t projection = absentCode;
};

/// All dead letters that were read, in columns: some 60 bytes each. Takes letters, decodes them, finds their groups,
/// answers filters. Rows stay where they are; those of letters that are gone are marked as removed. Belongs to one
/// thread: others get copies, see letterview.h.
class LetterIndex final : public LetterSink, public ColumnSource
{
public:
    /// `cacheBytes` bounds the fetched letters that are kept.
    explicit LetterIndex(std::shared_ptr<const DecodeRules> rules, ProjectionOf projectionOf = {},
                         std::size_t cacheBytes = 64 << 20);
    LetterIndex(const LetterIndex&) = delete;
    LetterIndex& operator=(const LetterIndex&) = delete;

    void add(const RawLetter& letter) override;
    void remove(const LetterPlace& place) override;
    void removeBelow(const TopicPartition& id, Offset start) override;
    void removeTopic(const std::string& topic) override;

    /// Letters that are there: rows that are not removed.
    [[nodiscard]] std::size_t letterCount() const { return m_rows.size() - m_rows.removedCount(); }
    /// Letters that were not added because there are LetterRows::mostRows rows (4 billion) already.
    [[nodiscard]] std::uint64_t refusedCount() const { return m_refused; }
    [[nodiscard]] const LetterRows& rows() const { return m_rows; }
    /// Changes when rows that were there are no longer what they were: removed, or another projection's, or of another
    /// state. Results of filters and numbers of groups are void then; new rows alone do not change it.
    [[nodiscard]] std::uint64_t version() const { return m_version; }
    [[nodiscard]] std::optional<std::size_t> find(const LetterPlace& place) const;
    [[nodiscard]] LetterPlace placeOf(std::size_t row) const;
    [[nodiscard]] const LetterGroups& groups() const { return m_groups; }
    [[nodiscard]] std::uint32_t groupOf(std::size_t row) const;
    [[nodiscard]] GroupReason reasonOf(std::uint32_t group) const;
    [[nodiscard]] const LetterChannel& channel(std::uint32_t code) const { return m_channels[code]; }
    [[nodiscard]] std::size_t channelCount() const { return m_channels.size(); }
    /// Of one of the fields that are texts. absentCode: "".
    [[nodiscard]] std::string_view textOf(LetterField field, std::uint32_t code) const;
    /// Labels of all frameworks whose headers the letter has.
    [[nodiscard]] std::vector<std::string> familiesOf(std::size_t row) const;
    /// Of the rows and their texts, without fetched letters.
    [[nodiscard]] std::size_t bytes() const;

    /// Another way to find projections, for all rows.
    void setProjections(ProjectionOf projectionOf);
    void setState(std::size_t row, LetterState state);
    /// Of the row that was added last, before anybody asked for it: version() stays.
    void setNewestState(LetterState state) { m_rows.setState(m_rows.size() - 1, state); }

    /// A fetched letter, for lookups and for showing; nullptr: not at hand. Valid until the next call.
    void keep(std::size_t row, StoredLetter letter) { m_cache.put(row, std::move(letter)); }
    [[nodiscard]] const StoredLetter* kept(std::size_t row) const { return m_cache.find(row); }
    /// Lookups of this row are answered by `letter`, which has to live until this is called again; nullptr: none. For
    /// filters that read whole topics once more.
    void setAtHand(std::size_t row, const RawLetter* letter);
    /// Who knows to decode payloads for lookups; has to live as long.
    void setPayloads(FilterPayloads& payloads) { m_payloads = &payloads; }
    /// Why the last lookup since setAtHand() that asked a letter's payload had no answer.
    [[nodiscard]] std::optional<PayloadGap> gap() const { return m_gap; }

    [[nodiscard]] std::size_t rowCount() const override { return m_rows.size(); }
    [[nodiscard]] std::size_t dictionarySize(std::size_t field) const override;
    [[nodiscard]] std::string_view dictionaryText(std::size_t field, std::uint32_t code) const override;
    [[nodiscard]] std::span<const std::uint32_t> codes(std::size_t field, FilterRows rows,
                                                       std::vector<std::uint32_t>& scratch) const override;
    [[nodiscard]] std::span<const std::int64_t> numbers(std::size_t field, FilterRows rows,
                                                        std::vector<std::int64_t>& scratch) const override;
    [[nodiscard]] std::optional<FilterValue> lookup(std::size_t row, const FilterOperand& operand) const override;

private:
    /// Codes of parts of letters that are costly to make, by a hash of what they were made of.
    struct Remembered
    {
        std::uint64_t hash = 0;
        std::uint32_t code = absentCode;
        bool exact = false; ///< the code's text is what it was made of
    };
    struct Families
    {
        std::uint64_t present = 0; ///< LetterScan::families
        std::uint32_t newest = absentCode;
        auto operator<=>(const Families&) const = default;
    };
    /// Codes of the parts of a GroupReason.
    struct Reason
    {
        int version = 0;
        std::array<std::uint32_t, 6> parts{};
    };

    [[nodiscard]] TextDictionary& texts(LetterField field) { return m_texts[static_cast<std::size_t>(field)]; }
    [[nodiscard]] const TextDictionary& texts(LetterField field) const
    {
        return m_texts[static_cast<std::size_t>(field)];
    }
    [[nodiscard]] std::int64_t codeOf(LetterField field, std::string_view text);
    [[nodiscard]] Remembered patternOf(std::string_view message);
    [[nodiscard]] Remembered frameOf(TraceKind kind, std::string_view frame);
    [[nodiscard]] std::uint32_t topicOf(std::string_view topic);
    [[nodiscard]] std::uint32_t channelOf(std::uint32_t topic, std::string_view consumer);
    [[nodiscard]] std::uint32_t familiesOf(const LetterScan& scan);
    [[nodiscard]] std::uint32_t fingerprintOf(const LetterScan& scan, std::string_view topic, std::uint32_t pattern);
    void setValues(const RawLetter& letter, const LetterScan& scan);
    void findProjection(LetterChannel& channel);
    void removeBelow(std::uint32_t place, Offset end);
    void removeRow(std::size_t row);
    [[nodiscard]] std::optional<FilterValue> lookupInIndex(std::size_t row, LetterField field) const;

    LetterScanner m_scanner;
    ProjectionOf m_projectionOf;
    LetterRows m_rows;
    LetterRows::Values m_values{}; ///< of the letter that is being added
    LetterPlaces m_places;
    LetterGroups m_groups;
    std::vector<Reason> m_reasons;                        ///< by fingerprint's code
    std::vector<std::array<char, 16>> m_groupNames;       ///< by fingerprint's code
    std::array<TextDictionary, letterFieldCount> m_texts; ///< of fields that are texts
    TextDictionary m_reasonTexts;
    std::vector<LetterChannel> m_channels;
    std::unordered_map<std::uint64_t, std::uint32_t> m_channelCodes; ///< by topic and consumer
    std::vector<Families> m_families;
    std::map<Families, std::uint32_t> m_familyCodes;
    std::vector<Remembered> m_patterns;
    std::vector<Remembered> m_frames;
    std::string m_text; ///< reused
    std::uint32_t m_lastTopic = absentCode;
    std::uint64_t m_refused = 0;
    std::uint64_t m_version = 0;
    mutable LetterCache m_cache;           // what is used last stays longest
    mutable LetterScanner m_lookupScanner; // of letters at hand
    mutable std::vector<RawHeader> m_lookupHeaders;
    std::size_t m_rowAtHand = 0;
    const RawLetter* m_atHand = nullptr;
    FilterPayloads* m_payloads = nullptr;
    mutable std::optional<PayloadGap> m_gap;
};

} // namespace projectionist
