// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "backend/deadletter/replay/replayjournal.h"
#include "backend/deadletter/replay/replayrun.h"
#include "backend/history/sqlite.h"
#include "tests/unit/replay/plans.h"

#include <fstream>
#include <QTemporaryDir>

using namespace projectionist;

class TestReplayJournal : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    int m_files = 0;

    std::filesystem::path newFile() { return m_folder.filePath(QString("%1.db").arg(++m_files)).toStdString(); }

private slots:
    void whatWasWrittenIsReadBack()
    {
        const auto file = newFile();
        ReplayRecord record{TimePoint(Duration(1)), TimePoint(Duration(2)), ReplayState::Sending};
        record.runner = "eva@desk7, process 1";
        const LogHeads heads{{{"orders", 0}, 17}, {{"orders", 1}, 0}};
        std::vector<ReplayLetterProgress> letters(2);
        ReplayStepStart start{{{{"orders-dlt", 0}, 5}}, {{1, "none"}}, {{"orders", 300}}};
        {
            auto journal = ReplayJournal::create(file, fullPlan(), record, heads);
            QVERIFY2(journal.has_value(), journal ? "" : toString(journal.error()).c_str());
            record.step = 1;
            record.open = true;
            letters[1] = {ReplayLetterState::Sent,
                          ReplayLight::On,
                          ReplayLight::Waiting,
                          ReplayLight::Broken,
                          ReplayLight::Unprovable,
                          1,
                          TopicPartition{"orders", 1},
                          Offset{0},
                          TimePoint(Duration(7)),
                          "why",
                          "orders-dlt[0]@9"};
            const std::size_t changed[]{1};
            QVERIFY(journal->write(record, changed, letters, &start).has_value());
        }
        auto journal = ReplayJournal::open(file, false);
        QVERIFY(journal.has_value());
        QVERIFY(journal->plan() == fullPlan());
        QVERIFY(journal->record() == record);
        QVERIFY(journal->targetHeads() == heads);
        QVERIFY(journal->letters() == letters);
        QVERIFY(journal->stepStart(1) == start);
        QVERIFY(journal->stepStart(2) == ReplayStepStart{});
        const auto status = replayStatus(file);
        QVERIFY(status.has_value());
        QVERIFY(!status->running);
        QCOMPARE(status->progress.stepLetters, std::size_t{1});
        QCOMPARE(status->progress.stepBegin, std::size_t{1});
        QCOMPARE(status->progress.counts.done, std::size_t{1});
    }

    void aJournalThatWasNotFinishedIsNone()
    {
        const auto file = newFile();
        std::ofstream(file) << "";
        QVERIFY(ReplayJournal::open(file, true).error().kind == ErrorKind::NotFound);
        QVERIFY(ReplayJournal::create(file, fullPlan(), {}, {}).has_value());
        QVERIFY(!ReplayJournal::create(file, fullPlan(), {}, {}).has_value());
    }

    void aJournalOfANewerProgramIsLeftAlone()
    {
        const auto file = newFile();
        QVERIFY(ReplayJournal::create(file, fullPlan(), {}, {}).has_value());
        SqliteDatabase(file, SqliteDatabase::Mode::Write).execute("PRAGMA user_version = 99");
        QVERIFY(ReplayJournal::open(file, true).error().kind == ErrorKind::InvalidData);
    }

    void aSecondRunnerIsToldWhoTheFirstOneIs()
    {
        const auto file = newFile();
        QVERIFY(!ReplayLock::isTaken(file));
        {
            const auto lock = ReplayLock::take(file, "eva@desk7, process 4711");
            QVERIFY(lock.has_value());
            QVERIFY(ReplayLock::isTaken(file));
            const auto second = ReplayLock::take(file, "bob@desk8, process 1");
            QVERIFY(!second && second.error().kind == ErrorKind::Conflict);
            QVERIFY(QString::fromStdString(second.error().why).contains("eva@desk7, process 4711"));
        }
        QVERIFY(!ReplayLock::isTaken(file));
        QVERIFY(ReplayLock::take(file, "bob@desk8, process 1").has_value());
    }
};

QTEST_GUILESS_MAIN(TestReplayJournal)
#include "tst_replayjournal.moc"
