// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest> // before <compare>, at which moc of Qt 6.4 stumbles

#ifndef Q_MOC_RUN
#include "backend/broker/kafka/kafkaembeddedcluster.h"
#include "models/projectiontablemodel.h"
#include "models/verdicttext.h"
#include "tests/gui/window/runningwindow.h"
#include "tests/gui/window/ticks.h"
#include "tests/gui/window/windowbench.h"
#include "tests/integration/broker/brokerfixture.h"
#include "widgets/frame/rangebutton.h"
#include "widgets/frame/topbar.h"
#include "widgets/overview/overviewpage.h"
#include "widgets/projection/projectionpage.h"
#include "widgets/projection/whyview.h"
#endif

#include <algorithm>
#include <fstream>
#include <future>

using namespace projectionist;

namespace {

struct Watched
{
    std::string name;
    std::string objective = "30s";
};

/// A workspace file that is edited while it is in use.
class EditedFile
{
public:
    explicit EditedFile(std::string bootstrap) : m_bootstrap(std::move(bootstrap)) {}

    /// Replaces the text as editors do: a new file takes the old one's name. `mistake` is a line for the broker.
    void write(const std::vector<Watched>& projections, const std::string& mistake = {}) const
    {
        const auto next = path().string() + ".new";
        std::ofstream out(next);
        out << "# Ours.\n"
               "current_context = \"orders\"\n\n"
               "[contexts.orders]\n"
               "environment = \"development\"\n"
               "broker = \"kafka\"\n"
               "interval = \"200ms\"\n\n"
               "[brokers.kafka]\n"
            << mistake << (mistake.empty() ? "" : "\n") << "bootstrap_servers = \"" << m_bootstrap << "\"\n";
        for (const auto& projection : projections)
            out << "\n[[projections]]\nname = \"" << projection.name << "\"\ncontext = \"orders\"\n"
                << "topics = [\"orders.events\"]\ngroup = \"" << projection.name << "\"\nobjective = \""
                << projection.objective << "\"\n";
        out.close();
        std::filesystem::rename(next, path());
    }
    [[nodiscard]] std::filesystem::path path() const { return m_folder.filePath("orders.toml").toStdString(); }

private:
    QTemporaryDir m_folder;
    std::string m_bootstrap;
};

const std::vector<Watched> two{{"order_summary"}, {"parcel_tracking"}};
const std::vector<Watched> withThird{{"order_summary"}, {"parcel_tracking"}, {"ops_console"}};

} // namespace

/// The workspace file changes while the window watches what it says.
class TestLiveSettings : public QObject
{
    Q_OBJECT

    std::unique_ptr<EmbeddedCluster> m_cluster;
    std::unique_ptr<EditedFile> m_file;
    std::unique_ptr<RunningWindow> m_running;
    int m_behind = 0; ///< events, every projection

    [[nodiscard]] QStringList sortedRows() const
    {
        auto rows = m_running->rows();
        rows.sort();
        return rows;
    }
    [[nodiscard]] QString backlog(const QString& projection) const
    {
        return m_running->cell(projection, ProjectionTableModel::Backlog);
    }
    /// One more event, which nobody applies.
    void writeEvent()
    {
        meanwhile([settings = brokerAt(m_cluster->bootstrap())] {
            projectionist::write(settings, {"orders.events", 0}, 1, SystemClock().now());
        });
        ++m_behind;
    }

private slots:
    void initTestCase()
    {
        const std::vector<TopicSpec> topics{{"orders.events", 1}};
        m_cluster = sure(startEmbeddedKafka(1, topics));
        const auto settings = brokerAt(m_cluster->bootstrap());
        projectionist::write(settings, {"orders.events", 0}, 9, SystemClock().now() - Duration(9000));
        std::vector<std::future<void>> commits; // joining a group takes its time
        for (const auto& projection : withThird)
            commits.push_back(std::async(std::launch::async, [&settings, group = projection.name] {
                commitAs(settings, group, "orders.events", {{{"orders.events", 0}, 9}});
            }));
        for (auto& commit : commits)
            commit.get();
        m_file = std::make_unique<EditedFile>(m_cluster->bootstrap());
    }
    void init()
    {
        m_file->write(two);
        m_running = std::make_unique<RunningWindow>(m_file->path());
        for (const auto* projection : {"order_summary", "parcel_tracking"})
            QTRY_COMPARE_WITH_TIMEOUT(backlog(projection), QString::number(m_behind), patience);
        QCOMPARE(sortedRows(), (QStringList{"order_summary", "parcel_tracking"}));
        QCOMPARE(m_running->messages(), QString());
    }
    void cleanup() { m_running.reset(); }

    void aBrokenFileIsExplainedAndChangesNothing_data()
    {
        QTest::addColumn<QByteArray>("mistake");
        QTest::addColumn<QStringList>("explanation");
        QTest::newRow("unknown key") << QByteArray("bootstrap_server = \"localhost\"")
                                     << QStringList{"orders.toml:10:1", "unknown key", "bootstrap_server",
                                                    "did you mean \"bootstrap_servers\"?"};
        QTest::newRow("syntax") << QByteArray("client.id = \"open") << QStringList{"orders.toml:10:18", "error"};
    }
    void aBrokenFileIsExplainedAndChangesNothing()
    {
        QFETCH(QByteArray, mistake);
        QFETCH(QStringList, explanation);
        const Ticks ticks;
        m_file->write(withThird, mistake.toStdString());
        QTRY_VERIFY_WITH_TIMEOUT(m_running->window().messages().has("workspace"), patience);
        const auto text = m_running->messages();
        for (const auto& part : explanation + QStringList{"still using the settings of before", "Correct the file"})
            QVERIFY2(text.contains(part), qPrintable(part + " is not in " + text));
        // What was watched goes on being watched, and nothing else is.
        writeEvent();
        QTRY_COMPARE_WITH_TIMEOUT(backlog("order_summary"), QString::number(m_behind), patience);
        QCOMPARE(sortedRows(), (QStringList{"order_summary", "parcel_tracking"}));
        QVERIFY(m_running->window().messages().has("workspace"));

        m_file->write(withThird);
        QTRY_VERIFY_WITH_TIMEOUT(!m_running->window().messages().has("workspace"), patience);
        QTRY_COMPARE_WITH_TIMEOUT(backlog("ops_console"), QString::number(m_behind), patience);
        QCOMPARE(sortedRows(), (QStringList{"ops_console", "order_summary", "parcel_tracking"}));
        ticks.verify();
    }

    void changesAreTakenOverWhereOneIs()
    {
        auto& window = m_running->window();
        window.overview()->select("parcel_tracking");
        auto* range = window.topBar()->rangeButton();
        QVERIFY(range->apply("now-6h"));
        const auto shownRange = range->text();
        const auto stayed = [&] {
            return window.overview()->selected() == "parcel_tracking" && range->text() == shownRange &&
                   window.projectionPage()->projection() == "parcel_tracking";
        };
        const Ticks ticks;
        m_file->write(withThird);
        QTRY_COMPARE_WITH_TIMEOUT(backlog("ops_console"), QString::number(m_behind), patience);
        QVERIFY(stayed());

        const auto* why = window.projectionPage()->whyView();
        QVERIFY2(shownText(*why).contains(durationText(Duration(30'000))), qPrintable(shownText(*why)));
        m_file->write({{"order_summary"}, {"parcel_tracking", "77s"}, {"ops_console"}});
        QTRY_VERIFY_WITH_TIMEOUT(shownText(*why).contains(durationText(Duration(77'000))), patience);
        QVERIFY(stayed());

        // One that is gone leaves table, list and jump box; the page of another stays open.
        window.showPage(MainWindow::Projections);
        m_file->write({{"parcel_tracking", "77s"}, {"ops_console"}});
        QTRY_COMPARE_WITH_TIMEOUT(sortedRows(), (QStringList{"ops_console", "parcel_tracking"}), patience);
        QCOMPARE(window.page(), MainWindow::Projections);
        QVERIFY(stayed());
        QTRY_VERIFY_WITH_TIMEOUT(!shownText(window).contains("order_summary"), patience);
        ticks.verify();
    }

    void theOneThatIsShownMayGo()
    {
        auto& window = m_running->window();
        window.openProjection("parcel_tracking");
        m_file->write({{"order_summary"}});
        QTRY_COMPARE_WITH_TIMEOUT(m_running->rows(), QStringList{"order_summary"}, patience);
        QTRY_COMPARE_WITH_TIMEOUT(window.projectionPage()->projection(), std::string("order_summary"), patience);
        QCOMPARE(window.overview()->selected(), std::string("order_summary"));
        QTRY_VERIFY_WITH_TIMEOUT(!shownText(window).contains("parcel_tracking"), patience);
    }
};

QTEST_MAIN(TestLiveSettings)
#include "tst_livesettings.moc"
