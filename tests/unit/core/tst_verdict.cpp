// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/core/mailbox.h"
#include "backend/core/verdict.h"

#include <QTest>

using namespace projectionist;

class TestVerdict : public QObject
{
    Q_OBJECT
private slots:
    void everyKindHasItsOwnWordAndRank()
    {
        std::map<int, std::string_view> ranks;
        for (int i = 0; i <= static_cast<int>(VerdictKind::LosingEvents); ++i) {
            const auto kind = static_cast<VerdictKind>(i);
            QCOMPARE(verdictKindFromString(toString(kind)), std::optional(kind));
            QVERIFY(ranks.emplace(rank(kind), toString(kind)).second);
        }
        QVERIFY(!verdictKindFromString("OK"));
    }
    void backlogAndLostAreTwoNumbers()
    {
        PartitionSample sample;
        QVERIFY(!sample.backlog());
        sample.groupPosition = 100;
        sample.logStart = 150;
        sample.head = 400;
        QCOMPARE(sample.backlog(), std::optional<Offset>(250));
        QCOMPARE(sample.lost(), std::optional<Offset>(50));
        sample.checkpointPosition = 410;
        QCOMPARE(sample.backlog(), std::optional<Offset>(0));
        QCOMPARE(sample.lost(), std::optional<Offset>(0));
    }
    void mailboxDropsTheOldestAndCounts()
    {
        Mailbox<int> mailbox(2);
        for (const int value : {1, 2, 3})
            mailbox.push(value);
        QCOMPARE(mailbox.drain(), (std::vector<int>{2, 3}));
        QCOMPARE(mailbox.dropped(), std::size_t{1});
        QVERIFY(mailbox.drain().empty());
    }
};

QTEST_APPLESS_MAIN(TestVerdict)
#include "tst_verdict.moc"
