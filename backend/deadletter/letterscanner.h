// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/deadletter.h"
#include "backend/deadletter/envelopes.h"
#include "backend/deadletter/fingerprint.h"
#include "backend/deadletter/hops.h"
#include "backend/deadletter/tracememo.h"

namespace projectionist {

/// What the workspace says about decoding, made ready. Immutable, shared by all threads.
struct DecodeRules
{
    std::unique_ptr<const HeaderTable> table; ///< the user's profiles are its last families
    Envelopes envelopes;
    std::size_t profiles = 0; ///< of the user
    ExceptionRules exceptions;
    std::vector<GroupRule> groups;

    [[nodiscard]] static Result<std::shared_ptr<const DecodeRules>> build(const DecodeSettings& settings = {});
};

/// What an index keeps of a letter. Views into the record and into the scanner; both change with the next letter.
struct LetterScan
{
    std::uint64_t families = 0;         ///< bits, by position in HeaderTable::families()
    std::optional<std::uint8_t> family; ///< of the newest hop
    std::size_t hops = 0;
    std::uint32_t flags = 0;      ///< LetterFlag
    std::string_view originTopic; ///< of the oldest hop: where the event came from
    std::optional<std::int32_t> originPartition;
    std::optional<Offset> originOffset;
    std::optional<TimePoint> eventTime;
    std::optional<TimePoint> failedAt;
    std::optional<TimePoint> nextAttempt;
    std::optional<TimePoint> arrived;
    ArrivalBasis arrivedBy = ArrivalBasis::Unknown;
    std::string_view consumer;
    std::optional<std::int64_t> attempts;
    std::string_view eventType;
    std::string_view eventId;
    std::string_view exception; ///< root cause
    std::string_view message;
    std::string_view frame; ///< see frameName()
    TraceKind kind = TraceKind::None;
    std::string_view thrown;
    std::string_view thrownMessage;
    std::string_view stackTrace;
    std::string_view foundIn;                   ///< name of the header that told the exception
    std::optional<std::string_view> eventKey;   ///< the record's, unless an envelope has the event's
    std::optional<std::size_t> envelopeHeaders; ///< see DeadLetter
    std::optional<std::string_view> value;      ///< without embedded headers
    std::uint64_t fingerprint = 0;

    [[nodiscard]] FailureKey key(std::string_view topic) const;
};

/// Reads letters fast: without memory of its own after the first few, each header looked up once. One thread.
class LetterScanner
{
public:
    explicit LetterScanner(std::shared_ptr<const DecodeRules> rules);

    /// Valid until the next call.
    [[nodiscard]] const LetterScan& scan(const RawLetter& letter);

    // What the last letter was made of, for showing it.
    [[nodiscard]] const HopFinder& hops() const { return m_finder; }
    [[nodiscard]] std::span<const RawHeader> headers() const { return m_headers; } ///< embedded ones at the end
    [[nodiscard]] Fingerprinter& fingerprinter() { return m_fingerprinter; }
    [[nodiscard]] const DecodeRules& rules() const { return *m_rules; }
    /// A header's text; nullopt: null, or not there. JSON quotes are taken off where spring_json_header_types says so.
    [[nodiscard]] std::optional<std::string_view> textOf(const RoleSource& source);
    /// The number, with the row's bias; nullopt also when it is negative, which frameworks write for "unknown".
    [[nodiscard]] std::optional<std::int64_t> numberOf(const RoleSource& source);
    [[nodiscard]] std::optional<TimePoint> timeOf(const RoleSource& source);
    [[nodiscard]] std::string_view consumerOf(const HopSources& hop);

private:
    void readHeaders(const RawLetter& letter);
    void readSpringEmbedded(const RawLetter& letter);
    [[nodiscard]] bool readEnvelope(const RawLetter& letter);
    void unpack(std::size_t profile);
    void readOrigin(const RawLetter& letter);
    void readProgress();
    void readArrival(const RawLetter& letter);
    void readEvent();
    void readFailure();
    void chooseException(const RootCause& root, std::string_view cause, const HopSources& hop);
    void readFlags(const RawLetter& letter);
    [[nodiscard]] std::string_view plain(const RoleSource& source);
    std::string_view keep(std::string text);

    std::shared_ptr<const DecodeRules> m_rules;
    HopFinder m_finder;
    TraceMemo m_memo;
    Fingerprinter m_fingerprinter;
    LetterScan m_scan;
    std::span<const RawHeader> m_headers;
    std::vector<RawHeader> m_allHeaders; ///< only where some are embedded
    Envelopes::Events m_events;          ///< reused
    std::deque<std::string> m_texts;     ///< that stand in no record; reused
    std::size_t m_textCount = 0;
    std::string_view m_headerTypes;
};

} // namespace projectionist
