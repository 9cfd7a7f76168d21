// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/config/configfixture.h"

using namespace projectionist;

namespace {

const std::string head = leastWorkspace + "[stores.s]\n"
                                          "host = \"h\"\n"
                                          "[[projections]]\n"
                                          "name = \"p\"\n"
                                          "topics = [\"t\"]\n"
                                          "group = \"g\"\n"
                                          "read_model = \"public.p\"\n"
                                          "event_version = \"$.version\"\n"
                                          "[projections.declared]\n";

} // namespace

class TestProjectorSettings : public QObject
{
    Q_OBJECT
private slots:
    void everySettingIsReadAndWritten()
    {
        const ConfigFolder folder;
        const auto loaded =
            loadWorkspace(folder.write("w.toml", head + "store = \"s\"\n"
                                                        "key = { tenant = \"$.tenant\", id = \"key\" }\n"
                                                        "initial = { depot = \"''\", zeros = 0 }\n"
                                                        "type = \"$.kind\"\n"
                                                        "version = \"v\"\n"
                                                        "partition = \"pa\"\n"
                                                        "position = \"po\"\n"
                                                        "unknown = \"ignore\"\n"
                                                        "tombstone = \"delete\"\n"
                                                        "[[projections.declared.on]]\n"
                                                        "type = [\"A\", \"B\"]\n"
                                                        "where = \"payload.x > 1\"\n"
                                                        "set = { z = \"$.z\", \"a b\" = \"'it''s'\" }\n"
                                                        "add = { n = 1 }\n"
                                                        "append = { all = \"$\" }\n"
                                                        "create = false\n"
                                                        "[[projections.declared.on]]\n"
                                                        "type = \"Gone\"\n"
                                                        "delete = true\n"
                                                        "[[projections.declared.on]]\n"
                                                        "type = \"Noise\"\n"
                                                        "ignore = true\n"));
        QCOMPARE(folder.shown(loaded.diagnostics), std::string());
        DeclaredProjectionSettings wanted;
        wanted.store = "s";
        wanted.table = "public.p"; // the read model
        wanted.key = {{"tenant", "$.tenant"}, {"id", "key"}};
        wanted.initial = {{"depot", "''"}, {"zeros", "0"}};
        wanted.type = "$.kind";
        wanted.version = "v";
        wanted.partition = "pa";
        wanted.position = "po";
        wanted.unknown = UnnamedEvent::Ignore;
        wanted.tombstone = UnnamedEvent::Erase;
        wanted.on.resize(3);
        wanted.on[0].types = {"A", "B"};
        wanted.on[0].where = "payload.x > 1";
        wanted.on[0].set = {{"z", "$.z"}, {"a b", "'it''s'"}}; // in the order of the file
        wanted.on[0].add = {{"n", "1"}};
        wanted.on[0].append = {{"all", "$"}};
        wanted.on[0].create = false;
        wanted.on[1].types = {"Gone"};
        wanted.on[1].erase = true;
        wanted.on[2].types = {"Noise"};
        wanted.on[2].ignore = true;
        QVERIFY(loaded.workspace->projections.front().declared == wanted);

        const auto saved = folder.path("saved.toml");
        QVERIFY(saveWorkspace(*loaded.workspace, saved));
        const auto again = loadWorkspace(saved);
        QCOMPARE(folder.shown(again.diagnostics), std::string());
        QVERIFY(again.workspace->projections.front().declared == wanted);
    }

    void mistakesAreNamedWithTheirPlace_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("diagnostics");
        const auto row = [](const char* name, const std::string& text, const std::string& diagnostics) {
            QTest::newRow(name) << text << diagnostics;
        };
        const std::string handler = "[[projections.declared.on]]\ntype = \"A\"\n";
        row("nothing", "",
            "w.toml:14:1: error: a declared projection without \"key\"; say which column is the table's key, and what "
            "stands there: key = { order_id = \"key\" }\n"
            "w.toml:14:1: error: a declared projection without handlers; add [[projections.declared.on]] with type, "
            "and set, add, append, delete or ignore\n"
            "w.toml:14:1: error: the declared projection \"p\" has no store; add store = \"...\", one of "
            "[stores.NAME]\n");
        row("store", "store = \"z\"\nkey = { id = \"key\" }\n" + handler + "ignore = true\n",
            "w.toml:14:1: error: no store \"z\"; did you mean \"s\"?\n");
        row("rules",
            "store = \"s\"\nkey = { id = \"key\" }\nunknown = \"delete\"\ntombstone = \"no\"\n" + handler +
                "delete = true\n",
            "w.toml:17:11: error: unknown rule \"delete\" for \"unknown\"; known: refuse, ignore\n"
            "w.toml:18:13: error: unknown rule \"no\" for \"tombstone\"; known: refuse, ignore, delete\n");
        row("handlers",
            "store = \"s\"\nkey = { id = \"key\" }\n" + handler + handler +
                "ignore = true\nset = { a = \"1\" }\nupsert = { b = 1 }\n",
            "w.toml:17:1: error: a handler that does nothing; say one of: set, add and append; delete = true; ignore = "
            "true\n"
            "w.toml:19:1: error: a handler that does several things at once; say one of: set, add and append; delete = "
            "true; ignore = true\n"
            "w.toml:23:1: error: unknown key \"upsert\" in [projections.p.declared.on]; did you mean \"set\"?\n");
    }
    void mistakesAreNamedWithTheirPlace()
    {
        QFETCH(std::string, text);
        QFETCH(std::string, diagnostics);
        const ConfigFolder folder;
        QCOMPARE(QString::fromStdString(folder.shown(loadWorkspace(folder.write("w.toml", head + text)).diagnostics)),
                 QString::fromStdString(diagnostics));
    }

    void aColumnOfVersionsNeedsVersions()
    {
        const ConfigFolder folder;
        std::string text = head + "store = \"s\"\nkey = { id = \"key\" }\nversion = \"v\"\n"
                                  "[[projections.declared.on]]\ntype = \"A\"\ndelete = true\n";
        text.erase(text.find("event_version"), std::string("event_version = \"$.version\"\n").size());
        QCOMPARE(folder.shown(loadWorkspace(folder.write("w.toml", text)).diagnostics),
                 std::string("w.toml:13:1: error: the declared projection \"p\" names a column of versions, and nobody "
                             "knows where events bear theirs; add event_version = \"$.version\" or \"header:version\" "
                             "to the projection\n"));
    }
};

QTEST_GUILESS_MAIN(TestProjectorSettings)
#include "tst_projectorsettings.moc"
