// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#ifndef Q_MOC_RUN // moc cannot read <concepts>, which libraries include
#include "models/replaychoicemodel.h"
#include "models/replayexport.h"
#include "models/replaylightsmodel.h"
#include "models/replaysheets.h"
#endif

#include <QAbstractItemModelTester>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>

using namespace projectionist;

namespace {

const TimePoint noon{std::chrono::milliseconds(1'795'262'400'000)}; // 2026-11-21 12:00:00 UTC

LetterView view(Offset offset)
{
    LetterView letter;
    letter.place = {{"orders-dlt", 0}, offset};
    letter.key = "A-" + std::to_string(offset);
    letter.eventType = "OrderPlaced";
    letter.origin.topic = "orders";
    letter.origin.partition = 1;
    letter.origin.offset = 100 + offset;
    return letter;
}

/// Three letters: safe, newer applied, and one whose source cannot be reached.
std::shared_ptr<ReplayChosen> threeChosen()
{
    auto chosen = std::make_shared<ReplayChosen>();
    chosen->views = {view(1), view(2), view(3)};
    chosen->references = {"orders-dlt[0]@1", "orders-dlt[0]@2", ""};
    return chosen;
}

ReplayJudgements verdicts(std::initializer_list<ReplayVerdict> given)
{
    ReplayJudgements judgements;
    for (const auto verdict : given) {
        LetterJudgement judgement;
        judgement.verdict = verdict;
        judgement.why = "because";
        judgements.push_back(judgement);
    }
    return judgements;
}

std::shared_ptr<ReplayPlan> planOf(std::size_t letters)
{
    auto plan = std::make_shared<ReplayPlan>();
    plan->id = "20261121-120000-00000001";
    plan->context = "prod";
    for (std::size_t i = 0; i < letters; ++i) {
        PlannedLetter letter;
        letter.reference = "orders-dlt[0]@" + std::to_string(i);
        letter.origin.topic = "orders";
        letter.key = "A-" + std::to_string(i);
        plan->letters.push_back(letter);
    }
    return plan;
}

std::shared_ptr<ReplayProgress> progressOf(std::size_t letters)
{
    auto progress = std::make_shared<ReplayProgress>();
    progress->letters.resize(letters);
    progress->began = noon;
    progress->at = noon;
    return progress;
}

void prove(ReplayLetterProgress& letter, std::size_t step)
{
    letter.state = ReplayLetterState::Sent;
    letter.step = step;
    letter.produced = letter.passed = letter.notBack = ReplayLight::On;
    letter.row = ReplayLight::Unprovable;
}

QString textOf(const QAbstractItemModel& model, int row, int column)
{
    return model.index(row, column).data().toString();
}

} // namespace

class TestReplayModels : public QObject
{
    Q_OBJECT
private slots:
    void onlySafeLettersAreSentUnlessSomebodySaysOtherwise()
    {
        ReplayChoiceModel model;
        const QAbstractItemModelTester tester(&model);
        model.setChosen(threeChosen());
        QVERIFY(!model.judged());
        QCOMPARE(model.sentCount(), std::size_t{0});
        model.setJudgements(verdicts({ReplayVerdict::Safe, ReplayVerdict::NewerApplied, ReplayVerdict::Unknown}));
        QCOMPARE(model.sentCount(), std::size_t{1});
        QCOMPARE(textOf(model, 0, ReplayChoiceModel::Sent), QString("yes"));
        QCOMPARE(textOf(model, 1, ReplayChoiceModel::Sent), QString("no"));
        model.setSent({ReplayVerdict::Safe, ReplayVerdict::NewerApplied});
        QCOMPARE(textOf(model, 1, ReplayChoiceModel::Sent), QString("yes"));
        QVERIFY(!verdictWarning(ReplayVerdict::NewerApplied).isEmpty());
        QVERIFY(verdictWarning(ReplayVerdict::Safe).isEmpty());
    }
    void lettersThatStayAreKnownToThePlanner()
    {
        ReplayChoiceModel model;
        auto chosen = threeChosen();
        chosen->others.resize(2);
        model.setChosen(chosen);
        model.setJudgements(verdicts({ReplayVerdict::Safe, ReplayVerdict::NewerApplied, ReplayVerdict::Safe}));
        const auto request = model.request({});
        QCOMPARE(request.letters.size(), std::size_t{1}); // what has no reference cannot be planned
        QCOMPARE(request.letters[0].reference, std::string("orders-dlt[0]@1"));
        QCOMPARE(request.letters[0].why, std::string("because"));
        QCOMPARE(request.others.size(), std::size_t{4});
    }
    void verdictsOfOtherLettersAreNotTaken()
    {
        ReplayChoiceModel model;
        model.setChosen(threeChosen());
        model.setJudgements(verdicts({ReplayVerdict::Safe}));
        QVERIFY(!model.judged());
    }
    void onlyLightsThatChangedAreAnnounced()
    {
        ReplayLightsModel model;
        const QAbstractItemModelTester tester(&model);
        model.setPlan(planOf(5));
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        auto progress = progressOf(5);
        prove(progress->letters[1], 1);
        prove(progress->letters[2], 1);
        model.setProgress(progress);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(changed[0][0].toModelIndex().row(), 1);
        QCOMPARE(changed[0][1].toModelIndex().row(), 2);
        model.setProgress(std::make_shared<ReplayProgress>(*progress));
        QCOMPARE(changed.count(), 1);
        model.setProgress(progressOf(4)); // of another plan
        QCOMPARE(model.progress()->letters.size(), std::size_t{5});
    }
    void lightsHaveShapeWordAndColour()
    {
        ReplayLightsModel model;
        model.setPlan(planOf(1));
        auto progress = progressOf(1);
        progress->letters[0].state = ReplayLetterState::Sent;
        progress->letters[0].produced = ReplayLight::On;
        progress->letters[0].passed = ReplayLight::Waiting;
        progress->letters[0].notBack = ReplayLight::Broken;
        progress->letters[0].row = ReplayLight::Unprovable;
        progress->letters[0].cameBack = "orders-dlt[0]@99";
        model.setProgress(progress);
        QStringList lights;
        for (int column = ReplayLightsModel::Produced; column <= ReplayLightsModel::Row; ++column)
            lights << textOf(model, 0, column);
        QCOMPARE(lights.join(u'|'),
                 QString::fromUtf8("\u2713 proved|\u25cb waiting|\u2717 failed|\u2013 no proof possible"));
        QCOMPARE(model.index(0, ReplayLightsModel::NotBack).data(ColorRole).toInt(),
                 static_cast<int>(ColorMeaning::Critical));
        QVERIFY(textOf(model, 0, ReplayLightsModel::Evidence).contains("came back as orders-dlt[0]@99"));
        QCOMPARE(model.index(0, ReplayLightsModel::Produced).data(CopyRole).toString(), QString("on"));
    }
    void stepsTellWhatIsProvedAndWhatIsToCome()
    {
        auto progress = progressOf(8);
        progress->state = ReplayState::Proving;
        prove(progress->letters[0], 1);
        prove(progress->letters[1], 2);
        progress->letters[2].state = ReplayLetterState::Sent;
        progress->letters[2].step = 2;
        progress->step = 2;
        progress->stepBegin = 1;
        progress->stepLetters = 5;
        const auto steps = replaySteps(*progress);
        QCOMPARE(steps.size(), std::size_t{3});
        QVERIFY((steps[0] == ReplayStepView{1, 1, 1, 1, ReplayStepView::State::Done}));
        QVERIFY((steps[1] == ReplayStepView{2, 5, 2, 1, ReplayStepView::State::Current}));
        QVERIFY((steps[2] == ReplayStepView{0, 2, 0, 0, ReplayStepView::State::ToCome}));
        progress->state = ReplayState::Stopped;
        QVERIFY(replaySteps(*progress)[1].state == ReplayStepView::State::Halted);
        QCOMPARE(stepRows(*progress).size(), std::size_t{3});
    }
    void ladders_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("letters");
        QTest::addColumn<QString>("shown");
        QTest::newRow("usual") << "1, 5, 25" << 100 << "1, 5, 25, then 25 each: 6 steps";
        QTest::newRow("short") << "1,5,25" << 3 << "1, 2: 2 steps";
        QTest::newRow("one") << "7" << 7 << "7: one step";
        QTest::newRow("zero") << "0" << 7 << "";
        QTest::newRow("word") << "1, x" << 7 << "";
        QTest::newRow("empty") << "" << 7 << "";
    }
    void ladders()
    {
        QFETCH(QString, text);
        QFETCH(int, letters);
        QFETCH(QString, shown);
        const auto ladder = parseLadder(text);
        QCOMPARE(ladder ? ladderText(*ladder, static_cast<std::size_t>(letters)) : QString(), shown);
    }
    void whatIsTypedOnProductionNamesTheTarget()
    {
        auto plan = *planOf(2);
        QCOMPARE(nameToType(plan), QString("orders"));
        plan.letters[1].origin.topic = "parcels";
        QCOMPARE(nameToType(plan), QString("prod"));
        QCOMPARE(targetText(plan), QString("orders, parcels"));
        plan.target = {ReplayTargetKind::Topic, "orders-retry", {}};
        QCOMPARE(nameToType(plan), QString("orders-retry"));
        plan.target = {ReplayTargetKind::Command, {}, {"/usr/bin/apply", "a b"}};
        QCOMPARE(nameToType(plan), QString("/usr/bin/apply"));
        QCOMPARE(targetText(plan), QString("command /usr/bin/apply 'a b'"));
    }
    void commandsAreQuotedForAShell()
    {
        QCOMPARE(replayCommand("/etc/p.toml", "/home/eva/it's a plan.json"),
                 QString("projectionistctl --config /etc/p.toml replay run '/home/eva/it'\\''s a plan.json'"));
        QCOMPARE(replayCommand("", "plan.json"), QString("projectionistctl replay run plan.json"));
    }
    void previewsMaskHeadersAndSayWhatGoes()
    {
        ReplayPreview preview;
        preview.before.id = {"orders-dlt", 0};
        preview.before.value = preview.after.value = "{}";
        preview.after.topic = "orders";
        preview.headers = {{{"authorization", "secret"}, HeaderFate::Stays, {}},
                           {{"kafka_dlt-exception-fqcn", "Bad"}, HeaderFate::Goes, "Spring Kafka"},
                           {{"projectionist-replay-id", "x/0"}, HeaderFate::New, {}}};
        MaskSettings settings;
        settings.headers = {"authorization"};
        const LetterMasks masks(settings);
        const auto rows = previewRows(preview, &masks, Zone::Utc);
        QString all;
        for (const auto& row : rows) {
            QCOMPARE(row.size(), std::size_t{4});
            for (const auto& cell : row)
                all += cell.text + u'|';
        }
        QVERIFY2(!all.contains("secret"), qPrintable(all));
        QVERIFY2(all.contains("goes: Spring Kafka") && all.contains("+ new"), qPrintable(all));
        QVERIFY2(all.contains("orders, partition by key"), qPrintable(all));
    }
    void refusalsComeFirst()
    {
        ReplayDryRun dryRun;
        dryRun.passed = {"fine"};
        dryRun.warnings = {"hm"};
        dryRun.refusals = {"no"};
        const auto rows = dryRunRows(dryRun);
        QCOMPARE(rows[0][1].text, QString("no"));
        QCOMPARE(rows[1][1].text, QString("hm"));
        QCOMPARE(rows[2][1].text, QString("fine"));
    }
    void exportsKeepEveryLetterAndHurtNobody()
    {
        auto plan = planOf(3);
        plan->letters[0].key = "=cmd|' /C calc'!A0";
        plan->letters[1].key = std::string("\xff\x00\x01", 3);
        plan->letters[2].key.reset();
        auto progress = progressOf(3);
        prove(progress->letters[0], 1);
        progress->letters[2].why = "a \"quoted\", sentence";
        progress->unprovable = {"no rows"};
        const auto csv = QString::fromStdString(proofCsv(*plan, *progress));
        QCOMPARE(csv.count(QStringLiteral("\r\n")), 4);
        QVERIFY2(csv.contains("'=cmd") && csv.contains("/wAB,base64"), qPrintable(csv));
        QVERIFY2(csv.contains("\"a \"\"quoted\"\", sentence\""), qPrintable(csv));
        const auto json = QJsonDocument::fromJson(QByteArray::fromStdString(proofJson(*plan, *progress))).object();
        const auto letters = json["letters"].toArray();
        QCOMPARE(letters.size(), 3);
        QCOMPARE(letters[0]["produced"].toString(), QString("on"));
        QCOMPARE(letters[1]["keyEncoding"].toString(), QString("base64"));
        QVERIFY(letters[2]["key"].isNull());
        QCOMPARE(json["unprovable"].toArray().size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestReplayModels)
#include "tst_replaymodels.moc"
