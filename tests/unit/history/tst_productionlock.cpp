// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/history/productionlock.h"

#include "backend/history/audittrail.h"
#include "tests/support/testservers.h"

#include <QTest>

using namespace projectionist;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint noon(std::chrono::seconds(1'795'003'200));

Unlock unlockFor(Duration time, const std::string& reason = "orders are stuck")
{
    return {"prod", noon, noon + time, "eva@desk7", reason};
}

} // namespace

class TestProductionLock : public QObject
{
    Q_OBJECT
    std::optional<TemporaryFolder> m_folder;
    std::filesystem::path m_file;

    std::vector<AuditEntry> trail() const { return AuditTrail::open(m_file).value().read({}).value(); }

private slots:
    void init()
    {
        m_folder.emplace(TemporaryFolder::create("projectionist-t-").value());
        m_file = auditFile(m_folder->path());
    }
    void cleanup() { m_folder.reset(); }

    void contextsAreLockedUntilSomebodyUnlocksThem()
    {
        auto lock = ProductionLock::open(m_file).value();
        QVERIFY(!lock.unlocked("prod", noon).value());
        QVERIFY(lock.unlock(unlockFor(30min)));
        QVERIFY(lock.unlocked("prod", noon).value() == std::optional(unlockFor(30min)));
        QVERIFY(!lock.unlocked("other", noon).value());
        auto another = ProductionLock::open(m_file).value();
        QVERIFY(another.unlocked("prod", noon + 1min).value() == std::optional(unlockFor(30min)));
    }

    void anUnlockEndsByTheClock()
    {
        auto lock = ProductionLock::open(m_file).value();
        QVERIFY(lock.unlock(unlockFor(30min)));
        QVERIFY(lock.unlocked("prod", noon + 30min - 1ms).value());
        QVERIFY(!lock.unlocked("prod", noon + 30min).value());
        // Set back by a little it goes on; by hours, nobody knows what time it is.
        QVERIFY(lock.unlocked("prod", noon - 1s).value());
        QVERIFY(!lock.unlocked("prod", noon - 2h).value());
    }

    void lockingEndsItForAllPrograms()
    {
        auto lock = ProductionLock::open(m_file).value();
        auto another = ProductionLock::open(m_file).value();
        QVERIFY(lock.unlock(unlockFor(30min)));
        QCOMPARE(another.lock("prod", "tom@desk8", noon + 5min).value(), true);
        QVERIFY(!lock.unlocked("prod", noon + 5min).value());
        QCOMPARE(lock.lock("prod", "tom@desk8", noon + 6min).value(), false);
    }

    void unlockingAgainTakesThePlaceOfTheFormer()
    {
        auto lock = ProductionLock::open(m_file).value();
        QVERIFY(lock.unlock(unlockFor(1h)));
        const auto second = unlockFor(15min, "less will do");
        QVERIFY(lock.unlock(second));
        QVERIFY(lock.unlocked("prod", noon).value() == std::optional(second));
    }

    void withoutReasonOrTimeItIsRefused()
    {
        auto lock = ProductionLock::open(m_file).value();
        for (const auto& wanted : {unlockFor(30min, ""), unlockFor(30min, " \n"), unlockFor(0min), unlockFor(-1min),
                                   unlockFor(ProductionLock::longest + 1ms)}) {
            const auto refused = lock.unlock(wanted);
            QVERIFY(!refused);
            QVERIFY(!refused.error().why.empty() && !refused.error().next.empty());
        }
        QVERIFY(!lock.unlocked("prod", noon).value());
        QVERIFY(trail().empty());
    }

    void bothActsAreInTheAuditTrail()
    {
        auto lock = ProductionLock::open(m_file).value();
        QVERIFY(lock.unlock(unlockFor(30min)));
        QVERIFY(lock.lock("prod", "tom@desk8", noon + 5min));
        QVERIFY(lock.lock("prod", "tom@desk8", noon + 5min)); // nothing was done
        const auto entries = trail();
        QCOMPARE(entries.size(), std::size_t{2});
        QVERIFY(entries[0] == (AuditEntry{1, noon, "eva@desk7", "prod", "unlock", "prod", "orders are stuck",
                                          entries[0].detail, "done"}));
        QVERIFY2(entries[0].detail.find("30m") != std::string::npos, entries[0].detail.c_str());
        QVERIFY(entries[1].act == "lock" && entries[1].who == "tom@desk8" && entries[1].at == noon + 5min);
    }

    void whoeverMeetsTheLockIsToldHowToOpenIt()
    {
        const auto error = lockedError("prod");
        QVERIFY(error.kind == ErrorKind::Permission);
        QVERIFY(error.next.find("projectionistctl unlock prod") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestProductionLock)
#include "tst_productionlock.moc"
