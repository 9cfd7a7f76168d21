// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/history/audittrail.h"

#include "backend/history/sqlite.h"
#include "tests/support/testservers.h"

#include <atomic>
#include <fstream>
#include <QTest>
#include <set>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace projectionist;
using namespace std::chrono_literals;

namespace fs = std::filesystem;

namespace {

constexpr TimePoint noon(std::chrono::seconds(1'795'003'200));

AuditEntry entryAt(TimePoint at, const std::string& act, const std::string& object)
{
    return {0, at, "eva@desk7", "prod", act, object, "because", "two of them", "done"};
}

mode_t modeOf(const fs::path& file)
{
    struct stat info
    {
    };
    return ::stat(file.c_str(), &info) == 0 ? info.st_mode & 0777 : 0;
}

std::string bytesOf(const fs::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::string> objectsOf(AuditTrail& trail, const AuditQuery& query)
{
    std::vector<std::string> objects;
    const auto entries = trail.read(query);
    for (const auto& entry : entries.value())
        objects.push_back(entry.object);
    return objects;
}

using Objects = std::vector<std::string>;

} // namespace

class TestAuditTrail : public QObject
{
    Q_OBJECT
    std::optional<TemporaryFolder> m_folder;
    fs::path m_file;

private slots:
    void init()
    {
        m_folder.emplace(TemporaryFolder::create("projectionist-t-").value());
        m_file = auditFile(m_folder->path() / "state");
    }
    void cleanup() { m_folder.reset(); }

    void whatWasAppendedIsReadByOthersAsItWas()
    {
        auto trail = AuditTrail::open(m_file).value();
        AuditEntry entry = entryAt(noon, "unmask", "orders-dlt[3]@17");
        entry.reason = std::string("quotes ' \" and \0 and \x1b[31m", 26);
        QCOMPARE(trail.append(entry).value(), std::uint64_t{1});
        auto other = AuditTrail::open(m_file).value();
        const auto entries = other.read({}).value();
        entry.number = 1;
        QVERIFY(entries == std::vector{entry});
    }

    void entriesAreFoundByWhatIsAskedFor()
    {
        auto trail = AuditTrail::open(m_file).value();
        QVERIFY(trail.append(entryAt(noon, "unmask", "a")));
        QVERIFY(trail.append(entryAt(noon + 1s, "resolve", "b")));
        AuditEntry third = entryAt(noon + 2s, "unmask", "c");
        third.who = "tom@desk8";
        third.context = "test";
        QVERIFY(trail.append(third));
        QVERIFY(objectsOf(trail, {}) == (Objects{"a", "b", "c"}));
        QVERIFY(objectsOf(trail, {.from = noon + 1s}) == (Objects{"b", "c"}));
        QVERIFY(objectsOf(trail, {.to = noon + 1s}) == Objects{"a"});
        QVERIFY(objectsOf(trail, {.context = "test"}) == Objects{"c"});
        QVERIFY(objectsOf(trail, {.who = "eva@desk7"}) == (Objects{"a", "b"}));
        QVERIFY(objectsOf(trail, {.who = "tom"}) == Objects{"c"});
        QVERIFY(objectsOf(trail, {.who = "to"}).empty());
        QVERIFY(objectsOf(trail, {.act = "unmask"}) == (Objects{"a", "c"}));
        QVERIFY(objectsOf(trail, {.object = "b"}) == Objects{"b"});
        QVERIFY(objectsOf(trail, {.after = 2}) == Objects{"c"});
        QVERIFY(objectsOf(trail, {.act = "unmask", .most = 1}) == Objects{"c"});
    }

    void onlyTheOwnerMayRead()
    {
        const auto former = ::umask(0);
        auto trail = AuditTrail::open(m_file);
        QVERIFY(trail->append(entryAt(noon, "unmask", "a")));
        ::umask(former);
        QCOMPARE(modeOf(m_file.parent_path()), mode_t{0700});
        QCOMPARE(modeOf(m_file), mode_t{0600});
        QCOMPARE(modeOf(m_file.string() + "-wal"), mode_t{0600});
    }

    void entriesCanNeitherBeChangedNorDeleted()
    {
        auto trail = AuditTrail::open(m_file).value();
        QVERIFY(trail.append(entryAt(noon, "unmask", "a")));
        SqliteDatabase database(m_file, SqliteDatabase::Mode::Write);
        for (const char* const sql : {"DELETE FROM entry", "UPDATE entry SET who = 'tom@desk8'"})
            QVERIFY_EXCEPTION_THROWN(database.execute(sql), SqliteError);
        QVERIFY(objectsOf(trail, {}) == Objects{"a"});
    }

    void manyWritersLoseNothing()
    {
        constexpr int each = 40;
        std::vector<std::jthread> writers;
        std::atomic<int> failures = 0;
        for (int writer = 0; writer < 4; ++writer) // the first of them make the file, at once
            writers.emplace_back([&, writer] {
                auto trail = AuditTrail::open(m_file);
                for (int i = 0; i < each; ++i)
                    if (!trail || !trail->append(entryAt(noon, "test", std::to_string(writer * each + i))))
                        ++failures;
            });
        writers.clear();
        QCOMPARE(failures.load(), 0);
        auto trail = AuditTrail::open(m_file).value();
        std::set<std::string> objects;
        std::uint64_t number = 0;
        const auto entries = trail.read({}).value();
        for (const auto& entry : entries) {
            objects.insert(entry.object);
            QCOMPARE(entry.number, ++number);
        }
        QCOMPARE(objects.size(), std::size_t{4 * each});
    }

    void filesOfOthersAreLeftAlone_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("no database") << 0;
        QTest::newRow("the database of another program") << 1;
        QTest::newRow("of a newer version") << 2;
    }
    void filesOfOthersAreLeftAlone()
    {
        QFETCH(int, kind);
        fs::create_directories(m_file.parent_path());
        if (kind == 0) {
            std::ofstream(m_file) << std::string(5000, 'x');
        } else if (kind == 1) {
            SqliteDatabase(m_file, SqliteDatabase::Mode::Write).execute("CREATE TABLE mine (id INTEGER)");
        } else {
            QVERIFY(AuditTrail::open(m_file));
            SqliteDatabase(m_file, SqliteDatabase::Mode::Write).execute("PRAGMA user_version = 77");
        }
        const auto before = bytesOf(m_file);
        const auto trail = AuditTrail::open(m_file);
        QVERIFY(!trail);
        QVERIFY(trail.error().kind == ErrorKind::InvalidData);
        QVERIFY2(trail.error().what.find(m_file.string()) != std::string::npos, trail.error().what.c_str());
        QVERIFY(!trail.error().next.empty());
        if (kind == 2)
            QVERIFY2(trail.error().why.find("newer version") != std::string::npos, trail.error().why.c_str());
        QVERIFY(bytesOf(m_file) == before);
    }

    void aDamagedFileIsAnError()
    {
        {
            auto trail = AuditTrail::open(m_file).value();
            for (int i = 0; i < 100; ++i)
                QVERIFY(trail.append(entryAt(noon, "test", std::string(300, 'x'))));
        }
        std::fstream stream(m_file, std::ios::binary | std::ios::in | std::ios::out);
        stream.seekp(4096);
        stream << std::string(30'000, '\x5a');
        stream.close();
        auto trail = AuditTrail::open(m_file);
        const auto appended = trail ? trail->append(entryAt(noon, "test", "a")) : tl::unexpected(trail.error());
        QVERIFY(!appended);
        QVERIFY(appended.error().kind == ErrorKind::InvalidData);
        QVERIFY(!appended.error().retriable);
    }

    void aFolderThatCannotBeWrittenIsAnError()
    {
        fs::create_directories(m_folder->path());
        std::ofstream(m_folder->path() / "state") << "a file where the folder should be";
        const auto trail = AuditTrail::open(m_file);
        QVERIFY(!trail);
        QVERIFY(!trail.error().why.empty());
    }

    void whatIsAppendedAfterTheFileWasRemovedIsInANewOne()
    {
        auto trail = AuditTrail::open(m_file).value();
        QVERIFY(trail.append(entryAt(noon, "test", "a")));
        fs::remove_all(m_file.parent_path());
        QVERIFY(trail.append(entryAt(noon, "test", "b")));
        auto other = AuditTrail::open(m_file).value();
        QVERIFY(objectsOf(other, {}) == Objects{"b"});
    }

    void theActingUserIsAnAccountAtAHost()
    {
        const auto who = actingUser();
        const auto at = who.find('@');
        QVERIFY2(at != std::string::npos && at > 0 && at + 1 < who.size(), who.c_str());
    }
};

QTEST_GUILESS_MAIN(TestAuditTrail)
#include "tst_audittrail.moc"
