// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/config/configfixture.h"

using namespace projectionist;

namespace {

struct Row
{
    const char* name;
    const char* text;
    const char* findings;
};

// Appended to leastWorkspace and [contexts.local.dead_letters]: the first line of `text` is line 7.
constexpr Row mistakes[] = {
    {"unknown key", "topcs = \"a\"\n",
     "config.toml:7:1: error: unknown key \"topcs\" in [contexts.local.dead_letters]; did you mean \"topics\"?\n"},
    {"wrong type", "edit_before_replay = \"yes\"\n",
     "config.toml:7:22: error: \"edit_before_replay\" must be true or false, not a string\n"},
    {"no JSON path", "masks.json = [\"$.a\", \"customer.email\"]\n",
     "config.toml:7:22: error: \"customer.email\" is not a JSON path; paths look like \"$.customer.email\", "
     "\"$..iban\", \"$.items[*].name\"\n"},
    {"unknown family and store",
     "[[contexts.local.dead_letters.tables]]\ntable = \"a.b\"\nstore = \"x\"\nfamily = \"axxon\"\n",
     "config.toml:7:1: error: a table of dead letters without \"family\"; name one of the families, or say in "
     "[columns] "
     "which column means what\n"
     "config.toml:9:9: error: no store \"x\"; add [stores.x]\n"
     "config.toml:10:10: error: unknown family \"axxon\"; did you mean \"axon\"?\n"},
    {"unknown role and encoding",
     "[[contexts.local.dead_letters.profiles]]\nname = \"p\"\n[contexts.local.dead_letters.profiles.headers]\n"
     "a = \"excption\"\nb = { role = \"message\", encoding = \"utf\" }\n",
     "config.toml:10:5: error: unknown role \"excption\"; did you mean \"exception\"?\n"
     "config.toml:11:36: error: unknown encoding \"utf\"; known: text, integer, count, time, uri, type-name, "
     "java-serialized\n"},
    {"a payload that is no path",
     "[[contexts.local.dead_letters.profiles]]\nname = \"p\"\npayload = \"event\"\n"
     "[contexts.local.dead_letters.profiles.headers]\n\"$.error.type\" = \"exception\"\n",
     "config.toml:7:1: error: \"event\" is not a JSON path; say where in the value it stands: payload = "
     "\"$.payload\"\n"},
    {"half a profile", "[[contexts.local.dead_letters.profiles]]\nrepeats = \"spring\"\n",
     "config.toml:7:1: error: a profile without \"name\"; add name = \"...\"\n"
     "config.toml:7:1: error: a profile without \"headers\"; say in [headers] which header means what, or name a "
     "family "
     "with like and prefix\n"},
    {"a rule for everything", "[[contexts.local.dead_letters.groups]]\nname = \"g\"\naction = \"join\"\n",
     "config.toml:7:1: error: a rule on groups that fits every letter; add exception, message or event_type; '*' "
     "stands "
     "for any text\n"
     "config.toml:9:10: error: unknown action \"join\"; known: merge, split\n"},
    {"nobody's letters", "[[contexts.local.dead_letters.owners]]\ntopic = \"a\"\nprojection = \"nobody\"\n",
     "config.toml:9:14: error: no projection \"nobody\" in context \"local\"\n"},
    {"no HTTP address",
     "[[contexts.local.dead_letters.connect]]\nurl = \"connect:8083\"\n[contexts.local.dead_letters.schema_registry]\n"
     "url = \"http://me:hunter2@h\"\ntimeout = \"0s\"\n",
     "config.toml:8:1: error: \"url\" is not an HTTP address; it looks like \"https://connect.example.org:8083\"\n"
     "config.toml:10:1: error: \"url\" holds a user; write user = \"...\" and password = \"${env:NAME}\" beside it\n"
     "config.toml:11:11: error: \"timeout\" is shorter than 1ms; durations look like \"500ms\", \"30s\", \"5m\", "
     "\"1h30m\"\n"},
    {"two tables of one name",
     "[[contexts.local.dead_letters.tables]]\ntable = \"a\"\nstore = \"s\"\nfamily = \"pgmq\"\n"
     "[[contexts.local.dead_letters.tables]]\ntable = \"a\"\nstore = \"t\"\nfamily = \"pgmq\"\n"
     "[stores.s]\nhost = \"h\"\n[stores.t]\nhost = \"h\"\n",
     "config.toml:11:1: error: a second table of dead letters \"a\"; the first is in line 7; give it a name = \"...\" "
     "of "
     "its own\n"},
    {"parts of an event that stand nowhere",
     "[[contexts.local.dead_letters.profiles]]\nname = \"a\"\nheaders = { \"$.e\" = \"exception\" }\n"
     "event_key = \"key\"\nbase64 = [\"event_key\", \"payload\"]\n",
     "config.toml:7:1: error: \"key\" is not a JSON path; say where in the value it stands: event_key = "
     "\"$.event_key\"\n"
     "config.toml:7:1: error: base64 names \"payload\", which this profile does not place; it may name payload, "
     "event_key and event_headers, where they have a path\n"},
    {"a row query of many without its keys",
     "[[projections]]\nname = \"p\"\ntopics = \"t\"\ngroup = \"g\"\n"
     "[projections.row_query]\nstore = \"s\"\nquery = \"q\"\nquery_many = \"SELECT 1\"\n"
     "[stores.s]\nhost = \"h\"\n",
     "config.toml:11:1: error: a query_many without $1; it gets many keys at once, as an array of texts: WHERE id = "
     "ANY($1)\n"},
    {"half a row query",
     "[[projections]]\nname = \"p\"\ntopics = \"t\"\ngroup = \"g\"\nevent_version = \"version\"\n"
     "[projections.row_query]\nstore = \"s\"\n",
     "config.toml:11:17: error: \"version\" is no place of an event's version; places look like \"$.version\" or "
     "\"header:version\"\n"
     "config.toml:12:1: error: a row query without \"query\"; it needs a store, and a query of the row whose key is "
     "$1\n"},
};

LoadedWorkspace load(const ConfigFolder& folder, const std::string& text)
{
    return loadWorkspace(folder.write("config.toml", leastWorkspace + "[contexts.local.dead_letters]\n" + text));
}

} // namespace

class TestDeadLetterSettings : public QObject
{
    Q_OBJECT
private slots:
    void everyMistakeIsNamedWithItsPlace_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("findings");
        for (const auto& row : mistakes)
            QTest::newRow(row.name) << row.text << row.findings;
    }
    void everyMistakeIsNamedWithItsPlace()
    {
        QFETCH(QString, text);
        QFETCH(QString, findings);
        const ConfigFolder folder;
        const auto loaded = load(folder, text.toStdString());
        QCOMPARE(QString::fromStdString(folder.shown(loaded.diagnostics)), findings);
        QVERIFY(!loaded.workspace);
    }
    void withoutSettingsNamesAreLookedForAndSecretsMasked()
    {
        const ConfigFolder folder;
        const auto loaded = loadWorkspace(folder.write("config.toml", leastWorkspace));
        const auto& settings = loaded.workspace->context("local")->deadLetters;
        QCOMPARE(settings, DeadLetterSettings());
        for (const char* const pattern :
             {"*-dlt", "*.DLT", "*-dlq", "*_dlq", "dead-letter-*", "error.*", "*_error", "*-retry-N"})
            QVERIFY2(std::count(settings.patterns.begin(), settings.patterns.end(), pattern) == 1, pattern);
        const auto masked = maskedPaths(settings.masks);
        QVERIFY(std::count(masked.begin(), masked.end(), "$..email") == 1);
        QVERIFY(!settings.editBeforeReplay);
    }
    void valuesArriveWhereTheyBelong()
    {
        const ConfigFolder folder;
        qputenv("CONFIG_TEST_SECRET", "hunter2");
        const auto loaded = load(folder, "patterns = []\n"
                                         "exclude = \"x-*\"\n"
                                         "applications = [\"com.acme.\"]\n"
                                         "masks = { defaults = false, headers = [\"x-user\"] }\n"
                                         "[[contexts.local.dead_letters.connect]]\n"
                                         "url = \"https://h:1/connect/\"\n"
                                         "user = \"me\"\n"
                                         "password = \"${env:CONFIG_TEST_SECRET}\"\n"
                                         "ca_file = \"ca.pem\"\n"
                                         "verify = false\n"
                                         "[[contexts.local.dead_letters.tables]]\n"
                                         "store = \"s\"\n"
                                         "table = 'ops.\"Dead Letter\"'\n"
                                         "[contexts.local.dead_letters.tables.columns]\n"
                                         "\"Err Class\" = \"exception\"\n"
                                         "failed = { role = \"failed-at\", encoding = \"time\" }\n"
                                         "[stores.s]\n"
                                         "host = \"h\"\n"
                                         "[[projections]]\n"
                                         "name = \"p\"\n"
                                         "topics = \"t\"\n"
                                         "group = \"g\"\n"
                                         "dead_letters = \"t-dlt\"\n"
                                         "event_version = \"header:v\"\n"
                                         "[projections.row_query]\n"
                                         "store = \"s\"\n"
                                         "query = \"SELECT version FROM p WHERE id = $1\"\n");
        QCOMPARE(folder.shown(loaded.diagnostics), std::string());
        const auto& settings = loaded.workspace->context("local")->deadLetters;
        QVERIFY(settings.patterns.empty());
        QCOMPARE(settings.exclude, std::vector<std::string>{"x-*"});
        QCOMPARE(maskedHeaders(settings.masks), std::vector<std::string>{"x-user"});
        QVERIFY(maskedPaths(settings.masks).empty());
        QCOMPARE(settings.connect[0].url, std::string("https://h:1/connect"));
        QCOMPARE(settings.connect[0].password, std::string("hunter2"));
        QCOMPARE(settings.connect[0].caFile, folder.path("ca.pem").string());
        QVERIFY(!settings.connect[0].verify);
        QCOMPARE(settings.tables[0].name, std::string("ops.\"Dead Letter\""));
        const auto decode = decodeSettingsOf(settings);
        QCOMPARE(decode.profiles.size(), std::size_t{1});
        QVERIFY(decode.profiles[0].table);
        QCOMPARE(decode.profiles[0].headers[0],
                 (HeaderMapping{"Err Class", HeaderRole::Exception, HeaderEncoding::Text}));
        QCOMPARE(decode.profiles[0].headers[1], (HeaderMapping{"failed", HeaderRole::FailedAt, HeaderEncoding::Time}));
        const auto& projection = loaded.workspace->projections[0];
        QCOMPARE(projection.deadLetters, std::vector<std::string>{"t-dlt"});
        QCOMPARE(projection.eventVersion, std::string("header:v"));
        QCOMPARE(projection.rowQuery->store, std::string("s"));
        for (const auto& setting : loaded.settings)
            QVERIFY2(setting.value.find("hunter") == std::string::npos, setting.path.c_str());
    }
    void laterFilesReplaceWhatHasTheSameName()
    {
        const ConfigFolder folder;
        folder.write("more.toml", "[[contexts.local.dead_letters.groups]]\nname = \"g\"\naction = \"split\"\n"
                                  "message = \"b\"\n[[contexts.local.dead_letters.groups]]\nname = \"h\"\n"
                                  "action = \"merge\"\nmessage = \"c\"\n");
        const auto both = loadWorkspace(
            folder.write("config.toml", "include = [\"more.toml\"]\n" + leastWorkspace +
                                            "[[contexts.local.dead_letters.groups]]\nname = \"g\"\naction = \"merge\"\n"
                                            "message = \"a\"\n"));
        QCOMPARE(folder.shown(both.diagnostics), std::string());
        const auto& rules = both.workspace->context("local")->deadLetters.decode.groupRules;
        QCOMPARE(rules.size(), std::size_t{2});
        QCOMPARE(rules[0].message, std::string("b"));
        QVERIFY(rules[0].action == GroupRule::Action::Split);
    }
    void whatIsSavedLoadsAgain()
    {
        const ConfigFolder folder;
        qputenv("CONFIG_TEST_SECRET", "hunter2");
        DeadLetterSettings settings;
        settings.topics = {"a", "b \"c\""};
        settings.patterns = {"*-failed"};
        settings.exclude = {"x"};
        settings.connect = {{.url = "http://h:1", .user = "u", .password = "hunter2", .timeout = Duration(1500)}};
        settings.connect[0].written = {{"password", "${env:CONFIG_TEST_SECRET}"}};
        settings.schemaRegistry = HttpEndpoint{.url = "https://r", .keyFile = "/k.pem", .verify = false};
        settings.tables = {{.name = "mine",
                            .store = "s",
                            .table = "a.\"B c\"",
                            .key = {"x", "y"},
                            .payload = "p",
                            .eventKey = "k",
                            .headers = "h",
                            .time = "t",
                            .columns = {{"col 1", HeaderRole::Exception, HeaderEncoding::TypeName},
                                        {"col2", HeaderRole::Message, HeaderEncoding::Text}}},
                           {.name = "q.dlq", .store = "s", .table = "q.dlq", .family = LetterTableFamily::Pgmq}};
        settings.owners = {{"a", "g*", "p:v2"}, {"", "h", "p"}};
        settings.masks = {false, {"$.a", "$..b"}, {"x-*"}};
        settings.editBeforeReplay = true;
        settings.decode.profiles = {{.name = "ours",
                                     .like = "connect",
                                     .prefix = "our.",
                                     .markers = {"m"},
                                     .repeats = Repeats::Prepended,
                                     .stamp = Stamp::Event},
                                    {.name = "two", .headers = {{"h\n1", HeaderRole::Note, HeaderEncoding::Time}}},
                                    {.name = "three",
                                     .headers = {{"$.error.type", HeaderRole::Exception, HeaderEncoding::Text}},
                                     .payload = "$.event",
                                     .eventKey = "$.key",
                                     .eventHeaders = "$.headers",
                                     .base64 = {"payload", "event_key"}}};
        settings.decode.wrappers = {"W"};
        settings.decode.libraries = {"l."};
        settings.decode.applications = {"a."};
        settings.decode.groupRules = {{"r", GroupRule::Action::Split, "E*", "m", "t"}};
        Workspace before;
        before.currentContext = "c.d";
        before.contexts = {{"c.d", Environment::Test, "", "b", {"s"}, Duration(1000), "", {}, settings}};
        before.brokers = {{"b", {{"bootstrap.servers", "h:1"}}, {}, {}, {}}};
        before.stores = {{"s", "host=h", Duration(5000), {}, {}}};
        ProjectionSettings projection;
        projection.name = "p";
        projection.version = "v2";
        projection.context = "c.d";
        projection.topics = {"t"};
        projection.group = "g";
        projection.deadLetters = {"t-dlt"};
        projection.rowQuery = RowQuerySettings{"s", "SELECT version\nFROM p\nWHERE id = $1",
                                               "SELECT id, version\nFROM p\nWHERE id = ANY($1)"};
        projection.eventVersion = "$.version";
        before.projections = {projection};
        const auto file = folder.path("config.toml");
        QVERIFY(saveWorkspace(before, file));
        const auto loaded = loadWorkspace(file);
        QCOMPARE(folder.shown(loaded.diagnostics), std::string());
        QVERIFY(loaded.workspace->contexts[0].deadLetters == settings);
        QVERIFY(loaded.workspace->projections == before.projections);
        std::ifstream in(file);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        QVERIFY(text.find("hunter2") == std::string::npos);
        QVERIFY(text.find("${env:CONFIG_TEST_SECRET}") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestDeadLetterSettings)
#include "tst_deadlettersettings.moc"
