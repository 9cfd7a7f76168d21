// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which the library includes
#include "app/sandbox/projection.h"
#include "app/sandbox/schema.h"
#include "backend/core/mailbox.h"
#include "backend/deadletter/letterdesk.h"
#include "backend/store/postgres/postgresstore.h"
#include "tests/integration/sandbox/runningsandbox.h"
#include "tests/support/testservers.h"
#endif

#include <nlohmann/json.hpp>
#include <QTest>
#include <set>

using namespace projectionist;

namespace {

/// One letter, as the sandbox itself knows it.
struct KnownLetter
{
    std::string projection;
    std::string key;
    std::int64_t sequence = 0;
    std::string exception;
};

using EventPlace = std::tuple<std::string, std::int32_t, Offset>; ///< projection, partition, offset

EventPlace eventPlaceOf(const LetterView& view)
{
    return {view.projection, view.origin.partition.value_or(-1), view.origin.offset.value_or(-1)};
}

} // namespace

/// Letters of a running sandbox, judged by a desk, against what the sandbox's tables say.
class TestSandboxJudged : public QObject
{
    Q_OBJECT

    RunningSandbox m_sandbox;
    SystemClock m_clock;
    Mailbox<std::shared_ptr<const LetterBoard>> m_boards;
    Mailbox<LetterVerdicts> m_verdicts;
    std::vector<LetterView> m_rows;
    std::map<EventPlace, KnownLetter> m_truth;
    std::map<std::pair<std::string, std::string>, std::int64_t> m_read; ///< sequence by projection and key
    JudgedLetters m_judged;

    std::int64_t now(const std::string& sql) { return m_sandbox.number(sql).value_or(-1); }
    std::vector<std::vector<std::optional<std::string>>> rows(const std::string& sql)
    {
        const auto store = connectPostgres(m_sandbox.workspace().stores.at(0), Access::ReadOnly);
        return (*store)->query(inSchema(sql, "sandbox_orders"), {}, 1'000'000).value().rows;
    }

    /// All that the write side has, and then no more.
    void holdStill()
    {
        m_sandbox.inject("outbox-stopped");
        const auto positions = [&] { return now("SELECT sum(position) FROM @.projection_checkpoint"); };
        const auto letters = [&] { return now("SELECT count(*) FROM @.dead_letter"); };
        QVERIFY(eventually([&] {
            const auto before = std::pair(positions(), letters());
            QTest::qWait(3000);
            return before == std::pair(positions(), letters());
        }));
    }
    void readTruth(LetterDesk& desk)
    {
        std::mutex mutex;
        std::optional<Result<void>> done;
        desk.readAgain(
            [&](const LetterView& view, const DeadLetter& letter) {
                const std::lock_guard lock(mutex);
                const auto json = nlohmann::json::parse(letter.value.value_or("{}"));
                m_truth[eventPlaceOf(view)] = {view.projection, letter.key.value_or(""),
                                               json.value("sequence", std::int64_t{0}), letter.failure.exception};
            },
            {},
            [&](Result<void> result) {
                const std::lock_guard lock(mutex);
                done = std::move(result);
            });
        QVERIFY(eventually([&] {
            const std::lock_guard lock(mutex);
            return done.has_value();
        }));
        for (const auto& row :
             rows("SELECT partition, position, key, convert_from(payload, 'UTF8')::json->>'sequence', "
                  "exception FROM @.dead_letter"))
            m_truth[{"ops_console", std::stoi(*row[0]), std::stoll(*row[1])}] = {"ops_console", row[2].value_or(""),
                                                                                 std::stoll(*row[3]), *row[4]};
        const std::pair<const char*, const char*> tables[]{
            {"order_summary", "SELECT order_id, sequence FROM @.order_summary"},
            {"parcel_tracking", "SELECT parcel_id, sequence FROM @.parcel_tracking"},
            {"ops_console", "SELECT aggregate, sequence FROM @.ops_console_seen"}};
        for (const auto& [projection, sql] : tables)
            for (const auto& row : rows(sql))
                m_read[{projection, *row[0]}] = std::stoll(*row[1]);
    }
    void judgeAll()
    {
        LetterDesk desk(m_sandbox.workspace(), "sandbox", defaultLetterConnectors(), m_clock,
                        {[this](auto board) { m_boards.push(std::move(board)); },
                         {},
                         {},
                         {},
                         [this](LetterVerdicts verdicts) { m_verdicts.push(std::move(verdicts)); }});
        LetterQuery query;
        query.number = 1;
        query.rows = 100'000;
        desk.ask(query);
        std::shared_ptr<const LetterBoard> board;
        QVERIFY(eventually([&] {
            for (auto& one : m_boards.drain())
                if (one->query == 1)
                    board = std::move(one);
            return board && board->complete && !board->searching;
        }));
        m_rows = board->rows;
        readTruth(desk);
        std::vector<LetterPlace> places;
        for (const auto& row : m_rows)
            places.push_back(row.place);
        desk.judge(7, places);
        std::vector<LetterVerdicts> verdicts;
        QVERIFY(eventually([&] { return !(verdicts = m_verdicts.drain()).empty(); }));
        QCOMPARE(verdicts.front().token, std::uint64_t(7));
        m_judged = std::move(verdicts.front().judged);
        QCOMPARE(m_judged.letters.size(), places.size());
        for (const auto& trouble : m_judged.troubles)
            QFAIL(toString(trouble).c_str());
    }
    /// Letters of its key and projection that failed before it.
    std::size_t earlierOf(const KnownLetter& letter) const
    {
        std::set<std::int64_t> sequences;
        for (const auto& [origin, other] : m_truth)
            if (other.projection == letter.projection && other.key == letter.key && other.sequence < letter.sequence)
                sequences.insert(other.sequence);
        return sequences.size();
    }
    std::size_t count(const char* exception, ReplayVerdict verdict) const
    {
        std::size_t found = 0;
        for (std::size_t i = 0; i < m_rows.size(); ++i)
            found +=
                m_truth.at(eventPlaceOf(m_rows[i])).exception == exception && m_judged.letters[i].verdict == verdict;
        return found;
    }

private slots:
    void initTestCase()
    {
        m_sandbox.start({"--rate", "300", "--steady", "--bad-every", "0", "--erase-every", "0", "--seed", "5"});
        m_sandbox.inject("newer-event");
        m_sandbox.inject("poison-burst");
        const auto inTable = [&](const char* exception) {
            return now(std::string("SELECT count(*) FROM @.dead_letter WHERE exception = '") + exception + '\'');
        };
        QVERIFY(eventually([&] {
            return inTable(failures::geocoderTimeout) > 10 && inTable(failures::serialization) > 5 &&
                   now("SELECT count(*) FROM @.parcel_tracking WHERE sequence > 4") > 300;
        }));
        holdStill();
        judgeAll();
        QVERIFY(m_rows.size() > 50);
    }
    void cleanupTestCase() { m_sandbox.stop(); }

    void everyVerdictIsWhatTheTablesSay()
    {
        for (std::size_t i = 0; i < m_rows.size(); ++i) {
            const auto truth = m_truth.find(eventPlaceOf(m_rows[i]));
            QVERIFY2(truth != m_truth.end(), m_rows[i].key.value_or("").c_str());
            const auto& letter = truth->second;
            const auto& judgement = m_judged.letters[i];
            const auto row = m_read.find({letter.projection, letter.key});
            const auto said = letter.projection + ' ' + letter.key + '/' + std::to_string(letter.sequence) + ": " +
                              std::string(toString(judgement.verdict)) + ", " + judgement.why;
            if (row == m_read.end()) {
                QVERIFY2(judgement.row && !judgement.row->found, said.c_str());
                QVERIFY2(judgement.verdict == ReplayVerdict::Safe || judgement.verdict == ReplayVerdict::AfterEarlier,
                         said.c_str());
                continue;
            }
            QVERIFY2(judgement.row && judgement.row->version == row->second, said.c_str());
            const auto expected = row->second == letter.sequence  ? ReplayVerdict::AlreadyApplied
                                  : row->second > letter.sequence ? ReplayVerdict::NewerApplied
                                  : earlierOf(letter) > 0         ? ReplayVerdict::AfterEarlier
                                                                  : ReplayVerdict::Safe;
            QVERIFY2(judgement.verdict == expected, said.c_str());
            QCOMPARE(judgement.earlier, earlierOf(letter));
        }
    }
    void lettersWhoseKeysMovedOnAreToldFromThoseThatWait()
    {
        QVERIFY(count(failures::rowLocked, ReplayVerdict::NewerApplied) > 0);
        QVERIFY(count(failures::rowLocked, ReplayVerdict::AfterEarlier) > 0);
        for (std::size_t i = 0; i < m_rows.size(); ++i)
            if (m_judged.letters[i].verdict == ReplayVerdict::NewerApplied && m_judged.letters[i].row->position)
                QVERIFY(m_judged.letters[i].newer > m_rows[i].origin.offset);
    }
    void whatNothingFollowsIsSafeOrWaitsForEarlierOnes()
    {
        QVERIFY(count(failures::geocoderTimeout, ReplayVerdict::Safe) > 0);
        QCOMPARE(count(failures::geocoderTimeout, ReplayVerdict::NewerApplied), std::size_t(0));
        QCOMPARE(count(failures::geocoderTimeout, ReplayVerdict::Unknown), std::size_t(0));
    }
};

QTEST_APPLESS_MAIN(TestSandboxJudged)
#include "tst_sandboxjudged.moc"
