// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/checkschedule.h"

#include "backend/core/format.h"
#include "tests/unit/config/configfixture.h"

using namespace projectionist;

namespace {

TimePoint at(const std::string& text)
{
    return parseRfc3339(text).value();
}

/// The first `count` times after `after`.
std::string timesOf(const std::string& schedule, const std::string& zone, const std::string& after, int count)
{
    const auto parsed = CheckSchedule::parse(schedule, zone);
    if (!parsed)
        return toString(parsed.error());
    std::string all;
    auto time = at(after);
    for (int i = 0; i < count; ++i) {
        time = parsed->next(time);
        all += formatRfc3339(time).substr(0, 16) + '\n';
    }
    return all;
}

const std::string withCheck = leastWorkspace + "[stores.s]\nhost = \"h\"\n[[checks]]\nname = \"c\"\nkey = \"a\"\n";
const std::string bothSides =
    "[checks.expected]\nstore = \"s\"\ntable = \"e\"\n[checks.actual]\nstore = \"s\"\ntable = \"a\"\n";

} // namespace

class TestCheckSchedule : public QObject
{
    Q_OBJECT
private slots:
    void timesFollowEachOther_data()
    {
        QTest::addColumn<std::string>("schedule");
        QTest::addColumn<std::string>("zone");
        QTest::addColumn<std::string>("after");
        QTest::addColumn<std::string>("times");
        const auto row = [](const char* name, const std::string& schedule, const std::string& zone,
                            const std::string& after,
                            const std::string& times) { QTest::newRow(name) << schedule << zone << after << times; };
        row("every", "every 15m", "", "2026-11-22T12:03:00Z", "2026-11-22T12:18\n2026-11-22T12:33\n");
        row("step", "*/20 * * * *", "", "2026-11-22T23:59:59Z", "2026-11-23T00:00\n2026-11-23T00:20\n");
        row("the next one, not this", "0 3 * * *", "", "2026-11-22T03:00:00Z", "2026-11-23T03:00\n");
        row("lists, ranges, names", "30 6,18 1-3 feb,mar *", "UTC", "2027-02-01T06:30:00Z",
            "2027-02-01T18:30\n2027-02-02T06:30\n2027-02-02T18:30\n2027-02-03T06:30\n2027-02-03T18:30\n"
            "2027-03-01T06:30\n");
        row("weekdays", "0 3 * * Mon-Fri", "", "2026-11-20T04:00:00Z", "2026-11-23T03:00\n"); // a Friday
        row("to Sunday", "0 3 * * sat-sun", "", "2026-11-20T04:00:00Z", "2026-11-21T03:00\n2026-11-22T03:00\n");
        row("7 is Sunday", "0 3 * * 7", "", "2026-11-20T04:00:00Z", "2026-11-22T03:00\n");
        row("either day, if both are restricted", "0 0 13 * 5", "", "2026-11-12T00:00:00Z",
            "2026-11-13T00:00\n2026-11-20T00:00\n2026-11-27T00:00\n2026-12-04T00:00\n2026-12-11T00:00\n"
            "2026-12-13T00:00\n");
        row("both days, if one begins with a star", "0 0 */13 * 0", "", "2026-11-02T00:00:00Z",
            "2026-12-27T00:00\n"); // of days 1, 14 and 27

        row("@monthly", "@monthly", "", "2026-11-22T00:00:00Z", "2026-12-01T00:00\n2027-01-01T00:00\n");
        row("29 February", "0 0 29 2 *", "", "2097-01-01T00:00:00Z", "2104-02-29T00:00\n");
        row("a zone", "0 3 * * *", "Europe/Berlin", "2026-11-22T12:00:00Z", "2026-11-23T02:00\n");
        row("half an hour off", "0 3 * * *", "Asia/Kolkata", "2026-11-22T12:00:00Z", "2026-11-22T21:30\n");
        // 2026-03-29 02:00 -> 03:00, 2026-10-25 03:00 -> 02:00 in Berlin
        row("what is skipped comes at once", "30 2 * * *", "Europe/Berlin", "2026-03-28T01:30:00Z",
            "2026-03-29T01:00\n2026-03-30T00:30\n");
        row("what is shown twice comes once", "30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z",
            "2026-10-25T00:30\n2026-10-26T01:30\n");
        row("hourly goes on through a skipped hour", "0 * * * *", "Europe/Berlin", "2026-03-29T00:00:00Z",
            "2026-03-29T01:00\n2026-03-29T02:00\n");
        row("hourly goes on through a doubled hour", "*/30 * * * *", "Europe/Berlin", "2026-10-25T00:00:00Z",
            "2026-10-25T00:30\n2026-10-25T01:00\n2026-10-25T01:30\n2026-10-25T02:00\n");
    }
    void timesFollowEachOther()
    {
        QFETCH(std::string, schedule);
        QFETCH(std::string, zone);
        QFETCH(std::string, after);
        QFETCH(std::string, times);
        const auto count = static_cast<int>(std::count(times.begin(), times.end(), '\n'));
        QCOMPARE(QString::fromStdString(timesOf(schedule, zone, after, count)), QString::fromStdString(times));
    }

    void mistakesAreExplained_data()
    {
        QTest::addColumn<std::string>("schedule");
        QTest::addColumn<std::string>("text");
        const auto row = [](const std::string& schedule, const std::string& text) {
            QTest::newRow(schedule.c_str()) << schedule << text;
        };
        row("0 0 30 2 *", "such a day never comes. Choose a day that the month has.");
        row("60 * * * *", "\"60\" is no minute. A number from 0 to 59, a range");
        row("* * * * frid", "\"frid\" is no day of week. A number from 0 to 7 or a name as mon, a range");
        row("* * 5/2 * *", "the day of month \"5/2\" has a step without a range. Write 5-31/2.");
        row("* 8-6 * * *", "the hour \"8-6\" ends before it begins");
        row("*/0 * * * *", "\"*/0\" is no minute");
        row("1, * * * *", "\"\" is no minute");
        row("-1 * * * *", "\"-1\" is no minute");
        row("* * * *", "neither \"every ...\" nor five fields of cron. Write \"every 15m\"");
        row("* * * * * *", "neither");
        row("@reboot", "neither");
        row("", "neither");
        row("every day", "it has no length of time. Write it as \"every 15m\", from 1s to 366d.");
        row("every 0s", "it has no length of time");
    }
    void mistakesAreExplained()
    {
        QFETCH(std::string, schedule);
        QFETCH(std::string, text);
        const auto parsed = CheckSchedule::parse(schedule);
        QVERIFY(!parsed);
        const auto told = toString(parsed.error());
        QVERIFY2(told.find(text) != std::string::npos, told.c_str());
    }

    void workspacesSayWhenChecksAreRun()
    {
        const ConfigFolder folder;
        const auto loaded = loadWorkspace(folder.write(
            "w.toml", withCheck + "schedule = \"0 3 * * mon-fri\"\ntimezone = \"Europe/Berlin\"\n" + bothSides));
        QCOMPARE(folder.shown(loaded.diagnostics), std::string());
        const auto wanted = CheckSchedule::parse("0 3 * * mon-fri", "Europe/Berlin").value();
        QVERIFY(loaded.workspace->checks.front().schedule == std::optional(wanted));
        const auto saved = folder.path("saved.toml");
        QVERIFY(saveWorkspace(*loaded.workspace, saved));
        QVERIFY(loadWorkspace(saved).workspace->checks.front().schedule == std::optional(wanted));
    }

    void mistakesInWorkspacesAreNamedWithTheirPlace_data()
    {
        QTest::addColumn<std::string>("lines");
        QTest::addColumn<std::string>("diagnostics");
        QTest::newRow("schedule") << std::string("schedule = \"0 0 30 2 *\"\n")
                                  << std::string("w.toml:11:12: error: \"0 0 30 2 *\" is no schedule: such a day "
                                                 "never comes; Choose a day that the month has.\n");
        QTest::newRow("zone") << std::string("schedule = \"@daily\"\ntimezone = \"Europe/Berlim\"\n")
                              << std::string("w.toml:12:12: error: unknown time zone \"Europe/Berlim\"; did you mean "
                                             "\"Europe/Berlin\"?\n");
        QTest::newRow("zone alone") << std::string("timezone = \"Europe/Berlin\"\n")
                                    << std::string("w.toml:11:12: error: \"timezone\" without \"schedule\"; add "
                                                   "schedule = \"every 15m\"\n");
    }
    void mistakesInWorkspacesAreNamedWithTheirPlace()
    {
        QFETCH(std::string, lines);
        QFETCH(std::string, diagnostics);
        const ConfigFolder folder;
        const auto loaded = loadWorkspace(folder.write("w.toml", withCheck + lines + bothSides));
        QCOMPARE(QString::fromStdString(folder.shown(loaded.diagnostics)), QString::fromStdString(diagnostics));
    }
};

QTEST_GUILESS_MAIN(TestCheckSchedule)
#include "tst_checkschedule.moc"
