// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The manual page of the window's program agrees with its --help.

#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>

namespace {

QStringList longOptions(const QString& text)
{
    static const QRegularExpression option("--[a-z][a-z-]+");
    QStringList found;
    for (auto at = option.globalMatch(text); at.hasNext();)
        found << at.next().captured();
    found.sort();
    found.removeDuplicates();
    return found;
}

} // namespace

class TestManual : public QObject
{
    Q_OBJECT
private slots:
    void theManualHasEveryOptionAndNoOther()
    {
        QProcess program;
        program.start(PROGRAM, {"--help"});
        QVERIFY(program.waitForFinished(30'000));
        QCOMPARE(program.exitCode(), 0);
        QFile manual(MANUAL);
        QVERIFY(manual.open(QIODevice::ReadOnly));
        const auto documented = QString::fromUtf8(manual.readAll()).replace("\\-", "-");
        QCOMPARE(longOptions(documented), longOptions(QString::fromUtf8(program.readAllStandardOutput())));
    }
    void withoutADisplayItSaysWhatToDoInstead()
    {
        auto environment = QProcessEnvironment::systemEnvironment();
        for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
            environment.remove(name);
        QProcess program;
        program.setProcessEnvironment(environment);
        program.start(PROGRAM, QStringList{});
        QVERIFY(program.waitForFinished(30'000));
        QCOMPARE(program.exitStatus(), QProcess::NormalExit);
        QCOMPARE(program.exitCode(), 2);
        const auto told = QString::fromUtf8(program.readAllStandardError());
        QVERIFY2(told.contains("no display") && told.contains("projectionistctl lag --watch"), qPrintable(told));
    }
    void aDisplayThatDoesNotAnswerIsNoDisplay()
    {
        auto environment = QProcessEnvironment::systemEnvironment();
        for (const char* name : {"WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
            environment.remove(name);
        environment.insert("DISPLAY", ":64999");
        QProcess program;
        program.setProcessEnvironment(environment);
        program.start(PROGRAM, QStringList{});
        QVERIFY(program.waitForFinished(30'000));
        QCOMPARE(program.exitStatus(), QProcess::NormalExit);
        QCOMPARE(program.exitCode(), 2);
        const auto told = QString::fromUtf8(program.readAllStandardError());
        QVERIFY2(told.contains("no display") && told.contains("projectionistctl lag --watch"), qPrintable(told));
    }
    void theManualHasEveryExitCode()
    {
        QFile manual(MANUAL);
        QVERIFY(manual.open(QIODevice::ReadOnly));
        QProcess program;
        program.start(PROGRAM, {"--help"});
        QVERIFY(program.waitForFinished(30'000));
        const auto help = QString::fromUtf8(program.readAllStandardOutput());
        const auto documented = QString::fromUtf8(manual.readAll());
        for (const char* code : {"0", "2", "3"}) {
            QVERIFY2(help.contains(QString("\n  %1  ").arg(code)), qPrintable(help));
            QVERIFY2(documented.contains(QString("\n.B %1\n").arg(code)), code);
        }
        QVERIFY(help.contains("no display") && documented.contains("no display"));
    }
};

QTEST_GUILESS_MAIN(TestManual)
#include "tst_manual.moc"
