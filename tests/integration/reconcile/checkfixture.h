// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/checkrun.h"
#include "backend/store/postgres/postgressnapshot.h"
#include "backend/store/postgres/postgresstore.h"
#include "tests/support/testservers.h"

#include <QTest>

namespace projectionist {

inline StoreSettings storeOf(const std::string& name, const PostgresServer& server)
{
    StoreSettings settings;
    settings.name = name;
    settings.connection = server.connection();
    settings.statementTimeout = Duration(60'000);
    return settings;
}

/// Runs statements as the owner of everything; fails the test with the server's words.
inline void execute(const PostgresServer& server, const std::vector<std::string>& statements)
{
    const auto store = *connectPostgres(storeOf("owner", server), Access::ReadWrite);
    const auto done = store->transaction([&](Transaction& transaction) -> Result<void> {
        for (const auto& sql : statements)
            if (const auto one = transaction.execute(sql); !one)
                return tl::unexpected(one.error());
        return {};
    });
    if (!done)
        qFatal("%s", toString(done.error()).c_str());
}

/// Two servers, as the stores "here" and "there" of a workspace; for test classes to inherit.
class TwoServers
{
protected:
    void startServers()
    {
        m_server = startPostgres();
        m_other = startPostgres();
        m_workspace.stores = {storeOf("here", *m_server), storeOf("there", *m_other)};
    }
    void executeOnBoth(const std::vector<std::string>& statements) const
    {
        for (const auto* server : {m_server.get(), m_other.get()})
            execute(*server, statements);
    }

    std::unique_ptr<PostgresServer> m_server;
    std::unique_ptr<PostgresServer> m_other;
    Workspace m_workspace;
};

/// A check of table "expected" against table "actual" with key "id".
inline CheckSettings checkOf(const std::string& expectedStore, const std::string& actualStore)
{
    CheckSettings check;
    check.name = "c";
    check.expected = {expectedStore, "expected", {}, {}};
    check.actual = {actualStore, "actual", {}, {}};
    check.key = {"id"};
    check.settle = Duration(10);
    return check;
}

/// A line for each difference: "different 7 a: 1 | 2", and "confirmed" in front only where it is not.
inline QString text(const Result<CheckResult>& result)
{
    if (!result)
        return QString::fromStdString(std::string(toString(result.error().kind)) + ": " + toString(result.error()));
    std::string lines;
    for (const auto& one : result->differences) {
        if (one.state != DriftState::Confirmed)
            lines += std::string(toString(one.state)) + ' ';
        lines += std::string(one.kind()) + ' ' + shownKey(one.key);
        for (const auto column : one.differing)
            lines += ' ' + result->columns[column] + ": " + (*one.expected)[column].value_or("NULL") + " | " +
                     (*one.actual)[column].value_or("NULL");
        lines += '\n';
    }
    return QString::fromStdString(lines);
}

/// Passes, or not; between two readings somebody may write.
class ScriptedFlight final : public FlightWatch
{
public:
    ScriptedFlight(bool passes, std::function<void()> meanwhile) : m_passes(passes), m_meanwhile(std::move(meanwhile))
    {
    }
    Result<bool> waitUntilPassed(std::string& obstacle) override
    {
        m_meanwhile();
        obstacle = "the worker sleeps";
        return m_passes;
    }
    LogPositions positions() override { return {{{"events", 0}, ++m_position}}; }
    std::string rule() const override { return "all was applied"; }
    void cancel() noexcept override {}

private:
    const bool m_passes;
    const std::function<void()> m_meanwhile;
    Offset m_position = 0;
};

inline Result<CheckResult> run(const CheckSettings& check, const Workspace& workspace, FlightWatch* flight = nullptr)
{
    const SystemClock clock;
    return CheckRun(check, workspace, readPostgresSnapshot, clock, flight).run();
}

} // namespace projectionist
