// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the subcommands of "deadletters" do.
#include "app/ctl/deadlettercommand.h"
#include "app/ctl/deadletterlook.h"
#include "app/ctl/deadletterreader.h"
#include "backend/core/format.h"
#include "backend/deadletter/letterescape.h"

#include <fmt/format.h>
#include <limits>

namespace projectionist::ctl {

namespace {

constexpr std::uint64_t tableRows = 20;
constexpr std::size_t everything = std::numeric_limits<std::size_t>::max();

std::string letterLine(const Json& json, bool oneLine)
{
    return harmlessJson(text(json, oneLine));
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
        , m_masks(masksOf(request.workspace, request.workspace.currentContext))
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
        m_undecidedTold = answer.board->undecided;
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
    /// When there are more than before: they are not printed when the filter can be applied to them later.
    void tellUndecided(const LetterBoard& board)
    {
        if (board.undecided > m_undecidedTold)
            for (const auto& gap : gapsOf(board))
                m_session.console.complain(harmless(gap));
        m_undecidedTold = board.undecided;
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
            if (board && !board->searching && *query.from < board->rowEnd) {
                tellUndecided(*board);
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
    std::uint64_t m_undecidedTold = 0;
};

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
    const LetterMasks masks = masksOf(request->workspace, request->workspace.currentContext);
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

} // namespace projectionist::ctl
