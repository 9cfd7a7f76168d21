// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The program as its users start it: signals close the window in good order.

#include <csignal>
#include <QDir>
#include <QProcess>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

namespace {

constexpr int patience = 60'000; ///< milliseconds

/// The window's program on a broker that is not there, offscreen, with a home of its own.
class Program
{
public:
    Program()
    {
        auto environment = QProcessEnvironment::systemEnvironment();
        for (const char* name : {"XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "HOME"})
            environment.insert(name, m_home.filePath(QString(name).toLower()));
        environment.remove("PROJECTIONIST_CONFIG");
        environment.insert("QT_QPA_PLATFORM", "offscreen");
        m_process.setProcessEnvironment(environment);
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        QFile file(m_home.filePath("orders.toml"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(
            "[contexts.orders]\nbroker = \"kafka\"\ninterval = \"100ms\"\n"
            "[brokers.kafka]\nbootstrap_servers = \"localhost:1\"\n"
            "[[projections]]\nname = \"order_summary\"\ntopics = [\"orders.events\"]\ngroup = \"order_summary\"\n");
    }
    /// Until the history is open, which is after the window was made.
    void start(const QString& before = {})
    {
        QStringList arguments{PROGRAM, m_home.filePath("orders.toml")};
        if (!before.isEmpty())
            arguments.prepend(before);
        const auto program = arguments.takeFirst();
        m_process.start(program, arguments);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(state("history.db-wal")), patience);
    }
    void send(int number) const { QCOMPARE(::kill(static_cast<pid_t>(m_process.processId()), number), 0); }
    [[nodiscard]] QProcess& process() { return m_process; }
    [[nodiscard]] QString state(const QString& name) const
    {
        return m_home.filePath("xdg_state_home/projectionist/") + name;
    }

private:
    QTemporaryDir m_home;
    QProcess m_process;
};

} // namespace

class TestSignals : public QObject
{
    Q_OBJECT
private slots:
    void aSignalClosesTheWindowAndKeepsItsState_data()
    {
        QTest::addColumn<int>("number");
        QTest::newRow("SIGTERM") << SIGTERM;
        QTest::newRow("SIGINT") << SIGINT;
        QTest::newRow("SIGHUP") << SIGHUP;
    }
    void aSignalClosesTheWindowAndKeepsItsState()
    {
        QFETCH(int, number);
        Program program;
        program.start();
        program.send(number);
        QVERIFY(program.process().waitForFinished(patience));
        QVERIFY2(program.process().exitStatus() == QProcess::NormalExit, program.process().readAll().constData());
        QCOMPARE(program.process().exitCode(), 0);
        const QSettings settings(program.state("window.ini"), QSettings::IniFormat);
        // The last is written by a destructor: all was taken down in order, the history too.
        for (const char* key : {"window/geometry", "overview/divider"})
            QVERIFY2(settings.contains(key), qPrintable(settings.allKeys().join(' ')));
    }
    void whatWasIgnoredAtTheStartStaysIgnored()
    {
        Program program;
        program.start("nohup");
        program.send(SIGHUP);
        QVERIFY(!program.process().waitForFinished(1'000));
        program.send(SIGTERM);
        QVERIFY(program.process().waitForFinished(patience));
        QCOMPARE(program.process().exitStatus(), QProcess::NormalExit);
    }
};

QTEST_GUILESS_MAIN(TestSignals)
#include "tst_signals.moc"
