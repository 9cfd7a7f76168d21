// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/history/audittrail.h"
#include "tests/support/testservers.h"

#include <limits>
#include <QTest>
#include <random>
#include <thread>

using namespace projectionist;

namespace {

std::int64_t lastPrinted(const std::filesystem::path& log)
{
    const std::string text = lastLines(log, 1);
    return text.empty() ? -1 : std::stoll(text);
}

std::unique_ptr<ChildProcess> startWriter(const std::filesystem::path& file, const std::string& name,
                                          std::int64_t first, const std::filesystem::path& log)
{
    ChildCommand command;
    command.arguments = {AUDIT_WRITER, file, name, std::to_string(first)};
    command.logFile = log;
    auto writer = ChildProcess::start(command);
    return writer ? *std::move(writer) : nullptr;
}

} // namespace

class TestAuditCrash : public QObject
{
    Q_OBJECT
private slots:
    /// Two programs write; both are killed at any moment, one always while the other writes on.
    void killedWritersLoseNothingThatWasAppended()
    {
        auto folder = TemporaryFolder::create("projectionist-t-");
        QVERIFY(folder.has_value());
        const auto file = auditFile(folder->path());
        std::mt19937 random(7);
        std::int64_t next[2] = {0, 0};
        for (int round = 0; round < 10; ++round) {
            const std::filesystem::path logs[2] = {folder->path() / ("a" + std::to_string(round)),
                                                   folder->path() / ("b" + std::to_string(round))};
            auto one = startWriter(file, "a", next[0], logs[0]);
            auto two = startWriter(file, "b", next[1], logs[1]);
            QVERIFY(one && two);
            const auto enough = static_cast<std::int64_t>(random() % 30);
            QVERIFY(eventually([&] { return lastPrinted(logs[0]) >= next[0] + enough || !one->running(); }));
            std::this_thread::sleep_for(std::chrono::microseconds(random() % 3000));
            one->kill();
            const auto before = lastPrinted(logs[1]);
            QVERIFY(eventually([&] { return lastPrinted(logs[1]) > before || !two->running(); }));
            two->kill();

            auto trail = AuditTrail::open(file);
            QVERIFY2(trail, trail ? "" : toString(trail.error()).c_str());
            const auto entries = trail->read({.most = std::numeric_limits<std::size_t>::max()});
            QVERIFY2(entries, entries ? "" : toString(entries.error()).c_str());
            std::int64_t count[2] = {0, 0};
            std::uint64_t number = 0;
            for (const auto& entry : *entries) {
                auto& expected = count[entry.object[0] - 'a'];
                QCOMPARE(QString::fromStdString(entry.object.substr(2)), QString::number(expected));
                QCOMPARE(entry.at, TimePoint(Duration(expected)));
                QCOMPARE(entry.reason, std::string(200, 'r'));
                QVERIFY(entry.number > number);
                number = entry.number;
                ++expected;
            }
            for (int i = 0; i < 2; ++i) {
                QVERIFY(count[i] > lastPrinted(logs[i])); // it may have been killed before it printed the last
                next[i] = count[i];
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestAuditCrash)
#include "tst_auditcrash.moc"
