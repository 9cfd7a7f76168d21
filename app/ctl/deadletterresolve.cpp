// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// "deadletters resolve" and "deadletters restore".
#include "app/ctl/deadlettercommand.h"
#include "app/ctl/deadletterreader.h"
#include "backend/config/workspacefile.h"
#include "backend/core/format.h"
#include "backend/deadletter/letterescape.h"
#include "backend/history/audittrail.h"

#include <fmt/format.h>
#include <limits>
#include <set>

namespace projectionist::ctl {

namespace {

/// What was chosen; nullopt with the exit code, after a complaint.
struct Choice
{
    std::vector<ResolvedLetter> letters;
    int code = Fine;
};

/// By their names, without reading the others.
Choice namedLetters(const DeadLetterOptions& options, const DeadLetterRequest& request, DeadLetterReader& reader,
                    const Console& console)
{
    Choice choice;
    const std::set<std::string> names(options.references.begin(), options.references.end());
    for (const auto& name : names) {
        const auto opened = reader.open(name, 1, request.timeout);
        if (!opened || !opened->letter) {
            const auto& error = opened ? opened->letter.error() : opened.error();
            console.complain(harmless(toString(error)));
            return {{}, error.kind == ErrorKind::NotFound ? Warning : Critical};
        }
        const auto& letter = *opened->letter;
        choice.letters.push_back({opened->reference, letter.arrived ? letter.arrived : letter.eventTime});
    }
    return choice;
}

/// Those that match now. A part of them is not what was asked for, so then it is none.
Choice matchingLetters(const DeadLetterRequest& request, bool resolved, DeadLetterReader& reader,
                       const Console& console)
{
    LetterQuery query = request.query;
    query.rows = std::numeric_limits<std::size_t>::max();
    query.groups = 0;
    query.resolved = resolved;
    const auto answer = reader.read(query, request.timeout);
    if (!answer.board || answer.interrupted || !isWhole(*answer.board)) {
        for (const auto& gap : answer.board ? gapsOf(*answer.board) : std::vector<std::string>())
            console.complain("not complete: " + harmless(gap));
        console.complain("nothing was done: not all letters could be read");
        return {{}, Critical};
    }
    auto rows = answer.board->rows;
    std::erase_if(rows, [&](const LetterView& row) { return (row.state == LetterState::Resolved) != resolved; });
    const auto references = reader.references(rows);
    Choice choice;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (references[i].empty()) {
            console.complain("nothing was done: the source of some letters does not answer");
            return {{}, Critical};
        }
        choice.letters.push_back(resolvedLetterOf(rows[i], references[i]));
    }
    return choice;
}

int actOnLetters(const DeadLetterOptions& options, Session& session, bool restoring)
{
    session.applyOptions();
    if (options.references.empty() && options.where.empty() && options.group.empty()) {
        session.console.complain("which letters? Name them, or choose with --where or --group");
        return Failed;
    }
    const auto request = deadLetterRequest(options, session);
    if (!request)
        return Failed;
    DeadLetterReader reader(request->workspace, session);
    const auto choice = options.references.empty() ? matchingLetters(*request, restoring, reader, session.console)
                                                   : namedLetters(options, *request, reader, session.console);
    if (choice.code != Fine)
        return choice.code;
    const LetterAct act{SystemClock().now(), actingUser(), request->workspace.currentContext, options.note,
                        options.references.empty() ? request->query.filter : std::string()};
    auto letters = ResolvedLetters::open(auditFile(stateDirectory()));
    const auto done = !letters    ? tl::unexpected(letters.error())
                      : restoring ? letters->restore(act, choice.letters)
                                  : letters->resolve(act, choice.letters);
    if (!done) {
        session.console.complain(done.error());
        return done.error().kind == ErrorKind::Configuration ? Failed : Critical;
    }
    const auto number = static_cast<std::int64_t>(*done);
    session.console.note(fmt::format("{} {} {}", formatNumber(number), number == 1 ? "letter" : "letters",
                                     restoring ? "restored" : "resolved"));
    return Fine;
}

} // namespace

int resolveDeadLetters(const DeadLetterOptions& options, Session& session)
{
    return actOnLetters(options, session, false);
}

int restoreDeadLetters(const DeadLetterOptions& options, Session& session)
{
    return actOnLetters(options, session, true);
}

} // namespace projectionist::ctl
