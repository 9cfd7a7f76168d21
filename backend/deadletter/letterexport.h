// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/exportlines.h"
#include "backend/deadletter/letterdesk.h"

namespace projectionist {

/// What of each letter is exported, and how.
struct ExportContent
{
    ExportFormat format = ExportFormat::JsonLines;
    bool payload = false;                   ///< messages, headers and payloads too
    std::size_t mostBytes = 1U << 20;       ///< of a payload
    bool decoded = false;                   ///< payloads in Avro and Protobuf as JSON
    std::optional<HttpEndpoint> registry{}; ///< that decodes them
};

/// What came of an export.
struct ExportOutcome
{
    std::uint64_t letters = 0;      ///< written
    std::uint64_t gone = 0;         ///< not any more there when they were to be written
    std::uint64_t unread = 0;       ///< of those written: without their payload, which could not be read
    std::optional<Error> trouble{}; ///< why not, the first of them
    std::uint64_t undecoded = 0;    ///< of those written: their payload as it is, because it could not be decoded
    std::optional<Error> undecodedTrouble{}; ///< likewise
};

/// Goes through listed letters of a desk and writes lines: with payloads topic by topic, the rest portion by portion,
/// so that only a few are in memory at any time. Waits for the desk: not on a thread that has something else to do.
class LetterExport
{
public:
    struct Sinks
    {
        std::function<Result<void>(std::string_view)> write;                   ///< on any thread, one call at a time
        std::function<void(std::uint64_t done, std::uint64_t total)> progress; ///< likewise
        std::function<bool()> goOn; ///< asked often, by who runs it; false: the export ends soon, as Cancelled
    };
    /// All of them have to live until run() returns.
    LetterExport(LetterDesk& desk, const Clock& clock, const ExportContent& content, const DeadLetterLook& look,
                 Sinks sinks);

    /// The letters at `places`, or without any all of the list that the desk's query of this number makes.
    [[nodiscard]] Result<ExportOutcome> run(std::uint64_t query, const std::vector<LetterPlace>& places = {});

private:
    struct Streaming;
    template<typename Answer>
    [[nodiscard]] Result<Answer> await(const std::function<void(std::function<void(Answer)>)>& order, Duration limit);
    template<typename Done>
    [[nodiscard]] Result<void> waitUntil(Done done, Duration limit);
    [[nodiscard]] Result<void> writeAll(const ListedRows& rows);
    [[nodiscard]] Result<void> stream();
    [[nodiscard]] Result<void> write(const LetterPage& page);
    [[nodiscard]] Result<std::vector<OpenedLetter>> open(std::span<const LetterView> views);
    [[nodiscard]] std::function<DecodedBody(const DeadLetter&)> decoding(std::stop_token stop) const;
    [[nodiscard]] Result<void> writeLine(const LetterView& view, const std::string& reference, const DeadLetter* letter,
                                         const DecodedBody& decoded);

    LetterDesk& m_desk;
    const Clock& m_clock;
    const ExportContent m_content;
    const ExportLines m_lines;
    const Sinks m_sinks;
    const std::shared_ptr<PayloadDecoder> m_decoder; ///< of the thread that streams, as long as one does
    std::vector<bool> m_left;                        ///< by row: is still to be written
    std::uint64_t m_total = 0;
    ExportOutcome m_outcome;
};

} // namespace projectionist
