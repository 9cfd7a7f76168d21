// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "backend/lag/samplesfile.h"

#include <fstream>
#include <sstream>

using namespace projectionist;

namespace {

const std::string header = "{\"format\":\"projectionist-samples\",\"version\":1,\"projection\":\"orders\"}";
const std::string good = "{\"at\":\"2026-11-21T14:02:11Z\",\"partitions\":[{\"topic\":\"o\",\"partition\":0,"
                         "\"group_position\":3,\"head\":5}]}";

Result<RecordedSession> parse(const std::string& text)
{
    std::istringstream in(text);
    return readSamples(in, "night.jsonl");
}

std::string withPartition(const std::string& fields)
{
    return "{\"at\":\"2026-11-21T14:02:11Z\",\"partitions\":[{" + fields + "}]}";
}

} // namespace

class TestSamplesFile : public QObject
{
    Q_OBJECT
private slots:
    void theExampleInTheHelpIsRead()
    {
        std::ifstream help(HELP_FOLDER "/samples-format.md");
        std::string line;
        std::string example;
        bool inside = false;
        while (std::getline(help, line)) {
            if (line.starts_with("```"))
                inside = line == "```jsonl";
            else if (inside)
                example += line + '\n';
        }
        const auto read = parse(example);
        QVERIFY2(read.has_value(), read ? "" : toString(read.error()).c_str());
        QCOMPARE(read->header.projection, std::string("order_summary"));
        QVERIFY(read->samples.size() >= 2);
        QVERIFY(read->samples[0].group && read->samples[0].writeSide && read->samples[0].heartbeat);
        QVERIFY(read->samples[0].partitions[0].backlog() == Offset(12));
        QCOMPARE(replay(*read).size(), read->samples.size());
    }
    void emptyLinesAndUnknownKeysAreSkipped()
    {
        const auto read = parse(header + "\n\n  \r\n" + good + "\n{\"at\":\"2026-11-21T14:02:12Z\",\"colour\":1}\n");
        QVERIFY(read.has_value());
        QCOMPARE(read->samples.size(), std::size_t(2));
        QCOMPARE(read->samples[0].projection, std::string("orders"));
    }
    void aBadLineIsNamedByItsNumber_data()
    {
        QTest::addColumn<QByteArray>("line");
        const auto row = [](const char* name, const std::string& line) {
            QTest::newRow(name) << QByteArray::fromStdString(line);
        };
        row("no JSON", "hello");
        row("half a line", good.substr(0, good.size() / 2));
        row("a number", "7");
        row("an array", "[[[[]]]]");
        row("no time", "{\"partitions\":[]}");
        row("no such time", "{\"at\":\"yesterday\"}");
        row("time as a number", "{\"at\":5}");
        row("partitions as text", "{\"at\":\"2026-11-21T14:02:11Z\",\"partitions\":\"all\"}");
        row("no topic", withPartition("\"partition\":1"));
        row("no partition", withPartition("\"topic\":\"o\""));
        row("partition too large", withPartition("\"topic\":\"o\",\"partition\":3000000000"));
        row("negative offset", withPartition("\"topic\":\"o\",\"partition\":0,\"head\":-1"));
        row("offset as text", withPartition("\"topic\":\"o\",\"partition\":0,\"head\":\"5\""));
        row("offset with a fraction", withPartition("\"topic\":\"o\",\"partition\":0,\"head\":1.5"));
        row("huge offset", withPartition("\"topic\":\"o\",\"partition\":0,\"head\":9223372036854775807"));
        row("beyond 64 bits", withPartition("\"topic\":\"o\",\"partition\":0,\"head\":18446744073709551615"));
        row("beyond all numbers", withPartition("\"topic\":\"o\",\"partition\":0,\"head\":1e400"));
        row("unknown origin", withPartition("\"topic\":\"o\",\"partition\":0,\"lag\":{\"ms\":1,\"origin\":\"guess\"}"));
        row("members below zero", "{\"at\":\"2026-11-21T14:02:11Z\",\"group\":{\"members\":-1}}");
        row("broken UTF-8", "{\"at\":\"\xff\xfe\"}");
        row("deeply nested", std::string(100'000, '['));
    }
    void aBadLineIsNamedByItsNumber()
    {
        QFETCH(QByteArray, line);
        const auto read = parse(header + '\n' + good + '\n' + line.toStdString() + '\n' + good);
        QVERIFY(!read.has_value());
        QVERIFY(read.error().kind == ErrorKind::InvalidData);
        QVERIFY2(read.error().what.starts_with("night.jsonl:3:"), read.error().what.c_str());
        QVERIFY(!read.error().why.empty() && !read.error().next.empty());
    }
    void aFileWithoutItsFirstLineIsRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("a sample first") << QByteArray::fromStdString(good);
        QTest::newRow("a later version") << QByteArray(
            "{\"format\":\"projectionist-samples\",\"version\":2,\"projection\":\"orders\"}");
        QTest::newRow("no interval") << QByteArray(
            "{\"format\":\"projectionist-samples\",\"version\":1,\"interval_ms\":0}");
    }
    void aFileWithoutItsFirstLineIsRefused()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!parse(text.toStdString()).has_value());
    }
};

QTEST_APPLESS_MAIN(TestSamplesFile)
#include "tst_samplesfile.moc"
