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

// Appended to leastWorkspace, whose five lines come first: the first line of `text` is line 6.
constexpr Row brokenFiles[] = {
    {"unknown key", "[brokers.b]\nbootstrap_server = \"x:1\"\n",
     "config.toml:6:10: error: broker \"b\" has no servers; add bootstrap_servers = \"host:9092\", or refer to a file "
     "with "
     "properties_file, kcat or kafkactl\n"
     "config.toml:7:1: error: unknown key \"bootstrap_server\" in [brokers.b]; did you mean \"bootstrap_servers\"?\n"},
    {"unknown section", "[projektions]\n",
     "config.toml:6:2: error: unknown key \"projektions\"; did you mean \"projections\"?\n"},
    {"wrong type", "[contexts.a]\nbroker = 5\n",
     "config.toml:6:11: error: context \"a\" has no broker; add broker = \"...\"\n"
     "config.toml:7:10: error: \"broker\" must be a string, not an integer\n"},
    {"unknown references", "[contexts.a]\nbroker = \"lokal\"\nstores = [\"nowhere\"]\n",
     "config.toml:7:10: error: no broker \"lokal\"; did you mean \"local\"?\n"
     "config.toml:8:10: error: no store \"nowhere\"; add [stores.nowhere]\n"},
    {"bad durations", "[defaults]\ninterval = \"fast\"\nobjective = \"5\"\n",
     "config.toml:7:12: error: \"interval\" is not a duration: \"fast\"; durations look like \"500ms\", \"30s\", "
     "\"5m\", \"1h30m\"\n"
     "config.toml:8:13: error: \"objective\" is not a duration: \"5\"; durations look like \"500ms\", \"30s\", \"5m\", "
     "\"1h30m\"\n"},
    {"too short an interval", "[defaults]\ninterval = \"1ms\"\n",
     "config.toml:7:12: error: \"interval\" is shorter than 100ms; durations look like \"500ms\", \"30s\", \"5m\", "
     "\"1h30m\"\n"},
    {"bad color and environment", "[contexts.a]\nbroker = \"local\"\ncolor = \"red\"\nenvironment = \"prod\"\n",
     "config.toml:8:9: error: \"red\" is not a color; colors look like \"#d55e00\"\n"
     "config.toml:9:15: error: unknown environment \"prod\"; one of \"development\", \"test\", \"production\"\n"},
    {"projection without positions", "[[projections]]\nname = \"p\"\ntopics = [\"t\"]\n",
     "config.toml:6:1: error: projection \"p\" has no positions; add group = \"...\" for committed offsets, or "
     "[projections.checkpoint] with store and query\n"},
    {"projection without topics", "[[projections]]\nname = \"p\"\ngroup = \"g\"\n",
     "config.toml:6:1: error: projection \"p\" has no topics; add topics = [\"...\"]\n"},
    {"projection twice",
     "[[projections]]\nname = \"p\"\ntopics = \"t\"\ngroup = \"g\"\n[[projections]]\nname = \"p\"\n",
     "config.toml:11:1: error: a second projection \"p\"; the first is in line 6; give it another name, version or "
     "context\n"},
    {"incomplete checkpoint",
     "[[projections]]\nname = \"p\"\ntopics = \"t\"\ngroup = \"g\"\n[projections.checkpoint]\nstore = \"s\"\n",
     "config.toml:10:1: error: the checkpoint has no \"query\"; a checkpoint needs a store, and a query of topic, "
     "partition "
     "and position\n"},
    {"unknown librdkafka property", "[brokers.local.properties]\n\"sasl.pasword\" = \"x\"\n",
     "config.toml:7:1: warning: unknown librdkafka property \"sasl.pasword\"; did you mean \"sasl.password\"?\n"},
    {"unset variable", "[brokers.local.properties]\n\"sasl.password\" = \"${env:NO_SUCH_VARIABLE}\"\n",
     "config.toml:7:19: error: \"sasl.password\": environment variable \"NO_SUCH_VARIABLE\" is not set; export "
     "NO_SUCH_VARIABLE=... before the start, or use ${file:PATH}\n"},
    {"unknown kind of reference", "[brokers.local.properties]\n\"sasl.password\" = \"${secret:kafka}\"\n",
     "config.toml:7:19: error: \"sasl.password\": unknown reference: only ${env:NAME} and ${file:PATH} are replaced; "
     "use "
     "${env:NAME} or ${file:PATH}\n"},
    {"URI with keys", "[stores.s]\nuri = \"postgresql://db/x\"\ndatabase = \"x\"\nhost = \"y\"\n",
     "config.toml:8:1: error: unknown key \"database\" in [stores.s]; did you mean \"dbname\"?\n"
     "config.toml:9:1: error: \"host\" together with \"uri\"; put it into the URI, or use keys only\n"},
    {"not a URI", "[stores.s]\nuri = \"localhost:5432/db\"\n",
     "config.toml:7:7: error: \"uri\" is not a PostgreSQL URI; it begins with postgresql://, as in "
     "postgresql://user@host:5432/database\n"},
    {"two references", "[brokers.b]\nkcat = \"missing.conf\"\nproperties_file = \"missing.properties\"\n",
     "config.toml:7:1: error: \"kcat\" together with \"properties_file\"; keep one of them\n"
     "missing.conf: error: cannot be read: no such file; the file must exist and be readable by this user\n"},
    {"missing include", "", ""},
    {"several contexts",
     "[contexts.b]\nbroker = \"local\"\n[[projections]]\nname = \"p\"\ntopics = \"t\"\ngroup = \"g\"\n",
     "config.toml:8:1: error: \"context\" is missing, and there are several; known: local, b\n"},
    {"write side without anything", "[[write_sides]]\nname = \"w\"\n",
     "config.toml:6:1: error: write side \"w\" has no query; add query = \"SELECT count(*), min(created_at) FROM "
     "outbox WHERE "
     "published_at IS NULL\"\n"
     "config.toml:6:1: error: write side \"w\" has no store; add store = \"...\"\n"},
    {"no list of tables", "projections = 5\n", nullptr},
};

} // namespace

class TestWorkspaceFile : public QObject
{
    Q_OBJECT
private slots:
    void everyMistakeIsNamedWithItsPlace_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("findings");
        for (const auto& row : brokenFiles)
            if (row.findings)
                QTest::newRow(row.name) << row.text << row.findings;
    }
    void everyMistakeIsNamedWithItsPlace()
    {
        QFETCH(QString, text);
        QFETCH(QString, findings);
        const ConfigFolder folder;
        const auto loaded = loadWorkspace(folder.write("config.toml", leastWorkspace + text.toStdString()));
        QCOMPARE(QString::fromStdString(folder.shown(loaded.diagnostics)), findings);
        QCOMPARE(loaded.workspace.has_value(), !findings.contains(": error: "));
    }
    void allSyntaxErrorsAreFound()
    {
        const ConfigFolder folder;
        const auto loaded =
            loadWorkspace(folder.write("config.toml", "schema = 1\na = hunter2\n[contexts.x]\nbroker \"y\"\n"));
        std::vector<int> lines;
        for (const auto& diagnostic : loaded.diagnostics)
            if (diagnostic.message.starts_with("not valid TOML"))
                lines.push_back(diagnostic.origin.line);
        QCOMPARE(lines, (std::vector{2, 4}));
        QVERIFY(!loaded.workspace);
        QVERIFY(folder.shown(loaded.diagnostics).find("hunter2") == std::string::npos);
    }
    void aMissingFileIsAnError()
    {
        const ConfigFolder folder;
        const auto loaded = loadWorkspace(folder.path("config.toml"));
        QVERIFY(!loaded.workspace);
        QVERIFY(folder.shown(loaded.diagnostics)
                    .starts_with("config.toml: error: cannot read the workspace file: no such file"));
    }
    void referencesAreReplacedOnce()
    {
        const ConfigFolder folder;
        qputenv("CONFIG_TEST_USER", "${env:HOME}");
        folder.write("secret", "pa ss'word\n");
        const auto loaded = loadWorkspace(folder.write(
            "config.toml", leastWorkspace + "\n"
                                            "[brokers.local.properties]\n"
                                            "sasl.username = \"${env:CONFIG_TEST_USER}\"\n"
                                            "\"sasl.password\" = \"<${file:secret}>\"\n"
                                            "\"socket.timeout.ms\" = 5000\n"
                                            "\"log.connection.close\" = false\n"
                                            "[stores.keys]\n"
                                            "host = \"h\"\n"
                                            "port = 5433\n"
                                            "password = \"${file:secret}\"\n"
                                            "[stores.uri]\n"
                                            "uri = \"postgresql://u:${file:secret}@${env:CONFIG_TEST_USER}/db\"\n"));
        QCOMPARE(folder.shown(loaded.diagnostics), std::string());
        const auto& properties = loaded.workspace->broker("local")->properties;
        QCOMPARE(properties.at("sasl.username"), std::string("${env:HOME}"));
        QCOMPARE(properties.at("sasl.password"), std::string("<pa ss'word>"));
        QCOMPARE(properties.at("socket.timeout.ms"), std::string("5000"));
        QCOMPARE(properties.at("log.connection.close"), std::string("false"));
        QCOMPARE(loaded.workspace->store("keys")->connection, std::string("host=h port=5433 password='pa ss\\'word'"));
        QCOMPARE(loaded.workspace->store("uri")->connection,
                 std::string("postgresql://u:pa%20ss%27word@${env:HOME}/db"));
        QVERIFY(std::find(loaded.files.begin(), loaded.files.end(), folder.path("secret")) != loaded.files.end());
        for (const auto& setting : loaded.settings)
            QVERIFY2(setting.value.find("ss'word") == std::string::npos, setting.path.c_str());
    }
    void laterFilesAddAndOverride()
    {
        const ConfigFolder folder;
        folder.write("system/projectionist/config.toml", leastWorkspace +
                                                             "[brokers.local.properties]\n\"client.id\" = \"system\"\n"
                                                             "\"socket.timeout.ms\" = 1\n");
        folder.write(
            ".config/projectionist/config.toml",
            "[brokers.local.properties]\n\"client.id\" = \"user\"\n[[projections]]\nname = \"p\"\ntopics = \"t\"\n"
            "group = \"of the user\"\n[stores.s]\nhost = \"h\"\nport = 1\n");
        folder.write(".config/projectionist/conf.d/10.toml", "[stores.s]\nport = 2\n");
        qputenv("PROJECTIONIST_CONFIG",
                QFile::encodeName(QString::fromStdString(
                    folder.write("env.toml", "[[projections]]\nname = \"p\"\nobjective = \"9s\"\n").string())));
        const auto file = folder.write("own.toml", "include = [\"more/*.toml\", \"more/a.toml\"]\n");
        folder.write("more/b.toml", "[contexts.local]\ncolor = \"#000002\"\n");
        folder.write("more/a.toml", "[contexts.local]\ncolor = \"#000001\"\ninterval = \"3s\"\n");
        const auto loaded = loadWorkspaceByPrecedence(file);
        QCOMPARE(folder.shown(loaded.diagnostics), std::string());
        const Workspace& workspace = *loaded.workspace;
        QCOMPARE(workspace.broker("local")->properties.at("client.id"), std::string("user"));
        QCOMPARE(workspace.broker("local")->properties.at("socket.timeout.ms"), std::string("1"));
        QCOMPARE(workspace.projections.size(), std::size_t{1});
        QCOMPARE(workspace.projections[0].group, std::string("of the user"));
        QCOMPARE(workspace.projections[0].objective, std::optional(Duration(9000)));
        QCOMPARE(workspace.context("local")->color, std::string("#000002"));
        QCOMPARE(workspace.context("local")->interval, Duration(3000));
        QCOMPARE(workspace.store("s")->connection, std::string("host=h port=2"));
        const auto origin = std::find_if(loaded.settings.begin(), loaded.settings.end(), [](const auto& setting) {
            return setting.path == "brokers.local.properties.client.id";
        });
        QCOMPARE(origin->origin.file, folder.path(".config/projectionist/config.toml"));
        QCOMPARE(origin->origin.line, 2);
    }
    void noFileAnywhereIsAFirstRun()
    {
        const ConfigFolder folder;
        const auto loaded = loadWorkspaceByPrecedence(std::nullopt);
        QVERIFY(!loaded.workspace && loaded.diagnostics.empty());
        QVERIFY(std::find(loaded.files.begin(), loaded.files.end(), userWorkspacePath()) != loaded.files.end());
    }
    void theEnvironmentChoosesTheContext()
    {
        const ConfigFolder folder;
        const auto file = folder.write("own.toml", leastWorkspace + "[contexts.other]\nbroker = \"local\"\n");
        QCOMPARE(loadWorkspaceByPrecedence(file).workspace->currentContext, std::string("local"));
        qputenv("PROJECTIONIST_CONTEXT", "other");
        QCOMPARE(loadWorkspaceByPrecedence(file).workspace->currentContext, std::string("other"));
        qputenv("PROJECTIONIST_CONTEXT", "othr");
        QVERIFY(folder.shown(loadWorkspaceByPrecedence(file).diagnostics).find("did you mean \"other\"?") !=
                std::string::npos);
    }
    void relativeXdgPlacesAreIgnored()
    {
        const ConfigFolder folder;
        qputenv("XDG_STATE_HOME", "relative");
        QCOMPARE(stateDirectory(), folder.path(".local/state/projectionist"));
        qputenv("XDG_STATE_HOME", "/absolute");
        QCOMPARE(stateDirectory(), std::filesystem::path("/absolute/projectionist"));
    }
    void anOpenPasswordFileIsAWarning()
    {
        const ConfigFolder folder;
        const auto file = folder.write(".pgpass", "*:*:*:*:hunter2\n");
        std::filesystem::permissions(file, std::filesystem::perms(0644));
        const auto loaded =
            loadWorkspace(folder.write("config.toml", leastWorkspace + "[stores.s]\nservice = \"none\"\n"));
        QVERIFY(loaded.workspace);
        const auto text = folder.shown(loaded.diagnostics);
        QVERIFY(text.find(".pgpass: warning: libpq ignores this password file") != std::string::npos);
        QVERIFY(text.find("config.toml:7:11: warning: no service \"none\" in pg_service.conf") != std::string::npos);
        std::filesystem::permissions(file, std::filesystem::perms(0600));
        QVERIFY(folder.shown(loadWorkspace(folder.path("config.toml")).diagnostics).find("pgpass") ==
                std::string::npos);
    }
    void theExamplesLoad_data()
    {
        QTest::addColumn<QString>("file");
        for (const auto& entry : std::filesystem::directory_iterator(EXAMPLES))
            QTest::newRow(entry.path().filename().c_str()) << QString::fromStdString(entry.path().string());
    }
    void theExamplesLoad()
    {
        QFETCH(QString, file);
        const ConfigFolder folder;
        const auto loaded = loadWorkspace(file.toStdString());
        QCOMPARE(folder.shown(loaded.diagnostics), std::string());
        QVERIFY(loaded.workspace && !loaded.workspace->projections.empty());
    }
};

QTEST_APPLESS_MAIN(TestWorkspaceFile)
#include "tst_workspacefile.moc"
