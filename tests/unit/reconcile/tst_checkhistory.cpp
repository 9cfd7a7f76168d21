// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/checkhistory.h"

#include "backend/history/sqlite.h"
#include "tests/support/testservers.h"

#include <fstream>
#include <QTest>
#include <sys/wait.h>
#include <unistd.h>

using namespace projectionist;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint noon(std::chrono::seconds(1'795'003'200));

RowDifference missingRow(const std::string& key)
{
    return {{key}, std::vector<Cell>{"one", std::nullopt}, std::nullopt, {}, DriftState::Confirmed};
}

/// A bit of everything.
CheckResult richResult()
{
    CheckResult result;
    result.check = "orders";
    result.kind = CheckKind::Rows;
    result.severity = CheckSeverity::Critical;
    result.engine = CheckEngine::TwoStreams;
    result.why = "two servers";
    result.rule = "still there after 2 s";
    result.findings = {{DiagnosticLevel::Warning, "gone", "is not compared", "Add it."}};
    result.keyColumns = {"id"};
    result.columns = {"name", "price"};
    result.expectedRows = 12;
    result.actualRows = 11;
    result.complete = false;
    result.ending = "its budget was used up";
    result.snapshots = 3;
    result.settled = 4;
    result.through = {{{"orders", 0}, 17}, {{"orders", 1}, 4}};
    result.verifiedAt = noon + 9s;
    result.began = noon;
    result.took = 10s;
    result.differences = {missingRow("1")};
    RowDifference extra{{"2\n\""}, std::nullopt, std::vector<Cell>{"\x1b[31m", "2"}, {}, DriftState::Pending};
    extra.cause = DifferenceCause{DriftCause::DeadLetter,
                                  "event was dead-lettered 12:00:00Z",
                                  "a letter has the key",
                                  {{{"orders", 1}, 3, noon - 1h, "OrderPlaced"}},
                                  "orders-dlt[0]@7"};
    RowDifference different{
        {"3"}, std::vector<Cell>{"a", "1"}, std::vector<Cell>{"b", std::nullopt}, {0, 1}, DriftState::Confirmed};
    result.differences.push_back(extra);
    result.differences.push_back(different);
    return result;
}

bool same(const CheckResult& a, const CheckResult& b)
{
    return a.check == b.check && a.kind == b.kind && a.severity == b.severity && a.engine == b.engine &&
           a.why == b.why && a.rule == b.rule && a.findings == b.findings && a.keyColumns == b.keyColumns &&
           a.columns == b.columns && a.expectedRows == b.expectedRows && a.actualRows == b.actualRows &&
           a.complete == b.complete && a.ending == b.ending && a.snapshots == b.snapshots && a.settled == b.settled &&
           a.counts == b.counts && a.through == b.through && a.verifiedAt == b.verifiedAt && a.began == b.began &&
           a.took == b.took && a.differences == b.differences &&
           (!a.rows || !b.rows ? a.rows == b.rows : same(*a.rows, *b.rows));
}

} // namespace

class TestCheckHistory : public QObject
{
    Q_OBJECT
    std::optional<TemporaryFolder> m_folder;
    std::filesystem::path m_file;

    CheckHistory open() const { return CheckHistory::open(m_file).value(); }
    static std::uint64_t finished(CheckHistory& history, const CheckResult& result = richResult())
    {
        const auto number = history.begin("prod", "orders", noon, "eva@desk7").value();
        if (!history.finish(number, result))
            throw std::runtime_error("the run was not kept");
        return number;
    }

private slots:
    void init()
    {
        m_folder.emplace(TemporaryFolder::create("projectionist-t-").value());
        m_file = checkHistoryFile(m_folder->path());
    }
    void cleanup() { m_folder.reset(); }

    void aRunIsKeptWithItsRows()
    {
        auto history = open();
        const auto number = history.begin("prod", "orders", noon, "eva@desk7").value();
        QVERIFY(history.runs("prod", "orders", 10).value().front().state == CheckRunState::Running);
        QVERIFY(history.result(number).error().kind == ErrorKind::NotFound);
        QVERIFY(history.finish(number, richResult()));

        auto another = open();
        CheckRunRecord expected;
        expected.number = number;
        expected.context = "prod";
        expected.check = "orders";
        expected.by = "eva@desk7";
        expected.began = noon;
        expected.took = 10s;
        expected.state = CheckRunState::Finished;
        expected.severity = CheckSeverity::Critical;
        expected.drift = true;
        expected.missing = 1;
        expected.different = 1;
        expected.pending = 1;
        expected.settled = 4;
        expected.expectedRows = 12;
        expected.actualRows = 11;
        expected.complete = false;
        QVERIFY(another.runs("prod", "orders", 10).value() == std::vector{expected});
        const auto result = another.result(number);
        QVERIFY2(result, result ? "" : toString(result.error()).c_str());
        QVERIFY(same(*result, richResult()));
    }

    void numbersOfRowsThatDifferAreKept()
    {
        CheckResult result;
        result.check = "orders";
        result.kind = CheckKind::Count;
        result.engine = CheckEngine::Counts;
        result.counts = DriftState::Confirmed;
        auto history = open();
        const auto number = finished(history, result);
        QVERIFY(same(history.result(number).value(), result));
        const auto record = history.runs("prod", "", 1).value().front();
        QVERIFY(record.drift && record.confirmed() == 0);
    }

    void rowsOfGroupsAreKept()
    {
        auto result = richResult();
        result.rows = std::make_shared<const CheckResult>(richResult());
        auto history = open();
        const auto number = finished(history, result);
        QVERIFY(same(history.result(number).value(), result));
    }

    void manyRowsAreKept()
    {
        auto result = richResult();
        for (int i = 0; i < 30'000; ++i)
            result.differences.push_back(missingRow(std::to_string(i)));
        result.differences.push_back(missingRow(std::string(20U << 20, 'x'))); // more than is compressed at once
        auto history = open();
        const auto number = finished(history, result);
        QVERIFY(same(history.result(number).value(), result));
        QVERIFY2(std::filesystem::file_size(m_file) < (23U << 20), "what is alike takes little space");
    }

    void textThatIsNoUtf8DoesNoHarm()
    {
        auto result = richResult();
        result.differences.front().key = {"a\xff"};
        auto history = open();
        const auto number = finished(history, result);
        QCOMPARE(history.result(number).value().differences.front().key.front(), std::string("a\xef\xbf\xbd"));
    }

    void runsThatFailSayWhy()
    {
        auto history = open();
        const auto failed = history.begin("prod", "orders", noon, "eva@desk7").value();
        QVERIFY(history.fail(failed, {ErrorKind::Refused, "No store", "nobody listens", "Start it.", true}, 3s));
        const auto cancelled = history.begin("prod", "orders", noon, "eva@desk7").value();
        QVERIFY(history.fail(cancelled, {ErrorKind::Cancelled, "Stopped", "", "", false}, 4s));
        const auto runs = history.runs("prod", "orders", 10).value();
        QVERIFY(runs[0].state == CheckRunState::Failed && runs[0].took == 3s);
        QCOMPARE(runs[0].error, std::string("No store: nobody listens. Start it."));
        QVERIFY(runs[1].state == CheckRunState::Cancelled && runs[1].error.empty());
        QVERIFY(!history.fail(cancelled, {}, 1s)); // it has ended
    }

    void aCheckIsRunOnceAtATime()
    {
        auto mine = open();
        auto theirs = open();
        const auto number = mine.begin("prod", "orders", noon, "eva@desk7").value();
        for (auto* history : {&mine, &theirs}) {
            const auto refused = history->begin("prod", "orders", noon + 1min, "tom@desk8");
            QVERIFY(!refused && refused.error().kind == ErrorKind::Conflict);
            QCOMPARE(refused.error().why, std::string("eva@desk7 has been running it since 2026-11-18 12:00:00 UTC"));
        }
        QVERIFY(theirs.begin("prod", "parcels", noon, "tom@desk8"));
        QVERIFY(theirs.begin("test", "orders", noon, "tom@desk8"));
        QVERIFY(mine.finish(number, richResult()));
        QVERIFY(theirs.begin("prod", "orders", noon, "tom@desk8"));
    }

    void aKilledProgramLeavesNoCheckBlocked()
    {
        int pipe[2] = {};
        QVERIFY(::pipe(pipe) == 0);
        const auto child = ::fork();
        if (child == 0) {
            auto history = CheckHistory::open(m_file);
            const char done = history && history->begin("prod", "orders", noon, "eva@desk7") ? 'y' : 'n';
            (void)!::write(pipe[1], &done, 1);
            while (true)
                ::pause();
        }
        char begun = 0;
        QVERIFY(::read(pipe[0], &begun, 1) == 1 && begun == 'y');
        auto history = open();
        const auto before = history.version().value();
        QVERIFY(history.begin("prod", "orders", noon, "tom@desk8").error().kind == ErrorKind::Conflict);
        QVERIFY(::kill(child, SIGKILL) == 0 && ::waitpid(child, nullptr, 0) == child);
        ::close(pipe[0]);
        ::close(pipe[1]);
        QVERIFY(history.version().value() > before);
        QVERIFY(history.runs("prod", "orders", 10).value().front().state == CheckRunState::Lost);
        QVERIFY(history.begin("prod", "orders", noon, "tom@desk8"));
    }

    void theNewestRunsOfEachCheckAreTold()
    {
        auto history = open();
        for (const auto* check : {"a", "b", "a", "a"}) {
            const auto number = history.begin("prod", check, noon, "eva@desk7").value();
            QVERIFY(history.finish(number, richResult()));
        }
        const auto numbers = [&](const std::string& check, std::size_t most) {
            std::vector<std::uint64_t> all;
            const auto runs = history.runs("prod", check, most).value();
            for (const auto& run : runs)
                all.push_back(run.number);
            return all;
        };
        QVERIFY(numbers("", 2) == (std::vector<std::uint64_t>{2, 3, 4}));
        QVERIFY(numbers("a", 1) == (std::vector<std::uint64_t>{4}));
        QVERIFY(numbers("a", std::numeric_limits<std::size_t>::max()) == (std::vector<std::uint64_t>{1, 3, 4}));
        QVERIFY(history.runs("test", "", 9).value().empty());
    }

    void rowsOfOldRunsAreForgotten()
    {
        auto history = open();
        const auto parcels = history.begin("prod", "parcels", noon, "eva@desk7").value();
        QVERIFY(history.finish(parcels, richResult()));
        const auto first = finished(history);
        const auto second = finished(history);
        for (int i = 0; i < 29; ++i)
            finished(history);
        QVERIFY(history.result(first).error().kind == ErrorKind::NotFound);
        QVERIFY(history.replace(first, richResult()).error().kind == ErrorKind::NotFound);
        QVERIFY(history.result(second) && history.result(parcels));
        QCOMPARE(history.runs("prod", "orders", 100).value().size(), std::size_t{31});
    }

    void veryOldRunsAreForgottenWithTheirRows()
    {
        auto history = open();
        const auto first = finished(history);
        SqliteDatabase(m_file, SqliteDatabase::Mode::Write)
            .execute("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) "
                     "INSERT INTO run (context, name, by, began, state) "
                     "SELECT 'prod', 'orders', 'eva@desk7', 0, 'failed' FROM n");
        QVERIFY(history.result(first));
        finished(history);
        const auto runs = history.runs("prod", "orders", 20'000).value();
        QCOMPARE(runs.size(), std::size_t{10'000});
        QCOMPARE(runs.front().number, first + 1);
        QVERIFY(history.result(first).error().kind == ErrorKind::NotFound);
    }

    void causesAreReplaced()
    {
        auto history = open();
        const auto number = finished(history);
        auto result = richResult();
        result.differences.front().cause = DifferenceCause{DriftCause::NoEvents, "no events", "none", {}, ""};
        const auto before = history.version().value();
        QVERIFY(history.replace(number, result));
        QVERIFY(same(history.result(number).value(), result));
        QVERIFY(history.version().value() > before);
    }

    void otherProgramsSeeThatSomethingHasChanged()
    {
        auto mine = open();
        auto theirs = open();
        const auto first = theirs.version().value();
        const auto number = mine.begin("prod", "orders", noon, "eva@desk7").value();
        const auto second = theirs.version().value();
        QVERIFY(second > first);
        QCOMPARE(theirs.version().value(), second);
        QVERIFY(mine.finish(number, richResult()));
        QVERIFY(theirs.version().value() > second);
    }

    void aDamagedFileIsTold()
    {
        std::ofstream(m_file) << std::string(5000, 'x');
        const auto opened = CheckHistory::open(m_file);
        QVERIFY(!opened && opened.error().kind == ErrorKind::InvalidData);
        QVERIFY2(toString(opened.error()).find("history of checks in " + m_file.string()) != std::string::npos,
                 toString(opened.error()).c_str());
    }

    void damagedRowsAreTold()
    {
        auto history = open();
        const auto number = finished(history);
        SqliteDatabase database(m_file, SqliteDatabase::Mode::Write);
        for (const char* damage :
             {"'{}'", "x'00'", "x''", "'no'", "substr(lines, 1, length(lines) - 1)",
              "substr(lines, 1, instr(lines, char(10)))", "lines || lines", "replace(lines, '[0,1]', '[0,7]')"}) {
            QVERIFY(history.replace(number, richResult()));
            database.execute((std::string("UPDATE result SET lines = ") + damage).c_str());
            const auto result = history.result(number);
            QVERIFY2(!result && result.error().kind == ErrorKind::InvalidData, damage);
        }
    }
};

QTEST_GUILESS_MAIN(TestCheckHistory)
#include "tst_checkhistory.moc"
