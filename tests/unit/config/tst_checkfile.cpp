// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/checkfile.h"
#include "backend/config/checkwriter.h"
#include "tests/unit/config/configfixture.h"

using namespace projectionist;

namespace fs = std::filesystem;

namespace {

const std::string head = leastWorkspace + "[stores.s] # the only one\n"
                                          "host = \"h\"\n"
                                          "password = \"${env:SECRET}\"\n";
/// As people write them: comments, references, a value that needs not be said, no context.
const std::string written = "\n# Orders: ask Ada.\n"
                            "[[checks]] # first\n"
                            "name = \"c\" # \xc3\xa4\n"
                            "key = [\"a\",\n"
                            "       \"b\"] # both\n"
                            "severity = \"warning\"\n"
                            "max_differences = 7\n"
                            "[checks.expected]\n"
                            "store = \"s\"\n"
                            "table = \"${env:SCHEMA}.orders\"\n"
                            "[checks.actual] # the read model\n"
                            "store = \"s\"\n"
                            "query = '''\n"
                            "SELECT 1\n"
                            "'''\n"
                            "[checks.rules.total]\n"
                            "absolute = 0.01 # a cent\n"
                            "\n"
                            "# Another one.\n"
                            "[[checks]]\n"
                            "name = \"d\"\n"
                            "kind = \"count\"\n"
                            "expected = { store = \"s\", table = \"${env:SCHEMA}.x\" } # short\n"
                            "actual = { store = \"s\", table = \"y\" }";

std::string contentOf(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

QString shown(const Result<void>& result)
{
    return result ? QStringLiteral("done") : QString::fromStdString(toString(result.error()));
}

std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    return text.replace(text.find(from), from.size(), to);
}

} // namespace

class TestCheckFile : public QObject
{
    Q_OBJECT

    const ConfigFolder m_folder;

    fs::path write(const std::string& text)
    {
        qputenv("SECRET", "tiger");
        qputenv("SCHEMA", "public");
        return m_folder.write("w.toml", text);
    }
    static Workspace load(const fs::path& file)
    {
        const auto loaded = loadWorkspace(file);
        if (!loaded.workspace)
            qFatal("%s", toString(loaded.diagnostics.front()).c_str());
        return *loaded.workspace;
    }
    /// The text of the file after check `index` was changed.
    template<typename Change>
    std::string changed(const std::string& text, std::size_t index, const Change& change)
    {
        const auto file = write(text);
        const auto before = load(file).checks.at(index);
        auto after = before;
        change(after);
        const auto done = changeCheck(before, after);
        if (!done)
            return shown(done).toStdString();
        if (load(file).checks.at(index) != after)
            return "the file says something else";
        return contentOf(file);
    }

private slots:
    void whatIsNotChangedStaysAsItIsWritten()
    {
        const auto text = changed(head + written, 0, [](CheckSettings& check) {
            check.key = {"id"};
            check.maxDifferences = CheckSettings{}.maxDifferences;
            check.severity = CheckSeverity::Critical;
            check.actual.filter = "x > 1";
            check.rules["total"].time = Duration(2000);
            check.pairs["total"] = "sum";
            check.schedule = *CheckSchedule::parse("0 3 * * *", "Europe/Berlin");
        });
        auto wanted = replaced(head + written, "key = [\"a\",\n       \"b\"]", "key = [\"id\"]");
        wanted = replaced(wanted, "severity = \"warning\"\nmax_differences = 7\n",
                          "severity = \"critical\"\nschedule = \"0 3 * * *\"\ntimezone = \"Europe/Berlin\"\n");
        wanted = replaced(wanted, "SELECT 1\n'''\n", "SELECT 1\n'''\nfilter = \"x > 1\"\n");
        wanted = replaced(wanted, "# a cent\n", "# a cent\ntime = \"2s\"\n[checks.pairs]\ntotal = \"sum\"\n");
        QCOMPARE(text, wanted);
    }
    void sectionsGoWithTheirLines()
    {
        const auto text = changed(head + written, 0, [](CheckSettings& check) { check.rules.clear(); });
        QCOMPARE(text, replaced(head + written, "[checks.rules.total]\nabsolute = 0.01 # a cent\n", ""));
    }
    void inlineTablesKeepTheirReferences()
    {
        const auto text = changed(head + written, 1, [](CheckSettings& check) {
            check.expected.filter = "true";
            check.name = "e";
        });
        QCOMPARE(text, replaced(replaced(head + written, "{ store = \"s\", table = \"${env:SCHEMA}.x\" }",
                                         "{ filter = \"true\", store = \"s\", table = \"${env:SCHEMA}.x\" }"),
                                "name = \"d\"", "name = \"e\""));
    }
    void aFileWithoutEndOfLineGetsOne()
    {
        const auto text = changed(head + written, 1, [](CheckSettings& check) {
            check.emptyIsDrift = true;
            check.rules["n"].trim = true;
        });
        QVERIFY2(text.ends_with("table = \"y\" }\nempty_is_drift = true\n[checks.rules.n]\ntrim = true\n"),
                 text.c_str());
    }
    void aNotationThatWouldLoseSomethingIsRefused()
    {
        const auto dotted = replaced(written, "actual = { store = \"s\", table = \"y\" }",
                                     "actual.store = \"s\"\nactual.table = \"y\"\n");
        const auto text = changed(head + dotted, 1, [](CheckSettings& check) { check.actual.filter = "x"; });
        QVERIFY2(text.find("without loss") != std::string::npos, text.c_str());
        QCOMPARE(contentOf(m_folder.path("w.toml")), head + dotted);
        // What it can say there, it does.
        const auto other = changed(head + dotted, 1, [](CheckSettings& check) { check.actual.table = "z"; });
        QCOMPARE(other, head + replaced(dotted, "\"y\"", "\"z\""));
    }
    void everythingThatACheckCanSaySurvives()
    {
        const auto text = changed(head + written, 0, [](CheckSettings& check) {
            check.kind = CheckKind::Groups;
            check.key = {"a \"b\"", "c,d"};
            check.columns = {"sum", "min(x)"};
            check.ignore = {"y"};
            check.pairs = {{"x", "ex"}, {"\xc3\xa4 b", "c"}};
            check.rules = {{"sum(x)", {0.5, 1e-9, Duration(5), true, true, UnicodeForm::Nfkc}}, {"\"; drop", {}}};
            check.rowsKey = {"id"};
            check.settledBy = "t";
            check.settledFor = Duration(30'000);
            check.emptyIsDrift = true;
            check.settle = Duration(0);
            check.statementTimeout = Duration(90'000);
            check.eventKey = std::vector<std::string>();
            check.eventKeySeparator = "/";
            check.eraseEvents = {"Erased"};
            check.expected = {"s", {}, "SELECT '''\n\"", "a = '\\'"};
            check.schedule = *CheckSchedule::parse("every 15m");
            check.budget = {Duration(60'000), 1'000'000, Duration(5000)};
            check.throttle = {20, Duration(30'000)};
        });
        QVERIFY2(text.starts_with(head), text.c_str());
    }
    void shortTablesAreAddedAndChangedOnTheirLine()
    {
        auto text = changed(head + written, 1, [](CheckSettings& check) { check.budget.rows = 5; });
        QVERIFY2(text.ends_with("table = \"y\" }\nbudget = { rows = 5 }\n"), text.c_str());
        text = changed(text, 1, [](CheckSettings& check) { check.budget.time = Duration(1000); });
        QVERIFY2(text.ends_with("\nbudget = { rows = 5, time = \"1s\" }\n"), text.c_str());
        text = changed(text, 1, [](CheckSettings& check) { check.budget = {}; });
        QCOMPARE(text, head + written + '\n');
    }
    void aCheckIsAddedBelowAll()
    {
        const auto file = write(head + written);
        CheckSettings check = load(file).checks.front();
        check.name = "new";
        QCOMPARE(shown(addCheck(check, file)), QString("done"));
        QCOMPARE(contentOf(file), head + written + '\n' + checkToml(check));
        QCOMPARE(load(file).checks.back(), check);
        QVERIFY2(shown(addCheck(check, file)).contains("of that name already"),
                 qPrintable(shown(addCheck(check, file))));
    }
    void aCheckIsRemovedWithItsComments()
    {
        const auto file = write(head + written);
        QCOMPARE(shown(removeCheck(load(file).checks.front())), QString("done"));
        QCOMPARE(contentOf(file), head + written.substr(written.find("\n# Another one.")));
        QCOMPARE(shown(removeCheck(load(file).checks.front())), QString("done"));
        QCOMPARE(contentOf(file), head);
    }
    void whatSomebodyElseChangedIsNotOverwritten()
    {
        const auto file = write(head + written);
        const auto before = load(file).checks.front();
        auto after = before;
        after.key = {"id"};
        const auto other =
            head + "\n# one line more\n" + replaced(written, "max_differences = 7", "max_differences = 9");
        write(other);
        QVERIFY2(shown(changeCheck(before, after)).contains("something else of it by now"),
                 qPrintable(shown(changeCheck(before, after))));
        QCOMPARE(contentOf(file), other);
        // Elsewhere in the file it may.
        write(head + "\n# one line more\n" + written);
        QCOMPARE(shown(changeCheck(before, after)), QString("done"));
        QCOMPARE(load(file).checks.front(), after);
        write(head);
        QVERIFY2(shown(removeCheck(before)).contains("does not have it any more"),
                 qPrintable(shown(removeCheck(before))));
    }
    void aReadOnlyFileIsLeftAlone()
    {
        const auto file = write(head + written);
        const auto before = load(file).checks.front();
        fs::permissions(file, fs::perms::owner_read);
        auto after = before;
        after.key = {"id"};
        QVERIFY2(shown(changeCheck(before, after)).contains("is read-only"),
                 qPrintable(shown(changeCheck(before, after))));
        fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
        QCOMPARE(contentOf(file), head + written);
    }
    void aCheckOfAnIncludedFileIsChangedThere()
    {
        write("include = [\"checks.toml\"]\n" + head);
        const auto included = m_folder.write("checks.toml", written);
        const auto workspace = load(m_folder.path("w.toml"));
        const auto before = workspace.checks.front();
        QCOMPARE(fileForChecks(workspace, "local"), included);
        auto after = before;
        after.settle = Duration(0);
        QCOMPARE(shown(changeCheck(before, after)), QString("done"));
        QCOMPARE(contentOf(included),
                 replaced(written, "max_differences = 7\n", "max_differences = 7\nsettle = \"0s\"\n"));
    }
    void mistakesAreToldBeforeAnythingIsWritten()
    {
        const auto workspace = load(write(head + written));
        auto check = workspace.checks.front();
        QVERIFY(mistakesIn(check, workspace).empty());
        check.key.clear();
        check.projection = "none";
        check.actual.store = "t";
        std::string text;
        for (const auto& mistake : mistakesIn(check, workspace))
            text += mistake.message + '\n';
        QCOMPARE(text,
                 std::string("no store \"t\"\ncheck \"c\" has no key\nno projection \"none\" in context \"local\"\n"));
    }
};

QTEST_APPLESS_MAIN(TestCheckFile)
#include "tst_checkfile.moc"
