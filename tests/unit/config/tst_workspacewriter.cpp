// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/workspacewatch.h"
#include "tests/unit/config/configfixture.h"

#include <sys/stat.h>

using namespace projectionist;

namespace {

Workspace sample()
{
    Workspace workspace;
    workspace.currentContext = "prod \"eu\"";
    workspace.contexts = {
        {workspace.currentContext, Environment::Production, "#d55e00", "b", {"s", "u"}, Duration(1500), "", {}},
        {"x", Environment::Test, "", "k", {}, Duration(1000), "/run/sandbox", {}}};
    workspace.brokers = {
        {"b", {{"bootstrap.servers", "h:1,h:2"}, {"client.id", "tab\there \\ \"quoted\" \x01 ü"}}, {}, {}, {}}};
    workspace.brokers.push_back({"k", {{"bootstrap.servers", "h:3"}}, {}, {}, {}});
    workspace.stores = {{"s", "host='a b' password='it\\'s' service=one", Duration(5000), {}, {}},
                        {"u", "postgresql://u@h/db?connect_timeout=3", Duration(250), {}, {}}};
    ProjectionSettings projection;
    projection.name = "p";
    projection.version = "v2";
    projection.context = "x";
    projection.topics = {"t 1", "t\"2"};
    projection.group = "g";
    projection.checkpoint = CheckpointSettings{"s", "SELECT 'a' || \"b\"\nFROM c\nWHERE d = $1"};
    projection.readModel = "public.p";
    projection.objective = Duration(90'000);
    workspace.projections = {projection};
    workspace.writeSides = {{"w", "x", "s", "SELECT 1, 'it''s'\n, '''", {"t 1"}, {}}};
    return workspace;
}

mode_t modeOf(const std::filesystem::path& file)
{
    struct stat status
    {
    };
    return ::stat(file.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
}

std::string content(const std::filesystem::path& file)
{
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

class TestWorkspaceWriter : public QObject
{
    Q_OBJECT
private slots:
    void whatIsSavedLoadsAgain()
    {
        const ConfigFolder folder;
        folder.write(".pg_service.conf", "[one]\nhost=x\n");
        const Workspace before = sample();
        const auto file = folder.path("new/folder/config.toml");
        QVERIFY(saveWorkspace(before, file));
        auto loaded = loadWorkspace(file);
        QCOMPARE(folder.shown(loaded.diagnostics), std::string());
        Workspace after = *loaded.workspace;
        after.file.clear();
        for (auto& broker : after.brokers)
            broker.written.clear();
        for (auto& store : after.stores)
            store.written.clear();
        // Keys come back in libpq's order.
        QCOMPARE(after.stores[0].connection, std::string("host='a b' password='it\\'s' service=one"));
        QVERIFY(after == before);
        QCOMPARE(modeOf(file), mode_t{0600}); // there is a password in it
        const auto text = content(file);
        QVERIFY(saveWorkspace(*loaded.workspace, file));
        QCOMPARE(content(file), text);
    }
    void referencesStayReferences()
    {
        const ConfigFolder folder;
        qputenv("CONFIG_TEST_SECRET", "hunter2");
        folder.write("secret", "hunter3");
        folder.write("kafka.properties", "bootstrap.servers=h:1\nsasl.password=hunter4\n");
        const auto source = folder.write("a/config.toml", "schema = 1\n"
                                                          "[contexts.c]\n"
                                                          "broker = \"b\"\n"
                                                          "[brokers.b]\n"
                                                          "properties_file = \"../kafka.properties\"\n"
                                                          "[brokers.b.properties]\n"
                                                          "\"sasl.username\" = \"${env:CONFIG_TEST_SECRET}\"\n"
                                                          "[stores.s]\n"
                                                          "user = \"me\"\n"
                                                          "password = \"${file:../secret}\"\n"
                                                          "[stores.u]\n"
                                                          "uri = \"postgresql://u:${env:CONFIG_TEST_SECRET}@h/db\"\n");
        const auto loaded = loadWorkspace(source);
        QCOMPARE(folder.shown(loaded.diagnostics), std::string());
        const auto copy = folder.path("config.toml");
        QVERIFY(saveWorkspace(*loaded.workspace, copy));
        QVERIFY(content(copy).find("hunter") == std::string::npos);
        QCOMPARE(modeOf(copy), mode_t{0644});
        const auto again = loadWorkspace(copy);
        QCOMPARE(folder.shown(again.diagnostics), std::string());
        QCOMPARE(again.workspace->stores[0].connection, std::string("user=me password=hunter3"));
        QCOMPARE(again.workspace->brokers[0].properties, loaded.workspace->brokers[0].properties);
        QCOMPARE(again.workspace->brokers[0].properties.at("sasl.password"), std::string("hunter4"));
    }
    void aSymbolicLinkStaysOne()
    {
        const ConfigFolder folder;
        const auto target = folder.write("dotfiles/config.toml", "");
        std::filesystem::create_symlink(target, folder.path("link.toml"));
        QVERIFY(saveWorkspace(sample(), folder.path("link.toml")));
        QVERIFY(std::filesystem::is_symlink(folder.path("link.toml")));
        QVERIFY(!content(target).empty());
    }
    void whatIsAddedComesBelowAndTheRestStaysAsItIs()
    {
        const ConfigFolder folder;
        const auto text = "# Mine.\n" + leastWorkspace + "# the end, without a newline";
        const auto file = folder.write("config.toml", text);
        std::filesystem::permissions(file, std::filesystem::perms(0640));
        std::filesystem::create_symlink(file, folder.path("link.toml"));
        QVERIFY(addToWorkspace(sample(), folder.path("link.toml")));
        QVERIFY(std::filesystem::is_symlink(folder.path("link.toml")));
        QVERIFY2(content(file).starts_with(text + '\n'), content(file).c_str());
        QCOMPARE(modeOf(file), mode_t{0600}); // a password came with it
        const auto loaded = loadWorkspace(file);
        QVERIFY2(loaded.workspace.has_value(), folder.shown(loaded.diagnostics).c_str());
        QCOMPARE(loaded.workspace->currentContext, std::string("local"));
        for (const auto& context : sample().contexts)
            QVERIFY(loaded.workspace->context(context.name));
        QCOMPARE(loaded.workspace->projections.size(), sample().projections.size());
        QCOMPARE(loaded.workspace->writeSides.size(), sample().writeSides.size());
    }
    void namesThatTheFileHasAreSharedOrGiveWay()
    {
        const ConfigFolder folder;
        const auto file = folder.write("config.toml", leastWorkspace + "[stores.s]\nuri = \"postgresql://h/one\"\n");
        Workspace added;
        added.contexts = {{"new", Environment::Test, "", "local", {"s"}, Duration(1000), "", {}}};
        added.brokers = {{"local", {{"bootstrap.servers", "localhost:9092"}}, {}, {}, {}}};
        added.stores = {{"s", "postgresql://h/other", Duration(5000), {}, {}}};
        ProjectionSettings projection;
        projection.name = "p";
        projection.context = "new";
        projection.topics = {"t"};
        projection.checkpoint = CheckpointSettings{"s", "SELECT 1"};
        added.projections = {projection};
        added.writeSides = {{"w", "new", "s", "SELECT 1", {"t"}, {}}};
        QVERIFY(addToWorkspace(added, file));
        const auto loaded = loadWorkspace(file);
        QVERIFY2(loaded.workspace.has_value(), folder.shown(loaded.diagnostics).c_str());
        const auto& workspace = *loaded.workspace;
        QCOMPARE(workspace.brokers.size(), std::size_t(1));
        QCOMPARE(workspace.context("new")->broker, std::string("local"));
        QCOMPARE(workspace.context("new")->stores, std::vector<std::string>{"s-2"});
        QCOMPARE(workspace.projections[0].checkpoint->store, std::string("s-2"));
        QCOMPARE(workspace.writeSides[0].store, std::string("s-2"));
        QCOMPARE(workspace.store("s")->connection, std::string("postgresql://h/one"));
        QCOMPARE(workspace.store("s-2")->connection, std::string("postgresql://h/other"));
    }
    void whatCannotBeAddedLeavesTheFileAlone_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("why");
        const auto least = QByteArray::fromStdString(leastWorkspace);
        QTest::newRow("the name is taken") << least + "[contexts.x]\nbroker = \"local\"\n" << QByteArray("line 6");
        QTest::newRow("mistakes") << least + "colour = 1\n" << QByteArray("config.toml:6");
        QTest::newRow("tables in one line cannot go on")
            << QByteArray(
                   "contexts = { local = { broker = \"local\" } }\n[brokers.local]\nbootstrap_servers = \"h:1\"\n")
            << QByteArray("not valid TOML");
    }
    void whatCannotBeAddedLeavesTheFileAlone()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, why);
        const ConfigFolder folder;
        const auto file = folder.write("config.toml", text.toStdString());
        const auto added = addToWorkspace(sample(), file);
        QVERIFY(!added);
        QVERIFY2(added.error().why.find(why.toStdString()) != std::string::npos, added.error().why.c_str());
        QCOMPARE(content(file), text.toStdString());
        QCOMPARE(QDir(QString::fromStdString(file.parent_path().string())).entryList(QDir::Files | QDir::Hidden).size(),
                 1);
    }
    void whatCannotBeSavedSaysWhy()
    {
        const ConfigFolder folder;
        folder.write("file", "");
        const auto saved = saveWorkspace(sample(), folder.path("file/config.toml"));
        QVERIFY(!saved);
        QVERIFY(!saved.error().why.empty() && saved.error().what.find("config.toml") != std::string::npos);
    }
    void changesOnDiskAreTakenOver()
    {
        const ConfigFolder folder;
        const auto file = folder.write("config.toml", leastWorkspace + "include = []\n");
        WorkspaceWatch watch([&] { return loadWorkspace(file); });
        QVERIFY(!watch.workspace()); // "include" stands in a table here
        QVERIFY(!watch.changed());
        QCOMPARE(watch.notice(), std::string("config.toml: 1 error; there are no settings to use"));
        folder.write("config.toml", "include = [\"d/*.toml\"]\n" + leastWorkspace);
        QVERIFY(watch.changed());
        QVERIFY(watch.workspace() && !watch.broken());
        folder.write("d/more.toml", "[contexts.second]\nbroker = \"local\"\n");
        QVERIFY(watch.changed());
        QCOMPARE(watch.workspace()->contexts.size(), std::size_t{2});
        QVERIFY(!watch.changed());
    }
    void aBrokenFileKeepsTheOldSettings()
    {
        const ConfigFolder folder;
        const auto file = folder.write("config.toml", leastWorkspace);
        WorkspaceWatch watch([&] { return loadWorkspace(file); });
        folder.write("config.toml", leastWorkspace + "oops\nand = again = \n");
        QVERIFY(watch.changed());
        QVERIFY(watch.broken());
        QVERIFY(watch.workspace()->context("local"));
        QCOMPARE(watch.notice(), std::string("config.toml: 2 errors; still using the settings of before"));
        std::filesystem::remove(file);
        QVERIFY(watch.changed() && watch.broken() && watch.workspace());
        folder.write("config.toml", leastWorkspace);
        QVERIFY(watch.changed() && !watch.broken());
        QCOMPARE(watch.notice(), std::string());
    }
    void aLineAddedAboveIsNoChangeOfSettings()
    {
        const ConfigFolder folder;
        const auto file = folder.write("config.toml", leastWorkspace);
        const auto before = loadWorkspace(file);
        folder.write("config.toml", "# a comment\n" + leastWorkspace);
        QVERIFY(loadWorkspace(file).workspace == before.workspace);
    }
};

QTEST_APPLESS_MAIN(TestWorkspaceWriter)
#include "tst_workspacewriter.moc"
