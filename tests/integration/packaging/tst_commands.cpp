// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which the library includes
#include "app/sandbox/servers/processtree.h"
#endif

#include <csignal>
#include <memory>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace projectionist;

namespace {

struct Outcome
{
    int code = -1;
    QString out;
    QString err;
};

/// A copy of packaging/ over programs that are built already; the tools that would install or build are replaced.
class Checkout
{
public:
    Checkout()
    {
        // PostgreSQL runs as another user when we are root and has to get through.
        for (const char* folder : {".", "tmp", "run", "tools", "build/release"}) {
            QDir(m_folder.path()).mkpath(folder);
            const auto others = QString(folder) == "run" ? QFile::Permissions() : QFile::ExeGroup | QFile::ExeOther;
            QFile::setPermissions(path(folder), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | others);
        }
        QDir().mkpath(path("packaging"));
        for (const char* script : {"setup", "demo"})
            QFile::copy(QString(PACKAGING) + '/' + script, path("packaging/") + script);
        QFile::link(PROGRAMS, path("build/release/bin"));
        tool("cmake", "exit 0");
        tool("dpkg-query", "echo installed");
        tool("apt-get", "echo \"apt-get $*\"");
        tool("sudo", "exec \"$@\"");
        m_environment = QProcessEnvironment::systemEnvironment();
        m_environment.insert("PATH", path("tools:") + m_environment.value("PATH"));
        m_environment.insert("TMPDIR", path("tmp"));
        m_environment.insert("XDG_RUNTIME_DIR", path("run"));
        for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY"})
            m_environment.remove(name);
    }
    void tool(const QString& name, const QByteArray& script) const
    {
        QFile file(path("tools/") + name);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#!/bin/sh\n" + script + '\n');
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    [[nodiscard]] QString path(const QString& name) const { return m_folder.path() + '/' + name; }
    [[nodiscard]] QStringList temporaryFolders() const
    {
        return QDir(path("tmp")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden);
    }
    [[nodiscard]] std::unique_ptr<QProcess> start(const QString& script, const QStringList& arguments) const
    {
        auto process = std::make_unique<QProcess>();
        process->setProcessEnvironment(m_environment);
        process->start(path("packaging/") + script, arguments);
        return process;
    }
    [[nodiscard]] Outcome run(const QString& script, const QStringList& arguments) const
    {
        const auto process = start(script, arguments);
        if (!process->waitForFinished(120'000) || process->exitStatus() != QProcess::NormalExit)
            return {-1, process->readAllStandardOutput(), process->errorString()};
        return {process->exitCode(), process->readAllStandardOutput(), process->readAllStandardError()};
    }

private:
    QTemporaryDir m_folder;
    QProcessEnvironment m_environment;
};

/// Reads until the live table is there; what was printed so far.
QString untilTheTable(QProcess& demo)
{
    QString text;
    while (!text.contains("ops_console") && demo.waitForReadyRead(120'000))
        text += demo.readAllStandardOutput();
    return text;
}

bool allGone(const std::vector<ProcessEntry>& processes)
{
    return std::all_of(processes.begin(), processes.end(), [](const auto& process) {
        const auto tree = processTree(process.pid);
        return tree.empty() || tree.front().state == 'Z';
    });
}

} // namespace

/// The two commands of the README, as far as they can be tried without installing and building.
class TestCommands : public QObject
{
    Q_OBJECT
private slots:
    void wrongArgumentsAreThree_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("unknown for demo") << "demo" << QStringList{"--fast"};
        QTest::newRow("no number") << "demo" << QStringList{"--seconds"};
        QTest::newRow("zero") << "demo" << QStringList{"--seconds", "0"};
        QTest::newRow("a word") << "demo" << QStringList{"--rate", "high"};
        QTest::newRow("unknown for setup") << "setup" << QStringList{"--force"};
        QTest::newRow("unknown purpose") << "setup" << QStringList{"--for", "fun"};
        QTest::newRow("no purpose") << "setup" << QStringList{"--for"};
    }
    void wrongArgumentsAreThree()
    {
        QFETCH(QString, script);
        QFETCH(QStringList, arguments);
        const auto outcome = Checkout().run(script, arguments);
        QCOMPARE(outcome.code, 3);
        QCOMPARE(outcome.out, QString());
        QVERIFY2(outcome.err.startsWith(script + ": "), qPrintable(outcome.err));
    }
    void helpNamesEveryOption()
    {
        const Checkout checkout;
        const auto demo = checkout.run("demo", {"--help"});
        QCOMPARE(demo.code, 0);
        for (const char* option : {"--no-install", "--headless", "--seconds N", "--real", "--rate N"})
            QVERIFY2(demo.out.contains(option), option);
        const auto setup = checkout.run("setup", {"--help"});
        QCOMPARE(setup.code, 0);
        QVERIFY(setup.out.contains("--no-install") && setup.out.contains("--for build|run|test"));
    }
    void nothingMissingIsSilent()
    {
        const auto outcome = Checkout().run("setup", {});
        QCOMPARE(outcome.code, 0);
        QCOMPARE(outcome.out + outcome.err, QString());
    }
    void missingPackagesAreNamedAndWithNoInstallLeftAlone()
    {
        const Checkout checkout;
        checkout.tool("dpkg-query", "[ \"$4\" = librdkafka-dev ] || echo installed");
        const auto checked = checkout.run("setup", {"--no-install"});
        QCOMPARE(checked.code, 3);
        QCOMPARE(checked.out, QString("Missing packages: librdkafka-dev\n"));
        QVERIFY(checked.err.contains("apt-get install librdkafka-dev"));
        QCOMPARE(checkout.run("demo", {"--no-install"}).code, 3);
        const auto installed = checkout.run("setup", {"--for", "run", "--for", "build"});
        QCOMPARE(installed.code, 0);
        QVERIFY2(installed.out.contains("install -y -qq --no-install-recommends librdkafka-dev\n"),
                 qPrintable(installed.out));
        QCOMPARE(checkout.run("setup", {"--for", "run"}).out, QString());
    }
    void theDemoShowsTheTableWhereThereIsNoDisplayAndCleansUp()
    {
        const Checkout checkout;
        const auto outcome = checkout.run("demo", {"--no-install", "--seconds", "6"});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.out + outcome.err));
        QVERIFY(outcome.out.contains("No display here"));
        QVERIFY(outcome.out.contains("STATE") && outcome.out.contains("parcel_tracking"));
        QCOMPARE(checkout.temporaryFolders(), QStringList());
    }
    void interruptedItLeavesNothing()
    {
        const Checkout checkout;
        const auto demo = checkout.start("demo", {"--headless"});
        QVERIFY(untilTheTable(*demo).contains("ops_console"));
        const auto processes = processTree(static_cast<pid_t>(demo->processId()));
        QVERIFY(processes.size() > 6);
        ::kill(static_cast<pid_t>(demo->processId()), SIGINT);
        QVERIFY(demo->waitForFinished(60'000));
        QCOMPARE(demo->exitCode(), 130);
        QTRY_VERIFY_WITH_TIMEOUT(allGone(processes), 60'000);
        QCOMPARE(checkout.temporaryFolders(), QStringList());
    }
    void killedItTakesEverythingWithIt()
    {
        const Checkout checkout;
        const auto demo = checkout.start("demo", {"--headless"});
        QVERIFY(untilTheTable(*demo).contains("ops_console"));
        const auto processes = processTree(static_cast<pid_t>(demo->processId()));
        demo->kill();
        QVERIFY(demo->waitForFinished(60'000));
        QTRY_VERIFY_WITH_TIMEOUT(allGone(processes), 60'000);
        QTRY_COMPARE_WITH_TIMEOUT(checkout.temporaryFolders(), QStringList(), 60'000);
    }
};

QTEST_GUILESS_MAIN(TestCommands)
#include "tst_commands.moc"
