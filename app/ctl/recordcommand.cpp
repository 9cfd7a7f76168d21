// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/observer.h"
#include "app/ctl/program.h"
#include "backend/lag/samplesfile.h"

#include <fmt/format.h>

namespace projectionist::ctl {

namespace {

constexpr const char* recordFooter =
    "Examples:\n"
    "  projectionistctl record --projection order_summary --seconds 300 --output night.jsonl\n"
    "  projectionistctl record -p order_summary | projectionistctl verdict --samples -\n"
    "Ctrl+C ends it early; what was recorded stays.";

struct RecordOptions
{
    std::string projection;
    std::string output;
    double seconds = 60;
};

/// Where lines go: a file, or standard output.
class Recording
{
public:
    static Result<Recording> open(const RecordOptions& options, const SamplesHeader& header, Console& console)
    {
        if (options.output.empty()) {
            console.print(samplesHeaderLine(header) + '\n');
            return Recording(std::nullopt, console);
        }
        auto writer = SamplesWriter::create(options.output, header);
        if (!writer)
            return tl::unexpected(writer.error());
        return Recording(*std::move(writer), console);
    }

    Result<void> append(const ProjectionSample& sample)
    {
        if (m_writer)
            return m_writer->append(sample);
        if (m_console->print(sampleLine(sample) + '\n'))
            return {};
        return tl::unexpected(Error{ErrorKind::Cancelled, "Nobody reads the samples any more", {}, {}, false});
    }

private:
    Recording(std::optional<SamplesWriter> writer, Console& console) : m_writer(std::move(writer)), m_console(&console)
    {
    }

    std::optional<SamplesWriter> m_writer;
    Console* m_console;
};

/// A sample that is not fresh repeats the last good one: what is recorded is when it was missing.
ProjectionSample asOfCycle(const ProjectionSample& sample, const Snapshot& snapshot)
{
    ProjectionSample copy = sample;
    if (!copy.fresh && snapshot.ended > copy.at) {
        copy.monotonic += snapshot.ended - copy.at;
        copy.at = snapshot.ended;
    }
    return copy;
}

int record(Observer& observer, Recording& recording, const std::string& projection, Duration length, Session& session)
{
    const Duration end = observer.clock().monotonic() + length;
    std::shared_ptr<const Snapshot> snapshot;
    std::size_t count = 0;
    while (observer.next(snapshot, end - observer.clock().monotonic(), true) == Observer::Outcome::Snapshot)
        for (const auto& report : snapshot->projections) {
            if (report->sample->projection != projection)
                continue;
            if (const auto written = recording.append(asOfCycle(*report->sample, *snapshot)); !written) {
                if (written.error().kind == ErrorKind::Cancelled)
                    return Fine;
                session.console.complain(written.error());
                return Failed;
            }
            ++count;
        }
    session.console.note(fmt::format("{} samples of {}", count, projection));
    return count > 0 ? Fine : Critical;
}

int runRecord(RecordOptions& options, Session& session)
{
    session.applyOptions();
    const auto workspace = session.workspace();
    if (!workspace)
        return Failed;
    const auto projections = workspace->projectionsOf(workspace->currentContext);
    if (options.projection.empty() && projections.size() == 1)
        options.projection = projections.front().name;
    if (!checkProjections(session, *workspace, {options.projection}))
        return Failed;
    SamplesHeader header;
    header.projection = options.projection;
    header.settings.interval = workspace->context(workspace->currentContext)->interval;
    for (const auto& projection : projections)
        if (projection.name == options.projection)
            header.settings.objective = projection.objective;
    auto recording = Recording::open(options, header, session.console);
    if (!recording) {
        session.console.complain(recording.error());
        return Failed;
    }
    Observer observer(*workspace, session.interruption);
    return record(observer, *recording, options.projection,
                  Duration(static_cast<Duration::rep>(options.seconds * 1000)), session);
}

} // namespace

void addRecordCommand(CLI::App& app, Session& session, int& exitCode)
{
    const auto options = std::make_shared<RecordOptions>();
    auto* const command = app.add_subcommand("record", "Write the samples of a projection to a file for \"verdict\"");
    command->footer(recordFooter);
    command->add_option("-p,--projection", options->projection, "Which projection; needed if the context has several")
        ->type_name("NAME");
    command->add_option("-o,--output", options->output, "Where to; standard output by default")->type_name("FILE");
    command->add_option("--seconds", options->seconds, "How long, 60 by default")
        ->type_name("N")
        ->check(CLI::PositiveNumber);
    command->callback([options, &session, &exitCode] { exitCode = runRecord(*options, session); });
}

} // namespace projectionist::ctl
