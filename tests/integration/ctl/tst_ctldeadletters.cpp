// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The real program on a real broker and a real database.
#include <QTest>

#include "backend/core/format.h"
#include "tests/integration/ctl/ctlletters.h"

#include <future>
#include <QFileInfo>
#include <QRegularExpression>

using namespace projectionist;

namespace {

const QString secret = "jane@example.org";

/// Nothing of it may reach a terminal.
bool isHarmless(const QString& text)
{
    static const QRegularExpression harmful("[\\x{00}-\\x{08}\\x{0b}\\x{0c}\\x{0e}-\\x{1f}\\x{7f}-\\x{9f}"
                                            "\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}]");
    return !harmful.match(text).hasMatch();
}

} // namespace

class TestCtlDeadLetters : public QObject, private CtlLetters
{
    Q_OBJECT
private slots:
    void initTestCase() { startWithLetters(); }
    void theListShowsTheNewestAndSaysOfHowMany();
    void jsonLinesHoldAllThatMatch();
    void lettersOfATableHaveReferencesTooAndOpenByThem();
    void groupsTellWhyAndHowMany();
    void aBrokenFilterIsExplainedWithItsPlace();
    void showTellsAllOfOneLetterWithoutWhatIsMasked();
    void unmaskedEverythingIsThere();
    void theOriginalIsComparedAndItsLossIsSaid();
    void aLetterThatIsNotThereIsOne();
    void nothingOfALetterSteersTheTerminal_data();
    void nothingOfALetterSteersTheTerminal();
    void matchesAreOneForCron();
    void followShowsLettersAsTheyCome();
    void whatCannotBeReadIsTwo();
    void unmaskingStandsInTheAuditTrail();
    void whatCannotBeRecordedIsNotShown();
    void resolvedLettersAreHiddenUntilTheyAreRestored();
    void resolvingNeedsLettersAndANote();
};

void TestCtlDeadLetters::theListShowsTheNewestAndSaysOfHowMany()
{
    const QString where = "topic == \"orders-dlt\"";
    const auto some = letters({"list", "--where", where});
    QVERIFY2(some.code == 0, qPrintable(some.err));
    const auto lines = some.out.split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 1 + 20 + 1);
    QVERIFY(lines.first().startsWith("ARRIVED") && lines.first().endsWith("REFERENCE"));
    QVERIFY2(lines.at(1).endsWith("Lost              orders-dlt[0]@30") || lines.at(1).contains("orders-dlt[0]@30"),
             qPrintable(lines.at(1)));
    QVERIFY2(lines.at(2).contains("OrderPlaced") && lines.at(2).contains("ORD-29") &&
                 lines.at(2).contains("orders[0]@29") && lines.at(2).contains("order_summary") &&
                 lines.at(2).contains("NotNull"),
             qPrintable(lines.at(2)));
    QCOMPARE(lines.last(), QString("20 of 31 letters; --all shows all"));
    const auto all = letters({"list", "--where", where, "--all"});
    QCOMPARE(all.out.split('\n', Qt::SkipEmptyParts).size(), 1 + 31 + 1);
    QVERIFY(all.out.endsWith("\n31 letters\n"));
    QVERIFY(letters({"list", "--where", where, "--limit", "3"}).out.endsWith("\n3 of 31 letters; --all shows all\n"));
    const auto none = letters({"list", "--where", "exception == \"nobody\""});
    QCOMPARE(none.code, 0);
    QCOMPARE(none.out, QString("0 letters\n"));
}

void TestCtlDeadLetters::jsonLinesHoldAllThatMatch()
{
    const auto answer = letters({"list", "--json", "--sort", "origin-offset:asc", "--where",
                                 "exception == \"com.acme.Timeout\" and payload.order >= 6"});
    QVERIFY2(answer.code == 0, qPrintable(answer.err));
    const auto all = objects(answer.out);
    QCOMPARE(all.size(), orderCount / 3 - 2);
    const auto& first = all.first();
    QCOMPARE(first.value("reference").toString(), QString("orders-dlt[0]@6"));
    QCOMPARE(first.value("origin").toObject().value("offset").toInt(), 6);
    QCOMPARE(first.value("key").toString(), QString("ORD-6"));
    QCOMPARE(first.value("projection").toString(), QString("order_summary"));
    QCOMPARE(first.value("message_pattern").toString(), QString("order # failed"));
    QCOMPARE(first.value("tries"), QJsonValue());

    const auto group = first.value("group").toString();
    QCOMPARE(group.size(), 16);
    QCOMPARE(objects(letters({"list", "--json", "--group", group.toUpper()}).out).size(), orderCount / 3);
    QCOMPARE(
        objects(letters({"list", "--json", "--group", group, "--where", "key == \"ORD-3\" or key == \"ORD-1\""}).out)
            .size(),
        1);
}

void TestCtlDeadLetters::lettersOfATableHaveReferencesTooAndOpenByThem()
{
    const auto all = objects(letters({"list", "--json", "--where", "topic == \"dead\""}).out);
    QCOMPARE(all.size(), 1);
    const auto reference = all.first().value("reference").toString();
    QVERIFY2(reference.startsWith("dead#"), qPrintable(reference));
    const auto answer = letters({"show", reference});
    QVERIFY2(answer.code == 0, qPrintable(answer.err));
    QVERIFY(answer.out.contains("com.acme.InTable"));
    QVERIFY2(answer.out.contains("not shown: it is no JSON") && !answer.out.contains(secret), qPrintable(answer.out));
    QVERIFY(letters({"show", reference, "--unmask"}).out.contains("<email>" + secret));
}

void TestCtlDeadLetters::groupsTellWhyAndHowMany()
{
    const auto answer = letters({"groups", "--where", "topic == \"orders-dlt\""});
    QVERIFY2(answer.code == 0, qPrintable(answer.err));
    const auto lines = answer.out.split('\n');
    QVERIFY2(lines.at(1).contains("20  com.acme.NotNull  com.acme.Orders.apply"), qPrintable(answer.out));
    QVERIFY(answer.out.contains("grouped because of exception com.acme.NotNull, thrown in com.acme.Orders.apply"));
    QVERIFY(answer.out.endsWith("\n31 letters in 3 groups\n"));
    const auto all = objects(letters({"groups", "--json"}).out);
    QVERIFY(all.size() >= 5);
    QCOMPARE(all.first().value("letters").toInt(), 20);
    QCOMPARE(all.first().value("projections").toArray().at(0).toObject().value("name").toString(),
             QString("order_summary"));
    QVERIFY(parseRfc3339(all.first().value("last").toString().toStdString()));
}

void TestCtlDeadLetters::aBrokenFilterIsExplainedWithItsPlace()
{
    const auto answer = letters({"list", "--where", "topic == \"a\" and exeption == 1"});
    QCOMPARE(answer.code, 3);
    QCOMPARE(answer.out, QString());
    QVERIFY2(
        answer.err.contains("\ntopic == \"a\" and exeption == 1\n                 ^^^^^^^^ unknown field `exeption`"),
        qPrintable(answer.err));
}

void TestCtlDeadLetters::showTellsAllOfOneLetterWithoutWhatIsMasked()
{
    const auto answer = letters({"show", "orders-dlt[0]@3"});
    QVERIFY2(answer.code == 0, qPrintable(answer.err));
    for (const char* part : {"com.acme.Timeout", "order 3 failed", "    at com.acme.Orders.apply", "1 library frame",
                             "\"order\": 3", "masked: $.customer.email", "orders[0]@3", "billing", "OrderPlaced",
                             "kafka_dlt-original-offset", "Spring Kafka", "given up from", "order_summary"})
        QVERIFY2(answer.out.contains(part), qPrintable(QString(part) + " is not in:\n" + answer.out));
    QVERIFY(!answer.out.contains("Thread.run"));
    QVERIFY(letters({"show", "orders-dlt[0]@3", "--all-frames"}).out.contains("Thread.run(Thread.java:840)"));
    for (const char* reference : {"orders-dlt[0]@3", "orders-dlt[0]@30"})
        for (const QStringList& more : {QStringList{}, QStringList{"--json"}, QStringList{"--original", "--json"}}) {
            const auto masked = letters(QStringList{"show", reference} + more);
            QVERIFY2(!masked.out.contains("jane") && !masked.out.contains("joe@") && !masked.out.contains("hunter2"),
                     qPrintable(masked.out));
        }
}

void TestCtlDeadLetters::unmaskedEverythingIsThere()
{
    const auto json = letters({"show", "orders-dlt[0]@3", "--unmask", "--json"}).json().object();
    QCOMPARE(json.value("payload").toObject().value("value").toString(),
             QString("{\"order\":3,\"customer\":{\"email\":\"jane@example.org\"}}"));
    QCOMPARE(json.value("headers").toArray().at(1).toObject().value("value").toString(), QString("Bearer hunter2"));
    const auto cut = letters({"show", "orders-dlt[0]@3", "--bytes", "5", "--json"}).json().object();
    QCOMPARE(cut.value("payload").toObject().value("read").toInt(), 5);
    QVERIFY(cut.value("payload").toObject().value("size").toInt() > 5);
}

void TestCtlDeadLetters::theOriginalIsComparedAndItsLossIsSaid()
{
    const auto answer = letters({"show", "orders-dlt[0]@3", "--original"});
    QCOMPARE(answer.code, 0);
    for (const char* part : {"  key: same\n", "  payload: differs\n", "  $.customer.email: differs\n",
                             "  header type: same\n", "  header kafka_dlt-exception-fqcn: added on failure\n",
                             "  header authorization: only in the letter\n", "Payload of the original"})
        QVERIFY2(answer.out.contains(part), qPrintable(QString(part) + " is not in:\n" + answer.out));
    QVERIFY(!answer.out.contains("$.order:"));
    const auto lost = letters({"show", "orders-dlt[0]@30", "--original"});
    QCOMPARE(lost.code, 1);
    QVERIFY(lost.out.contains("com.acme.Lost"));
    QVERIFY(!lost.err.isEmpty());
}

void TestCtlDeadLetters::aLetterThatIsNotThereIsOne()
{
    for (const char* reference : {"orders-dlt[0]@99999", "no-such-topic[0]@1", "dead#b", "nonsense\x1b[31m"}) {
        const auto answer = letters({"show", QString::fromLatin1(reference)});
        QVERIFY2(answer.code == 1, qPrintable(QString("%1: %2 %3").arg(reference).arg(answer.code).arg(answer.err)));
        QCOMPARE(answer.out, QString());
        QVERIFY(!answer.err.isEmpty() && isHarmless(answer.err));
    }
}

void TestCtlDeadLetters::nothingOfALetterSteersTheTerminal_data()
{
    QTest::addColumn<QStringList>("arguments");
    const QStringList hostile{"--where", "topic == \"hostile-dlt\""};
    QTest::newRow("list") << QStringList{"list"} + hostile;
    QTest::newRow("list as JSON") << QStringList{"list", "--json"} + hostile;
    QTest::newRow("groups") << QStringList{"groups"} + hostile;
    QTest::newRow("groups as JSON") << QStringList{"groups", "--json"} + hostile;
    QTest::newRow("show") << QStringList{"show", "hostile-dlt[0]@0", "--unmask", "--all-frames"};
    QTest::newRow("show as JSON") << QStringList{"show", "hostile-dlt[0]@0", "--unmask", "--json", "--original"};
    QTest::newRow("export") << QStringList{"export", "--payload", "--unmask"} + hostile;
    QTest::newRow("export as CSV") << QStringList{"export", "--payload", "--unmask", "--format", "csv"} + hostile;
}

void TestCtlDeadLetters::nothingOfALetterSteersTheTerminal()
{
    QFETCH(QStringList, arguments);
    const auto answer = letters(arguments);
    QVERIFY2(answer.code == 0, qPrintable(answer.err));
    QVERIFY2(answer.out.contains("cmd|"), qPrintable(answer.out));
    QVERIFY2(isHarmless(answer.out), answer.out.toUtf8().toPercentEncoding(" {}\"\n").constData());
}

void TestCtlDeadLetters::matchesAreOneForCron()
{
    QCOMPARE(letters({"list", "--exit-code", "--where", "key == \"ORD-3\""}).code, 1);
    QCOMPARE(letters({"list", "--exit-code", "--where", "key == \"ORD-333\""}).code, 0);
}

void TestCtlDeadLetters::followShowsLettersAsTheyCome()
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(CTL_PROGRAM, {"--config", m_file, "deadletters", "list", "--json", "--follow", "--where",
                                "topic == \"later-dlt\" and payload.order > 1000"});
    QVERIFY(process.waitForStarted());
    const auto line = [&process] {
        for (int i = 0; i < 120 && !process.canReadLine() && process.state() == QProcess::Running; ++i)
            process.waitForReadyRead(500);
        return QJsonDocument::fromJson(process.readLine()).object().value("key").toString();
    };
    // Whether it came before or after the list began: it is shown once.
    produce({orderLetter("later-dlt", 1001, "com.acme.Later")});
    QCOMPARE(line(), QString("ORD-1001"));
    for (int i = 1002; i < 1005; ++i) {
        produce({orderLetter("later-dlt", i - 1000, "com.acme.Later"), orderLetter("later-dlt", i, "com.acme.Later")});
        QCOMPARE(line(), QString("ORD-%1").arg(i));
    }
    // One whose end the filter never reads holds up nobody.
    auto endless = orderLetter("later-dlt", 1005, "com.acme.Later");
    endless.value = "{\"x\": \"" + std::string(300'000, 'x') + "\", \"order\": 1005}";
    produce({endless, orderLetter("later-dlt", 1006, "com.acme.Later")});
    QCOMPARE(line(), QString("ORD-1006"));
    process.terminate();
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.exitCode(), 0);
    QCOMPARE(process.readAll(), QByteArray());
}

void TestCtlDeadLetters::whatCannotBeReadIsTwo()
{
    const auto file = m_ctl.write("dead.toml", workspace("127.0.0.1:1"));
    const QString output = m_ctl.path("partial.jsonl");
    // Each waits for the broker until its last request is over.
    const auto run = [&](const QStringList& arguments) {
        return std::async(std::launch::async, [this, arguments = QStringList{"--config", file} + arguments] {
            return m_ctl.run(arguments);
        });
    };
    auto list = run({"deadletters", "list", "--json", "--timeout", "8s"});
    auto show = run({"--quiet", "deadletters", "show", "x[0]@1", "--timeout", "2s"});
    const auto exported = run({"deadletters", "export", "--payload", "--timeout", "8s", "--output", output}).get();
    const auto listed = list.get();
    QCOMPARE(listed.code, 2);
    QVERIFY2(listed.err.contains("not complete: "), qPrintable(listed.err));
    QCOMPARE(objects(listed.out).size(), 1); // what the table has is there
    QCOMPARE(show.get().code, 2);
    QCOMPARE(exported.code, 2);
    QVERIFY(exported.err.contains("not complete: "));
    QVERIFY(QFileInfo(output).size() > 0);
}

void TestCtlDeadLetters::unmaskingStandsInTheAuditTrail()
{
    const auto acts = [&] {
        return objects(m_ctl.run({"audit", "--act", "unmask", "--object", "orders-dlt[0]@5", "--json"}).out);
    };
    QVERIFY(letters({"show", "orders-dlt[0]@5"}).code == 0 && acts().isEmpty());
    QCOMPARE(letters({"show", "orders-dlt[0]@5", "--unmask"}).code, 0);
    QCOMPARE(acts().size(), 1);
    const auto act = acts().first();
    QCOMPARE(act.value("context").toString(), QString("local"));
    QVERIFY(act.value("detail").toString().contains("deadletters show"));
    QVERIFY(act.value("who").toString().contains('@'));
}

void TestCtlDeadLetters::whatCannotBeRecordedIsNotShown()
{
    Ctl other;
    other.write(".local/state/projectionist/audit.db", QString(5000, 'x'));
    for (const auto& arguments : {QStringList{"show", "orders-dlt[0]@5"}, QStringList{"list"}, QStringList{"export"}}) {
        const auto answer =
            other.run(QStringList{"--config", m_file, "deadletters"} + arguments + QStringList{"--unmask"});
        QVERIFY(answer.code > 1);
        QCOMPARE(answer.out, QString());
        QVERIFY2(answer.err.contains("audit.db"), qPrintable(answer.err));
    }
}

void TestCtlDeadLetters::resolvedLettersAreHiddenUntilTheyAreRestored()
{
    const QString timeouts = "topic == \"orders-dlt\" and exception contains \"Timeout\"";
    const auto listed = [&](const QStringList& more = {}) {
        return objects(letters(QStringList{"list", "--json", "--where", timeouts} + more).out).size();
    };
    const auto all = listed();
    QCOMPARE(all, orderCount / 3);
    const auto rows = objects(letters({"list", "--json", "--where", "topic == \"dead\""}).out);
    const auto row = rows.value(0).value("reference").toString();
    const auto resolved = letters({"resolve", "orders-dlt[0]@0", row, "--note", "by hand"});
    QVERIFY2(resolved.code == 0, qPrintable(resolved.err));
    const auto list = letters({"list", "--where", timeouts});
    QVERIFY2(list.err.contains("2 resolved letters are left out"), qPrintable(list.err));
    QCOMPARE(listed(), all - 1);
    QCOMPARE(listed({"--resolved"}), all);
    const auto found = objects(letters({"list", "--json", "--where", "state == \"resolved\""}).out);
    QCOMPARE(found.size(), 2);
    QCOMPARE(found.first().value("state").toString(), QString("resolved"));
    QCOMPARE(letters({"resolve", "--where", timeouts, "--note", "INC-4711"}).code, 0);
    QCOMPARE(listed(), 0);
    const auto exported = letters({"export", "--payload", "--where", "topic == \"orders-dlt\""});
    QVERIFY(!exported.out.contains("com.acme.Timeout") && exported.out.contains("com.acme.NotNull"));
    QVERIFY(!letters({"groups"}).out.contains("Timeout"));
    // All but one.
    QCOMPARE(letters({"restore", "--where", timeouts + " and offset != 0"}).code, 0);
    QCOMPARE(listed(), all - 1);
    QCOMPARE(letters({"restore", "--where", "state == \"resolved\""}).code, 0);
    QCOMPARE(listed(), all);
    const auto acts = objects(m_ctl.run({"audit", "--json", "--object", "orders-dlt[0]@0"}).out);
    QCOMPARE(acts.size(), 2);
    QCOMPARE(acts[0].value("act").toString(), QString("resolve"));
    QCOMPARE(acts[0].value("reason").toString(), QString("by hand"));
    QCOMPARE(acts[1].value("act").toString(), QString("restore"));
}

void TestCtlDeadLetters::resolvingNeedsLettersAndANote()
{
    QCOMPARE(letters({"resolve", "--note", "x"}).code, 3);
    QCOMPARE(letters({"resolve", "orders-dlt[0]@0"}).code, 3);
    QCOMPARE(letters({"resolve", "orders-dlt[0]@0", "--note", " "}).code, 3);
    QCOMPARE(letters({"resolve", "orders-dlt[0]@0", "--where", "age < 1h", "--note", "x"}).code, 3);
    QCOMPARE(letters({"resolve", "orders-dlt[0]@99999", "--note", "x"}).code, 1);
    QVERIFY(!letters({"list"}).err.contains("resolved"));
}

QTEST_GUILESS_MAIN(TestCtlDeadLetters)
#include "tst_ctldeadletters.moc"
