// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/deadletter/tablefixture.h"

using namespace projectionist;

/// Following a table: what comes, goes and changes, and what goes wrong. That each framework's table is read is
/// tst_tableframeworks.
class TestTableLetters : public QObject
{
    Q_OBJECT
    std::unique_ptr<PostgresServer> m_server;
    std::unique_ptr<Writer> m_writer;
    int m_tables = 0;

    /// A new table "public.failed_N" with `rows` rows, mapped by columns.
    LetterTableSettings makeTable(int rows, const std::string& idType = "bigint GENERATED ALWAYS AS IDENTITY")
    {
        LetterTableSettings settings;
        settings.table = "public.failed_" + std::to_string(++m_tables);
        settings.payload = "body";
        settings.columns = {{"err", HeaderRole::Exception, HeaderEncoding::Text}};
        m_writer->run({"CREATE TABLE " + settings.table + " (id " + idType +
                       " PRIMARY KEY, err text NOT NULL, body bytea, at timestamptz DEFAULT now())"});
        insert(settings, 1, rows);
        return settings;
    }
    void insert(const LetterTableSettings& settings, int from, int to)
    {
        m_writer->run({"INSERT INTO " + settings.table +
                       " (err, body) SELECT 'e' || n, convert_to('{\"n\":' || n || '}', "
                       "'UTF8') FROM generate_series(" +
                       std::to_string(from) + ", " + std::to_string(to) + ") n"});
    }

private slots:
    void initTestCase()
    {
        m_server = startPostgres();
        m_writer = std::make_unique<Writer>(m_server->connection());
    }

    void rowsThatComeChangeAndGoAreFollowed_data()
    {
        QTest::addColumn<QString>("idType");
        QTest::newRow("ascending key") << "bigint GENERATED ALWAYS AS IDENTITY";
        QTest::newRow("random key") << "uuid DEFAULT gen_random_uuid()";
    }
    void rowsThatComeChangeAndGoAreFollowed()
    {
        QFETCH(QString, idType);
        const auto settings = makeTable(2500, idType.toStdString());
        TableReader reader(m_server->connection(), settings);
        QVERIFY2(reader.readAll(), qPrintable(reader.trouble()));
        QCOMPARE(reader.sink.letters.size(), std::size_t{2500});
        QCOMPARE(reader.progress().scanned, std::uint64_t{2500});
        QCOMPARE(reader.progress().total, std::uint64_t{2500});
        insert(settings, 2501, 2510);
        QVERIFY(reader.readUntil([&] { return reader.sink.letters.size() == 2510; }));
        m_writer->run({"UPDATE " + settings.table + " SET err = 'changed' WHERE err IN ('e7', 'e2505')",
                       "DELETE FROM " + settings.table + " WHERE err IN ('e1', 'e1500', 'e2510')"});
        QVERIFY(reader.readUntil(
            [&] { return reader.sink.letters.size() == 2507 && reader.sink.all("err").count("changed") == 2; }));
        QVERIFY(reader.sink.all("err").count("e7") == 0 && reader.sink.all("err").count("e1500") == 0);
        QCOMPARE(reader.sink.removed, std::size_t{5});
        // As many come as go at the same time.
        m_writer->run({"DELETE FROM " + settings.table + " WHERE err = 'e2'",
                       "INSERT INTO " + settings.table + " (err) VALUES ('late')"});
        QVERIFY(reader.readUntil(
            [&] { return reader.sink.all("err").count("late") == 1 && reader.sink.all("err").count("e2") == 0; }));
        m_writer->run({"TRUNCATE " + settings.table});
        QVERIFY(reader.readUntil([&] { return reader.sink.letters.empty(); }));
        insert(settings, 1, 3);
        QVERIFY(reader.readUntil([&] { return reader.sink.letters.size() == 3; }));
        QVERIFY(reader.sink.orderly);
        QVERIFY2(!reader.progress().error, qPrintable(reader.trouble()));
    }
    void whatASlowTransactionCommitsLaterIsFound()
    {
        const auto settings = makeTable(1);
        Writer slow(m_server->connection());
        TableReader reader(m_server->connection(), settings);
        QVERIFY(reader.readAll());
        // Its key is taken before the others', its row is seen after them.
        const auto done = slow.store().transaction([&](Transaction& transaction) -> Result<void> {
            if (auto inserted = transaction.execute("INSERT INTO " + settings.table + " (err) VALUES ('slow')");
                !inserted)
                return tl::unexpected(inserted.error());
            insert(settings, 10, 12);
            if (!reader.readUntil([&] { return reader.sink.letters.size() == 4; }))
                return tl::unexpected(Error{ErrorKind::Internal, "not read", {}, {}, false});
            for (int looks = 0; looks < 30; ++looks)
                (void)reader.source->read(reader.sink, Duration(100), {});
            return {};
        });
        QVERIFY(done.has_value());
        QVERIFY(reader.readUntil([&] { return reader.sink.all("err").count("slow") == 1; }));
    }
    void aHundredThousandRowsAreReadAndFollowed()
    {
        const auto settings = makeTable(100'000, "uuid DEFAULT gen_random_uuid()");
        TableReader reader(m_server->connection(), settings);
        bool partly = false;
        QVERIFY(reader.readUntil([&] {
            const auto& progress = reader.progress();
            partly = partly || (!progress.complete && progress.scanned > 0 && progress.total == 100'000);
            return progress.complete;
        }));
        QVERIFY2(partly, "progress is told while it reads");
        QCOMPARE(reader.sink.letters.size(), std::size_t{100'000});
        insert(settings, 100'001, 100'001);
        QVERIFY(reader.readUntil([&] { return reader.sink.letters.size() == 100'001; }));
        m_writer->run({"DELETE FROM " + settings.table + " WHERE right(err, 1) = '7'"});
        QVERIFY(reader.readUntil([&] { return reader.sink.letters.size() == 90'001; }));
        QVERIFY(reader.sink.orderly);
        // A table that was hardly touched is not read again.
        QCOMPARE(reader.sink.added, std::size_t{100'001});
    }
    void aServerThatIsRestartedIsReadOn()
    {
        const auto settings = makeTable(5);
        TableReader reader(m_server->connection(), settings);
        QVERIFY(reader.readAll());
        m_server->stop();
        QVERIFY(reader.readUntil([&] { return !reader.last; }));
        QVERIFY(reader.last.error().retriable);
        QVERIFY(reader.progress().error);
        QCOMPARE(reader.sink.letters.size(), std::size_t{5}); // what was read stays
        QVERIFY(m_server->restart());
        m_writer = std::make_unique<Writer>(m_server->connection());
        insert(settings, 6, 6);
        QVERIFY(reader.readUntil([&] { return reader.sink.letters.size() == 6; }));
        QVERIFY(!reader.progress().error);
        QCOMPARE(reader.sink.added, std::size_t{6});
    }
    void aTableThatGoesTakesItsLettersAlong()
    {
        const auto settings = makeTable(3);
        TableReader reader(m_server->connection(), settings);
        QVERIFY(reader.readAll());
        m_writer->run({"DROP TABLE " + settings.table});
        QVERIFY(reader.readUntil([&] { return reader.progress().error.has_value(); }));
        QVERIFY2(reader.trouble().startsWith("not-found: "), qPrintable(reader.trouble()));
        QVERIFY(reader.last.has_value()); // the table's trouble, not the store's
        QVERIFY(reader.sink.letters.empty());
        QCOMPARE(reader.sink.topicsRemoved, 1);
        --m_tables;
        (void)makeTable(2);
        QVERIFY(reader.readUntil([&] { return reader.sink.letters.size() == 2; }));
    }
    void anotherTableOfTheSameNameIsReadAnew()
    {
        const auto settings = makeTable(3);
        TableReader reader(m_server->connection(), settings);
        QVERIFY(reader.readAll());
        m_writer->run({"DROP TABLE " + settings.table,
                       "CREATE TABLE " + settings.table + " (id text PRIMARY KEY, err text, body text)",
                       "INSERT INTO " + settings.table + " VALUES ('a', 'x', 'y')"});
        QVERIFY(reader.readUntil([&] { return reader.sink.all("err").count("x") == 1; }));
        QCOMPARE(reader.sink.letters.size(), std::size_t{1});
        QCOMPARE(reader.sink.topicsRemoved, 1);
    }
    void aColumnThatGoesIsSaidAndOneThatComesIsRead()
    {
        const auto settings = makeTable(3);
        TableReader reader(m_server->connection(), settings);
        QVERIFY(reader.readAll());
        m_writer->run({"ALTER TABLE " + settings.table + " DROP COLUMN body"});
        QVERIFY(reader.readUntil([&] { return reader.trouble().contains("has no column \"body\""); }));
        QVERIFY2(reader.trouble().startsWith("configuration: "), qPrintable(reader.trouble()));
        m_writer->run({"ALTER TABLE " + settings.table + " ADD COLUMN body text DEFAULT 'b', ADD COLUMN tenant int"});
        QVERIFY(reader.readUntil([&] { return reader.progress().complete && !reader.progress().error; }));
        insert({.table = settings.table}, 4, 4);
        QVERIFY(reader.readUntil([&] { return reader.sink.all("tenant").count("NULL") >= 1; }));
    }
    void aMissingRightIsSaidAndUsedWhenGranted()
    {
        const auto settings = makeTable(3);
        m_writer->run({"DROP ROLE IF EXISTS reader", "CREATE ROLE reader LOGIN"});
        TableReader reader(m_server->connection() + " user=reader", settings);
        QVERIFY(reader.readUntil([&] { return reader.progress().error.has_value(); }));
        QVERIFY2(reader.trouble().startsWith("permission: "), qPrintable(reader.trouble()));
        QVERIFY(reader.trouble().contains("GRANT SELECT ON " + QString::fromStdString(settings.table)));
        QVERIFY(reader.last.has_value());
        m_writer->run({"GRANT SELECT ON " + settings.table + " TO reader"});
        QVERIFY(reader.readUntil([&] { return reader.progress().complete; }));
        QCOMPARE(reader.sink.letters.size(), std::size_t{3});
        m_writer->run({"REVOKE ALL ON " + settings.table + " FROM reader", "DROP ROLE reader"});
    }
    void waitingForALockEndsByTimeoutOrStop()
    {
        const auto settings = makeTable(3);
        Writer blocker(m_server->connection());
        TableReader hasty(m_server->connection(), settings, Duration(300));
        const auto done = blocker.store().transaction([&](Transaction& transaction) -> Result<void> {
            if (auto locked = transaction.execute("LOCK TABLE " + settings.table); !locked)
                return tl::unexpected(locked.error());
            if (!hasty.readUntil([&] { return hasty.trouble().startsWith("timeout: "); }))
                return tl::unexpected(Error{ErrorKind::Internal, "no timeout", {}, {}, false});
            TableReader patient(m_server->connection(), settings, Duration(600'000));
            std::stop_source stop;
            const std::jthread stopper([&] {
                std::this_thread::sleep_for(std::chrono::milliseconds(300));
                stop.request_stop();
            });
            (void)patient.source->read(patient.sink, Duration(600'000), stop.get_token());
            return {};
        });
        QVERIFY2(done, done ? "" : toString(done.error()).c_str());
        QVERIFY(hasty.readUntil([&] { return hasty.progress().complete; }));
    }
    void aLetterIsShownByItsReferenceWithoutReadingTheRest()
    {
        const auto settings = makeTable(1200);
        TableReader reader(m_server->connection(), settings);
        const std::string reference = settings.table + "#1100";
        const auto place = reader.source->locate(reference, Duration(20'000));
        QVERIFY2(place, place ? "" : toString(place.error()).c_str());
        QCOMPARE(reader.source->reference(*place), reference);
        const auto whole = reader.source->fetch(*place, 1000, Duration(20'000));
        QVERIFY2(whole, whole ? "" : toString(whole.error()).c_str());
        QCOMPARE(whole->record.value, std::optional<std::string>("{\"n\":1100}"));
        QCOMPARE(whole->valueSize, std::size_t{10});
        QVERIFY(!reader.progress().complete);
        QVERIFY(reader.readAll());
        QCOMPARE(reader.sink.letters.size(), std::size_t{1200});
        const auto cut = reader.source->fetch(*place, 3, Duration(20'000));
        QCOMPARE(cut->record.value, std::optional<std::string>("{\"n"));
        QCOMPARE(cut->valueSize, std::size_t{10});
        for (const char* const wrong : {"#1101x", "#1,2", "#%zz", "#", "#99999"})
            QVERIFY2(reader.source->locate(settings.table + wrong, Duration(20'000)).error().kind ==
                         ErrorKind::NotFound,
                     wrong);
        QVERIFY(reader.source->locate("other#1", Duration(20'000)).error().kind == ErrorKind::NotFound);
        m_writer->run({"DELETE FROM " + settings.table + " WHERE id = 1100"});
        QVERIFY(reader.source->fetch(*place, 3, Duration(20'000)).error().kind == ErrorKind::NotFound);
        QVERIFY(reader.source->fetch({{"other", 0}, 0}, 3, Duration(20'000)).error().kind == ErrorKind::NotFound);
    }
    void aFetchEndsInItsTime()
    {
        const auto settings = makeTable(1);
        TableReader reader(m_server->connection(), settings, Duration(600'000));
        QVERIFY(reader.readAll());
        Writer blocker(m_server->connection());
        Result<StoredLetter> got;
        const auto done = blocker.store().transaction([&](Transaction& transaction) -> Result<void> {
            auto locked = transaction.execute("LOCK TABLE " + settings.table);
            got = reader.source->fetch({{settings.table, 0}, 0}, 10, Duration(300));
            return locked ? Result<void>() : tl::unexpected(locked.error());
        });
        QVERIFY(done && !got && got.error().kind == ErrorKind::Timeout);
        QVERIFY(reader.source->fetch({{settings.table, 0}, 0}, 10, Duration(20'000)));
    }
    void largePayloadsAreReadOnlyWhenFetched()
    {
        const auto settings = makeTable(0);
        m_writer->run({"INSERT INTO " + settings.table +
                           " (err, body) SELECT 'big', convert_to(repeat('x', 30000000), "
                           "'UTF8') FROM generate_series(1, 4)",
                       "INSERT INTO " + settings.table + " (err, body) VALUES ('none', NULL), ('empty', '')"});
        TableReader reader(m_server->connection(), settings);
        QVERIFY(reader.readAll());
        QCOMPARE(reader.sink.letters.size(), std::size_t{6});
        const auto& letter = reader.sink.first();
        QVERIFY(letter.record.value->size() <= 1024);
        QCOMPARE(letter.valueSize, std::size_t{30'000'000});
        QVERIFY(!reader.sink.letters.at(4).stored.record.value);
        QCOMPARE(reader.sink.letters.at(5).stored.record.value, std::optional<std::string>(""));
        const auto part = reader.source->fetch({{settings.table, 0}, 0}, 100'000, Duration(60'000));
        QVERIFY2(part, part ? "" : toString(part.error()).c_str());
        QCOMPARE(part->record.value->size(), std::size_t{100'000});
        QCOMPARE(part->valueSize, std::size_t{30'000'000});
    }
    void hostileNamesAndValuesAreOnlyNames()
    {
        m_writer->run({"CREATE SCHEMA \"We\"\"ird; DROP\"",
                       "CREATE TABLE \"We\"\"ird; DROP\".\"Dead.Letter's $1 %s\" (\"a\"\"b\" text, \"c,d\" text, "
                       "\"Err or\" text, \"select\" jsonb, \"x]\" bytea, PRIMARY KEY (\"a\"\"b\", \"c,d\"))",
                       "INSERT INTO \"We\"\"ird; DROP\".\"Dead.Letter's $1 %s\" VALUES "
                       "('1,2', '#%\"''', 'E1', '{\"tenant\": 7, \"x]\": \"told apart\", \"n\": null}', '\\x00ff'), "
                       "('', E'\\u00e9\\n', 'E2', '[1]', NULL), ('1', '2,#%', 'E3', NULL, '')"});
        LetterTableSettings settings;
        settings.name = "hostile \"table\"";
        settings.table = "\"We\"\"ird; DROP\".\"Dead.Letter's $1 %s\"";
        settings.headers = "select";
        settings.payload = "x]";
        settings.columns = {{"Err or", HeaderRole::Exception, HeaderEncoding::Text}};
        TableReader reader(m_server->connection(), settings);
        QVERIFY2(reader.readAll(), qPrintable(reader.trouble()));
        QCOMPARE(reader.sink.all("Err or"), (std::multiset<std::string>{"E1", "E2", "E3"}));
        QCOMPARE(reader.sink.all("tenant"), (std::multiset<std::string>{"7"}));
        std::set<std::string> references;
        for (const auto& [offset, letter] : reader.sink.letters) {
            const LetterPlace place{letter.stored.record.id, offset};
            const auto reference = reader.source->reference(place);
            references.insert(reference);
            QVERIFY(reader.source->locate(reference, Duration(20'000)) == place);
            const auto fetched = reader.source->fetch(place, 100, Duration(20'000));
            QVERIFY(fetched && fetched->record.value == letter.stored.record.value);
        }
        QCOMPARE(references.size(), std::size_t{3});
        QVERIFY(references.contains("hostile \"table\"#1%2C2,%23%25%22%27"));
        DeadLetterSettings context;
        context.tables = {settings};
        QVERIFY2(decodedText(reader.sink.first(), decodeSettingsOf(context)).contains("| E2 |"),
                 qPrintable(decodedText(reader.sink.first(), decodeSettingsOf(context))));
    }
    void whatIsNoKeyIsSaid()
    {
        m_writer->run(
            {"CREATE TABLE no_key (id int, err text)", "INSERT INTO no_key VALUES (1, 'a'), (1, 'b'), (2, 'c')"});
        LetterTableSettings settings;
        settings.table = "no_key";
        settings.columns = {{"err", HeaderRole::Exception, HeaderEncoding::Text}};
        TableReader without(m_server->connection(), settings);
        QVERIFY(without.readUntil([&] { return without.trouble().contains("no primary key"); }));
        settings.key = {"id"};
        TableReader twice(m_server->connection(), settings);
        QVERIFY(twice.readUntil([&] { return twice.trouble().contains("several rows hold the same"); }));
        m_writer->run({"UPDATE no_key SET id = NULL WHERE err = 'a'"});
        TableReader null(m_server->connection(), settings);
        QVERIFY(null.readUntil([&] { return null.trouble().contains("nothing in its columns"); }));
        settings.key = {"err"};
        TableReader good(m_server->connection(), settings);
        QVERIFY(good.readAll());
        QCOMPARE(good.sink.letters.size(), std::size_t{3});
        settings.key = {"nothing"};
        TableReader wrong(m_server->connection(), settings);
        QVERIFY(wrong.readUntil([&] { return wrong.trouble().contains("no column \"nothing\""); }));
        settings.table = "no..table";
        TableReader broken(m_server->connection(), settings);
        QVERIFY(broken.readUntil([&] { return broken.progress().error.has_value(); }));
    }
    void aViewIsFollowedToo()
    {
        const auto base = makeTable(3);
        m_writer->run({"CREATE VIEW failed_view AS SELECT id, upper(err) AS err FROM " + base.table});
        LetterTableSettings settings;
        settings.table = "failed_view";
        settings.key = {"id"};
        settings.columns = {{"err", HeaderRole::Exception, HeaderEncoding::Text}};
        TableReader reader(m_server->connection(), settings);
        QVERIFY2(reader.readAll(), qPrintable(reader.trouble()));
        m_writer->run(
            {"UPDATE " + base.table + " SET err = 'new' WHERE id = 2", "DELETE FROM " + base.table + " WHERE id = 1"});
        QVERIFY(reader.readUntil([&] { return reader.sink.all("err") == std::multiset<std::string>{"E3", "NEW"}; }));
        QCOMPARE(reader.sink.added, std::size_t{4});
    }
    void partitionsOfATableAreOneTable()
    {
        m_writer->run({"CREATE TABLE parts (id bigint PRIMARY KEY, err text) PARTITION BY RANGE (id)",
                       "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10)",
                       "CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (10) TO (20)",
                       "INSERT INTO parts VALUES (1, 'a'), (11, 'b')"});
        LetterTableSettings settings;
        settings.table = "parts";
        settings.columns = {{"err", HeaderRole::Exception, HeaderEncoding::Text}};
        TableReader reader(m_server->connection(), settings);
        QVERIFY2(reader.readAll(), qPrintable(reader.trouble()));
        m_writer->run({"INSERT INTO parts VALUES (2, 'c'), (12, 'd')", "DELETE FROM parts WHERE id = 1"});
        QVERIFY(reader.readUntil([&] { return reader.sink.all("err") == std::multiset<std::string>{"b", "c", "d"}; }));
    }
};

QTEST_APPLESS_MAIN(TestTableLetters)
#include "tst_tableletters.moc"
