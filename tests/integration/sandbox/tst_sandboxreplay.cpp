// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/ctl/ctlfixture.h"
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which the library includes
#include "tests/integration/sandbox/runningsandbox.h"
#include "tests/support/testservers.h"
#endif

#include <QJsonArray>
#include <QJsonObject>

using namespace projectionist;

namespace {

constexpr const char* timeouts = "projection == \"parcel_tracking\" and exception contains \"GeocoderTimeout\"";

} // namespace

/// From the fault to the proof, by the command line.
class TestSandboxReplay : public QObject
{
    Q_OBJECT

    RunningSandbox m_sandbox;
    Ctl m_ctl;

    [[nodiscard]] Answer ctl(const QStringList& arguments) const
    {
        return m_ctl.run(QStringList{"--config", QString::fromStdString(m_sandbox.workspaceFile())} + arguments);
    }
    [[nodiscard]] std::size_t letters(const QString& filter) const
    {
        const auto answer = ctl({"deadletters", "list", "--json", "--where", filter});
        return answer.code == 0 ? static_cast<std::size_t>(answer.out.count('\n')) : 0;
    }
    [[nodiscard]] QString plan(const QString& name, const QString& filter) const
    {
        const auto file = m_ctl.path(name);
        const auto answer = ctl({"replay", "plan", "--where", filter, "--only-safe", "--rate", "50", "--ladder", "1,5",
                                 "--reason", "test", "-o", file});
        if (answer.code != 0)
            qWarning("%s%s", qPrintable(answer.out), qPrintable(answer.err));
        return answer.code == 0 ? file : QString();
    }
    /// The last word of a run.
    [[nodiscard]] static QJsonObject last(const Answer& answer)
    {
        return QJsonDocument::fromJson(answer.out.trimmed().split('\n').last().toUtf8()).object();
    }

private slots:
    void initTestCase()
    {
        m_sandbox.start({"--rate", "100", "--steady", "--bad-every", "0", "--erase-every", "0", "--seed", "5"});
    }
    void cleanupTestCase() { m_sandbox.stop(); }

    void lettersOfAFaultThatIsOverAreAppliedAndProved()
    {
        m_sandbox.inject("poison-burst");
        QVERIFY(eventually([&] { return letters(timeouts) >= 4; }));
        m_sandbox.clear("poison-burst");
        const auto file = plan("plan.json", timeouts);
        QVERIFY(!file.isEmpty());
        const auto answer = ctl({"replay", "run", file, "--yes", "--json"});
        const auto end = last(answer);
        QVERIFY2(answer.code == 0, qPrintable(answer.err + QJsonDocument(end).toJson()));
        QCOMPARE(end["state"].toString(), QString("finished"));
        QVERIFY(end["letters"].toInt() > 0); // whose keys have not moved on
        QCOMPARE(end["proved"].toInt(), end["letters"].toInt());
        for (const auto& letter : end["each"].toArray())
            for (const char* const light : {"produced", "passed", "not_back", "row_changed"})
                QCOMPARE(letter.toObject()[QLatin1String(light)].toString(), QString("on"));
        QCOMPARE(ctl({"replay", "status", end["plan"].toString()}).code, 0);
        QVERIFY(ctl({"audit", "--act", "replay-run"}).out.contains("finished"));
        QCOMPARE(ctl({"replay", "run", file, "--yes"}).code, 3); // once is enough
    }

    void aLetterThatFailsAgainStopsTheRunAtItsFirstStep()
    {
        m_sandbox.inject("poison-burst");
        const auto known = letters(timeouts);
        QVERIFY(eventually([&] { return letters(timeouts) >= known + 3; }));
        const auto file = plan("again.json", timeouts);
        QVERIFY(!file.isEmpty());
        const auto answer = ctl({"replay", "run", file, "--yes", "--json"});
        const auto end = last(answer);
        QVERIFY2(answer.code == 2, qPrintable(answer.err + QJsonDocument(end).toJson()));
        QCOMPARE(end["stop"].toString(), QString("came-back"));
        QCOMPARE(end["step"].toInt(), 1);
        QCOMPARE(end["done"].toInt(), 1);
        QVERIFY(end["each"].toArray().first().toObject()["came_back_as"].toString().contains("@"));
        m_sandbox.clear("poison-burst");
    }
};

QTEST_GUILESS_MAIN(TestSandboxReplay)
#include "tst_sandboxreplay.moc"
