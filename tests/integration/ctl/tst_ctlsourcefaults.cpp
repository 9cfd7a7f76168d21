// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/ctl/ctlfixture.h"
#include "tests/integration/ctl/watchingctl.h"

#include <algorithm>
#include <QRegularExpression>
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which the library includes
#include "tests/integration/sandbox/runningsandbox.h"
#endif

using namespace projectionist;

namespace {

const QStringList projections{"order_summary", "parcel_tracking", "ops_console"};

bool areAll(const QJsonObject& snapshot, const QString& state)
{
    return std::all_of(projections.begin(), projections.end(), [&](const QString& projection) {
        return WatchingCtl::stateOf(WatchingCtl::report(snapshot, projection)) == state;
    });
}

} // namespace

/// What goes wrong with what workers live on: servers, the outbox, the load.
class TestCtlSourceFaults : public QObject
{
    Q_OBJECT

    RunningSandbox m_sandbox;
    std::unique_ptr<WatchingCtl> m_watch;

    [[nodiscard]] QString workspace() const { return QString::fromStdString(m_sandbox.workspaceFile().string()); }
    /// Called unknown for this source, also in one look, and recovered from.
    void serverGoesAndComesBack(const char* fault, const QString& kind)
    {
        m_sandbox.inject(fault);
        QVERIFY(m_watch->until([&](const QJsonObject& snapshot) {
            const auto sources = snapshot.value("sources").toArray();
            return areAll(snapshot, "unknown") && std::all_of(sources.begin(), sources.end(), [&](const auto& value) {
                       const auto source = value.toObject();
                       return (source.value("state").toString() == "failed") ==
                              (source.value("kind").toString() == kind);
                   });
        }));
        const auto evidence = m_watch->report("order_summary").value("verdict")["evidence"].toString();
        QVERIFY2(evidence.contains("sandbox"), qPrintable(evidence)); // the name of broker and store
        QVERIFY2(evidence.contains(kind == "broker" ? "127.0.0.1:" : "PostgreSQL"), qPrintable(evidence));
        const auto answer = Ctl().run({"--config", workspace(), "lag"});
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.out.contains("Unknown") &&
                     answer.out.contains(QRegularExpression(kind + " sandbox\\S*: failed")),
                 qPrintable(answer.out + answer.err));
        m_sandbox.clear(fault);
        QVERIFY(m_watch->untilAllIsWell());
    }

private slots:
    void initTestCase()
    {
        m_sandbox.start({"--steady", "--bad-every", "0", "--seed", "9"});
        m_watch = std::make_unique<WatchingCtl>(workspace());
        QVERIFY(m_watch->untilAllIsWell());
    }
    void cleanupTestCase()
    {
        m_watch.reset();
        m_sandbox.stop();
        QVERIFY(m_sandbox.leftOver().empty());
    }

    void aStoreThatIsDownIsNamed() { serverGoesAndComesBack("store-down", "store"); }
    void aBrokerThatIsDownIsNamed() { serverGoesAndComesBack("broker-down", "broker"); }
    void aStoppedOutboxIsAFrozenSourceOfAll()
    {
        m_sandbox.inject("outbox-stopped");
        QVERIFY(m_watch->until([](const QJsonObject& snapshot) { return areAll(snapshot, "source-frozen"); }));
        const auto answer = Ctl().run({"--config", workspace(), "lag", "--json", "--observe", "90s"});
        QCOMPARE(answer.code, 2);
        for (const auto& report : answer.json()["projections"].toArray())
            QCOMPARE(WatchingCtl::stateOf(report.toObject()), QString("source-frozen"));
        m_sandbox.clear("outbox-stopped");
        QVERIFY(m_watch->untilAllIsWell());
    }
    void aBurstShowsInTheRatesAndPasses()
    {
        const double usual = m_watch->report("ops_console").value("in_per_second").toDouble();
        m_sandbox.inject("burst");
        QVERIFY(m_watch->until([&](const QJsonObject& snapshot) {
            return WatchingCtl::report(snapshot, "ops_console").value("in_per_second").toDouble() > 3 * usual;
        }));
        m_sandbox.clear("burst");
        QVERIFY(m_watch->untilAllIsWell());
        QCOMPARE(m_watch->end(), 0);
    }
};

QTEST_GUILESS_MAIN(TestCtlSourceFaults)
#include "tst_ctlsourcefaults.moc"
