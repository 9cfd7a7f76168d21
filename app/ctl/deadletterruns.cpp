// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the subcommands of "deadletters" do.
#include "app/ctl/deadlettercommand.h"
#include "app/ctl/deadletterescape.h"
#include "app/ctl/deadletterexport.h"
#include "app/ctl/deadletterreader.h"
#include "backend/core/format.h"
#include "backend/deadletter/kafkaletters.h"

#include <fmt/format.h>
#include <limits>

namespace projectionist::ctl {

namespace {

constexpr std::uint64_t tableRows = 20;
constexpr std::size_t exportPage = 5000;
constexpr std::size_t everything = std::numeric_limits<std::size_t>::max();

std::string letterLine(const Json& json, bool oneLine)
{
    return harmlessJson(text(json, oneLine));
}

std::string countedLetters(std::uint64_t count)
{
    return fmt::format("{} {}", formatNumber(static_cast<std::int64_t>(count)), count == 1 ? "letter" : "letters");
}

void noteResolved(const LetterBoard& board, const Console& console)
{
    if (const auto note = resolvedNote(board); !note.empty())
        console.note(note);
}

class LetterLister
{
public:
    LetterLister(const DeadLetterOptions& options, Session& session, const DeadLetterRequest& request)
        : m_options(options)
        , m_session(session)
        , m_request(request)
        , m_masks(masksOf(request.workspace))
        , m_look{options.unmask ? nullptr : &m_masks, false}
        , m_reader(request.workspace, session)
    {
    }

    int run()
    {
        LetterQuery query = m_request.query;
        query.rows = m_options.limit > 0 ? m_options.limit : m_options.all || m_options.json ? everything : tableRows;
        query.groups = 0;
        const auto answer = m_reader.read(query, m_request.timeout);
        const int code = reportGaps(answer, m_session.console);
        if (!answer.board)
            return code;
        if (!print(answer.board->rows) || (!m_options.json && !m_session.console.print(foot(*answer.board) + '\n')))
            return Fine;
        if (m_options.json && answer.board->rows.size() < answer.board->listed)
            m_session.console.complain(foot(*answer.board));
        noteResolved(*answer.board, m_session.console);
        if (m_options.follow && !answer.interrupted)
            follow(answer.board->rowEnd);
        return code == Fine && m_options.exitCode && answer.board->listed > 0 ? Warning : code;
    }

private:
    bool print(const std::vector<LetterView>& rows)
    {
        const auto references = m_reader.references(rows);
        if (!m_options.json)
            return m_session.console.print(listTable(rows, references, m_look));
        std::string lines;
        for (std::size_t i = 0; i < rows.size(); ++i)
            lines += letterLine(toJson(rows[i], references[i], m_look), true);
        return m_session.console.print(lines);
    }
    [[nodiscard]] static std::string foot(const LetterBoard& board)
    {
        const auto shown = board.rows.size();
        if (board.listed == shown)
            return countedLetters(shown);
        return fmt::format("{} of {}; --all shows all", formatNumber(static_cast<std::int64_t>(shown)),
                           countedLetters(board.listed));
    }
    /// Letters in rows from `from` on, as they come.
    void follow(std::size_t from)
    {
        LetterQuery query = m_request.query;
        query.groups = 0;
        query.from = from;
        auto answer = m_reader.look(query);
        while (!answer.interrupted) {
            const auto& board = answer.board;
            if (board && !board->searching && board->undecided == 0 && *query.from < board->rowEnd) {
                if (!board->rows.empty() && !print(board->rows))
                    return;
                query.from = board->rows.size() == query.rows ? board->rows.back().row + 1 : board->rowEnd;
                answer = m_reader.look(query);
            } else {
                answer = m_reader.next();
            }
        }
    }

    const DeadLetterOptions& m_options;
    Session& m_session;
    const DeadLetterRequest& m_request;
    const LetterMasks m_masks;
    const DeadLetterLook m_look;
    DeadLetterReader m_reader;
};

/// Goes through all letters that there are now: with payloads topic by topic, the rest page by page.
class LetterExporter
{
public:
    LetterExporter(const DeadLetterOptions& options, const DeadLetterLook& look, DeadLetterReader& reader,
                   ExportTarget& target)
        : m_options(options)
        , m_lines(options.format == "csv" ? ExportFormat::Csv : ExportFormat::JsonLines, options.payload, look)
        , m_reader(reader)
        , m_target(target)
    {
    }

    Result<void> run(LetterQuery query, std::size_t end)
    {
        if (auto written = m_target.write(m_lines.head()); !written)
            return written;
        if (m_options.payload)
            if (auto streamed = stream(end); !streamed)
                return streamed;
        query.from = 0;
        query.rows = exportPage;
        while (*query.from < end) {
            const auto answer = m_reader.look(query);
            if (answer.interrupted || !answer.board)
                return tl::unexpected(
                    Error{answer.interrupted ? ErrorKind::Cancelled : ErrorKind::Timeout, "The export was not finished",
                          answer.interrupted ? "interrupted" : "there was no answer in time", "", true});
            auto rows = answer.board->rows;
            const bool last = rows.size() < exportPage;
            query.from = last ? end : rows.back().row + 1;
            std::erase_if(rows, [&](const LetterView& row) {
                return row.row >= end || (!m_streamed.empty() && m_streamed[row.row]);
            });
            if (auto written = write(rows); !written)
                return written;
        }
        return m_target.finish();
    }
    [[nodiscard]] std::uint64_t count() const { return m_count; }
    /// Letters whose payloads could not be read, and why not the first of them.
    [[nodiscard]] std::uint64_t unread() const { return m_unread; }
    [[nodiscard]] const std::optional<Error>& firstTrouble() const { return m_trouble; }

private:
    /// What can be read fast; the rest is fetched one by one.
    Result<void> stream(std::size_t end)
    {
        m_streamed.resize(end);
        Result<void> written;
        const auto read = m_reader.readAgain([&](const LetterView& row, const DeadLetter& letter) {
            if (row.row >= end || m_streamed[row.row] || letter.valueSize > m_options.bytes)
                return true;
            m_streamed[row.row] = true;
            written = m_target.write(m_lines.line(row, referenceInKafka(row.place), &letter));
            ++m_count;
            return written.has_value();
        });
        return written ? read : written;
    }
    Result<void> write(const std::vector<LetterView>& rows)
    {
        const auto references = m_reader.references(rows);
        std::vector<OpenedLetter> opened;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            constexpr std::size_t together = 128; // payloads are held no longer than needed
            if (m_options.payload && i % together == 0)
                opened =
                    m_reader.openAll({rows.begin() + static_cast<std::ptrdiff_t>(i),
                                      rows.begin() + static_cast<std::ptrdiff_t>(std::min(i + together, rows.size()))},
                                     m_options.bytes);
            const auto* letter = m_options.payload ? &opened[i % together].letter : nullptr;
            if (letter && !*letter) {
                ++m_unread;
                m_trouble = m_trouble ? m_trouble : letter->error();
            }
            const auto line = m_lines.line(rows[i], references[i], letter && *letter ? &**letter : nullptr);
            if (auto written = m_target.write(line); !written)
                return written;
            ++m_count;
        }
        return {};
    }

    const DeadLetterOptions& m_options;
    const ExportLines m_lines;
    DeadLetterReader& m_reader;
    ExportTarget& m_target;
    std::uint64_t m_count = 0;
    std::uint64_t m_unread = 0;
    std::vector<bool> m_streamed; ///< by row
    std::optional<Error> m_trouble;
};

int finishExport(const LetterExporter& exporter, const Result<void>& outcome, int code, const Console& console)
{
    if (!outcome) {
        if (outcome.error().kind == ErrorKind::Cancelled && outcome.error().why.empty())
            return code; // whoever read it has seen enough
        console.complain(harmless(toString(outcome.error())));
        return outcome.error().kind == ErrorKind::Resource ? Failed : Critical;
    }
    console.note(fmt::format("{} exported", countedLetters(exporter.count())));
    if (exporter.unread() == 0)
        return code;
    console.complain(fmt::format("not complete: {} are without their payload; the first: {}",
                                 countedLetters(exporter.unread()), harmless(toString(*exporter.firstTrouble()))));
    return Critical;
}

} // namespace

int listDeadLetters(const DeadLetterOptions& options, Session& session)
{
    const auto request = deadLetterRequest(options, session);
    return request ? LetterLister(options, session, *request).run() : Failed;
}

int groupDeadLetters(const DeadLetterOptions& options, Session& session)
{
    const auto request = deadLetterRequest(options, session);
    if (!request)
        return Failed;
    DeadLetterReader reader(request->workspace, session);
    LetterQuery query = request->query;
    query.rows = 0;
    query.groups = everything;
    const auto answer = reader.read(query, request->timeout);
    const int code = reportGaps(answer, session.console);
    if (!answer.board)
        return code;
    const auto& board = *answer.board;
    std::string lines;
    if (options.json)
        for (const auto& group : board.groups)
            lines += letterLine(toJson(group), true);
    else
        lines = fmt::format("{}{} in {} groups\n", groupTable(board.groups), countedLetters(board.passing),
                            board.groupCount);
    session.console.print(lines);
    noteResolved(board, session.console);
    return code;
}

int showDeadLetter(const DeadLetterOptions& options, Session& session)
{
    const auto request = deadLetterRequest(options, session);
    if (!request)
        return Failed;
    const LetterMasks masks = masksOf(request->workspace);
    const DeadLetterLook look{options.unmask ? nullptr : &masks, options.allFrames};
    DeadLetterReader reader(request->workspace, session);
    const auto opened = reader.open(options.reference, options.bytes, request->timeout);
    if (!opened || !opened->letter) {
        const auto& error = opened ? opened->letter.error() : opened.error();
        session.console.complain(harmless(toString(error)));
        return exitCodeOf(error);
    }
    const DeadLetter& letter = *opened->letter;
    const auto original = options.original
                              ? std::optional(reader.original(letter.origin, options.bytes, request->timeout))
                              : std::nullopt;
    const bool fetched = original && *original;
    if (options.json) {
        Json json = toJson(*opened, look);
        if (fetched)
            json["original"] = comparisonJson(*opened, **original, look);
        session.console.print(letterLine(json, false));
    } else {
        session.console.print(letterText(*opened, look) + (fetched ? comparisonText(*opened, **original, look) : ""));
    }
    if (!original || fetched)
        return Fine;
    session.console.complain(harmless(toString(original->error())));
    return exitCodeOf(original->error());
}

int exportDeadLetters(const DeadLetterOptions& options, Session& session)
{
    const auto request = deadLetterRequest(options, session);
    if (!request)
        return Failed;
    auto target = ExportTarget::open(options.output, session.console);
    if (!target) {
        session.console.complain(target.error());
        return Failed;
    }
    const LetterMasks masks = masksOf(request->workspace);
    const DeadLetterLook look{options.unmask ? nullptr : &masks, false};
    DeadLetterReader reader(request->workspace, session);
    LetterQuery query = request->query;
    query.rows = 0;
    query.groups = 0;
    const auto answer = reader.read(query, request->timeout);
    const int code = reportGaps(answer, session.console);
    if (!answer.board || answer.interrupted)
        return Critical;
    noteResolved(*answer.board, session.console);
    LetterExporter exporter(options, look, reader, *target);
    const auto outcome = exporter.run(query, answer.board->rowEnd);
    return finishExport(exporter, outcome, code, session.console);
}

} // namespace projectionist::ctl
