// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/versionfollower.h"

#include <QTest>

using namespace projectionist;

class TestVersionFollower : public QObject
{
    Q_OBJECT
private slots:
    void whatIsWrongWithVersionsIsTold_data()
    {
        QTest::addColumn<QList<int>>("versions");
        QTest::addColumn<QString>("findings");
        QTest::newRow("rising") << QList<int>{1, 2, 3} << "";
        QTest::newRow("from anywhere") << QList<int>{17, 18} << "";
        QTest::newRow("one is missing") << QList<int>{1, 3, 4}
                                        << "gap: version 2 is missing: offset 0 has 1, offset 1 has 3\n";
        QTest::newRow("some are missing")
            << QList<int>{1, 5} << "gap: versions 2 to 4 are missing: offset 0 has 1, offset 1 has 5\n";
        QTest::newRow("twice") << QList<int>{1, 1, 2}
                               << "duplicate: version 1 is there again: offset 0 has 1, offset 1 has 1\n";
        QTest::newRow("back") << QList<int>{1, 2, 3, 2, 3, 4}
                              << "step back: version 2 comes after 3: offset 2 has 3, offset 3 has 2\n"
                                 "duplicate: version 3 is there again: offset 2 has 3, offset 4 has 3\n";
    }
    void whatIsWrongWithVersionsIsTold()
    {
        QFETCH(QList<int>, versions);
        QFETCH(QString, findings);
        VersionFollower follower(10);
        std::string found;
        for (int i = 0; i < versions.size(); ++i)
            if (const auto problem = follower.take({"t", 0}, i, "key", versions[i]))
                found += problem->problem + ": " + problem->finding + '\n';
        QCOMPARE(QString::fromStdString(found), findings);
    }

    void keysAndPartitionsAreFollowedApart()
    {
        VersionFollower follower(10);
        QVERIFY(!follower.take({"t", 0}, 0, "a", 1));
        QVERIFY(!follower.take({"t", 0}, 1, "b", 7));
        QVERIFY(!follower.take({"t", 1}, 0, "a", 3));
        QVERIFY(!follower.take({"u", 0}, 0, "a", 5));
        QVERIFY(!follower.take({"t", 0}, 2, "a", 2));
        QVERIFY(follower.take({"t", 0}, 3, "b", 7));
    }

    void keysBeyondTheLargestNumberAreCounted()
    {
        VersionFollower follower(2);
        for (const char* const key : {"a", "b", "c", "d", "c"})
            QVERIFY(!follower.take({"t", 0}, 0, key, 1));
        QCOMPARE(follower.notFollowed(), std::uint64_t{3});
        QVERIFY(follower.take({"t", 0}, 1, "b", 1));
    }
};

QTEST_GUILESS_MAIN(TestVersionFollower)
#include "tst_versionfollower.moc"
