// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the user of the window does stands in the audit trail; what others do is seen.
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which libraries include
#include "backend/history/sqlite.h"
#include "tests/gui/window/runningwindow.h"
#include "tests/gui/window/ticks.h"
#include "tests/gui/window/windowbench.h"
#include "widgets/common/messages.h"
#include "widgets/deadletters/deadletterspage.h"
#include "widgets/frame/lockbutton.h"
#include "widgets/frame/topbar.h"
#endif

#include <fstream>
#include <QLineEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

using namespace projectionist;

namespace {

std::filesystem::path trailFile()
{
    return auditFile(stateDirectory());
}

std::vector<AuditEntry> trail()
{
    auto opened = AuditTrail::open(trailFile());
    return opened ? opened->read({}).value_or(std::vector<AuditEntry>()) : std::vector<AuditEntry>();
}

} // namespace

class TestActs : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<RunningWindow> m_running;

    [[nodiscard]] MainWindow& window() const { return m_running->window(); }
    [[nodiscard]] LockButton& lock() const { return *window().topBar()->lock(); }

private slots:
    /// A production context whose broker nobody finds: acts need none.
    void init()
    {
        const auto file = std::filesystem::path(m_folder.filePath("workspace.toml").toStdString());
        std::ofstream(file) << "schema = 1\n[contexts.prod]\nbroker = \"b\"\nenvironment = \"production\"\n"
                               "[brokers.b]\nbootstrap_servers = \"127.0.0.1:1\"\n";
        m_running = std::make_unique<RunningWindow>(file);
        QTRY_VERIFY_WITH_TIMEOUT(lock().isVisible(), patience);
    }
    void cleanup() { m_running.reset(); }

    void unlockingAndLockingAreSharedAndRecorded()
    {
        lock().click();
        lock().dialog()->reason()->setText("INC-4711");
        lock().dialog()->unlock()->click();
        QTRY_VERIFY_WITH_TIMEOUT(lock().isUnlocked(), patience);
        auto others = ProductionLock::open(trailFile()).value();
        const auto seen = others.unlocked("prod", SystemClock().now()).value();
        QVERIFY(seen && seen->reason == "INC-4711" && seen->who == actingUser());
        QVERIFY(others.lock("prod", "tom@desk8", SystemClock().now()).value());
        QTRY_VERIFY_WITH_TIMEOUT(!lock().isUnlocked(), patience);
        const auto now = SystemClock().now();
        QVERIFY(others.unlock({"prod", now, now + std::chrono::hours(1), "tom@desk8", "mine"}));
        QTRY_VERIFY_WITH_TIMEOUT(lock().isUnlocked(), patience);
        lock().click();
        QTRY_VERIFY_WITH_TIMEOUT(!lock().isUnlocked(), patience);
        std::vector<std::string> acts;
        for (const auto& entry : trail())
            acts.push_back(entry.act);
        QVERIFY(acts == (std::vector<std::string>{"unlock", "lock", "unlock", "lock"}));
    }

    void lookingAtMaskedValuesIsRecorded()
    {
        emit window().deadLetters()->unmaskWanted("orders-dlt[0]@1", "Masked: $.email");
        QTRY_VERIFY_WITH_TIMEOUT(!trail().empty(), patience);
        const auto entries = trail();
        QVERIFY(entries[0].act == "unmask" && entries[0].object == "orders-dlt[0]@1" && entries[0].context == "prod");
        QVERIFY(entries[0].detail == "Masked: $.email" && entries[0].who == actingUser());
        QVERIFY(entries[0].at > SystemClock().now() - std::chrono::hours(1));
    }

    void aTrailThatCannotBeWrittenIsSaidAndNothingIsUnlocked()
    {
        QTRY_VERIFY_WITH_TIMEOUT(std::filesystem::exists(trailFile()), patience);
        for (const char* const part : {"-wal", "-shm", ""})
            std::filesystem::remove(trailFile().string() + part);
        std::ofstream(trailFile()) << std::string(5000, 'x');
        QTRY_VERIFY_WITH_TIMEOUT(window().messages().has("acts"), patience);
        lock().click();
        lock().dialog()->reason()->setText("INC-4711");
        lock().dialog()->unlock()->click();
        QTRY_VERIFY_WITH_TIMEOUT(window().messages().has("lock"), patience);
        QVERIFY(shownText(window().messages()).contains("audit.db"));
        QVERIFY(!lock().isUnlocked());
        std::filesystem::remove(trailFile());
        QTRY_VERIFY_WITH_TIMEOUT(!window().messages().has("acts"), patience);
    }

    void theWindowTicksWhileAnotherProgramHoldsTheTrail()
    {
        QTRY_VERIFY_WITH_TIMEOUT(std::filesystem::exists(trailFile()), patience);
        SqliteDatabase other(trailFile(), SqliteDatabase::Mode::Write);
        {
            const Ticks ticks;
            SqliteTransaction held(other);
            emit window().deadLetters()->unmaskWanted("orders-dlt[0]@1", {});
            QTest::qWait(1500);
            ticks.verify();
        }
        QTRY_VERIFY_WITH_TIMEOUT(!trail().empty(), patience);
    }
};

QTEST_MAIN(TestActs)
#include "tst_acts.moc"
