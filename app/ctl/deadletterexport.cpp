// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// "deadletters export": to standard output, or to a file that appears when it is whole.
#include "app/ctl/deadlettercommand.h"
#include "app/ctl/deadletterreader.h"
#include "backend/deadletter/exportfile.h"
#include "backend/deadletter/letterescape.h"

#include <fmt/format.h>

namespace projectionist::ctl {

namespace {

int endExport(const Result<ExportOutcome>& outcome, int code, const Console& console)
{
    if (!outcome) {
        const auto& error = outcome.error();
        if (error.kind == ErrorKind::Cancelled && error.why.empty())
            return code; // whoever read it has seen enough
        console.complain(harmless(toString(error)));
        return error.kind == ErrorKind::Resource || error.kind == ErrorKind::Permission ? Failed : Critical;
    }
    console.note(fmt::format("{} exported", countedLetters(outcome->letters)));
    if (outcome->gone > 0)
        console.note(fmt::format("{} went away meanwhile", countedLetters(outcome->gone)));
    if (outcome->undecoded > 0)
        console.complain(fmt::format("not complete: the payloads of {} are not decoded; the first: {}",
                                     countedLetters(outcome->undecoded),
                                     harmless(toString(*outcome->undecodedTrouble))));
    if (outcome->unread == 0)
        return outcome->undecoded == 0 ? code : static_cast<int>(Critical);
    console.complain(fmt::format("not complete: {} are without their payload; the first: {}",
                                 countedLetters(outcome->unread), harmless(toString(*outcome->trouble))));
    return Critical;
}

ExportContent contentOf(const DeadLetterOptions& options, const Workspace& workspace)
{
    ExportContent content;
    content.format = options.format == "csv" ? ExportFormat::Csv : ExportFormat::JsonLines;
    content.payload = options.payload != "none";
    content.mostBytes = options.bytes;
    content.decoded = options.payload == "decoded";
    if (const auto* context = workspace.context(workspace.currentContext))
        content.registry = context->deadLetters.schemaRegistry;
    return content;
}

Result<void> printPiece(Console& console, std::string_view text)
{
    if (console.print(std::string(text)))
        return {};
    return tl::unexpected(Error{ErrorKind::Cancelled, "Nobody reads the export any more", {}, {}, false});
}

} // namespace

int exportDeadLetters(const DeadLetterOptions& options, Session& session)
{
    const auto request = deadLetterRequest(options, session);
    if (!request)
        return Failed;
    auto& console = session.console;
    auto file = options.output.empty() ? tl::unexpected(Error{}) : ExportFile::open(options.output);
    if (!options.output.empty() && !file) {
        console.complain(file.error());
        return Failed;
    }
    DeadLetterReader reader(request->workspace, session);
    LetterQuery query = request->query;
    query.rows = 0;
    query.groups = 0;
    query.from = 0; // in the order of reading
    const auto answer = reader.read(query, request->timeout);
    const int code = reportGaps(answer, console);
    if (!answer.board || answer.interrupted)
        return Critical;
    if (const auto note = resolvedNote(*answer.board); !note.empty())
        console.note(note);
    const LetterMasks masks = masksOf(request->workspace, request->workspace.currentContext);
    auto outcome =
        reader.exportAll(contentOf(options, request->workspace), {options.unmask ? nullptr : &masks, false},
                         [&](std::string_view text) { return file ? file->write(text) : printPiece(console, text); });
    if (outcome && file)
        if (auto finished = file->finish(); !finished)
            outcome = tl::unexpected(finished.error());
    return endExport(outcome, code, console);
}

} // namespace projectionist::ctl
