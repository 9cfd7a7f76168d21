// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest> // before <compare>, at which moc of Qt 6.4 stumbles

#ifndef Q_MOC_RUN
#include "backend/broker/kafka/kafkaembeddedcluster.h"
#include "backend/store/postgres/postgresstore.h"
#include "models/projectiontablemodel.h"
#include "tests/gui/window/runningwindow.h"
#include "tests/gui/window/ticks.h"
#include "tests/integration/broker/brokerfixture.h"
#include "tests/support/testservers.h"
#endif

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <future>

using namespace projectionist;

namespace {

constexpr const char* secret = "first-secret";

/// A server that asks for passwords, with a role "reader" and a checkpoint at position 7.
class GuardedStore
{
public:
    GuardedStore() : m_server(startPostgres({.password = "of the owner"}))
    {
        StoreSettings settings;
        settings.name = "owner";
        settings.connection = m_server->socketConnection();
        m_owner = sure(connectPostgres(settings, Access::ReadWrite));
        run("CREATE TABLE checkpoint (topic text, partition int, position bigint)");
        run("INSERT INTO checkpoint VALUES ('orders.events', 0, 7)");
        run("CREATE ROLE reader LOGIN");
        run("GRANT SELECT ON checkpoint TO reader");
        setPassword(secret);
    }
    void setPassword(const std::string& password) { run("ALTER ROLE reader PASSWORD '" + password + "'"); }
    void cutSessions() { run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reader'"); }
    [[nodiscard]] std::string uri() const
    {
        return fmt::format("postgresql://reader:${{env:READER_PASSWORD}}@127.0.0.1:{}/postgres", m_server->port());
    }

private:
    void run(const std::string& sql)
    {
        sure(m_owner->transaction([&](Transaction& tx) -> Result<void> {
            auto done = tx.execute(sql);
            return done ? Result<void>() : Result<void>(tl::unexpected(done.error()));
        }));
    }

    std::unique_ptr<PostgresServer> m_server;
    std::unique_ptr<RelationalStore> m_owner;
};

} // namespace

/// Servers that change under a running window: it says what is the matter and goes on by itself.
class TestLiveSources : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<EmbeddedCluster> m_cluster;
    std::unique_ptr<RunningWindow> m_running;

    void start(const std::string& text, const std::string& stores = {})
    {
        const std::filesystem::path file = m_folder.filePath("orders.toml").toStdString();
        std::ofstream(file) << "[contexts.orders]\nbroker = \"kafka\"\nstores = [" << stores
                            << "]\ninterval = \"200ms\"\n[brokers.kafka]\n"
                            << "bootstrap_servers = \"" << m_cluster->bootstrap() << "\"\n"
                            << text;
        m_running = std::make_unique<RunningWindow>(file);
    }
    [[nodiscard]] QString backlog(const QString& projection) const
    {
        return m_running->cell(projection, ProjectionTableModel::Backlog);
    }

private slots:
    void initTestCase()
    {
        const std::vector<TopicSpec> topics{{"orders.events", 3, 3}};
        m_cluster = sure(startEmbeddedKafka(3, topics));
        const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
        for (int partition = 0; partition < 3; ++partition)
            write(brokerAt(m_cluster->bootstrap()), {"orders.events", partition}, partition == 0 ? 9 : 0, now);
    }
    void cleanup() { m_running.reset(); }

    void aWrongPasswordIsNamedUntilItIsRight()
    {
        GuardedStore store;
        store.setPassword("another-secret");
        qputenv("READER_PASSWORD", secret);
        start("[stores.read-side]\nuri = \"" + store.uri() +
                  "\"\n[[projections]]\nname = \"order_summary\"\ncontext = \"orders\"\ntopics = [\"orders.events\"]\n"
                  "[projections.checkpoint]\nstore = \"read-side\"\n"
                  "query = \"SELECT topic, partition, position FROM checkpoint\"\n",
              "\"read-side\"");
        const Ticks ticks;
        const auto isRefused = [&] {
            const auto text = m_running->messages();
            return text.contains("password") && text.contains("reader") && text.contains("read-side");
        };
        for (int round = 0; round < 2; ++round) {
            QTRY_VERIFY2_WITH_TIMEOUT(isRefused(), qPrintable(m_running->messages()), patience);
            QTRY_COMPARE_WITH_TIMEOUT(m_running->stateOf("order_summary"), QString("Unknown"), patience);
            for (const auto& told : m_running->window().messages().messages()) {
                QVERIFY2(!told.why.isEmpty() && !told.next.isEmpty(), qPrintable(told.what));
                QVERIFY(!(told.what + told.why + told.next + told.more).contains(secret));
            }
            // Nothing is done here: the server's owner repairs it.
            meanwhile([&] { store.setPassword(secret); });
            QTRY_COMPARE_WITH_TIMEOUT(backlog("order_summary"), QString("2"), patience);
            QTRY_COMPARE_WITH_TIMEOUT(m_running->messages(), QString(), patience);
            if (round == 0) {
                meanwhile([&] {
                    store.setPassword("changed while in use");
                    store.cutSessions();
                });
            }
        }
        ticks.verify();
    }

    /// Handles of librdkafka without a group have crashed here.
    void coordinatorsAndLeadersMayMove()
    {
        const auto settings = brokerAt(m_cluster->bootstrap());
        const std::vector<std::string> groups{"order_summary", "parcel_tracking", "ops_console"};
        std::string projections;
        std::vector<std::future<void>> commits; // joining a group takes its time
        for (const auto& group : groups) {
            commits.push_back(std::async(std::launch::async, [&settings, group] {
                commitAs(settings, group, "orders.events", {{{"orders.events", 0}, 9}});
            }));
            projections += "[[projections]]\nname = \"" + group +
                           "\"\ncontext = \"orders\"\ntopics = [\"orders.events\"]\ngroup = \"" + group + "\"\n";
        }
        for (auto& commit : commits)
            commit.get();
        const auto move = [&](int round) {
            for (int i = 0; i < 3; ++i) {
                sure(m_cluster->moveCoordinator(groups[static_cast<std::size_t>(i)], 1 + (round + i) % 3));
                sure(m_cluster->moveLeader({"orders.events", i}, 1 + (round + 2 * i) % 3));
            }
        };
        const auto allAreBehind = [&](int events) {
            return std::ranges::all_of(groups, [&](const std::string& group) {
                return backlog(QString::fromStdString(group)) == QString::number(events);
            });
        };
        move(0);
        start(projections);
        QTRY_VERIFY_WITH_TIMEOUT(allAreBehind(0), patience);
        const Ticks ticks;
        for (int round = 1; round <= 8; ++round) {
            meanwhile([&] { move(round); });
            // What only the new leader knows is set against what only the new coordinators know.
            meanwhile([&] { write(settings, {"orders.events", 0}, 1, SystemClock().now()); });
            QTRY_VERIFY_WITH_TIMEOUT(allAreBehind(round), patience);
            if (round % 4 == 0) { // all at once, in the middle of requests
                meanwhile([&] { sure(m_cluster->setDown(true)); });
                QTRY_VERIFY_WITH_TIMEOUT(m_running->allAre({"Unknown"}), patience);
                meanwhile([&] {
                    move(round + 1);
                    sure(m_cluster->setDown(false));
                });
                QTRY_VERIFY_WITH_TIMEOUT(allAreBehind(round), patience);
            }
        }
        QTRY_COMPARE_WITH_TIMEOUT(m_running->messages(), QString(), patience);
        ticks.verify();
    }
};

QTEST_MAIN(TestLiveSources)
#include "tst_livesources.moc"
