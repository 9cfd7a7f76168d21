// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/producer.h"
#include "backend/deadletter/letterscanner.h"
#include "backend/deadletter/replay/replayplan.h"

namespace projectionist {

inline constexpr std::string_view replayIdHeader = "projectionist-replay-id";           ///< see replayIdText()
inline constexpr std::string_view replayAttemptHeader = "projectionist-replay-attempt"; ///< 1, 2
inline constexpr std::string_view replayOfHeader = "projectionist-replay-of";           ///< reference of the letter

/// "20261121-142530-7f3a9c0e/17": the plan's id, and the letter's place in PlannedLetters from 0.
[[nodiscard]] std::string replayIdText(const std::string& plan, std::size_t index);
struct ReplayId
{
    std::string plan;
    std::size_t index = 0;
    bool operator==(const ReplayId&) const = default;
};
[[nodiscard]] std::optional<ReplayId> parseReplayId(std::string_view text);
/// How often the event was replayed before. Letters of replayed events carry our headers on, some frameworks under
/// another prefix or in another case.
[[nodiscard]] int formerReplays(std::span<const Header> headers);

/// Of key and value as they lie there, whole; null is not empty.
[[nodiscard]] std::uint64_t letterDigest(const Record& letter);

/// What has to be fetched beside a letter, by its origin.
enum class OriginalNeed : std::uint8_t
{
    None,
    Headers, ///< its table does not keep them; it can be replayed without
    Payload  ///< the letter has none, or a part only
};

/// A letter with all that its replay is made of.
struct ReplayLetter
{
    StoredLetter stored; ///< whole
    DeadLetter letter;
    std::optional<StoredLetter> original{}; ///< where it was needed, and is still there
};
[[nodiscard]] OriginalNeed originalNeed(const StoredLetter& stored, const DeadLetter& letter);
/// Of the letter and, where that was needed, of its original.
[[nodiscard]] int formerReplays(const ReplayLetter& letter);
/// Key of the event: the original's where the letter has none.
[[nodiscard]] const std::optional<std::string>& eventKey(const ReplayLetter& letter);

enum class HeaderFate : std::uint8_t
{
    Stays,
    Goes,
    New
};
struct ReplayedHeader
{
    Header header;
    HeaderFate fate = HeaderFate::Stays;
    std::string family{}; ///< that wrote it when the event failed
    bool operator==(const ReplayedHeader&) const = default;
};

/// One letter before and after, for people.
struct ReplayPreview
{
    std::string reference;
    Record before; ///< as it lies there; of a table the headers are its columns
    bool table = false;
    bool originalValue = false; ///< value and headers are those of the original
    bool edited = false;
    std::optional<std::string> unedited{}; ///< value as it failed, whole
    OutgoingRecord after;
    std::vector<ReplayedHeader> headers; ///< of the event, in their order, then new ones
};

/// Makes the records that a plan sends. One thread.
class OutgoingMaker
{
public:
    /// The plan's policies count; it has to live as long.
    OutgoingMaker(const ReplayPlan& plan, std::shared_ptr<const DecodeRules> rules);

    /// `index`: place in the plan, for the header. The topic is empty where the target is a command and the origin is
    /// not known. An Error says why this letter cannot be sent: NotFound (its payload is gone), InvalidData (it does
    /// not tell where it came from), Configuration (a table that holds no events), Conflict (replayed too often).
    [[nodiscard]] Result<OutgoingRecord> make(const PlannedLetter& planned, std::size_t index,
                                              const ReplayLetter& letter);
    [[nodiscard]] Result<ReplayPreview> preview(const PlannedLetter& planned, std::size_t index,
                                                const ReplayLetter& letter);

private:
    [[nodiscard]] Result<void> checkLetter(const PlannedLetter& planned, const ReplayLetter& letter) const;
    [[nodiscard]] Result<void> address(const PlannedLetter& planned, const ReplayLetter& letter,
                                       OutgoingRecord& record) const;
    [[nodiscard]] std::vector<ReplayedHeader> headersOf(const ReplayLetter& letter);
    [[nodiscard]] std::vector<ReplayedHeader> judged(const DeadLetter& letter, std::span<const Header> headers) const;
    [[nodiscard]] bool goes(const DecodedHeader& decoded, const DeadLetter& letter) const;

    const ReplayPlan& m_plan;
    const std::shared_ptr<const DecodeRules> m_rules;
    LetterScanner m_scanner;
};

} // namespace projectionist
