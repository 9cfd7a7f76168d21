// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/supervisor.h"

#include "app/sandbox/controlprotocol.h"
#include "app/sandbox/roles.h"
#include "app/sandbox/sandboxworkspace.h"
#include "app/sandbox/seeding.h"
#include "backend/config/workspacefile.h"
#include "backend/core/format.h"

#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace projectionist {

using nlohmann::json;

namespace {

constexpr const char* folderPrefix = "projectionist-sandbox-";

void say(const std::string& text)
{
    fmt::print("{}\n", text);
    std::fflush(stdout); // whoever started us waits for it
}

/// By its name, so that it reads well in a process list; a newer build may have replaced the file meanwhile.
std::filesystem::path ownProgram()
{
    std::error_code problem;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", problem);
    if (!problem && std::filesystem::exists(program, problem))
        return program;
    return fmt::format("/proc/{}/exe", ::getpid());
}

} // namespace

Supervisor::Supervisor(RunOptions options, const Clock& clock, StopSignal& stop)
    : m_options(std::move(options)), m_clock(clock), m_stop(stop), m_parent(::getppid()), m_startedAt(clock.now())
{
}

Result<void> Supervisor::run()
{
    if (auto prepared = prepare(); !prepared)
        return prepared.error().kind == ErrorKind::Cancelled ? Result<void>{} : prepared;
    const auto socket = m_folder->path() / "control";
    auto server = ControlServer::listen(socket);
    if (!server)
        return tl::unexpected(server.error());
    auto announcement = Announcement::make(socket);
    if (!announcement)
        return tl::unexpected(announcement.error());
    if (m_options.workspace.empty())
        m_options.workspace = m_folder->path() / "workspace.toml";
    if (auto saved = saveWorkspace(sandboxWorkspace(m_options, socket), m_options.workspace); !saved)
        return saved;
    const Control control{std::move(*server), std::move(*announcement)};
    for (const auto& role : sandboxRoles())
        m_pool->add(role.name);
    m_pool->tick();
    say("READY " + std::filesystem::absolute(m_options.workspace).string());
    watch(control);
    m_pool->stopAll();
    return {};
}

Result<void> Supervisor::prepare()
{
    TemporaryFolder::reapAbandoned(folderPrefix);
    auto folder = TemporaryFolder::create(folderPrefix);
    if (!folder)
        return tl::unexpected(folder.error());
    m_folder.emplace(std::move(*folder));
    std::vector<std::string> notes;
    auto servers = SandboxServers::start(m_options, notes);
    for (const auto& note : notes)
        say("Sandbox: " + note);
    if (!servers)
        return tl::unexpected(servers.error());
    m_servers = std::move(*servers);
    say(fmt::format("Sandbox: {}; {}", m_servers->brokerText(), m_servers->storeText()));
    if (!notes.empty())
        say("Sandbox: `projectionist-sandbox clean` removes what was created there");
    if (auto seeded = seed(); !seeded)
        return seeded;
    m_options.settings.faults = m_folder->path() / "faults.json";
    m_board.emplace(m_options.settings.faults);
    const auto settings = m_folder->path() / "settings.json";
    // Faster than librdkafka's 10 s, so that clearing a fault shows at once; only for the sandbox's own processes.
    SandboxSettings own = m_options.settings;
    own.broker.try_emplace("reconnect.backoff.max.ms", "1000");
    m_pool.emplace(ownProgram(), m_folder->path(), settings, m_clock);
    return save(own, settings);
}

Result<void> Supervisor::seed()
{
    if (m_options.rows == 0)
        return {};
    const auto store = openStore(m_options.settings);
    if (!store)
        return tl::unexpected(store.error());
    const auto began = m_clock.monotonic();
    auto seeded = seedRows(**store, m_options.settings.schema, m_options.rows, [this] { return !shouldEnd(); });
    if (seeded)
        say(fmt::format("Sandbox: seeded {} orders and as many parcels in {}", formatNumber(m_options.rows),
                        formatDuration(m_clock.monotonic() - began)));
    return seeded;
}

bool Supervisor::shouldEnd()
{
    return m_stop.requested() || (m_options.endWithParent && ::getppid() != m_parent) ||
           (m_options.length && m_clock.now() - m_startedAt >= *m_options.length);
}

void Supervisor::watch(const Control& control)
{
    while (!shouldEnd()) {
        m_pool->tick();
        if (m_board->active(Fault::Burst) && m_clock.now() - m_board->since(Fault::Burst) >= burstLength) {
            if (auto done = clear(Fault::Burst); !done)
                logLine(toString(done.error()));
        }
        control.server.serve(Duration(100), [this](const json& request) { return answer(request); });
    }
}

json Supervisor::answer(const json& request)
{
    const auto refuse = [](const Error& error) { return json{{"ok", false}, {"error", errorToJson(error)}}; };
    const auto word = [&request](const char* name) {
        const auto found = request.find(name);
        return found != request.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    const std::string command = word("command");
    if (command == "list")
        return {{"ok", true}, {"faults", faults()}};
    if (command == "status")
        return {{"ok", true}, {"status", status()}};
    if (command != "inject" && command != "clear") {
        return refuse({ErrorKind::InvalidData,
                       "Unknown command \"" + command + '"',
                       {},
                       "There are list, status, inject and clear."});
    }
    const auto* text = findFault(word("fault"));
    if (!text)
        return refuse({ErrorKind::NotFound, "There is no fault \"" + word("fault") + '"', {}, "Ask for the list."});
    const auto done = command == "inject" ? inject(text->fault) : clear(text->fault);
    return done ? json{{"ok", true}} : refuse(done.error());
}

Result<void> Supervisor::inject(Fault fault)
{
    if (const auto reason = m_servers->refusal(fault); !reason.empty()) {
        return tl::unexpected(Error{ErrorKind::Permission, fmt::format("Cannot inject {}", textOf(fault).name), reason,
                                    "Start a sandbox with servers of its own.", false});
    }
    if (m_board->active(fault))
        return {};
    if (auto done = act(fault, true); !done)
        return done;
    return m_board->set(fault, m_clock.now());
}

Result<void> Supervisor::clear(Fault fault)
{
    if (!m_board->active(fault))
        return {};
    if (auto done = act(fault, false); !done)
        return done;
    return m_board->clear(fault);
}

/// What the supervisor itself does; the others are done by the processes, which read the board.
Result<void> Supervisor::act(Fault fault, bool on)
{
    const auto hold = [&](const char* process) {
        on ? m_pool->hold(process) : m_pool->release(process);
        return Result<void>{};
    };
    switch (fault) {
    case Fault::WorkerKilled:
        return hold(textOf(fault).projection);
    case Fault::OutboxStopped:
        return hold("relay");
    case Fault::BrokerDown:
        return m_servers->setBrokerDown(on);
    case Fault::StoreDown:
        return m_servers->setStoreDown(on);
    case Fault::ReplicaStale:
        return m_servers->setReplicaStale(on);
    case Fault::WorkerSlow:
    case Fault::WorkerHung:
    case Fault::Poison:
    case Fault::PoisonBurst:
    case Fault::NewerEvent:
    case Fault::HandlerBug:
    case Fault::SkipOffsets:
    case Fault::DuplicateDelivery:
    case Fault::EraseMissed:
    case Fault::Burst:
        break;
    }
    return {};
}

std::vector<SandboxFault> Supervisor::faults() const
{
    std::vector<SandboxFault> list;
    for (const auto& text : faultTexts()) {
        SandboxFault fault{text.name,
                           text.title,
                           text.see,
                           text.projection,
                           text.verdict,
                           m_servers->refusal(text.fault),
                           m_board->active(text.fault),
                           {}};
        if (fault.active)
            fault.since = m_board->since(text.fault);
        list.push_back(std::move(fault));
    }
    return list;
}

SandboxStatus Supervisor::status() const
{
    return {std::filesystem::absolute(m_options.workspace),
            m_startedAt,
            arrivalRate(m_options.settings, *m_board, m_clock.now()),
            m_servers->brokerText(),
            m_servers->storeText(),
            m_pool->states()};
}

} // namespace projectionist
