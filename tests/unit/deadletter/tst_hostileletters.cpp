// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/deadletter/letters.h"

#include <random>

#include <QTest>

using namespace projectionist;

namespace {

constexpr std::size_t megabyte = 1 << 20;

std::string repeated(std::string_view part, std::size_t size)
{
    std::string text;
    text.reserve(size + part.size());
    while (text.size() < size)
        text += part;
    return text;
}

/// Pieces of every grammar, so that random texts reach deep into the parsers.
constexpr std::string_view pieces[] = {"\n",
                                       "\r\n",
                                       "\tat ",
                                       "   at ",
                                       "    at ",
                                       "Caused by: ",
                                       "\tSuppressed: ",
                                       " ---> ",
                                       "... 3 more",
                                       "\t... 3 more\n",
                                       "   --- End of inner exception stack trace ---\n",
                                       " ---> (Inner Exception #1) ",
                                       "<---",
                                       "com.acme.Boom",
                                       ": ",
                                       "; ",
                                       "Traceback (most recent call last):\n",
                                       "  File \"/app/a.py\", line 3, in f\n",
                                       "goroutine 7 [running]:\n",
                                       "panic: ",
                                       "[cause]: ",
                                       "com.acme.A.a(A.java:1)",
                                       "\"",
                                       "'",
                                       "\xff\x03",
                                       "\0x",
                                       "\xc3",
                                       "(",
                                       ")",
                                       "{",
                                       "}",
                                       "/",
                                       "$$",
                                       "x",
                                       "17"};

class Random
{
public:
    std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(m_engine); }

    std::string bytes(std::size_t longest)
    {
        std::string text(below(longest + 1), '\0');
        for (char& c : text)
            c = static_cast<char>(below(256));
        return text;
    }
    std::string text(std::size_t longestPieces)
    {
        std::string text;
        for (std::size_t left = below(longestPieces + 1); left > 0; --left)
            text += below(8) == 0 ? bytes(3) : std::string(pieces[below(std::size(pieces))]);
        return text;
    }

private:
    std::mt19937_64 m_engine{20261121};
};

/// What a scan says must also be what the full decoding says, and must lie in memory that is there.
void check(LetterScanner& scanner, LetterBuilder& letter)
{
    const LetterScan scan = scanner.scan(letter.view());
    const std::uint64_t fingerprint = scan.fingerprint;
    const std::string exception(scan.exception);
    const std::string frame = frameName(scan.kind, scan.frame);
    const DeadLetter result = decode(scanner, letter.view());
    QCOMPARE(result.fingerprint, fingerprint);
    QCOMPARE(result.failure.exception, exception);
    QCOMPARE(result.failure.frame, frame);
    QCOMPARE(result.hops.size(), scan.hops);
}

} // namespace

class TestHostileLetters : public QObject
{
    Q_OBJECT
private slots:
    void randomHeadersAndTracesAreReadWithoutHarm()
    {
        Random random;
        LetterScanner scanner = scannerFor();
        std::vector<std::string> names;
        for (const auto& family : builtinFamilies())
            for (const auto& row : family.rows)
                names.emplace_back(row.name);
        for (const auto& row : generalHeaders())
            names.emplace_back(row.name);
        constexpr const char* tables[] = {"", "", "", "axon", "marten", "no such table"};
        for (int round = 0; round < 4000; ++round) {
            LetterBuilder letter;
            letter.table = tables[random.below(std::size(tables))];
            letter.record.value = random.below(2) ? random.text(20) : random.bytes(60);
            for (std::size_t left = random.below(24); left > 0; --left) {
                const std::string name = random.below(10) ? names[random.below(names.size())] : random.bytes(12);
                std::optional<std::string> value = random.below(2) ? random.text(40) : random.bytes(12);
                if (random.below(10) == 0)
                    value.reset();
                letter.add(name, std::move(value));
            }
            check(scanner, letter);
        }
    }

    void hugeTextsCostNoMoreThanTheirLength_data()
    {
        QTest::addColumn<QByteArray>("trace");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char* name, std::string_view part, std::string_view message = "m") {
            QTest::newRow(name) << QByteArray::fromStdString("com.acme.Boom: m\n\tat a.b(C.java:1)\n" +
                                                             repeated(part, megabyte))
                                << QByteArray::fromStdString(std::string(message));
        };
        row("causes", "Caused by: a.B: c\n\tat a.b(C.java:1)\n\t... 1 more\n");
        row("causes without frames", "Caused by: org.apache.kafka.common.errors.X: y\n");
        row("suppressed", "\tSuppressed: a.B: c\n\t\tat a.b(C.java:1)\n");
        row("library frames", "\tat java.lang.A.b(C.java:1)\n");
        row("shared frames", "Caused by: a.B: c\n\tat java.lang.A.b(C.java:1)\n\t... 999999 more\n");
        row("no line ends", "Caused by: ");
        row("line ends", "\n");
        row("arrows", " ---> A.B: c");
        row("arrows on lines", " ---> A.B: c\n   at A.B()\n   --- End of inner exception stack trace ---\n");
        row("tracebacks",
            "Traceback (most recent call last):\n  File \"a\", line 1, in f\nE: m\n\nThe above exception was "
            "the direct cause of the following exception:\n\n");
        row("NUL", std::string_view("\0", 1));
        row("invalid UTF-8", "\xc3\x28\xff");
        const std::string long_ = repeated("Caused by: a.B: c; ", megabyte);
        row("a message as long", long_, long_);
        const std::string lines = repeated("Caused by: a.B: c\n", megabyte);
        row("a message of lines", lines, lines + "; x");
    }
    void hugeTextsCostNoMoreThanTheirLength()
    {
        QFETCH(QByteArray, trace);
        QFETCH(QByteArray, message);
        LetterScanner scanner = scannerFor();
        LetterBuilder letter;
        letter.add("kafka_dlt-original-topic", "orders")
            .add("kafka_dlt-exception-fqcn", "com.acme.Boom")
            .add("kafka_dlt-exception-message", message.toStdString())
            .add("kafka_dlt-exception-stacktrace", trace.toStdString());
        check(scanner, letter);
        std::string dotNet = trace.toStdString();
        dotNet.replace(dotNet.find("\tat a.b(C.java:1)\n"), 18, " ---> A.B: c\n   at A.B.C()\n");
        letter.record.headers[3].value = dotNet;
        check(scanner, letter);
    }

    void tenThousandHeadersAreTenThousandHopsAtMost()
    {
        LetterScanner scanner = scannerFor();
        for (const char* name :
             {"kafka_dlt-original-topic", "__connect.errors.topic", "dead-letter-topic", "type", "other"}) {
            LetterBuilder letter;
            for (int i = 0; i < 10'000; ++i)
                letter.add(name, std::to_string(i));
            check(scanner, letter);
            QVERIFY(scanner.scan(letter.view()).hops <= 10'000);
        }
    }

    void aMegabyteInEveryHeaderIsRead()
    {
        LetterScanner scanner = scannerFor();
        LetterBuilder letter = springLetter();
        for (auto& header : letter.record.headers)
            header.value = repeated("\"'17a ", megabyte);
        letter.add("spring_json_header_types", repeated("{\"kafka_dlt-original-topic\":\"", megabyte));
        check(scanner, letter);
        QVERIFY(scanner.scan(letter.view()).flags & HeaderUndecodable);
    }

    void deepJsonInAHeaderIsNotFollowed()
    {
        LetterBuilder letter = springLetter();
        letter.record.headers[1].value = "\"" + repeated("[", megabyte) + "\"";
        letter.add("spring_json_header_types", R"({"kafka_dlt-original-topic":"x"})");
        LetterScanner scanner = scannerFor();
        check(scanner, letter);
        QCOMPARE(scanner.scan(letter.view()).originTopic.size(), megabyte);
    }
};

QTEST_APPLESS_MAIN(TestHostileLetters)
#include "tst_hostileletters.moc"
