// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which the library includes
#include "app/sandbox/schema.h"
#include "backend/lag/connectors.h"
#include "backend/lag/watcher.h"
#include "backend/reconcile/checkrun.h"
#include "backend/reconcile/sampledflight.h"
#include "backend/store/postgres/postgressnapshot.h"
#include "backend/store/postgres/postgresstore.h"
#include "tests/integration/sandbox/runningsandbox.h"
#include "tests/support/testservers.h"
#endif

#include <QTest>
#include <thread>

using namespace projectionist;

namespace {

constexpr int runsAtOnce = 20;

/// The worker stands still for five seconds, again and again, and catches up between.
class LateWorker
{
public:
    explicit LateWorker(const RunningSandbox& sandbox)
        : m_thread([&sandbox](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                sandbox.inject("worker-hung");
                for (int i = 0; i < 50 && !stop.stop_requested(); ++i)
                    std::this_thread::sleep_for(Duration(100));
                sandbox.clear("worker-hung");
                std::this_thread::sleep_for(Duration(2'000));
            }
        })
    {
    }

private:
    const std::jthread m_thread;
};

} // namespace

/// Many checks of a read model that is 500 events a second and up to five seconds behind its write side.
class TestSandboxBusyChecks : public QObject
{
    Q_OBJECT

    const SystemClock m_clock;
    RunningSandbox m_sandbox;
    Workspace m_workspace;
    CheckSettings m_check;
    std::mutex m_mutex;
    std::size_t m_settled = 0; ///< differences that were events in flight
    std::vector<std::unique_ptr<SampledFlight>> m_flights;
    std::unique_ptr<Watcher> m_watcher;
    std::unique_ptr<RelationalStore> m_store;

    /// Keys of what each of `rounds` times `runsAtOnce` runs confirmed; a sentence for a run that failed.
    std::vector<std::set<std::string>> confirmed(int rounds)
    {
        std::vector<std::set<std::string>> all;
        std::vector<std::jthread> threads;
        for (const auto& flight : m_flights)
            threads.emplace_back([&, watch = flight.get()] {
                for (int round = 0; round < rounds; ++round) {
                    const auto result = CheckRun(m_check, m_workspace, readPostgresSnapshot, m_clock, watch).run();
                    std::set<std::string> keys;
                    if (!result)
                        keys.insert(toString(result.error()));
                    else
                        for (const auto& one : result->differences)
                            if (one.state == DriftState::Confirmed)
                                keys.insert(shownKey(one.key));
                    const std::lock_guard lock(m_mutex);
                    if (result)
                        m_settled += result->settled;
                    all.push_back(std::move(keys));
                }
            });
        threads.clear();
        return all;
    }
    /// The first cells of the rows; "@" is the schema.
    [[nodiscard]] std::set<std::string> keysOf(const std::string& sql) const
    {
        const std::string schema = m_check.actual.table.substr(0, m_check.actual.table.find('.'));
        Rows rows;
        const auto done = m_store->transaction([&](Transaction& transaction) {
            return transaction.execute(inSchema(sql, schema)).map([&](Rows&& all) { rows = std::move(all); });
        });
        if (!done)
            qFatal("%s", toString(done.error()).c_str());
        std::set<std::string> keys;
        for (const auto& row : rows.rows)
            keys.insert(row.front().value_or(std::string()));
        return keys;
    }

private slots:
    void initTestCase()
    {
        m_sandbox.start({"--rate", "500", "--steady", "--bad-every", "0", "--seed", "3"});
        m_workspace = m_sandbox.workspace();
        for (const auto& check : m_workspace.checks)
            if (check.name == "order_summary")
                m_check = check;
        const auto projection = projectionOf(m_check, m_workspace);
        QVERIFY(projection);
        for (int i = 0; i < runsAtOnce; ++i)
            m_flights.push_back(std::make_unique<SampledFlight>(m_workspace, m_check.context, *projection, m_clock));
        m_watcher =
            std::make_unique<Watcher>(m_workspace, m_check.context, defaultConnectors(), m_clock,
                                      WatcherSinks{[this](const std::shared_ptr<const Snapshot>& snapshot) {
                                                       for (const auto& flight : m_flights)
                                                           flight->observe(snapshot);
                                                   },
                                                   [](const InspectedEvent&) {}, [](const RetroactiveSeries&) {}});
        m_store = *connectPostgres(m_workspace.stores.front(), Access::ReadWrite);
        QVERIFY(eventually([&] {
            return keysOf("SELECT order_id FROM @.order_summary WHERE status = 'completed' LIMIT 50").size() == 50;
        }));
    }
    void cleanupTestCase()
    {
        m_watcher.reset();
        m_store.reset();
        m_sandbox.stop();
    }

    void nothingIsAFalseAlarm()
    {
        const LateWorker late(m_sandbox);
        const auto runs = confirmed(5);
        QCOMPARE(runs.size(), std::size_t{100});
        for (const auto& keys : runs)
            QVERIFY2(keys.empty(), keys.begin()->c_str());
        QVERIFY(m_settled > 1000);
    }

    void whatIsWrongIsFoundAndNothingElse()
    {
        // Of orders that are over: no event puts them right. Some may be erased meanwhile, which does.
        const auto planted =
            keysOf("UPDATE @.order_summary SET total_cents = total_cents + 1 WHERE order_id IN (SELECT order_id FROM "
                   "@.order_summary WHERE status = 'completed' ORDER BY order_id DESC LIMIT 20) RETURNING order_id");
        QCOMPARE(planted.size(), std::size_t{20});
        const LateWorker late(m_sandbox);
        const auto runs = confirmed(1);
        std::set<std::string> still;
        for (const auto& key : planted)
            still.merge(keysOf("SELECT id FROM @.customer_order WHERE id = '" + key + "'"));
        QVERIFY(!still.empty());
        for (const auto& keys : runs) {
            QVERIFY2(std::includes(planted.begin(), planted.end(), keys.begin(), keys.end()), keys.begin()->c_str());
            QVERIFY(std::includes(keys.begin(), keys.end(), still.begin(), still.end()));
        }
    }
};

QTEST_GUILESS_MAIN(TestSandboxBusyChecks)
#include "tst_sandboxbusychecks.moc"
