// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/commandline.h"

#include "app/sandbox/control.h"
#include "app/sandbox/roles.h"
#include "app/sandbox/schema.h"
#include "app/sandbox/supervisor.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr int ok = 0;
constexpr int failed = 2;
constexpr int usage = 3;
constexpr Duration controlTimeout{30'000};

constexpr const char* description =
    "A small real CQRS system to practise and test on: orders and parcels, with a transactional outbox in PostgreSQL,\n"
    "a relay to Kafka (orders.events, 12 partitions), and three projections as separate worker processes.";

constexpr const char* footer =
    R"(Without --bootstrap and --postgres it starts its own servers and removes all of it when it ends: an embedded
broker in memory and a private PostgreSQL in a temporary folder. The embedded broker keeps 5 MB of compressed
events a partition: about 620 000 events in all, 3.4 hours at a steady 50 events/s (measured). Higher rates
shorten that.
Older events are gone, as with any retention. --real keeps all of them on disk.

Prints "READY <workspace file>" when it runs. Ctrl+C ends it with everything it started.

Examples:
  projectionist-sandbox                                  run on servers of its own
  projectionist-sandbox run --rate 200 --seconds 600     200 events/s, ends after ten minutes
  projectionist-sandbox run --real                       with a real Apache Kafka
  projectionist-sandbox run --bootstrap localhost:9092 --postgres postgresql://localhost/shop
  projectionist-sandbox fault --list                     what can be broken, and what you should see
  projectionist-sandbox fault poison                     break it ...
  projectionist-sandbox fault poison --clear             ... and mend it
  projectionist-sandbox clean --bootstrap localhost:9092 --postgres postgresql://localhost/shop)";

struct Options
{
    RunOptions run;
    std::optional<double> seconds;
    std::string fault;
    std::string control;
    std::string worker;
    std::string settings;
    bool clearFault = false;
    bool listFaults = false;
};

int fail(const Error& error)
{
    fmt::print(stderr, "projectionist-sandbox: {}\n", toString(error));
    return error.kind == ErrorKind::Configuration || error.kind == ErrorKind::InvalidData ? usage : failed;
}

int finish(const Result<void>& result)
{
    return result ? ok : fail(result.error());
}

Result<SandboxControl> controlOf(const Options& options)
{
    if (!options.control.empty())
        return SandboxControl(options.control);
    return findSandbox().map([](const auto& socket) { return SandboxControl(socket); });
}

int listFaults(const SandboxControl& control)
{
    const auto faults = control.faults(controlTimeout);
    if (!faults)
        return fail(faults.error());
    for (const auto& fault : *faults) {
        fmt::print("{:<15} {}{}\n    {}\n", fault.name, fault.title, fault.active ? "  [ACTIVE]" : "", fault.see);
        if (!fault.refusal.empty())
            fmt::print("    Not possible here: {}.\n", fault.refusal);
    }
    return ok;
}

/// Without a sandbox: the same list, without its state.
int explainFaults()
{
    for (const auto& text : faultTexts())
        fmt::print("{:<15} {}\n    {}\n", text.name, text.title, text.see);
    return ok;
}

int runFault(const Options& options)
{
    const auto control = controlOf(options);
    if (options.listFaults) {
        const bool nobody = !control && control.error().kind == ErrorKind::NotFound;
        return nobody ? explainFaults() : control ? listFaults(*control) : fail(control.error());
    }
    const auto* text = findFault(options.fault);
    if (!text) {
        return fail({ErrorKind::Configuration,
                     options.fault.empty() ? "No fault was named" : "There is no fault \"" + options.fault + '"',
                     {},
                     "See `projectionist-sandbox fault --list`."});
    }
    if (!control)
        return fail(control.error());
    const auto done = options.clearFault ? control->clear(options.fault, controlTimeout)
                                         : control->inject(options.fault, controlTimeout);
    if (!done)
        return fail(done.error());
    if (options.clearFault)
        fmt::print("{} is cleared.\n", options.fault);
    else
        fmt::print("{} is active. {}\nUndo: projectionist-sandbox fault {} --clear\n", options.fault, text->see,
                   text->name);
    return ok;
}

int runStatus(const Options& options)
{
    const auto control = controlOf(options);
    if (!control)
        return fail(control.error());
    const auto status = control->status(controlTimeout);
    if (!status)
        return fail(status.error());
    const auto faults = control->faults(controlTimeout);
    if (!faults)
        return fail(faults.error());
    fmt::print("workspace  {}\nbroker     {}\nstore      {}\nrate       {:.1f} events/s\n", status->workspace.string(),
               status->broker, status->store, status->rate);
    for (const auto& process : status->processes)
        fmt::print("process    {:<18} {:<8} pid {}  restarts {}\n", process.name, process.state, process.pid,
                   process.restarts);
    for (const auto& fault : *faults) {
        if (fault.active)
            fmt::print("fault      {}\n", fault.name);
    }
    return ok;
}

int runClean(Options options)
{
    if (options.run.postgres.empty()) {
        return fail({ErrorKind::Configuration, "Nothing to clean", "--postgres says where the sandbox made its schema",
                     "Servers of the sandbox's own need no cleaning."});
    }
    options.run.settings.postgres = options.run.postgres;
    auto broker = foreignBroker(options.run);
    if (!broker)
        return fail(broker.error());
    options.run.settings.broker = std::move(*broker);
    std::vector<std::string> notes;
    const auto removed = removeCreated(options.run.settings, notes);
    for (const auto& note : notes)
        fmt::print("{}\n", note);
    return finish(removed);
}

int runWorker(const Options& options, const Clock& clock, StopSignal& stop)
{
    const SandboxRole* role = findRole(options.worker);
    if (!role)
        return fail({ErrorKind::Configuration, "There is no worker \"" + options.worker + '"', {}, {}});
    auto settings = loadSettings(options.settings);
    if (!settings)
        return fail(settings.error());
    const auto done = runRole(*role, {std::move(*settings), clock, stop});
    if (!done)
        logLine(toString(done.error()));
    return done ? ok : failed;
}

void addServerOptions(CLI::App& app, Options& options)
{
    app.add_option("--bootstrap", options.run.bootstrap, "Use this Kafka cluster: host:port,...");
    app.add_option("--properties", options.run.properties, "client.properties for it (security, passwords)")
        ->check(CLI::ExistingFile);
    app.add_option("--postgres", options.run.postgres,
                   "Use this PostgreSQL: connection string or URI; its password better comes from ~/.pgpass");
    app.add_option("--schema", options.run.settings.schema, "Schema in PostgreSQL; must begin with sandbox_")
        ->capture_default_str()
        ->check([](const std::string& name) {
            return isSandboxSchema(name) ? "" : "must be sandbox_ and then small letters, digits and underscores";
        });
    app.add_option("--topic", options.run.settings.topic, "Topic of the events")->capture_default_str();
}

void addRunOptions(CLI::App& app, Options& options)
{
    auto& settings = options.run.settings;
    app.add_flag("--real", options.run.realKafka, "Start a real Apache Kafka (see packaging/fetch-kafka)");
    addServerOptions(app, options);
    app.add_option("--rate", settings.rate,
                   "Events per second, the mean of an hour; a day's ups and downs take an hour")
        ->capture_default_str()
        ->check(CLI::Range(0.1, 20000.0));
    app.add_flag("--steady", settings.steady, "The same load all the time, without ups and downs");
    app.add_option("--seconds", options.seconds, "End after so many seconds")->check(CLI::PositiveNumber);
    app.add_option("--workspace", options.run.workspace, "Write the workspace file here");
    app.add_option("--history", settings.history, "Events to write at once before the steady load")
        ->capture_default_str();
    app.add_option("--rows", options.run.rows,
                   "Completed orders, and as many parcels, to be there from the beginning in the write side and in the "
                   "read models, without events")
        ->capture_default_str()
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{100'000'000}));
    app.add_option("--bad-every", settings.badEvery,
                   "One event in so many is refused by a projection and becomes a dead letter; 0 = none")
        ->capture_default_str();
    app.add_option("--erase-every", settings.eraseEvery,
                   "One event in so many erases an order that is over, as its customer asked; 0 = none")
        ->capture_default_str();
    app.add_option("--seed", settings.seed, "Makes orders and parcels reproducible")->capture_default_str();
    app.add_flag("--parent-death", options.run.endWithParent, "End when the process that started this one ends");
}

} // namespace

int runCommandLine(int argc, char** argv, const Clock& clock, StopSignal& stop)
{
    CLI::App app(description);
    Options options;
    app.footer(footer);
    app.set_version_flag("--version", std::string("projectionist-sandbox ") + PROJECTIONIST_VERSION);
    app.require_subcommand(0, 1);
    auto* run = app.add_subcommand("run", "Run a sandbox until Ctrl+C (the default)");
    addRunOptions(*run, options);
    auto* fault = app.add_subcommand("fault", "Break the running sandbox on purpose, or mend it");
    fault->add_option("name", options.fault, "Which fault");
    fault->add_flag("--clear", options.clearFault, "Undo it");
    fault->add_flag("--list", options.listFaults, "Show all faults and what you should see");
    auto* status = app.add_subcommand("status", "Show what runs, and which faults are active");
    for (auto* command : {fault, status})
        command->add_option("--control", options.control, "Control socket; needed only if several sandboxes run");
    auto* clean = app.add_subcommand("clean", "Remove from real servers exactly what a sandbox created there");
    addServerOptions(*clean, options);
    auto* worker = app.add_subcommand("worker", "")->group(""); // run by the supervisor
    worker->add_option("name", options.worker)->required();
    worker->add_option("--settings", options.settings)->required();
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        return app.exit(problem) == 0 ? ok : usage;
    }
    if (*fault)
        return runFault(options);
    if (*status)
        return runStatus(options);
    if (*clean)
        return runClean(std::move(options));
    if (*worker)
        return runWorker(options, clock, stop);
    if (options.seconds)
        options.run.length = Duration(static_cast<Duration::rep>(*options.seconds * 1000));
    return finish(Supervisor(std::move(options.run), clock, stop).run());
}

} // namespace projectionist
