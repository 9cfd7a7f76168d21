// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#ifndef Q_MOC_RUN
#include "backend/deadletter/replay/murmur.h"
#include "backend/deadletter/replay/replayorder.h"

#include <sstream>
#endif

using namespace projectionist;

namespace {

/// "a:k1 orders/0@5 t=7 p=billing": name, ':', key ('-' none, 'k*' cut), origin ('?' not told), arrival, projection.
LetterInLine lineOf(const std::string& text)
{
    std::istringstream words(text);
    std::string name;
    std::string origin;
    std::string word;
    words >> name >> origin;
    LetterInLine line;
    const auto colon = name.find(':');
    line.reference = name.substr(0, colon);
    std::string key = name.substr(colon + 1);
    line.keyCut = key.ends_with('*');
    if (line.keyCut)
        key.pop_back();
    if (key != "-")
        line.key = key;
    line.topic = "orders";
    if (origin != "?") {
        const auto slash = origin.find('/');
        const auto at = origin.find('@');
        line.topic = origin.substr(0, slash);
        line.origin = {line.topic, std::stoi(origin.substr(slash + 1)), std::stoll(origin.substr(at + 1)), {}};
    }
    while (words >> word)
        if (word.starts_with("t="))
            line.arrived = TimePoint(Duration(std::stoi(word.substr(2))));
        else
            line.projection = word.substr(2);
    line.place = {{"dlt", 0}, 0};
    return line;
}

std::vector<LetterInLine> linesOf(const QByteArray& text)
{
    std::vector<LetterInLine> lines;
    for (const auto& line : text.split('\n'))
        if (!line.trimmed().isEmpty())
            lines.push_back(lineOf(line.toStdString()));
    for (std::size_t i = 0; i < lines.size(); ++i)
        lines[i].place.offset = static_cast<Offset>(i);
    return lines;
}

QByteArray ordered(const QByteArray& text)
{
    const auto lines = linesOf(text);
    QByteArray names;
    for (const auto at : orderOfReplay(lines))
        names += QByteArray::fromStdString(lines[at].reference);
    return names;
}

QByteArray behind(const QByteArray& planned, const QByteArray& staying)
{
    QByteArray names;
    for (const auto& left : lettersLeftBehind(linesOf(planned), linesOf(staying)))
        names += QByteArray::fromStdString(left.reference + "<" + left.before + " ");
    return names.trimmed();
}

} // namespace

class TestReplayOrder : public QObject
{
    Q_OBJECT
private slots:
    void ofEachKeyTheOriginDecidesAndElseTheArrival_data()
    {
        QTest::addColumn<QByteArray>("letters");
        QTest::addColumn<QByteArray>("order");
        const auto row = [](const char* name, const char* letters, const char* order) {
            QTest::newRow(name) << QByteArray(letters) << QByteArray(order);
        };
        row("by arrival", "a:k1 orders/0@9 t=3\nb:k2 orders/0@5 t=1\nc:k3 orders/0@1 t=2", "bca");
        row("of a key by offset", "a:k orders/0@9 t=1\nb:k orders/0@5 t=2\nc:k orders/0@7 t=3", "bca");
        row("other keys keep their turn", "a:k orders/0@9 t=1\nx:y orders/0@1 t=2\nb:k orders/0@5 t=3", "bxa");
        row("other partitions by arrival", "a:k orders/0@9 t=1\nb:k orders/1@5 t=2", "ab");
        row("other topics are no line", "a:k orders/0@9 t=1\nb:k bills/0@5 t=2", "ab");
        row("an origin that is not told", "a:k orders/0@9 t=1\nb:k ? t=2\nc:k orders/0@1 t=3", "abc");
        row("without key by arrival", "a:- orders/0@9 t=1\nb:- orders/0@5 t=2", "ab");
        row("at the same time by place", "a:k ? t=1\nb:k ? t=1\nc:k ? t=1", "abc");
        row("nothing", "", "");
    }
    void ofEachKeyTheOriginDecidesAndElseTheArrival()
    {
        QFETCH(QByteArray, letters);
        QTEST(ordered(letters), "order");
    }

    void earlierLettersOfTheKeyAreNamed_data()
    {
        QTest::addColumn<QByteArray>("planned");
        QTest::addColumn<QByteArray>("staying");
        QTest::addColumn<QByteArray>("left");
        const auto row = [](const char* name, const char* planned, const char* staying, const char* left) {
            QTest::newRow(name) << QByteArray(planned) << QByteArray(staying) << QByteArray(left);
        };
        row("by offset", "a:k orders/0@5 t=1\nb:k orders/0@9 t=2", "x:k orders/0@7 t=0", "x<b");
        row("the first that would overtake it", "a:k orders/0@5 t=1\nb:k orders/0@9 t=2", "x:k orders/0@3 t=9", "x<a");
        row("later ones are in nobody's way", "a:k orders/0@5 t=9", "x:k orders/0@7 t=0", "");
        row("nor is the same event", "a:k orders/0@5 t=9", "x:k orders/0@5 t=0", "");
        row("nor another key", "a:k orders/0@5 t=9", "x:l orders/0@3 t=0", "");
        row("nor none", "a:- orders/0@5 t=9", "x:- orders/0@3 t=0", "");
        row("nor another topic", "a:k orders/0@5 t=9", "x:k bills/0@3 t=0", "");
        row("by arrival where the origin is not told", "a:k orders/0@5 t=9\nb:k orders/0@6 t=11",
            "x:k ? t=10\ny:k ? t=3\nz:k ? t=11", "y<a x<b");
        row("another projection", "a:k orders/0@5 p=billing", "x:k orders/0@3 p=stock\ny:k orders/0@3 p=billing",
            "y<a");
        row("a projection that is not known", "a:k orders/0@5", "x:k orders/0@3 p=stock", "x<a");
        row("a key that was cut", "a:key-long orders/0@5\nb:other orders/0@5", "x:key-* orders/0@3\ny:kez* orders/0@3",
            "x<a");
        row("in the order of the plan", "a:k orders/0@5\nb:l orders/0@6", "y:l orders/0@2\nx:k orders/0@1", "x<a y<b");
    }
    void earlierLettersOfTheKeyAreNamed()
    {
        QFETCH(QByteArray, planned);
        QFETCH(QByteArray, staying);
        QTEST(behind(planned, staying), "left");
    }

    void oneKeyWithManyLettersIsQuickToSort()
    {
        constexpr int count = 100'000;
        std::vector<LetterInLine> lines;
        for (int i = 0; i < count; ++i) {
            auto line = lineOf("a:k orders/0@1 t=1");
            line.origin.offset = count - i;
            lines.push_back(line);
        }
        const auto order = orderOfReplay(lines);
        QCOMPARE(order.front(), static_cast<std::size_t>(count - 1));
        std::vector<LetterInLine> planned;
        for (const auto at : order)
            planned.push_back(lines[at]);
        QCOMPARE(lettersLeftBehind(planned, lines).size(), static_cast<std::size_t>(count - 1));
    }

    /// Values of org.apache.kafka.common.utils.UtilsTest, % 1000.
    void keysLeadWhereJavasClientWouldSendThem()
    {
        const auto partition = [](std::uint32_t hash) { return static_cast<std::int32_t>((hash & 0x7fffffff) % 1000); };
        QCOMPARE(partitionOfKey("21", 1000), partition(static_cast<std::uint32_t>(-973932308)));
        QCOMPARE(partitionOfKey("foobar", 1000), partition(static_cast<std::uint32_t>(-790332482)));
        QCOMPARE(partitionOfKey("a-little-bit-long-string", 1000), partition(static_cast<std::uint32_t>(-985981536)));
        QCOMPARE(partitionOfKey("a-little-bit-longer-string", 1000),
                 partition(static_cast<std::uint32_t>(-1486304829)));
        QCOMPARE(partitionOfKey("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", 1000),
                 partition(static_cast<std::uint32_t>(-58897971)));
    }
};

QTEST_APPLESS_MAIN(TestReplayOrder)
#include "tst_replayorder.moc"
