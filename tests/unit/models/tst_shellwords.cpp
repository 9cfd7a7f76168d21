// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shellwords.h"

#include <QProcess>
#include <QTest>

using namespace projectionist;

class TestShellWords : public QObject
{
    Q_OBJECT
private slots:
    void theShellReadsTheSame_data()
    {
        QTest::addColumn<QString>("command");
        for (const char* command :
             {"plain words only", "  blanks \t around  ", "'single quoted' \"double quoted\"", "a'b c'd\"e f\"g",
              "--sql='select \"x\"'", "it\\'s \\\"so\\\" a\\ b", "\"a\\\"b \\$x \\`y\\` \\\\ \\n\"", "'' \"\" x",
              "'a\\' b", "line\\\ncontinued \"line\\\ncontinued\"", "'\xc3\xa4 \xe2\x82\xac'"})
            QTest::newRow(command) << QString::fromUtf8(command);
    }
    void theShellReadsTheSame()
    {
        QFETCH(QString, command);
        const auto words = shellWords(command);
        QVERIFY(words);
        QProcess shell;
        shell.start("/bin/sh", {"-c", "printf '%s\\0' " + command});
        QVERIFY(shell.waitForFinished());
        QStringList parts = QString::fromUtf8(shell.readAllStandardOutput()).split(QChar(u'\0'));
        parts.removeLast();
        QCOMPARE(*words, parts);
    }
    void whatIsQuotedIsReadBack()
    {
        const QStringList words{"/bin/sh", "-c", "cat > out; echo \"it's $HOME\" \\", "", "~", "a b", "--x=1"};
        QStringList quoted;
        for (const auto& word : words)
            quoted << shellQuoted(word);
        QCOMPARE(quoted[0], QString("/bin/sh"));
        QCOMPARE(quoted[6], QString("--x=1"));
        QCOMPARE(shellWords(quoted.join(u' ')).value(), words);
    }
    void quotationsEnd()
    {
        for (const char* open : {"'a", "\"a", "a\\", "'a\\'b'", "\"a\\\""})
            QVERIFY2(!shellWords(QString(open)), open);
        QCOMPARE(shellWords(u" ").value(), QStringList());
        QCOMPARE(shellWords(u"a | b > c; $(d) *").value(), QString("a | b > c; $(d) *").split(u' '));
    }
};

QTEST_GUILESS_MAIN(TestShellWords)
#include "tst_shellwords.moc"
