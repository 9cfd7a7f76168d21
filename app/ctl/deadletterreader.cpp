// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/deadletterreader.h"

#include "backend/config/workspacefile.h"
#include "backend/core/format.h"
#include "backend/deadletter/letterescape.h"
#include "backend/history/audittrail.h"

#include <fmt/format.h>
#include <unistd.h>

namespace projectionist::ctl {

namespace {

constexpr Duration letterPoll{10};
constexpr Duration progressInterval{200};
constexpr Duration giveUpAfter{8'000}; ///< something cannot be read, and nothing else moves
constexpr Duration answerLimit{30'000};
constexpr Duration judgeLimit{120'000}; ///< beside the time for the log

std::string wholeNumber(std::uint64_t count)
{
    return formatNumber(static_cast<std::int64_t>(count));
}

std::pair<std::uint64_t, std::uint64_t> scannedOf(const LetterBoard& board)
{
    std::pair<std::uint64_t, std::uint64_t> sum;
    for (const auto& progress : board.progress) {
        sum.first += progress.scanned;
        sum.second += progress.total;
    }
    return sum;
}

bool isReadToEnd(const LetterBoard& board)
{
    return board.complete && !board.searching;
}

/// Changes while reading goes on.
auto markOf(const LetterBoard& board)
{
    return std::tuple(scannedOf(board), board.letters, board.passing, board.undecided, board.complete, board.searching);
}

} // namespace

bool isWhole(const LetterBoard& board)
{
    return gapsOf(board).empty();
}

std::vector<std::string> gapsOf(const LetterBoard& board)
{
    std::vector<std::string> gaps;
    const auto [scanned, total] = scannedOf(board);
    if (!board.complete)
        gaps.push_back(
            fmt::format("not all has been read: {} of {} records so far", wholeNumber(scanned), wholeNumber(total)));
    if (board.searching)
        gaps.emplace_back("the filter has not been applied to all letters yet");
    if (board.unexplained > 0)
        gaps.push_back(fmt::format("of {} it is not known whether {}", countedLetters(board.unexplained),
                                   board.unexplained == 1 ? "it matches" : "they match"));
    if (board.refused > 0)
        gaps.push_back(fmt::format("{} letters did not fit into memory", wholeNumber(board.refused)));
    for (const auto& trouble : board.troubles)
        gaps.push_back(toString(trouble));
    return gaps;
}

std::string countedLetters(std::uint64_t count)
{
    return fmt::format("{} {}", formatNumber(static_cast<std::int64_t>(count)), count == 1 ? "letter" : "letters");
}

std::string resolvedNote(const LetterBoard& board)
{
    if (board.resolved == 0 || board.resolvedShown)
        return {};
    return fmt::format("{} resolved {} left out; --resolved shows {}", wholeNumber(board.resolved),
                       board.resolved == 1 ? "letter is" : "letters are", board.resolved == 1 ? "it" : "them");
}

std::vector<ResolvedLetter> resolvedLetters(const std::string& context, const Console& console)
{
    const auto file = auditFile(stateDirectory());
    if (std::error_code ignored; !std::filesystem::exists(file, ignored))
        return {};
    auto opened = ResolvedLetters::open(file);
    auto letters = opened ? opened->read(context) : tl::unexpected(opened.error());
    if (letters)
        return *std::move(letters);
    console.complain("it is not known which letters are resolved: " + toString(letters.error()));
    return {};
}

DeadLetterReader::DeadLetterReader(const Workspace& workspace, Session& session)
    : m_session(session)
    , m_showsProgress(::isatty(STDERR_FILENO) == 1 && !session.options.quiet)
    , m_desk(workspace, workspace.currentContext, defaultLetterConnectors(), m_clock,
             {[this](auto board) { m_boards.push(std::move(board)); },
              [this](OpenedLetter letter) { m_opened.push(std::move(letter)); },
              [this](FetchedOriginal original) { m_originals.push(std::move(original)); },
              [this](LetterReferences references) { m_referred.push(std::move(references)); },
              [this](LetterVerdicts verdicts) { m_judged.push(std::move(verdicts)); },
              [this](JudgingProgress progress) { m_judging.push(progress); }},
             resolvedLetters(workspace.currentContext, session.console))
{
}

bool DeadLetterReader::waitUntil(const std::function<bool()>& done, Duration limit)
{
    const Duration end = m_clock.monotonic() + limit;
    while (!done()) {
        if (m_clock.monotonic() >= end)
            return false;
        m_interrupted = m_session.interruption.wait(letterPoll);
        if (m_interrupted)
            return false;
    }
    return true;
}

DeadLetterReader::Answer DeadLetterReader::read(LetterQuery query, Duration limit)
{
    query.number = ++m_number;
    m_desk.ask(std::move(query));
    std::shared_ptr<const LetterBoard> board;
    Duration moved = m_clock.monotonic();
    const auto done = [&] {
        for (auto& one : m_boards.drain()) {
            if (one->query != m_number)
                continue;
            if (!board || markOf(*one) != markOf(*board))
                moved = m_clock.monotonic();
            board = std::move(one);
        }
        if (!board)
            return false;
        showProgress(*board);
        const bool stuck = !board->troubles.empty() && m_clock.monotonic() - moved > giveUpAfter;
        return isReadToEnd(*board) || stuck;
    };
    static_cast<void>(waitUntil(done, limit));
    endProgress();
    return {board, m_interrupted};
}

DeadLetterReader::Answer DeadLetterReader::look(LetterQuery query)
{
    query.number = ++m_number;
    m_desk.ask(std::move(query));
    return next();
}

DeadLetterReader::Answer DeadLetterReader::next()
{
    std::shared_ptr<const LetterBoard> board;
    const auto done = [&] {
        for (auto& one : m_boards.drain())
            if (one->query == m_number)
                board = std::move(one);
        return board != nullptr;
    };
    static_cast<void>(waitUntil(done, answerLimit));
    return {board, m_interrupted};
}

Error DeadLetterReader::unanswered(std::string what) const
{
    return {m_interrupted ? ErrorKind::Cancelled : ErrorKind::Timeout, std::move(what),
            m_interrupted ? "interrupted" : "there was no answer in time",
            "Raise --timeout, or look at the connection.", true};
}

template<typename Thing>
std::optional<Thing> DeadLetterReader::await(Mailbox<Thing>& mailbox, Duration limit)
{
    std::optional<Thing> got;
    const auto done = [&] {
        for (auto& one : mailbox.drain())
            if (one.token == m_token)
                got = std::move(one);
        return got && !got->decoded.pending;
    };
    if (!waitUntil(done, limit) && got)
        got->decoded.value = tl::unexpected(unanswered("The schema registry was not waited for"));
    return got;
}

Result<OpenedLetter> DeadLetterReader::open(const std::string& reference, std::size_t maxBytes, Duration limit)
{
    m_desk.open(++m_token, reference, maxBytes);
    auto got = await(m_opened, limit);
    if (!got)
        return tl::unexpected(unanswered(fmt::format("The letter {} was not read", reference)));
    return *std::move(got);
}

Result<FetchedOriginal> DeadLetterReader::original(const EventOrigin& origin, std::size_t maxBytes, Duration limit)
{
    if (!origin.exact())
        return tl::unexpected(Error{ErrorKind::NotFound, "The original cannot be fetched",
                                    "the letter does not tell its topic, partition and offset", "", false});
    m_desk.fetchOriginal(++m_token, {origin.topic, *origin.partition}, *origin.offset, maxBytes);
    auto got = await(m_originals, limit);
    if (!got)
        return tl::unexpected(unanswered("The original was not read"));
    if (!got->record)
        return tl::unexpected(got->record.error());
    return *std::move(got);
}

std::vector<std::string> DeadLetterReader::references(const std::vector<LetterView>& rows)
{
    std::vector<LetterPlace> places;
    for (const auto& row : rows)
        places.push_back(row.place);
    m_desk.refer(++m_token, std::move(places));
    std::vector<std::string> references(rows.size());
    static_cast<void>(waitUntil(
        [&] {
            for (auto& answer : m_referred.drain())
                if (answer.token == m_token) {
                    references = std::move(answer.references);
                    return true;
                }
            return false;
        },
        answerLimit));
    return references;
}

Result<JudgedLetters> DeadLetterReader::judge(std::vector<LetterPlace> places, Duration log)
{
    m_desk.judge(++m_token, std::move(places), log);
    std::vector<LetterVerdicts> got;
    const auto done = [&] {
        for (const auto& progress : m_judging.drain())
            showLine(fmt::format("searched {} of {} events", wholeNumber(progress.done), wholeNumber(progress.total)));
        return !(got = m_judged.drain()).empty();
    };
    const bool answered = waitUntil(done, log + judgeLimit);
    endProgress();
    if (answered)
        return std::move(got.front().judged);
    return tl::unexpected(Error{m_interrupted ? ErrorKind::Cancelled : ErrorKind::Timeout,
                                "The letters were not judged",
                                m_interrupted ? "interrupted" : "there was no answer in time",
                                "Look at the connections, or judge fewer letters at once.", true});
}

Result<ExportOutcome> DeadLetterReader::exportAll(const ExportContent& content, const DeadLetterLook& look,
                                                  std::function<Result<void>(std::string_view)> write)
{
    LetterExport letterExport(m_desk, m_clock, content, look,
                              {std::move(write),
                               [this](std::uint64_t done, std::uint64_t total) {
                                   showLine(fmt::format("exported {} of {}", wholeNumber(done), wholeNumber(total)));
                               },
                               [this] { return !m_session.interruption.wait(Duration(0)); }});
    auto outcome = letterExport.run(m_number);
    endProgress();
    return outcome;
}

void DeadLetterReader::showProgress(const LetterBoard& board)
{
    const auto [scanned, total] = scannedOf(board);
    showLine(fmt::format("scanned {} of {}, {} letters, {} match", wholeNumber(scanned), wholeNumber(total),
                         wholeNumber(board.letters), wholeNumber(board.passing)));
}

void DeadLetterReader::showLine(const std::string& line)
{
    if (!m_showsProgress || m_clock.monotonic() < m_nextProgress)
        return;
    m_nextProgress = m_clock.monotonic() + progressInterval;
    m_progressShown = true;
    std::fputs(("\r" + line + "\x1b[K").c_str(), stderr);
}

void DeadLetterReader::endProgress()
{
    if (m_progressShown)
        std::fputs("\r\x1b[K", stderr);
    m_progressShown = false;
}

int reportGaps(const DeadLetterReader::Answer& answer, const Console& console)
{
    if (!answer.board) {
        console.complain(answer.interrupted
                             ? "interrupted before anything was read"
                             : "no answer in the given time; raise --timeout, or look at the connection");
        return Critical;
    }
    for (const auto& gap : gapsOf(*answer.board))
        console.complain("not complete: " + harmless(gap));
    if (answer.board->progress.empty() && isWhole(*answer.board))
        console.note(
            "This context has no topics or tables of dead letters; \"dead_letters\" in the workspace file names "
            "them.");
    return isWhole(*answer.board) ? Fine : Critical;
}

int exitCodeOf(const Error& error)
{
    switch (error.kind) {
    case ErrorKind::NotFound:
        return Warning;
    case ErrorKind::Configuration:
    case ErrorKind::Internal:
        return Failed;
    default:
        return Critical;
    }
}

} // namespace projectionist::ctl
