// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/observation.h"
#include "app/ctl/program.h"
#include "app/ctl/timeexpression.h"
#include "backend/core/format.h"
#include "backend/history/history.h"
#include "tests/integration/ctl/ctlfixture.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>
#include <set>

using namespace projectionist;

namespace {

const QList<QStringList> subcommands{{"lag"},
                                     {"verdict"},
                                     {"record"},
                                     {"discover"},
                                     {"check"},
                                     {"check", "list"},
                                     {"check", "lint"},
                                     {"check", "run"},
                                     {"check", "history"},
                                     {"check", "show"},
                                     {"check", "reproject"},
                                     {"drill"},
                                     {"drill", "idempotency"},
                                     {"drill", "crash-recovery"},
                                     {"drill", "checkpoint-atomicity"},
                                     {"drill", "reprojection"},
                                     {"config"},
                                     {"config", "check"},
                                     {"config", "show"},
                                     {"config", "path"},
                                     {"history"},
                                     {"history", "export"},
                                     {"audit"},
                                     {"deployed"},
                                     {"unlock"},
                                     {"lock"},
                                     {"replay"},
                                     {"replay", "plan"},
                                     {"replay", "show"},
                                     {"replay", "run"},
                                     {"replay", "resume"},
                                     {"replay", "status"},
                                     {"completion"},
                                     {"deadletters"},
                                     {"deadletters", "list"},
                                     {"deadletters", "groups"},
                                     {"deadletters", "show"},
                                     {"deadletters", "judge"},
                                     {"deadletters", "export"},
                                     {"deadletters", "resolve"},
                                     {"deadletters", "restore"}};

/// Nobody listens on the port of tcpmux.
QString deadPort()
{
    return "127.0.0.1:1";
}

std::set<QString> longOptions(const QString& text)
{
    static const QRegularExpression option("--[a-z][a-z-]+");
    std::set<QString> found;
    for (auto at = option.globalMatch(text); at.hasNext();)
        found.insert(at.next().captured());
    return found;
}

QString content(const QString& file)
{
    QFile in(file);
    return in.open(QIODevice::ReadOnly) ? QString::fromUtf8(in.readAll()) : QString();
}

/// Options of the help's option list, not of its examples.
std::set<QString> describedOptions(const QString& help)
{
    QString listed;
    for (const auto& line : help.split('\n'))
        if (line.startsWith("  -"))
            listed += line.section("  ", 1, 1) + '\n';
    return longOptions(listed);
}

/// A reading of "orders", whose partitions stand at these positions before heads of 100.
Snapshot reading(const std::vector<Offset>& positions, VerdictKind kind = VerdictKind::Ok, Duration lag = Duration(0))
{
    auto sample = std::make_shared<ProjectionSample>();
    sample->projection = "orders";
    for (std::size_t i = 0; i < positions.size(); ++i) {
        PartitionSample partition;
        partition.id = {"orders.events", static_cast<std::int32_t>(i)};
        partition.groupPosition = positions[i];
        partition.logStart = 0;
        partition.head = 100;
        sample->partitions.push_back(partition);
    }
    auto report = std::make_shared<ProjectionReport>();
    report->sample = sample;
    report->objective = Duration(30'000);
    report->assessment.verdict.kind = kind;
    report->assessment.lag = {lag, lag > Duration(0) ? LagOrigin::Exact : LagOrigin::None};
    Snapshot snapshot;
    snapshot.projections = {report};
    return snapshot;
}

std::optional<ctl::Observation::Doubt> doubtIn(const std::vector<Snapshot>& snapshots)
{
    ctl::Observation observation({});
    for (const auto& snapshot : snapshots)
        observation.take(snapshot);
    const auto doubts = observation.doubts();
    return doubts.empty() ? std::nullopt : std::optional(doubts.begin()->second);
}

QString doubtAfter(const std::vector<Snapshot>& snapshots)
{
    const auto doubt = doubtIn(snapshots);
    return doubt ? QString::fromStdString(doubt->text) : QString();
}

} // namespace

class TestCtl : public QObject
{
    Q_OBJECT
private slots:
    void wrongUsageIsThreeAndSaysSoOnStandardError_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("nothing") << QStringList{};
        QTest::newRow("unknown subcommand") << QStringList{"lagg"};
        QTest::newRow("unknown option") << QStringList{"lag", "--jsn"};
        QTest::newRow("missing value") << QStringList{"lag", "--projection"};
        QTest::newRow("seconds without watch") << QStringList{"lag", "--seconds", "1"};
        QTest::newRow("bad timeout") << QStringList{"lag", "--timeout", "soon"};
        QTest::newRow("bad observation") << QStringList{"lag", "--observe", "a while"};
        QTest::newRow("observation of a watch") << QStringList{"lag", "--watch", "--observe", "5s"};
        QTest::newRow("bad format") << QStringList{"history", "export", "--format", "xml"};
        QTest::newRow("bad time") << QStringList{"history", "export", "--from", "yesterday"};
        QTest::newRow("end before begin") << QStringList{"history", "export", "--from", "now", "--to", "now-1h"};
        QTest::newRow("no history") << QStringList{"history", "export"};
        QTest::newRow("no workspace") << QStringList{"lag"};
        QTest::newRow("no broker") << QStringList{"discover", "--store", "service=x"};
        QTest::newRow("missing samples") << QStringList{"verdict", "--samples", "/nonexistent"};
        QTest::newRow("broken filter") << QStringList{"deadletters", "list", "--where", "age <"};
        QTest::newRow("no sortable field") << QStringList{"deadletters", "list", "--sort", "message"};
        QTest::newRow("no direction") << QStringList{"deadletters", "list", "--sort", "arrived:down"};
        QTest::newRow("no group") << QStringList{"deadletters", "list", "--group", "the big one"};
        QTest::newRow("all and some") << QStringList{"deadletters", "list", "--all", "--limit", "5"};
        QTest::newRow("no reference") << QStringList{"deadletters", "show"};
        QTest::newRow("other shell") << QStringList{"completion", "fish"};
    }
    void wrongUsageIsThreeAndSaysSoOnStandardError()
    {
        QFETCH(QStringList, arguments);
        const auto answer = Ctl().run(arguments);
        QCOMPARE(answer.code, 3);
        QCOMPARE(answer.out, QString());
        QVERIFY(!answer.err.isEmpty());
    }
    void everySubcommandHasHelpWithExamples()
    {
        const Ctl ctl;
        for (const auto& command : subcommands) {
            const auto answer = ctl.run(command + QStringList{"--help"});
            QCOMPARE(answer.code, 0);
            QVERIFY2(answer.out.contains("Examples:"), qPrintable(command.join(' ')));
            QVERIFY(answer.out.contains("projectionistctl " + command.first()));
            QCOMPARE(answer.err, QString());
        }
        QCOMPARE(ctl.run({"--version"}).code, 0);
    }
    void theManualHasEveryOptionAndNoOther()
    {
        const Ctl ctl;
        std::set<QString> described = describedOptions(ctl.run({"--help"}).out);
        for (const auto& command : subcommands)
            described.merge(describedOptions(ctl.run(command + QStringList{"--help"}).out));
        const QString manual = content(MANUAL).replace("\\-", "-");
        std::set<QString> documented = longOptions(manual);
        QCOMPARE(QStringList(documented.begin(), documented.end()), QStringList(described.begin(), described.end()));
        for (const auto& command : subcommands)
            QVERIFY2(manual.contains(command.join(' ')), qPrintable(command.join(' ')));
    }
    void theInstalledCompletionIsThatOfTheProgram()
    {
        const auto answer = Ctl().run({"completion", "bash"});
        QCOMPARE(answer.code, 0);
        QCOMPARE(answer.out, content(COMPLETION));
    }
    void bashCompletes_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QStringList>("words");
        QTest::newRow("subcommand") << "projectionistctl la" << QStringList{"lag"};
        QTest::newRow("nested subcommand") << "projectionistctl config ch" << QStringList{"check"};
        QTest::newRow("option") << "projectionistctl lag --par" << QStringList{"--partitions"};
        QTest::newRow("common option behind a subcommand")
            << "projectionistctl config show --cont" << QStringList{"--context"};
        QTest::newRow("file") << "projectionistctl --config /etc/passw" << QStringList{"/etc/passwd"};
        QTest::newRow("no guess") << "projectionistctl lag --projection x" << QStringList{};
    }
    void bashCompletes()
    {
        QFETCH(QString, line);
        QFETCH(QStringList, words);
        const QString script =
            QString("source %1; COMP_WORDS=(%2); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _projectionistctl; "
                    "printf '%s\\n' \"${COMPREPLY[@]}\"")
                .arg(COMPLETION, line);
        const auto answer = Ctl().runProgram("bash", {"--norc", "-c", script});
        QStringList found = answer.out.split('\n', Qt::SkipEmptyParts);
        found.removeAll("/etc/passwd-");
        QCOMPARE(found, words);
        QCOMPARE(answer.err, QString());
    }
    void configCheckNamesAllMistakes()
    {
        const Ctl ctl;
        const auto file =
            ctl.write("broken.toml", workspaceOn("h:1") + "[brokers.x]\nbootstrap_server = \"h\"\nkcat = 5\n");
        for (const auto& arguments :
             {QStringList{"config", "check", file}, QStringList{"--config", file, "config", "check"}}) {
            const auto answer = ctl.run(arguments);
            QCOMPARE(answer.code, 3);
            QVERIFY(answer.out.contains(
                "broken.toml:13:1: error: unknown key \"bootstrap_server\" in [brokers.x]; did you mean "
                "\"bootstrap_servers\"?"));
            QVERIFY(answer.out.count(": error: ") >= 2);
            QVERIFY(!answer.out.contains("hunter2"));
        }
        const auto json = ctl.run({"config", "check", "--json", file}).json();
        QVERIFY(json.isArray() && json.array().at(0).toObject().value("line").toInt() > 0);
    }
    void configCheckPraisesAGoodFile()
    {
        const Ctl ctl;
        const auto file = ctl.write("good.toml", workspaceOn("h:1"));
        const auto answer = ctl.run({"config", "check", file});
        QCOMPARE(answer.code, 0);
        QCOMPARE(answer.out, QString());
        QVERIFY(answer.err.contains("1 projections"));
        QCOMPARE(ctl.run({"--quiet", "config", "check", file}).err, QString());
        QCOMPARE(ctl.run({"config", "check",
                          ctl.write("w.toml", workspaceOn("h:1").replace("sasl.password", "sasl.pasword"))})
                     .code,
                 1);
    }
    void configCheckTriesProfilesOfDeadLetters()
    {
        const Ctl ctl;
        const auto file = ctl.write("profiles.toml", workspaceOn("h:1") +
                                                         "[[contexts.local.dead_letters.profiles]]\nname = \"ours\"\n"
                                                         "like = \"nonesuch\"\nprefix = \"x-\"\n");
        const auto answer = ctl.run({"config", "check", file});
        QCOMPARE(answer.code, 3);
        QVERIFY2(answer.out.contains("profile \"ours\" cannot be used") && answer.out.contains("nonesuch") &&
                     answer.out.contains("profiles.toml:"),
                 qPrintable(answer.out));
    }
    void configCheckTriesDeclaredProjections()
    {
        const Ctl ctl;
        const auto file = ctl.write(
            "declared.toml", workspaceOn("h:1") + "[stores.reads]\nhost = \"h\"\n[[projections]]\nname = \"p\"\n"
                                                  "topics = \"t\"\ngroup = \"g\"\nread_model = \"p\"\n"
                                                  "[projections.declared]\nstore = \"reads\"\nkey = { id = \"key\" }\n"
                                                  "[[projections.declared.on]]\ntype = \"Placed\"\n"
                                                  "set = { total = \"total\" }\n");
        const auto answer = ctl.run({"config", "check", file});
        QCOMPARE(answer.code, 3);
        QVERIFY2(answer.out.contains("The declared projection \"p\" has a mistake: column total: \"total\" is no "
                                     "expression") &&
                     answer.out.contains("declared.toml:"),
                 qPrintable(answer.out));
    }
    void configShowHasOriginsAndNoSecrets()
    {
        const Ctl ctl;
        ctl.write(".config/projectionist/config.toml", workspaceOn("h:1"));
        const auto answer = ctl.run({"config", "show", "--origin"});
        QCOMPARE(answer.code, 0);
        QVERIFY(answer.out.contains("brokers.local.bootstrap_servers = h:1  # "));
        QVERIFY(answer.out.contains("config.toml:5\n"));
        QVERIFY(answer.out.contains("brokers.local.properties.sasl.password = ***"));
        QVERIFY(ctl.run({"config", "show", "--json"}).json().isArray());
        QCOMPARE(ctl.run({"config", "path"}).out.trimmed(), ctl.path(".config/projectionist/config.toml"));
    }
    void anUnknownContextOrProjectionIsThree()
    {
        const Ctl ctl;
        const auto file = ctl.write("c.toml", workspaceOn(deadPort()));
        const auto context = ctl.run({"--config", file, "--context", "locl", "lag"});
        QCOMPARE(context.code, 3);
        QVERIFY(context.err.contains("did you mean \"local\"?"));
        const auto projection = ctl.run({"--config", file, "lag", "-p", "order-summary"});
        QCOMPARE(projection.code, 3);
        QVERIFY(projection.err.contains("did you mean \"order_summary\"?"));
    }
    void anUnreachableBrokerIsTwo()
    {
        const Ctl ctl;
        const auto file = ctl.write("c.toml", workspaceOn(deadPort()).remove("\"sasl.password\" = \"hunter2\"\n"));
        const auto answer = ctl.run({"--config", file, "lag", "--json", "--timeout", "12s"});
        QCOMPARE(answer.code, 2);
        QVERIFY(!answer.err.isEmpty());
        if (!answer.out.isEmpty())
            QVERIFY(answer.json().isObject());
        QVERIFY(!answer.out.contains('\x1b'));
    }
    void discoveringAnUnreachableBrokerIsTwo()
    {
        const auto answer = Ctl().run({"discover", "--bootstrap", deadPort(), "--timeout", "3s", "--json"});
        QCOMPARE(answer.code, 2);
        QVERIFY(!answer.err.isEmpty());
        QVERIFY(!answer.json().object().value("problems").toArray().isEmpty());
    }
    void passwordsOnTheCommandLineAreRefused()
    {
        const auto answer = Ctl().run({"discover", "--bootstrap", "h:1", "--store", "postgresql://u:hunter2@h/db"});
        QCOMPARE(answer.code, 3);
        QVERIFY(!answer.err.contains("hunter2"));
        QVERIFY(answer.err.contains(".pgpass"));
    }
    void historyIsExported()
    {
        const Ctl ctl;
        const auto file = ctl.path("history.db");
        // Seconds are kept for a day only: the time must be near.
        const TimePoint begin = std::chrono::floor<std::chrono::minutes>(SystemClock().now()) - std::chrono::hours(2);
        fill(file, begin);
        const QStringList range{"--from", QString::fromStdString(formatRfc3339(begin - std::chrono::minutes(1))),
                                "--to",   "now-1h",
                                "--file", file};
        const auto csv = ctl.run(QStringList{"history", "export"} + range);
        QCOMPARE(csv.code, 0);
        const auto lines = csv.out.split('\n', Qt::SkipEmptyParts);
        QVERIFY(lines.at(0).startsWith("at,width_ms,context,projection,state,"));
        QVERIFY2(lines.size() > 5, qPrintable(csv.out + csv.err));
        QVERIFY(lines.at(1).contains(",\"a, \"\"b\"\"\","));
        const auto json = ctl.run(QStringList{"history", "export", "--format", "json", "-p", "a, \"b\""} + range);
        for (const auto& line : json.out.split('\n', Qt::SkipEmptyParts))
            QVERIFY(QJsonDocument::fromJson(line.toUtf8()).object().value("backlog_last").isDouble());
        const auto unknown = ctl.run(QStringList{"history", "export", "-p", "nobody"} + range);
        QCOMPARE(unknown.code, 3);
        QCOMPARE(unknown.out, QString());
    }
    void whatWasNotSeenIsDoubted()
    {
        using enum VerdictKind;
        QVERIFY(doubtAfter({reading({90, 90})}).contains("too few"));
        QCOMPARE(doubtAfter({reading({90, 90}), reading({95, 90}), reading({96, 95})}), QString());
        QCOMPARE(doubtAfter({reading({100, 90}), reading({100, 95}), reading({100, 96})}), QString());
        QVERIFY(doubtAfter({reading({90, 90}), reading({95, 90}), reading({96, 90})})
                    .contains("1 of 2 partitions have not moved while this was watching; orders.events [1] stands at "
                              "offset 90"));
        QCOMPARE(doubtAfter({reading({90, 90}), reading({90, 90}), reading({90, 90}, Blocked)}), QString());
        QCOMPARE(doubtAfter({reading({90}, Stopped)}), QString());
        const Duration late(40'000);
        QVERIFY(doubtAfter({reading({90}), reading({91}), reading({92}, Ok, late)}).contains("whether it shrinks"));
        QCOMPARE(doubtAfter({reading({90}), reading({91}), reading({92}, CatchingUp, late)}), QString());
    }
    void whatStandsStillAndHasNoAgeIsNotFine()
    {
        const auto isFine = [](Duration lag) {
            const auto snapshot = reading({90}, VerdictKind::Ok, lag);
            return !doubtIn({snapshot, snapshot, snapshot}).value().aboveObjective;
        };
        QVERIFY(!isFine(Duration(0))); // not known yet
        QVERIFY(isFine(Duration(1'000)));
        QVERIFY(!isFine(Duration(40'000)));
    }
    void timesAreUnderstood_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("time");
        QTest::newRow("now") << "now"
                             << "2026-11-21T12:00:00.000Z";
        QTest::newRow("relative") << "now-6h"
                                  << "2026-11-21T06:00:00.000Z";
        QTest::newRow("date") << "2026-11-20"
                              << "2026-11-20T00:00:00.000Z";
        QTest::newRow("minutes") << "2026-11-21 02:10"
                                 << "2026-11-21T02:10:00.000Z";
        QTest::newRow("semi-relative") << "2026-11-21 02:10+1h30m"
                                       << "2026-11-21T03:40:00.000Z";
        QTest::newRow("RFC 3339") << "2026-11-21T02:10:05.5Z"
                                  << "2026-11-21T02:10:05.500Z";
        for (const char* bad : {"", "yesterday", "now-", "now-6", "2026-13-01", "2026-11-21 25:00", "6h"})
            QTest::newRow(*bad ? bad : "empty") << bad << "";
    }
    void timesAreUnderstood()
    {
        QFETCH(QString, text);
        QFETCH(QString, time);
        const auto parsed = ctl::parseTimeExpression(text.toStdString(), *parseRfc3339("2026-11-21T12:00:00Z"));
        QCOMPARE(parsed ? QString::fromStdString(formatRfc3339(*parsed)) : QString(), time);
    }

private:
    /// Ten seconds of a projection whose name needs quoting.
    static void fill(const QString& file, TimePoint begin)
    {
        const SystemClock clock;
        History history(file.toStdString(), clock);
        for (int i = 0; i < 10; ++i) {
            const auto at = begin + std::chrono::seconds(i);
            auto sample = std::make_shared<ProjectionSample>();
            sample->projection = "a, \"b\"";
            sample->at = at;
            auto report = std::make_shared<ProjectionReport>();
            report->sample = sample;
            report->assessment.backlog = i;
            report->assessment.lag = {Duration(i * 10), LagOrigin::Exact};
            auto snapshot = std::make_shared<Snapshot>();
            snapshot->context = "local";
            snapshot->began = snapshot->ended = at;
            snapshot->projections = {report};
            history.append(snapshot);
        }
        history.flush();
    }
};

QTEST_GUILESS_MAIN(TestCtl)
#include "tst_ctl.moc"
