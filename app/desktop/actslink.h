// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/inbox.h"
#include "backend/core/mailbox.h"
#include "backend/history/audittrail.h"
#include "backend/history/productionlock.h"
#include "backend/history/resolvedletters.h"

#include <thread>

namespace projectionist {

/// What follows from the acts of all programs for one context, as of now.
struct ActsState
{
    std::string context;
    std::optional<Unlock> unlock; ///< of the context, if it is production
    std::optional<Error> trouble; ///< why none of it is known; then nothing counts as unlocked
    std::shared_ptr<const std::vector<ResolvedLetter>> resolved; ///< another vector when they changed; never null
};

/// Writes what the user of the window does into the audit trail, and looks every second at what others did, on a thread
/// of its own. Construction and its other functions do not wait; destruction may, for what is being written.
class ActsLink
{
public:
    /// Called by drain().
    template<typename T>
    using Done = std::function<void(Result<T>)>;

    ActsLink(std::filesystem::path file, const Clock& clock);
    ~ActsLink();

    /// The context whose state is told from now on.
    void watch(const std::string& context);
    /// The entry's time and user are set here.
    void record(AuditEntry entry, Done<std::uint64_t> done);
    void unlock(const std::string& context, Duration time, const std::string& reason, Done<void> done);
    void lock(const std::string& context, Done<bool> done);
    /// Time and user are set here.
    void resolve(LetterAct act, std::vector<ResolvedLetter> letters, Done<std::size_t> done);
    void restore(LetterAct act, std::vector<ResolvedLetter> letters, Done<std::size_t> done);

    /// On the thread of the window: calls what waits for outcomes, and gives the newest state, if there is a new one.
    [[nodiscard]] std::optional<ActsState> drain();

private:
    struct Acts
    {
        AuditTrail trail;
        ProductionLock lock;
        ResolvedLetters letters;
    };
    template<typename T>
    void post(std::function<Result<T>(Acts&)> work, Done<T> done);
    [[nodiscard]] Result<Acts*> acts();
    void run(const std::stop_token& stop);
    void look();
    [[nodiscard]] Result<void> lookAt(Acts& acts, ActsState& state);

    const std::filesystem::path m_file;
    const Clock& m_clock;
    Inbox m_inbox;
    Mailbox<std::function<void()>> m_outcomes{4096};
    Mailbox<ActsState> m_states{1};
    std::optional<Acts> m_acts; ///< of the thread, as the rest
    std::string m_who;
    std::string m_context;
    std::optional<std::uint64_t> m_version; ///< of `m_resolved`
    std::shared_ptr<const std::vector<ResolvedLetter>> m_resolved;
    std::jthread m_thread; ///< last: starts when all the rest is there
};

} // namespace projectionist
