// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/fingerprint.h"

#include "tests/unit/deadletter/letters.h"

#include <QTest>

using namespace projectionist;

namespace {

FailureKey framed()
{
    FailureKey key;
    key.exception = "com.acme.Boom";
    key.frame = "com.acme.Orders.apply(Orders.java:41)";
    key.kind = TraceKind::Java;
    key.message = "order 17";
    key.eventType = "OrderPlaced";
    return key;
}

FailureKey unframed(std::string_view message)
{
    FailureKey key = framed();
    key.frame = {};
    key.message = message;
    return key;
}

} // namespace

class TestFingerprint : public QObject
{
    Q_OBJECT
private slots:
    void theSameFailureOfTheSameEventIsOneGroup()
    {
        Fingerprinter prints;
        FailureKey other = framed();
        other.frame = "app//com.acme.Orders$$SpringCGLIB$$0.apply(Orders.java:57)";
        other.message = "order 18";
        other.origin = "elsewhere";
        QCOMPARE(prints.hash(framed()), prints.hash(other));
        other.eventType = "OrderCancelled";
        QVERIFY(prints.hash(framed()) != prints.hash(other));
        other = framed();
        other.frame = "com.acme.Orders.cancel(Orders.java:41)";
        QVERIFY(prints.hash(framed()) != prints.hash(other));
        other = framed();
        other.exception = "com.acme.Bang";
        QVERIFY(prints.hash(framed()) != prints.hash(other));
    }

    /// Groups are known by it on disk: a change needs a new version.
    void theHashOfAVersionNeverChanges()
    {
        Fingerprinter prints;
        QCOMPARE(Fingerprinter::version, 1);
        QCOMPARE(prints.hash(framed()), std::uint64_t(14840491129007367658U));
    }

    void withoutAFrameTheMessageServesWithoutWhatChanges()
    {
        Fingerprinter prints;
        QCOMPARE(prints.hash(unframed("order 17 of 'Smith' failed")),
                 prints.hash(unframed("order 9981 of 'Jones' failed")));
        QVERIFY(prints.hash(unframed("order 17 failed")) != prints.hash(unframed("order 17 is late")));
        const GroupReason reason = prints.explain(unframed("order 17 of 'Smith' failed"));
        QCOMPARE(reason.message, std::string("order # of '\u2026' failed"));
        QCOMPARE(reason.exception, std::string("com.acme.Boom"));
        QCOMPARE(reason.eventType, std::string("OrderPlaced"));
        QVERIFY(reason.frame.empty() && reason.origin.empty() && reason.rule.empty());
        QCOMPARE(prints.hashWithoutFrame(framed()), prints.hash(unframed("order 17")));
    }

    void whereNothingIsKnownTheOriginGroups()
    {
        Fingerprinter prints;
        FailureKey key;
        key.origin = "orders";
        FailureKey other = key;
        other.origin = "payments";
        QVERIFY(prints.hash(key) != prints.hash(other));
        QCOMPARE(prints.explain(key).origin, std::string("orders"));
        key.exception = other.exception = "com.acme.Boom";
        QCOMPARE(prints.hash(key), prints.hash(other));
    }

    void messagesLoseNumbersIdsAndQuotedValues_data()
    {
        QTest::addColumn<QString>("message");
        QTest::addColumn<QString>("normalised");
        const auto row = [](const char* message, const char* normalised) {
            QTest::newRow(message) << message << normalised;
        };
        row("order 17 failed", "order # failed");
        row("id 550e8400-e29b-41d4-a716-446655440000 gone", "id # gone");
        row("com.acme.Order@6d06d69c", "com.acme.Order@#");
        row("com.acme.Order@deadbeef", "com.acme.Order@#");
        row("GenericMessage [payload=byte[88], headers={id=9f1c}]", "GenericMessage [payload=byte[#], headers={id=#}]");
        row("ORD-1234 and Int32", "ORD-# and Int#");
        row("at 0x7ffe12 hex", "at # hex");
        row("ULID 01HXYZ3K9A", "ULID #");
        row("can't find 'a b' or \"c\"", "can't find '\u2026' or \"\u2026\"");
        row("line\n\tbreaks   and spaces", "line breaks and spaces");
        row("no int\n at [Source: (String)\"[1]\"; line: 1, column: 2] (through A[\"b\"])",
            "no int (through A[\"\u2026\"])");
        row("no JSON\n at [Source: cut", "no JSON ");
        row("no change here", "no change here");
        row("unclosed ' quote", "unclosed ' quote");
        row("3.14 and 1,000", "#.# and #,#");
        row("größe 3", "größe #");
    }
    void messagesLoseNumbersIdsAndQuotedValues()
    {
        QFETCH(QString, message);
        QFETCH(QString, normalised);
        QCOMPARE(QString::fromStdString(normalisedMessage(message.toStdString())), normalised);
    }

    void aLongMessageCountsByItsBeginning()
    {
        const std::string begin(300, 'x');
        QCOMPARE(normalisedMessage(begin + " a"), normalisedMessage(begin + " b"));
        QVERIFY(normalisedMessage(begin).size() <= 256);
    }

    void framesLoseLinesLoadersProxiesAndWhatCompilersCount_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("frame");
        QTest::addColumn<QString>("name");
        const auto row = [](TraceKind kind, const char* frame, const char* name) {
            QTest::newRow(frame) << static_cast<int>(kind) << frame << name;
        };
        row(TraceKind::Java, "com.acme.A.a(A.java:1)", "com.acme.A.a");
        row(TraceKind::Java, "java.base@17.0.1/java.lang.Thread.run(Thread.java:1)", "java.lang.Thread.run");
        row(TraceKind::Java, "com.acme.A$$EnhancerBySpringCGLIB$$1a2b.a(<generated>)", "com.acme.A.a");
        row(TraceKind::Java, "com.acme.A.lambda$a$12(A.java:1)", "com.acme.A.lambda$a");
        row(TraceKind::Java, "com.acme.A$1.run(A.java:1)", "com.acme.A$1.run");
        row(TraceKind::Java, "apply (/app/orders.js:3:9)", "apply (/app/orders.js");
        row(TraceKind::Java, "/app/orders.js:3:9", "/app/orders.js");
        row(TraceKind::DotNet, "Acme.A.<B>d__5.MoveNext() in /src/A.cs:line 3", "Acme.A.<B>d__.MoveNext");
        row(TraceKind::DotNet, "Acme.V2.A.B(Int32 c)", "Acme.V2.A.B");
        row(TraceKind::Python, "File \"/app/a.py\", line 3, in apply", "/app/a.py:apply");
        row(TraceKind::Go, "main.(*A).apply(0xc0001)\n\t/app/a.go:12", "main.(*A).apply");
    }
    void framesLoseLinesLoadersProxiesAndWhatCompilersCount()
    {
        QFETCH(int, kind);
        QFETCH(QString, frame);
        QFETCH(QString, name);
        QCOMPARE(QString::fromStdString(frameName(static_cast<TraceKind>(kind), frame.toStdString())), name);
    }

    void aRuleMergesWhatItMatches()
    {
        Fingerprinter plain;
        Fingerprinter prints({{.name = "database", .exception = "*Boom", .message = "*order*"}});
        FailureKey other = framed();
        other.frame = "com.acme.Other.x(O.java:1)";
        other.eventType = "OrderCancelled";
        QCOMPARE(prints.hash(framed()), prints.hash(other));
        QCOMPARE(prints.explain(other).rule, std::string("database"));
        other.message = "payment";
        QCOMPARE(prints.hash(other), plain.hash(other));
    }

    void aRuleSplitsWhatItMatchesFromTheRest()
    {
        Fingerprinter prints({{.name = "vip", .action = GroupRule::Action::Split, .message = "*17*"}});
        FailureKey other = framed();
        other.message = "order 18";
        QVERIFY(prints.hash(framed()) != prints.hash(other));
        QCOMPARE(prints.explain(framed()).rule, std::string("vip"));
        QCOMPARE(prints.explain(framed()).frame, std::string("com.acme.Orders.apply"));
        QCOMPARE(prints.hash(other), Fingerprinter().hash(other));
    }

    void theFirstRuleThatMatchesDecides()
    {
        Fingerprinter prints({{.name = "a", .eventType = "Order*"}, {.name = "b"}});
        QCOMPARE(prints.explain(framed()).rule, std::string("a"));
        FailureKey other = framed();
        other.eventType = "Payment";
        QCOMPARE(prints.explain(other).rule, std::string("b"));
    }

    void patternsKnowStarAndQuestionMark()
    {
        QVERIFY(matchesPattern("", "anything"));
        QVERIFY(matchesPattern("*", ""));
        QVERIFY(matchesPattern("a*c", "abbbc"));
        QVERIFY(matchesPattern("*a*b*", "xxaxxbxx"));
        QVERIFY(matchesPattern("a?c", "abc"));
        QVERIFY(!matchesPattern("a?c", "ac"));
        QVERIFY(!matchesPattern("a*c", "abbbcd"));
        QVERIFY(!matchesPattern("abc", "ab"));
    }

    void lettersOfOneFailureAreOneGroupAcrossFamilies()
    {
        const std::string trace = "com.acme.Boom: order 17\n\tat com.acme.Orders.apply(Orders.java:41)\n";
        LetterBuilder connect;
        connect.add("type", "OrderPlaced")
            .add("__connect.errors.exception.class.name", "com.acme.Boom")
            .add("__connect.errors.exception.stacktrace", trace);
        LetterBuilder streams;
        streams.add("ce_type", "OrderPlaced")
            .add("__streams.errors.exception", "com.acme.Boom")
            .add("__streams.errors.stacktrace", trace);
        QCOMPARE(decoded(connect).fingerprint, decoded(streams).fingerprint);
        LetterBuilder table;
        table.table = "axon";
        table.add("processinggroup", "billing")
            .add("causetype", "com.acme.Boom")
            .add("causemessage", "order 18")
            .add("payloadtype", "OrderPlaced");
        LetterScanner scanner = scannerFor();
        const FailureKey key = scanner.scan(connect.view()).key("orders.dlt");
        QCOMPARE(scanner.fingerprinter().hashWithoutFrame(key), decoded(table).fingerprint);
    }
};

QTEST_APPLESS_MAIN(TestFingerprint)
#include "tst_fingerprint.moc"
