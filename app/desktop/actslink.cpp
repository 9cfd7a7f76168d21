// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/actslink.h"

namespace projectionist {

namespace {

constexpr Duration actsInterval{1'000};

} // namespace

ActsLink::ActsLink(std::filesystem::path file, const Clock& clock)
    : m_file(std::move(file))
    , m_clock(clock)
    , m_resolved(std::make_shared<const std::vector<ResolvedLetter>>())
    , m_thread([this](const std::stop_token& stop) { run(stop); })
{
}

ActsLink::~ActsLink() = default;

void ActsLink::watch(const std::string& context)
{
    m_inbox.push([this, context] {
        m_context = context;
        m_version.reset();
        m_resolved = std::make_shared<const std::vector<ResolvedLetter>>();
    });
}

void ActsLink::record(AuditEntry entry, Done<std::uint64_t> done)
{
    entry.at = m_clock.now();
    post<std::uint64_t>(
        [this, entry = std::move(entry)](Acts& acts) mutable {
            entry.who = m_who;
            return acts.trail.append(entry);
        },
        std::move(done));
}

void ActsLink::unlock(const std::string& context, Duration time, const std::string& reason, Done<void> done)
{
    const auto now = m_clock.now();
    post<void>(
        [this, context, now, time, reason](Acts& acts) {
            return acts.lock.unlock({context, now, now + time, m_who, reason});
        },
        std::move(done));
}

void ActsLink::lock(const std::string& context, Done<bool> done)
{
    post<bool>([this, context](Acts& acts) { return acts.lock.lock(context, m_who, m_clock.now()); }, std::move(done));
}

void ActsLink::resolve(LetterAct act, std::vector<ResolvedLetter> letters, Done<std::size_t> done)
{
    act.at = m_clock.now();
    post<std::size_t>(
        [this, act = std::move(act), letters = std::move(letters)](Acts& acts) mutable {
            act.who = m_who;
            return acts.letters.resolve(act, letters);
        },
        std::move(done));
}

void ActsLink::restore(LetterAct act, std::vector<ResolvedLetter> letters, Done<std::size_t> done)
{
    act.at = m_clock.now();
    post<std::size_t>(
        [this, act = std::move(act), letters = std::move(letters)](Acts& acts) mutable {
            act.who = m_who;
            return acts.letters.restore(act, letters);
        },
        std::move(done));
}

std::optional<ActsState> ActsLink::drain()
{
    auto states = m_states.drain();
    for (const auto& outcome : m_outcomes.drain())
        outcome();
    return states.empty() ? std::nullopt : std::optional(std::move(states.back()));
}

template<typename T>
void ActsLink::post(std::function<Result<T>(Acts&)> work, Done<T> done)
{
    m_inbox.push([this, work = std::move(work), done = std::move(done)] {
        auto opened = acts();
        auto outcome = opened ? work(**opened) : Result<T>(tl::unexpected(opened.error()));
        m_outcomes.push([done, outcome = std::move(outcome)] { done(outcome); });
    });
}

Result<ActsLink::Acts*> ActsLink::acts()
{
    if (m_acts)
        return &*m_acts;
    auto trail = AuditTrail::open(m_file);
    if (!trail)
        return tl::unexpected(trail.error());
    auto lock = ProductionLock::open(m_file);
    if (!lock)
        return tl::unexpected(lock.error());
    auto letters = ResolvedLetters::open(m_file);
    if (!letters)
        return tl::unexpected(letters.error());
    return &m_acts.emplace(Acts{*std::move(trail), *std::move(lock), *std::move(letters)});
}

void ActsLink::run(const std::stop_token& stop)
{
    m_who = actingUser(); // may ask a directory server
    while (!stop.stop_requested()) {
        for (const Inbox::Task& task : m_inbox.take(actsInterval, stop))
            if (!stop.stop_requested())
                task();
        if (!m_context.empty() && !stop.stop_requested())
            look();
    }
}

void ActsLink::look()
{
    ActsState state{m_context, {}, {}, m_resolved};
    auto opened = acts();
    const auto looked = opened ? lookAt(**opened, state) : Result<void>(tl::unexpected(opened.error()));
    if (!looked)
        state.trouble = looked.error();
    m_states.push(std::move(state));
}

Result<void> ActsLink::lookAt(Acts& acts, ActsState& state)
{
    auto unlocked = acts.lock.unlocked(m_context, m_clock.now());
    if (!unlocked)
        return tl::unexpected(unlocked.error());
    const auto version = acts.letters.version();
    if (!version)
        return tl::unexpected(version.error());
    if (m_version != *version) {
        auto letters = acts.letters.read(m_context);
        if (!letters)
            return tl::unexpected(letters.error());
        m_resolved = std::make_shared<const std::vector<ResolvedLetter>>(*std::move(letters));
        m_version = *version;
    }
    state.unlock = *std::move(unlocked);
    state.resolved = m_resolved;
    return {};
}

} // namespace projectionist
