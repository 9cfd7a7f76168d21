// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/sandbox/runningsandbox.h"

#include "app/sandbox/schema.h"
#include "backend/store/postgres/postgresstore.h"
#include "tests/support/testservers.h"

#include <fstream>
#include <stdexcept>
#include <sys/stat.h>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

template<typename Value>
Value expect(Result<Value> result)
{
    if (!result)
        throw std::runtime_error(toString(result.error()));
    return std::move(*result);
}

void expect(const Result<void>& result)
{
    if (!result)
        throw std::runtime_error(toString(result.error()));
}

constexpr Duration patience{60'000};

} // namespace

RunningSandbox::RunningSandbox() : m_folder(expect(TemporaryFolder::create("projectionist-t-")))
{
    // PostgreSQL runs as another user when we are root and has to get through.
    ::chmod(m_folder.path().c_str(), 0711);
    for (const char* name : {"tmp", "run"}) {
        fs::create_directory(m_folder.path() / name);
        ::chmod((m_folder.path() / name).c_str(), name[0] == 't' ? 0711 : 0700);
    }
}

std::unique_ptr<ChildProcess> RunningSandbox::launch(std::vector<std::string> arguments, const std::string& log) const
{
    arguments.insert(arguments.begin(), SANDBOX);
    ChildCommand command;
    command.arguments = std::move(arguments);
    command.environment = {{"TMPDIR", m_folder.path() / "tmp"}, {"XDG_RUNTIME_DIR", m_folder.path() / "run"}};
    command.logFile = m_folder.path() / log;
    return expect(ChildProcess::start(std::move(command)));
}

int RunningSandbox::runToEnd(std::vector<std::string> arguments, const std::string& log) const
{
    const auto process = launch(std::move(arguments), log);
    const auto status = process->waitForExit(patience);
    return status && status->signal == 0 ? status->code : -1;
}

std::string RunningSandbox::output(const std::string& log) const
{
    std::ifstream stream(m_folder.path() / log);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void RunningSandbox::start(std::vector<std::string> arguments)
{
    m_store.reset();
    fs::remove(m_folder.path() / "run.log");
    arguments.insert(arguments.begin(), "run");
    m_process = launch(std::move(arguments), "run.log");
    std::string text;
    const auto ready = [&] {
        text = output("run.log");
        const auto at = text.find("READY ");
        return at != std::string::npos && text.find('\n', at) != std::string::npos;
    };
    if (!eventually([&] { return ready() || !m_process->running(); }, Duration(120'000)) || !ready())
        throw std::runtime_error("The sandbox did not get ready: " + text);
    const auto at = text.find("READY ") + 6;
    m_workspace = text.substr(at, text.find('\n', at) - at);
}

void RunningSandbox::stop()
{
    (void)m_process->terminate(Duration(60'000));
}

void RunningSandbox::kill()
{
    m_process->kill();
}

Workspace RunningSandbox::workspace() const
{
    auto loaded = loadWorkspace(m_workspace);
    if (!loaded.workspace)
        throw std::runtime_error(loaded.diagnostics.empty() ? "no workspace" : toString(loaded.diagnostics.front()));
    return *loaded.workspace;
}

SandboxControl RunningSandbox::control() const
{
    return SandboxControl(workspace().contexts.at(0).sandboxControl);
}

std::string positionSql(const std::string& projection)
{
    return "SELECT coalesce(sum(position), 0) FROM @.projection_checkpoint WHERE projection = '" + projection + "'";
}

std::string agesSql(const std::string& projection)
{
    return "SELECT count(*) FROM @.projection_checkpoint WHERE projection = '" + projection +
           "' AND updated_at > now() - interval '3 seconds'";
}

bool RunningSandbox::advances(const std::string& projection, std::int64_t by) const
{
    const auto from = number(positionSql(projection)).value_or(0);
    return eventually([&] { return number(positionSql(projection)).value_or(0) >= from + by; });
}

bool RunningSandbox::allAdvance() const
{
    return advances("order_summary") && advances("parcel_tracking") && advances("ops_console");
}

std::optional<std::int64_t> RunningSandbox::number(const std::string& sql) const
{
    if (!m_store)
        m_store = expect(connectPostgres(workspace().stores.at(0), Access::ReadOnly));
    const auto rows = m_store->query(inSchema(sql, "sandbox_orders"), {}, 1);
    if (!rows || rows->rows.empty())
        return std::nullopt;
    return std::stoll(rows->rows.front().front().value_or("0"));
}

std::vector<std::string> RunningSandbox::leftOver() const
{
    std::vector<std::string> names;
    for (const auto& folder : {m_folder.path() / "tmp", m_folder.path() / "run/projectionist"}) {
        std::error_code ignored;
        for (const auto& entry : fs::directory_iterator(folder, ignored)) {
            // ThreadSanitizer's own, of a process that was killed while it began.
            if (!entry.path().filename().string().starts_with("tsan.rodata."))
                names.push_back(entry.path());
        }
    }
    return names;
}

void RunningSandbox::inject(const std::string& fault) const
{
    expect(control().inject(fault, patience));
}

void RunningSandbox::clear(const std::string& fault) const
{
    expect(control().clear(fault, patience));
}

int RunningSandbox::pidOf(const std::string& name) const
{
    for (const auto& process : expect(control().status(patience)).processes) {
        if (process.name == name)
            return process.pid;
    }
    return 0;
}

} // namespace projectionist
