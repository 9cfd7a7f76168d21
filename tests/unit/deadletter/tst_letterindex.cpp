// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest> // before <compare>, at which moc of Qt 6.4 stumbles

#include "tests/unit/deadletter/indexfixture.h"

#include <random>

using namespace projectionist;

namespace {

LetterIndex& fill(LetterIndex& index, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        index.add(failedLetter(static_cast<Offset>(i), "com.acme.OrderRejected", "order rejected").view());
    return index;
}

QString rowsOf(const std::vector<std::uint32_t>& rows)
{
    QStringList texts;
    for (const auto row : rows)
        texts << QString::number(row);
    return texts.join(' ');
}

} // namespace

class TestLetterIndex : public QObject
{
    Q_OBJECT
private slots:
    void aColumnGivesBackWhatItWasGiven_data()
    {
        QTest::addColumn<qint64>("lowest");
        QTest::addColumn<quint64>("range");
        QTest::newRow("one value") << qint64{42} << quint64{0};
        QTest::newRow("a byte, but not the one that means absent") << qint64{-3} << quint64{254};
        QTest::newRow("two bytes because one means absent") << qint64{-3} << quint64{255};
        QTest::newRow("two bytes") << qint64{1000} << quint64{65'534};
        QTest::newRow("four bytes") << qint64{eventMillis} << quint64{4'000'000'000};
        QTest::newRow("all there are") << qint64{absentNumber + 1} << quint64{0xffff'ffff'ffff'fffe};
    }
    void aColumnGivesBackWhatItWasGiven()
    {
        QFETCH(qint64, lowest);
        QFETCH(quint64, range);
        std::mt19937_64 random(7);
        std::vector<std::int64_t> values{lowest, static_cast<std::int64_t>(static_cast<quint64>(lowest) + range)};
        while (values.size() < 2 * LetterColumn::blockRows + 100) {
            const auto offset = range == 0 ? 0 : random() % range;
            values.push_back(random() % 5 == 0 && values.size() > LetterColumn::blockRows
                                 ? absentNumber
                                 : static_cast<std::int64_t>(static_cast<quint64>(lowest) + offset));
        }
        LetterColumn column;
        for (const auto value : values)
            column.append(value);
        std::vector<std::int64_t> copied(values.size());
        column.copy({0, values.size()}, copied.data());
        QVERIFY(copied == values);
        for (const std::size_t row :
             {std::size_t{0}, LetterColumn::blockRows - 1, LetterColumn::blockRows, values.size() - 1})
            QCOMPARE(column.at(row), values[row]);
    }

    void codesOfAColumnThatAreAbsentStayAbsent()
    {
        LetterColumn column;
        for (std::size_t i = 0; i < LetterColumn::blockRows + 2; ++i)
            column.append(i % 2 == 0 ? absentNumber : 70'000);
        std::vector<std::uint32_t> codes(4);
        column.copy({LetterColumn::blockRows - 2, 4}, codes.data());
        QCOMPARE(codes, (std::vector<std::uint32_t>{absentCode, 70'000, absentCode, 70'000}));
    }

    void aDictionaryGivesTheSameTextTheSameCode()
    {
        TextDictionary texts;
        QVERIFY(!texts.find("a"));
        for (std::uint32_t i = 0; i < 1000; ++i)
            QCOMPARE(texts.codeOf("text " + std::to_string(i)), i);
        for (std::uint32_t i = 0; i < 1000; ++i) {
            QCOMPARE(texts.codeOf("text " + std::to_string(i)), i);
            QCOMPARE(std::string(texts.text(i)), "text " + std::to_string(i));
        }
        QCOMPARE(texts.find("text 7"), std::optional<std::uint32_t>(7));
        QCOMPARE(texts.find(""), std::nullopt);
    }

    void aLongTextOfADictionaryIsCutBetweenCharacters()
    {
        TextDictionary texts;
        std::string text(TextDictionary::longestText - 5, 'x');
        for (int i = 0; i < 10; ++i)
            text += "ä";
        const auto code = texts.codeOf(text);
        QVERIFY(texts.text(code).ends_with("xä…") || texts.text(code).ends_with("x…"));
        QVERIFY(texts.text(code).size() <= TextDictionary::longestText);
        QCOMPARE(texts.codeOf(text), code);
        QVERIFY(texts.codeOf(texts.text(code)) != code || texts.text(code).size() <= TextDictionary::longestText);
    }

    void aRowShowsWhatItsLetterSaid()
    {
        LetterIndex index(builtinRules(), [](auto consumer, auto topic) {
            return consumer == "billing" && topic == "orders.dlt" ? std::string("Invoices") : std::string();
        });
        index.add(springLetter().view());
        const LetterView row = viewOf(index, 0);
        QVERIFY((row.place == LetterPlace{{"orders.dlt", 3}, 77}));
        QCOMPARE(row.projection, "Invoices");
        QCOMPARE(row.consumer, "billing");
        QCOMPARE(row.exception, "java.sql.SQLTransientException");
        QCOMPARE(row.messagePattern, "deadlock detected");
        QCOMPARE(row.frame, "com.acme.Store.save");
        QCOMPARE(row.eventType, "OrderPlaced");
        QVERIFY((row.origin == EventOrigin{"orders", 5, 123456789, timeAt(eventMillis)}));
        QCOMPARE(row.families, std::vector<std::string>{"Spring Kafka"});
        QCOMPARE(row.hops, std::size_t{1});
        QCOMPARE(row.arrived, std::optional(timeAt(arrivalMillis)));
        QVERIFY(row.arrivedBy == ArrivalBasis::WriterTime);
        QCOMPARE(row.key, std::optional<std::string>("k-1"));
        QVERIFY(!row.keyCut);
        QCOMPARE(row.valueSize, std::optional<std::int64_t>(13));
        QVERIFY(!row.attempts);
    }

    void nullKeysEmptyKeysAndLongKeysAreToldApart()
    {
        LetterIndex index(builtinRules());
        for (const auto& key : {std::optional<std::string>(), std::optional<std::string>(""),
                                std::optional(std::string(200, 'x')), std::optional<std::string>("short")}) {
            auto letter = springLetter();
            letter.record.key = key;
            index.add(letter.view());
        }
        QVERIFY(!viewOf(index, 0).key);
        QCOMPARE(viewOf(index, 1).key, std::optional<std::string>(""));
        QCOMPARE(viewOf(index, 2).key->size(), LetterRows::longestKey);
        QVERIFY(viewOf(index, 2).keyCut);
        QCOMPARE(viewOf(index, 3).key, std::optional<std::string>("short"));
        QVERIFY(!viewOf(index, 3).keyCut);
    }

    void rowsOfPackedBlocksSayTheSameAsNewOnes()
    {
        LetterIndex index(builtinRules());
        fill(index, LetterColumn::blockRows + 10);
        for (const std::size_t row :
             {std::size_t{0}, std::size_t{1}, LetterColumn::blockRows - 1, LetterColumn::blockRows}) {
            const LetterView view = viewOf(index, row);
            QCOMPARE(view.place.offset, static_cast<Offset>(row));
            QCOMPARE(view.key, std::optional("k" + std::to_string(row)));
            QCOMPARE(view.arrived, std::optional(timeAt(arrivalMillis + static_cast<std::int64_t>(row))));
            QCOMPARE(index.find(view.place), std::optional(row));
        }
        QVERIFY(!index.find({{"orders.dlt", 0}, static_cast<Offset>(LetterColumn::blockRows + 10)}));
        QVERIFY(!index.find({{"orders.dlt", 1}, 0}));
        QVERIFY(!index.find({{"unknown", 0}, 0}));
    }

    void anOrdinaryLetterTakesLessThan80Bytes()
    {
        LetterIndex index(builtinRules());
        fill(index, 8 * LetterColumn::blockRows);
        const auto constant = LetterIndex(builtinRules()).bytes();
        const double each = static_cast<double>(index.bytes() - constant) / static_cast<double>(index.rowCount());
        QVERIFY2(each < 80, qPrintable(QString::number(each)));
    }

    void whatRetentionDeletedIsRemoved()
    {
        LetterIndex index(builtinRules());
        fill(index, LetterColumn::blockRows + 100);
        const auto version = index.version();
        index.removeBelow({"orders.dlt", 0}, 50);
        QCOMPARE(index.letterCount(), LetterColumn::blockRows + 50);
        QVERIFY(index.version() != version);
        QVERIFY(!index.find({{"orders.dlt", 0}, 49}));
        QVERIFY(index.find({{"orders.dlt", 0}, 50}));
        index.removeBelow({"orders.dlt", 1}, 1000);
        index.removeBelow({"unknown", 0}, 1000);
        QCOMPARE(index.letterCount(), LetterColumn::blockRows + 50);
        index.removeBelow({"orders.dlt", 0}, static_cast<Offset>(LetterColumn::blockRows + 90));
        QCOMPARE(index.letterCount(), std::size_t{10});
        QVERIFY(index.find({{"orders.dlt", 0}, static_cast<Offset>(LetterColumn::blockRows + 95)}));
    }

    void aBlockThatIsGoneGivesItsMemoryBack()
    {
        LetterIndex index(builtinRules());
        fill(index, 4 * LetterColumn::blockRows);
        const auto full = index.bytes();
        index.removeBelow({"orders.dlt", 0}, 3 * static_cast<Offset>(LetterColumn::blockRows));
        QVERIFY(full - index.bytes() > 3 * 15 * LetterColumn::blockRows);
        QCOMPARE(passing(index, "offset < 49153"), std::string("49152"));
        QCOMPARE(sortedRows(index, {}).size(), LetterColumn::blockRows);
    }

    void aTopicThatWasMadeAgainIsAnotherLog()
    {
        LetterIndex index(builtinRules());
        fill(index, 10);
        index.removeTopic("orders.dlt");
        QCOMPARE(index.letterCount(), std::size_t{0});
        index.removeTopic("unknown");
        fill(index, 3);
        QCOMPARE(index.letterCount(), std::size_t{3});
        QCOMPARE(index.find({{"orders.dlt", 0}, 2}), std::optional<std::size_t>(12));
        index.removeBelow({"orders.dlt", 0}, 1);
        QCOMPARE(index.letterCount(), std::size_t{2});
    }

    void aLetterThatIsRemovedTwiceIsRemovedOnce()
    {
        LetterIndex index(builtinRules());
        fill(index, 3);
        index.remove({{"orders.dlt", 0}, 1});
        index.remove({{"orders.dlt", 0}, 1});
        index.remove({{"orders.dlt", 0}, 7});
        QCOMPARE(index.letterCount(), std::size_t{2});
    }

    void everyFieldCanBeFiltered_data()
    {
        QTest::addColumn<QString>("filter");
        QTest::addColumn<QString>("rows");
        const auto row = [](const char* filter, const char* rows) {
            QTest::newRow(filter) << QString(filter) << QString(rows);
        };
        row("projection == \"Invoices\"", "0 1");
        row("consumer == \"shipping\"", "2");
        row("topic == \"orders.dlt\"", "0 1 2");
        row("exception contains \"Rejected\"", "0");
        row("message-pattern contains \"timed out\"", "1 2");
        row("frame == \"com.acme.Orders.apply\"", "0 1 2");
        row("event == \"OrderPlaced\" and origin == \"orders\"", "0 1 2");
        row("family == \"Spring Kafka\"", "0 1 2");
        row("state == \"resolved\"", "2");
        row("partition == 0 and offset >= 1", "1 2");
        row("origin-partition == 5 and origin-offset == 1002", "2");
        row("hops == 1", "0 1 2");
        row("exists(attempts)", "");
        row("size == 13 and has-payload == true", "0 1");
        row("has-payload == false", "2");
        row("parked == true", "");
        row("age < 60m", "1 2");
        row("delay == 60s", "0");
        row("message == \"read timed out\"", "1 ?2");
        row("message contains \"17\"", "?2");
        row("key == \"k1\"", "1 ?2");
        row("key startswith \"kkk\"", "?2");
        row("event-id == \"x\"", "?0 ?1 ?2");
        row("header(\"type\") == \"OrderPlaced\"", "?0 ?1 ?2");
    }
    void everyFieldCanBeFiltered()
    {
        QFETCH(QString, filter);
        QFETCH(QString, rows);
        LetterIndex index(builtinRules(), [](auto consumer, auto) {
            return consumer == "billing" ? std::string("Invoices") : std::string();
        });
        index.add(failedLetter(0, "com.acme.OrderRejected", "order rejected").view());
        index.add(failedLetter(1, "com.acme.Timeout", "read timed out").view());
        auto last = failedLetter(2, "com.acme.Timeout", "read of 17 timed out", "shipping");
        last.record.value.reset();
        last.record.key = std::string(300, 'k');
        index.add(last.view());
        index.setState(2, LetterState::Resolved);
        QCOMPARE(QString::fromStdString(passing(index, filter.toStdString())), rows);
    }

    void aFetchedLetterAnswersWhatTheIndexCannot_data()
    {
        QTest::addColumn<QString>("filter");
        QTest::addColumn<QString>("rows");
        const auto row = [](const char* filter, const char* rows) {
            QTest::newRow(filter) << QString(filter) << QString(rows);
        };
        row("header(\"type\") == \"OrderPlaced\"", "0 ?1");
        row("header(\"kafka_dlt-original-offset\") == 1000", "0 ?1");
        row("exists(header(\"nobody\"))", "?1");
        row("payload.orderId == 1", "0 ?1");
        row("payload.orderId == 2", "?1");
        row("payload contains \"orderId\"", "0 ?1");
        row("payload.lines[1].sku == \"b\"", "0 ?1");
        row("exists(payload.lines)", "0 ?1");
        row("payload.lines == \"b\"", "?1");
        row("exists(payload.gone)", "?1");
        row("payload.twice == \"last\"", "0 ?1");
        row("message == \"order 17 rejected\"", "0 ?1");
    }
    void aFetchedLetterAnswersWhatTheIndexCannot()
    {
        QFETCH(QString, filter);
        QFETCH(QString, rows);
        LetterIndex index(builtinRules());
        std::vector<LetterBuilder> letters{failedLetter(0, "com.acme.OrderRejected", "order 17 rejected"),
                                           failedLetter(1, "com.acme.OrderRejected", "order 18 rejected")};
        letters[0].record.value = "{\"orderId\":1,\"lines\":[{\"sku\":\"a\"},{\"sku\":\"b\"}],\"twice\":\"first\","
                                  "\"twice\":\"last\",\"gone\":null}";
        for (auto& letter : letters)
            index.add(letter.view());
        index.keep(0, {letters[0].record, letters[0].record.value->size(), {}});
        QCOMPARE(QString::fromStdString(passing(index, filter.toStdString())), rows);
        const RawLetter again = letters[0].view();
        LetterIndex other(builtinRules());
        for (auto& letter : letters)
            other.add(letter.view());
        other.setAtHand(0, &again);
        QCOMPARE(QString::fromStdString(passing(other, filter.toStdString())), rows);
    }

    void aCutPayloadDoesNotSayWhatIsNotInIt()
    {
        LetterIndex index(builtinRules());
        auto letter = failedLetter(0, "com.acme.OrderRejected", "order rejected");
        letter.record.value = "{\"orderId\":1,\"li";
        index.add(letter.view());
        index.keep(0, {letter.record, 1000, {}});
        QCOMPARE(passing(index, "payload.orderId == 1"), std::string("0"));
        QCOMPARE(passing(index, "payload.lines == 1"), std::string("?0"));
        QCOMPARE(passing(index, "payload contains \"order\""), std::string("?0"));
    }

    void deepJsonCostsNoMoreThanItsText()
    {
        LetterIndex index(builtinRules());
        auto letter = failedLetter(0, "com.acme.OrderRejected", "order rejected");
        letter.record.value = "{\"a\":" + std::string(1'000'000, '[') + std::string(1'000'000, ']') + ",\"b\":7}";
        index.add(letter.view());
        index.keep(0, {letter.record, letter.record.value->size(), {}});
        QCOMPARE(passing(index, "payload.b == 7"), std::string("0"));
        QCOMPARE(passing(index, "exists(payload.a[0][0])"), std::string("0"));
    }

    void fetchedLettersAreForgottenWhenTheyTakeTooMuch()
    {
        LetterCache cache(10'000);
        StoredLetter letter{springLetter().record, 4000, {}};
        letter.record.value = std::string(4000, 'x');
        cache.put(1, letter);
        cache.put(2, letter);
        QVERIFY(cache.bytes() <= 20'000);
        const auto before = cache.size();
        cache.put(3, letter);
        QVERIFY(cache.find(3));
        QVERIFY(!cache.find(1));
        QVERIFY(cache.size() <= before);
        letter.record.value = std::string(50'000, 'x');
        cache.put(4, letter); // alone too large: shown nevertheless
        QVERIFY(cache.find(4));
        QCOMPARE(cache.size(), std::size_t{1});
        cache.remove(4);
        QCOMPARE(cache.bytes(), std::size_t{0});
    }

    void projectionsAreFoundAnewForLettersThatAreThere()
    {
        LetterIndex index(builtinRules());
        fill(index, 2);
        QCOMPARE(passing(index, "projection == \"Invoices\""), std::string());
        const auto version = index.version();
        index.setProjections([](auto, auto) { return std::string("Invoices"); });
        QVERIFY(index.version() != version);
        QCOMPARE(passing(index, "projection == \"Invoices\""), std::string("0 1"));
    }

    void rowsAreSortedByAnyColumnNewestFirst()
    {
        LetterIndex index(builtinRules());
        index.add(failedLetter(0, "b.Second", "m").view());
        index.add(failedLetter(1, "a.First", "m").view());
        index.add(failedLetter(2, "b.Second", "m").view());
        LetterBuilder bare;
        bare.record = {{"orders.dlt", 1}, 9, std::nullopt, false, std::nullopt, "v", {}};
        index.add(bare.view());
        QCOMPARE(rowsOf(sortedRows(index, {})), "2 1 0 3");
        QCOMPARE(rowsOf(sortedRows(index, {LetterField::Arrived, false})), "0 1 2 3");
        QCOMPARE(rowsOf(sortedRows(index, {LetterField::Exception, false})), "1 2 0 3");
        QCOMPARE(rowsOf(sortedRows(index, {LetterField::Exception, true})), "2 0 1 3");
        QCOMPARE(rowsOf(sortedRows(index, {LetterField::Key, false})), "0 1 2 3");
        QCOMPARE(rowsOf(sortedRows(index, {LetterField::AtOffset, true})), "3 2 1 0");
        QCOMPARE(rowsOf(sortedRows(index, {LetterField::AtOffset, true}, nullptr, {}, 2)), "3 2");
        index.remove({{"orders.dlt", 0}, 1});
        QCOMPARE(rowsOf(sortedRows(index, {})), "2 0 3");
        QCOMPARE(rowsOf(sortedRows(index, {}, nullptr, index.groupOf(0))), "2 0");
    }
};

QTEST_GUILESS_MAIN(TestLetterIndex)
#include "tst_letterindex.moc"
