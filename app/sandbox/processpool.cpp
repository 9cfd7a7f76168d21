// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/processpool.h"

#include "app/sandbox/process.h"

#include <csignal>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr Duration firstBackoff{200};
constexpr Duration longestBackoff{5000};
constexpr Duration longLife{20'000}; ///< after that a new end counts as the first
constexpr Duration grace{5000};

} // namespace

ProcessPool::ProcessPool(std::filesystem::path program, std::filesystem::path folder, std::filesystem::path settings,
                         const Clock& clock)
    : m_program(std::move(program)), m_folder(std::move(folder)), m_settings(std::move(settings)), m_clock(clock)
{
}

void ProcessPool::add(const std::string& name)
{
    m_entries.push_back({name});
}

void ProcessPool::tick()
{
    for (auto& entry : m_entries) {
        if (entry.child && !entry.child->running())
            noteEnd(entry);
        if (!entry.child && !entry.held && m_clock.monotonic() >= entry.startAt)
            start(entry);
    }
}

void ProcessPool::start(Entry& entry)
{
    ChildCommand command;
    command.arguments = {m_program, "worker", entry.name, "--settings", m_settings};
    command.workingFolder = m_folder;
    command.logFile = m_folder / (entry.name + ".log");
    auto child = ChildProcess::start(std::move(command));
    entry.startedAt = m_clock.monotonic();
    if (!child) {
        logLine(toString(child.error()));
        entry.startAt = entry.startedAt + longestBackoff;
        return;
    }
    entry.child = std::move(*child);
    ++entry.restarts;
}

void ProcessPool::noteEnd(Entry& entry)
{
    const Duration now = m_clock.monotonic();
    entry.backoff = now - entry.startedAt > longLife || entry.backoff == Duration(0)
                        ? firstBackoff
                        : std::min(entry.backoff * 2, longestBackoff);
    logLine(fmt::format("{} ended ({}); it is started again in {} ms", entry.name,
                        toString(entry.child->exitStatus().value_or(ExitStatus{})), entry.backoff.count()));
    entry.startAt = now + entry.backoff;
    entry.child.reset();
}

void ProcessPool::hold(const std::string& name)
{
    if (Entry* entry = find(name)) {
        entry->held = true;
        entry->child.reset();
    }
}

void ProcessPool::release(const std::string& name)
{
    if (Entry* entry = find(name)) {
        entry->held = false;
        entry->startAt = Duration(0);
    }
}

void ProcessPool::stopAll()
{
    for (const auto& entry : m_entries) {
        if (entry.child)
            (void)entry.child->signal(SIGTERM);
    }
    const Duration deadline = m_clock.monotonic() + grace;
    for (auto& entry : m_entries) {
        if (entry.child)
            (void)entry.child->waitForExit(std::max(Duration(0), deadline - m_clock.monotonic()));
        entry.child.reset(); // kills what is left
    }
}

std::vector<SandboxProcess> ProcessPool::states() const
{
    std::vector<SandboxProcess> states;
    for (const auto& entry : m_entries) {
        const bool runs = entry.child && entry.child->running();
        const char* const state = runs ? "running" : entry.held ? "held" : "waiting";
        states.push_back(
            {entry.name, state, runs ? static_cast<int>(entry.child->pid()) : 0, std::max(0, entry.restarts)});
    }
    return states;
}

ProcessPool::Entry* ProcessPool::find(const std::string& name)
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [&](const auto& e) { return e.name == name; });
    return found == m_entries.end() ? nullptr : &*found;
}

} // namespace projectionist
