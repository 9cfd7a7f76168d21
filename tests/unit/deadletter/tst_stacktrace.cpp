// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/exceptions.h"

#include "tests/unit/deadletter/letters.h"

#include <QTest>

using namespace projectionist;

namespace {

/// A line for each section: "class | message | frames + omitted", "!" before a suppressed one.
QString shapeOf(const std::string& text, const std::string& message = {})
{
    StackTrace trace;
    parseStackTrace(text, message, trace);
    QString shape;
    for (const auto& section : trace.sections)
        shape +=
            QString::fromStdString(fmt::format("{}{} | {} | {}+{}\n", section.suppressed ? "!" : "", section.exception,
                                               section.message, section.frameCount, section.omitted));
    return shape;
}

/// "class | message | first application frame"
QString rootOf(const std::string& text, const std::string& message = {}, const DecodeSettings& settings = {})
{
    StackTrace trace;
    parseStackTrace(text, message, trace);
    const RootCause root = ExceptionRules(settings).rootOf(trace);
    return QString::fromStdString(
        fmt::format("{} | {} | {}", root.exception, root.message, frameName(root.kind, root.frame)));
}

const std::string dotNet = "System.InvalidOperationException: Handler failed\n"
                           " ---> Acme.OrderRejected: order 17\n"
                           " ---> Npgsql.PostgresException (0x80004005): 40P01: deadlock detected\n"
                           "   at Npgsql.Internal.NpgsqlConnector.ReadMessage(Boolean async)\n"
                           "   at Acme.Store.<SaveAsync>d__5.MoveNext() in /src/Store.cs:line 41\n"
                           "   --- End of inner exception stack trace ---\n"
                           "   at Acme.Orders.Apply(OrderPlaced e) in /src/Orders.cs:line 12\n"
                           "   --- End of inner exception stack trace ---\n"
                           "   at Acme.Host.Run()\n";

const std::string python = "Traceback (most recent call last):\n"
                           "  File \"/app/store.py\", line 4, in save\n"
                           "    raise KeyError('total')\n"
                           "  File \"/usr/lib/python3.11/json/decoder.py\", line 337, in decode\n"
                           "    obj = f()\n"
                           "          ^^^\n"
                           "KeyError: 'total'\n"
                           "\n"
                           "During handling of the above exception, another exception occurred:\n"
                           "\n"
                           "Traceback (most recent call last):\n"
                           "  File \"/app/orders.py\", line 9, in apply\n"
                           "    save()\n"
                           "app.errors.OrderError: order 17\n"
                           "second line\n";

} // namespace

class TestStackTrace : public QObject
{
    Q_OBJECT
private slots:
    void javaCausesAreAChainFromOutsideToTheRoot()
    {
        QCOMPARE(shapeOf(springTrace),
                 QString("org.springframework.kafka.listener.ListenerExecutionFailedException | Listener failed | 2+0\n"
                         "com.acme.OrderRejected | order 17 rejected | 2+1\n"
                         "java.sql.SQLTransientException | deadlock detected | 2+3\n"));
        QCOMPARE(rootOf(springTrace),
                 QString("java.sql.SQLTransientException | deadlock detected | com.acme.Store.save"));
    }

    void suppressedExceptionsAndTheirCausesAreNoRoots()
    {
        const std::string text = "a.Outer: o\n"
                                 "\tat com.acme.A.a(A.java:1)\n"
                                 "\tSuppressed: a.Close: c\n"
                                 "\t\tat com.acme.B.b(B.java:1)\n"
                                 "\t\t... 1 more\n"
                                 "\tCaused by: a.CloseCause: cc\n"
                                 "\t\t... 2 more\n"
                                 "Caused by: a.Root: r\n"
                                 "\tat com.acme.C.c(C.java:1)\n";
        QCOMPARE(shapeOf(text), QString("a.Outer | o | 1+0\n!a.Close | c | 1+1\n!a.CloseCause | cc | 0+2\n"
                                        "a.Root | r | 1+0\n"));
        QCOMPARE(rootOf(text), QString("a.Root | r | com.acme.C.c"));
        QCOMPARE(rootOf(text.substr(0, text.find("Caused by: a.Root"))), QString("a.Outer | o | com.acme.A.a"));
    }

    void aFrameThatIsSharedIsFoundInTheTraceAround()
    {
        const std::string text = "a.Outer\n"
                                 "\tat com.acme.Outside.only(A.java:1)\n"
                                 "\tat java.util.Optional.map(B.java:1)\n"
                                 "\tat com.acme.Shared.frame(C.java:1)\n"
                                 "Caused by: a.Root\n"
                                 "\tat java.util.Objects.requireNonNull(D.java:1)\n"
                                 "\t... 2 more\n";
        QCOMPARE(rootOf(text), QString("a.Root |  | com.acme.Shared.frame"));
    }

    void aMessageThatLooksLikeATraceIsText_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("message");
        QTest::addColumn<QString>("root");
        const std::string own = "remote said:\nCaused by: fake.Cause: nope\n\tat fake.Frame.x(Fake.java:1)\nbye";
        const std::string frame = "\tat com.acme.Real.y(Real.java:1)\n";
        const auto row = [](const char* name, const std::string& text, const std::string& message, const char* root) {
            QTest::newRow(name) << QString::fromStdString(text) << QString::fromStdString(message) << root;
        };
        row("known from its header", "a.Root: " + own + "\n" + frame, own,
            "a.Root | remote said:\nCaused by: fake.Cause: nope\n\tat fake.Frame.x(Fake.java:1)\nbye | "
            "com.acme.Real.y");
        row("the root's, known as the end of the wrapper's",
            "a.Wrapper: w\n" + frame + "Caused by: a.Root: " + own + "\n" + frame, "w; " + own,
            "a.Root | remote said:\nCaused by: fake.Cause: nope\n\tat fake.Frame.x(Fake.java:1)\nbye | "
            "com.acme.Real.y");
        row("repeated by a runtime exception",
            "java.lang.RuntimeException: a.Root: " + own + "\n" + frame + "Caused by: a.Root: " + own + "\n" + frame,
            "a.Root: " + own,
            "a.Root | remote said:\nCaused by: fake.Cause: nope\n\tat fake.Frame.x(Fake.java:1)\nbye | "
            "com.acme.Real.y");
        row("unknown, a cause straight after the first line", "a.Root: text\nCaused by: fake.Cause: nope\n" + frame, "",
            "a.Root | text\nCaused by: fake.Cause: nope | com.acme.Real.y");
        row("unknown, text after its frames", "a.Root: text\n\tat fake.Frame.x(Fake.java:1)\n\n" + frame, "",
            "a.Root | text | com.acme.Real.y");
        row("no class behind the words", "a.Root: text\n" + frame + "Caused by: bad luck\n", "",
            "a.Root | text | com.acme.Real.y");
        row("a message known to end is followed by a cause", "a.Stackless: text\nCaused by: a.Root: r\n" + frame,
            "text", "a.Root | r | com.acme.Real.y");
        row("Kafka's exceptions have no frames",
            "org.apache.kafka.common.errors.SerializationException: bytes\nCaused by: a.Root: r\n" + frame, "",
            "a.Root | r | com.acme.Real.y");
        row("Jackson says where in the JSON it was",
            "a.Wrapper: w\n" + frame + "Caused by: a.Root: text\n at [Source: UNKNOWN; line: 1, column: 2]\n" + frame,
            "", "a.Root | text\n at [Source: UNKNOWN; line: 1, column: 2] | com.acme.Real.y");
    }
    void aMessageThatLooksLikeATraceIsText()
    {
        QFETCH(QString, text);
        QFETCH(QString, message);
        QFETCH(QString, root);
        QCOMPARE(rootOf(text.toStdString(), message.toStdString()), root);
    }

    void wrappersAreSkippedAlsoInsideTheChain()
    {
        const std::string text = "a.Outer\n\tat com.acme.A.a(A.java:1)\nCaused by: my.Wrapper: w\n\t... 1 more\n";
        QCOMPARE(rootOf(text), QString("my.Wrapper | w | com.acme.A.a"));
        DecodeSettings settings;
        settings.wrappers = {"Wrapper"};
        QCOMPARE(rootOf(text, {}, settings), QString("a.Outer |  | com.acme.A.a"));
        const std::string alone = "java.util.concurrent.ExecutionException: e\n\tat com.acme.A.a(A.java:1)\n";
        QCOMPARE(rootOf(alone), QString("java.util.concurrent.ExecutionException | e | com.acme.A.a"));
    }

    void theUserSaysWhichFramesAreTheApplications()
    {
        const std::string text = "a.E\n\tat com.acme.lib.L.l(L.java:1)\n\tat org.apache.ours.O.o(O.java:1)\n"
                                 "\tat com.acme.A.a(A.java:1)\n";
        QCOMPARE(rootOf(text), QString("a.E |  | com.acme.lib.L.l"));
        DecodeSettings settings;
        settings.libraries = {"com.acme.lib."};
        QCOMPARE(rootOf(text, {}, settings), QString("a.E |  | com.acme.A.a"));
        settings.applications = {"org.apache.ours."};
        QCOMPARE(rootOf(text, {}, settings), QString("a.E |  | org.apache.ours.O.o"));
    }

    void dotNetCausesStandBeforeTheFrames()
    {
        QCOMPARE(shapeOf(dotNet), QString("System.InvalidOperationException | Handler failed | 1+0\n"
                                          "Acme.OrderRejected | order 17 | 1+0\n"
                                          "Npgsql.PostgresException | 40P01: deadlock detected | 2+0\n"));
        QCOMPARE(rootOf(dotNet),
                 QString("Npgsql.PostgresException | 40P01: deadlock detected | Acme.Store.<SaveAsync>d__.MoveNext"));
        std::string crlf = dotNet;
        for (auto at = crlf.find('\n'); at != std::string::npos; at = crlf.find('\n', at + 2))
            crlf.insert(at, "\r");
        QCOMPARE(shapeOf(crlf), shapeOf(dotNet));
    }

    void dotNetArrowsInAMessageAreTextWhereNoTraceEnds()
    {
        QCOMPARE(shapeOf("A.E: x ---> Fake.E: y\n   at A.B.C()\n"), QString("A.E | x ---> Fake.E: y | 1+0\n"));
        QCOMPARE(shapeOf("A.E: x ---> B.E: y\r\n   at B.C.D()\r\n   --- End of inner exception stack trace ---\r\n"
                         "   at A.B.C()"),
                 QString("A.E | x | 1+0\nB.E | y | 1+0\n"));
    }

    void branchesOfAnAggregateAreBesideTheChain()
    {
        const std::string text = "System.AggregateException: One or more errors occurred. (a) (b)\n"
                                 " ---> A.First: a\n"
                                 "   at A.F.f()\n"
                                 "   --- End of inner exception stack trace ---\n"
                                 "   at A.Outer.o()\n"
                                 " ---> (Inner Exception #1) A.Second: b\n"
                                 "   at A.S.s()<---\n";
        QCOMPARE(shapeOf(text), QString("System.AggregateException | One or more errors occurred. (a) (b) | 1+0\n"
                                        "A.First | a | 1+0\n!A.Second | b | 1+0\n"));
        QCOMPARE(rootOf(text), QString("A.First | a | A.F.f"));
    }

    void pythonWritesTheRootFirst()
    {
        QCOMPARE(shapeOf(python),
                 QString("app.errors.OrderError | order 17\nsecond line | 1+0\nKeyError | 'total' | 2+0\n"));
        QCOMPARE(rootOf(python), QString("KeyError | 'total' | /app/store.py:save"));
    }

    void scriptsNameFilesAndCauses()
    {
        const std::string text = "TypeError [ERR_X]: bad total\n"
                                 "    at node:internal/process/task_queues:95:5\n"
                                 "    at Object.apply (/app/node_modules/kafkajs/src/x.js:3:9)\n"
                                 "    at async run (/app/src/orders.js:41:7) {\n"
                                 "  code: 'ERR_X',\n"
                                 "  [cause]: RangeError: too big\n"
                                 "      at total (/app/src/total.js:2:1)\n"
                                 "}\n";
        QCOMPARE(shapeOf(text), QString("TypeError | bad total | 3+0\nRangeError | too big | 1+0\n"));
        QCOMPARE(rootOf(text), QString("RangeError | too big | total (/app/src/total.js"));
        QCOMPARE(rootOf(text.substr(0, text.find("  code"))),
                 QString("TypeError | bad total | async run (/app/src/orders.js"));
    }

    void goPanicsNameTheirGoroutinesFrames()
    {
        const std::string text = "panic: index out of range [3]\n\ngoroutine 7 [running]:\n"
                                 "panic({0x1, 0x2})\n\t/usr/local/go/src/runtime/panic.go:884 +0x1f\n"
                                 "main.(*Orders).apply(0xc00001)\n\t/app/orders.go:12 +0x1d\n\n"
                                 "goroutine 8 [select]:\nmain.other()\n\t/app/o.go:1\n";
        QCOMPARE(rootOf(text), QString("panic | index out of range [3] | main.(*Orders).apply"));
    }

    void framesAloneAndTextAloneAreRead()
    {
        QCOMPARE(rootOf("   at Acme.Orders.Apply(OrderPlaced e)\n"), QString(" |  | Acme.Orders.Apply"));
        QCOMPARE(rootOf("\tat com.acme.A.a(A.java:1)\n"), QString(" |  | com.acme.A.a"));
        QCOMPARE(rootOf("cannot handle message"), QString(" | cannot handle message | "));
        QCOMPARE(rootOf("log line\ncom.acme.E: m\n\tat com.acme.A.a(A.java:1)"),
                 QString("com.acme.E | m | com.acme.A.a"));
        QCOMPARE(rootOf(""), QString(" |  | "));
    }

    void aTraceThatItsWriterCutSaysSo()
    {
        StackTrace trace;
        parseStackTrace("A.E: m\n   at A.B.C()\n   at A... (truncated)", {}, trace);
        QVERIFY(trace.cut);
    }
};

QTEST_APPLESS_MAIN(TestStackTrace)
#include "tst_stacktrace.moc"
