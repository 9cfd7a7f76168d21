// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/config/configfixture.h"

using namespace projectionist;

namespace {

const std::string before = leastWorkspace + "[stores.s]\n"
                                            "host = \"h\"\n"
                                            "[[projections]]\n"
                                            "name = \"p\"\n"
                                            "version = \"v2\"\n"
                                            "topics = [\"t\"]\n"
                                            "group = \"g\"\n";
const std::string sides = "[checks.expected]\n"
                          "store = \"s\"\n"
                          "query = \"SELECT 1\"\n"
                          "[checks.actual]\n"
                          "store = \"s\"\n"
                          "table = \"public.t\"\n";

} // namespace

class TestCheckSettings : public QObject
{
    Q_OBJECT
private slots:
    void everySettingIsRead()
    {
        const ConfigFolder folder;
        const auto loaded = loadWorkspace(folder.write("w.toml", before +
                                                                     "[[checks]]\n"
                                                                     "name = \"c\"\n"
                                                                     "projection = \"p:v2\"\n"
                                                                     "kind = \"rows\"\n"
                                                                     "key = [\"a\", \"b\"]\n"
                                                                     "event_key = [\"b\", \"a\"]\n"
                                                                     "event_key_separator = \"/\"\n"
                                                                     "erase_events = \"Erased\"\n"
                                                                     "columns = [\"x\"]\n"
                                                                     "ignore = \"y\"\n"
                                                                     "settled_by = \"updated_at\"\n"
                                                                     "settled_for = \"30s\"\n"
                                                                     "empty_is_drift = true\n"
                                                                     "settle = \"0s\"\n"
                                                                     "statement_timeout = \"5m\"\n"
                                                                     "budget = { time = \"10m\", rows = 5000, "
                                                                     "snapshot_age = \"5m\" }\n"
                                                                     "throttle = { active_sessions = 40, "
                                                                     "replica_delay = \"10s\" }\n"
                                                                     "max_differences = 7\n"
                                                                     "severity = \"critical\"\n" +
                                                                     sides +
                                                                     "filter = \"x > 1\"\n"
                                                                     "[checks.pairs]\n"
                                                                     "x = \"ex\"\n"
                                                                     "[checks.rules.x]\n"
                                                                     "absolute = 1\n"
                                                                     "relative = 0.5\n"
                                                                     "time = \"2s\"\n"
                                                                     "trim = true\n"
                                                                     "ignore_case = true\n"
                                                                     "unicode = \"NFC\"\n"));
        QCOMPARE(folder.shown(loaded.diagnostics), std::string());
        CheckSettings wanted;
        wanted.name = "c";
        wanted.context = "local"; // the only one
        wanted.projection = "p:v2";
        wanted.key = {"a", "b"};
        wanted.eventKey = {"b", "a"};
        wanted.eventKeySeparator = "/";
        wanted.eraseEvents = {"Erased"};
        wanted.columns = {"x"};
        wanted.ignore = {"y"};
        wanted.settledBy = "updated_at";
        wanted.settledFor = Duration(30'000);
        wanted.emptyIsDrift = true;
        wanted.settle = Duration(0);
        wanted.statementTimeout = Duration(300'000);
        wanted.budget = {Duration(600'000), 5000, Duration(300'000)};
        wanted.throttle = {40, Duration(10'000)};
        wanted.maxDifferences = 7;
        wanted.severity = CheckSeverity::Critical;
        wanted.expected = {"s", "", "SELECT 1", ""};
        wanted.actual = {"s", "public.t", "", "x > 1"};
        wanted.pairs = {{"x", "ex"}};
        wanted.rules = {{"x", {1.0, 0.5, Duration(2000), true, true, UnicodeForm::Nfc}}};
        QVERIFY(loaded.workspace->checks == std::vector{wanted});
        QCOMPARE(wanted.expectedName("x"), std::string("ex"));
        QCOMPARE(wanted.expectedName("a"), std::string("a"));

        const auto saved = folder.path("saved.toml");
        QVERIFY(saveWorkspace(*loaded.workspace, saved));
        const auto again = loadWorkspace(saved);
        QCOMPARE(folder.shown(again.diagnostics), std::string());
        QVERIFY(again.workspace->checks == std::vector{wanted});
    }

    void everyKindHasSettingsOfItsOwn()
    {
        const ConfigFolder folder;
        const auto loaded = loadWorkspace(
            folder.write("w.toml", before +
                                       "[[checks]]\nname = \"g\"\nkind = \"groups\"\nkey = \"day\"\n"
                                       "columns = [\"total\", \"max(at)\"]\nrows_key = \"id\"\n" +
                                       sides +
                                       "[[checks]]\nname = \"o\"\nkind = \"order\"\nkey = \"id\"\n"
                                       "version = \"v\"\n[checks.actual]\nstore = \"s\"\ntable = \"t\"\n"
                                       "[[checks]]\nname = \"l\"\nkind = \"order\"\nprojection = \"p\"\n"));
        QCOMPARE(folder.shown(loaded.diagnostics), std::string());
        const auto& checks = loaded.workspace->checks;
        QVERIFY(checks[0].kind == CheckKind::Groups && checks[0].rowsKey == std::vector<std::string>{"id"});
        QVERIFY(checks[1].kind == CheckKind::Order && checks[1].version == "v");
        QVERIFY(checks[2].kind == CheckKind::Order && checks[2].actual == CheckSide{});
        const auto saved = folder.path("saved.toml");
        QVERIFY(saveWorkspace(*loaded.workspace, saved));
        auto again = loadWorkspace(saved);
        QCOMPARE(folder.shown(again.diagnostics), std::string());
        for (auto& check : again.workspace->checks)
            check.origin = {};
        QVERIFY(again.workspace->checks == checks);
    }

    void mistakesAreNamedWithTheirPlace_data()
    {
        QTest::addColumn<std::string>("check");
        QTest::addColumn<std::string>("diagnostics");
        const auto row = [](const char* name, const std::string& check, const std::string& diagnostics) {
            QTest::newRow(name) << check << diagnostics;
        };
        const std::string head = "[[checks]]\nname = \"c\"\n";
        row("kind", head + "kind = \"row\"\nkey = \"a\"\n" + sides,
            "w.toml:15:8: error: unknown kind \"row\"; known: rows, count, groups, events, order\n");
        row("events of nothing", head + "kind = \"events\"\nkey = \"a\"\n" + sides,
            "w.toml:13:1: error: check \"c\" is about events, and has sides, a key or pairs; remove them: "
            "[projections.declared] says which table the events make\n"
            "w.toml:13:1: error: check \"c\" is about events, and has no projection; add projection = \"...\", which "
            "has to be declared\n");
        row("events of a projection that is not declared",
            head + "kind = \"events\"\nprojection = \"p\"\n[[checks]]\nname = \"d\"\nkind = \"events\"\nprojection = "
                   "\"q\"\n",
            "w.toml:13:1: error: check \"c\" is about events, and projection \"p\" is not declared; add "
            "[projections.declared] to it: which events make which columns\n"
            "w.toml:20:14: error: no projection \"q\" in context \"local\"; did you mean \"p\"?\n");
        row("no key", head + sides,
            "w.toml:13:1: error: check \"c\" has no key; add key = [\"...\"], the columns that tell the rows apart\n");
        row("event key", head + "key = \"order_id\"\nevent_key = [\"order_di\"]\n" + sides,
            "w.toml:16:13: error: \"event_key\" names \"order_di\", which is no column of the key; did you mean "
            "\"order_id\"?\n");
        row("no sides", head + "kind = \"count\"\n",
            "w.toml:13:1: error: check \"c\" has no expected side; add [checks.expected] with store, and table or "
            "query\n"
            "w.toml:13:1: error: check \"c\" has no actual side; add [checks.actual] with store, and table or query\n");
        row("table and query",
            head + "kind = \"count\"\n[checks.expected]\nstore = \"s\"\nquery = \"a\"\ntable = \"b\"\n"
                   "[checks.actual]\nstore = \"z\"\ntable = \"b\"\n",
            "w.toml:16:1: error: the expected side has both \"table\" and \"query\"; say one of them: table = "
            "\"public.order_summary\", or query = \"SELECT ...\"\n"
            "w.toml:21:9: error: no store \"z\"; did you mean \"s\"?\n");
        row("projection", head + "projection = \"q\"\nkind = \"count\"\n" + sides,
            "w.toml:15:14: error: no projection \"q\" in context \"local\"; did you mean \"p\"?\n");
        row("values",
            head + "key = \"a\"\nmax_differences = 0\nseverity = \"red\"\ncolumn = \"a\"\n" + sides +
                "[checks.rules.x]\nabsolute = -1\nunicode = \"ABC\"\nform = 1\n",
            "w.toml:16:19: error: \"max_differences\" is no number of rows: \"0\"; a whole number from 1 to 1000000\n"
            "w.toml:17:12: error: unknown severity \"red\"; known: warning, critical\n"
            "w.toml:18:1: error: unknown key \"column\" in [checks.c]; did you mean \"columns\"?\n"
            "w.toml:26:12: error: \"absolute\" is no tolerance: \"-1\"; a number above zero, as 0.01\n"
            "w.toml:27:11: error: unknown unicode \"ABC\"; known: as-is, NFC, NFD, NFKC, NFKD\n"
            "w.toml:28:1: error: unknown key \"form\" in [checks.c.rules.x]; did you mean \"unicode\"?\n");
        row("pace",
            head +
                "key = \"a\"\nbudget = { time = \"0s\", rows = -1, snapshot_age = \"10ms\", age = 1 }\n"
                "throttle = { active_sessions = \"many\", sessions = 1 }\n" +
                sides,
            "w.toml:16:19: error: \"time\" is shorter than 1ms; durations look like \"500ms\", \"30s\", \"5m\", "
            "\"1h30m\"\n"
            "w.toml:16:32: error: \"rows\" is no number of rows: \"-1\"; a whole number from 1 to 1000000000000\n"
            "w.toml:16:51: error: \"snapshot_age\" is shorter than 1s; durations look like \"500ms\", \"30s\", "
            "\"5m\", \"1h30m\"\n"
            "w.toml:16:59: error: unknown key \"age\" in [checks.c.budget]; known: time, rows, snapshot_age\n"
            "w.toml:17:32: error: \"active_sessions\" is no number of sessions: \"many\"; a whole number from 1 to "
            "100000\n"
            "w.toml:17:40: error: unknown key \"sessions\" in [checks.c.throttle]; did you mean "
            "\"active_sessions\"?\n");
        row("of other kinds", head + "key = \"a\"\nrows_key = \"b\"\nversion = \"v\"\nsettled_by = \"at\"\n" + sides,
            "w.toml:13:1: error: check \"c\" has rows_key, but compares no groups; remove it, or say kind = "
            "\"groups\"\n"
            "w.toml:13:1: error: check \"c\" has a version, but is not about order; remove it, or say kind = "
            "\"order\"\n"
            "w.toml:13:1: error: check \"c\" has one of settled_by and settled_for; settled_by = \"updated_at\" and "
            "settled_for = \"30s\" go together\n");
        row("groups", head + "kind = \"groups\"\n" + sides,
            "w.toml:13:1: error: check \"c\" has no key; add key = [\"...\"], the columns of the groups\n");
        row("order", head + "kind = \"order\"\n" + sides,
            "w.toml:13:1: error: check \"c\" has no key; add key = [\"...\"], the columns that tell whose versions "
            "they "
            "are\n"
            "w.toml:13:1: error: check \"c\" is about order, and has an expected side; remove [checks.expected]: one "
            "side's order is looked at\n"
            "w.toml:13:1: error: check \"c\" is about order, and has no version; add version = \"...\", a column of "
            "whole numbers\n");
        row("order of the log", head + "kind = \"order\"\nsettled_by = \"at\"\nsettled_for = \"1s\"\n",
            "w.toml:13:1: error: check \"c\" is about order, and has neither an actual side nor a projection; add "
            "[checks.actual], or the projection whose log is to be looked at\n"
            "w.toml:13:1: error: check \"c\" is about the log, and has settled_by; remove it: events do not change\n");
        row("twice", head + "key = \"a\"\n" + sides + head + "key = \"a\"\n" + sides,
            "w.toml:23:1: error: a second check \"c\"; the first is in line 13; give it another name, version or "
            "context\n");
        row("singular", "[[check]]\nname = \"c\"\n",
            "w.toml:13:3: error: unknown key \"check\"; did you mean \"checks\"?\n");
    }
    void mistakesAreNamedWithTheirPlace()
    {
        QFETCH(std::string, check);
        QFETCH(std::string, diagnostics);
        const ConfigFolder folder;
        const auto loaded = loadWorkspace(folder.write("w.toml", before + check));
        QCOMPARE(QString::fromStdString(folder.shown(loaded.diagnostics)), QString::fromStdString(diagnostics));
        QVERIFY(!loaded.workspace);
    }
};

QTEST_GUILESS_MAIN(TestCheckSettings)
#include "tst_checksettings.moc"
