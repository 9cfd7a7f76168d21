// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which libraries include
#include "tests/gui/window/windowbench.h"
#include "widgets/common/messages.h"
#include "widgets/common/tableview.h"
#include "widgets/deadletters/deadletterspage.h"
#include "widgets/deadletters/editvaluedialog.h"
#include "widgets/deadletters/replaychooseview.h"
#include "widgets/deadletters/replayedits.h"
#include "widgets/deadletters/replayjudgeview.h"
#include "widgets/deadletters/replaypage.h"
#include "widgets/deadletters/replayplanform.h"
#include "widgets/deadletters/replayplanview.h"
#include "widgets/deadletters/replayproofview.h"
#include "widgets/deadletters/replayrunview.h"
#endif

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace projectionist;

namespace {

const TimePoint noon{std::chrono::milliseconds(1'795'262'400'000)};

std::shared_ptr<ReplayChosen> chosenLetters(std::size_t count)
{
    auto chosen = std::make_shared<ReplayChosen>();
    for (std::size_t i = 0; i < count; ++i) {
        LetterView view;
        view.place = {{"orders-dlt", 0}, static_cast<Offset>(i)};
        view.key = "A-" + std::to_string(i);
        view.eventType = "OrderPlaced";
        view.origin.topic = "orders";
        chosen->views.push_back(view);
        chosen->references.push_back("orders-dlt[0]@" + std::to_string(i));
    }
    return chosen;
}

ReplayPlan planned(const ReplayRequest& request)
{
    ReplayPlan plan = request.draft;
    plan.id = "20261121-120000-00000001";
    for (const auto& candidate : request.letters) {
        PlannedLetter letter;
        letter.reference = candidate.reference;
        letter.key = candidate.key;
        letter.origin.topic = "orders";
        plan.letters.push_back(letter);
    }
    plan.dryRun.passed = {"The topic orders takes records of this user"};
    plan.receivers = {{"stock", "orders", "Stable", "stock", true}, {"audit", "orders", "Stable", {}, false}};
    return plan;
}

SharedProgress progressOf(const ReplayPlan& plan, ReplayState state, std::size_t proved)
{
    auto progress = std::make_shared<ReplayProgress>();
    progress->plan = plan.id;
    progress->state = state;
    progress->at = progress->began = noon;
    progress->step = 1;
    progress->stepLetters = plan.letters.size();
    progress->letters.resize(plan.letters.size());
    for (std::size_t i = 0; i < proved; ++i) {
        auto& letter = progress->letters[i];
        letter.state = ReplayLetterState::Sent;
        letter.step = 1;
        letter.produced = letter.passed = letter.notBack = letter.row = ReplayLight::On;
    }
    progress->counts = countsOf(progress->letters);
    return progress;
}

} // namespace

/// The wizard on scripted answers: what it asks for, and what it allows.
class TestReplayPage : public QObject
{
    Q_OBJECT

    std::unique_ptr<WindowBench> m_bench;

    [[nodiscard]] ReplayPage& page() const { return *m_bench->window.replays(); }
    [[nodiscard]] ReplayRunView& run() const { return *page().runView(); }
    void watch(Environment environment)
    {
        m_bench = std::make_unique<WindowBench>();
        m_bench->watch({"stock"}, environment);
        m_bench->window.resize(1280, 800);
        m_bench->window.show();
        ReplayScope all;
        all.count = 3;
        page().begin({all});
        m_bench->window.showPage(MainWindow::Replay);
        QVERIFY(QTest::qWaitForWindowExposed(&m_bench->window));
    }
    /// From the first page to a plan of the letters that have these verdicts.
    void planFor(const std::vector<ReplayVerdict>& verdicts)
    {
        QSignalSpy gather(&page(), &ReplayPage::gatherWanted);
        QSignalSpy judge(&page(), &ReplayPage::judgeWanted);
        page().nextButton()->click();
        QCOMPARE(gather.count(), 1);
        page().setChosen(gather[0][0].value<std::uint64_t>(), chosenLetters(verdicts.size()));
        QCOMPARE(page().step(), ReplayPage::Judge);
        QCOMPARE(judge.count(), 1);
        LetterVerdicts told;
        told.token = judge[0][0].value<std::uint64_t>();
        for (const auto verdict : verdicts) {
            LetterJudgement judgement;
            judgement.verdict = verdict;
            told.judged.letters.push_back(judgement);
        }
        page().setVerdicts(told);
    }
    ReplayPlan makePlan()
    {
        QSignalSpy wanted(&page(), &ReplayPage::planWanted);
        page().nextButton()->click();
        if (wanted.count() != 1)
            return {};
        const auto request = wanted[0][1].value<ReplayRequest>();
        auto plan = planned(request);
        plan.production = m_bench->workspace().contexts[0].environment == Environment::Production;
        page().setPlan(wanted[0][0].value<std::uint64_t>(), plan);
        return plan;
    }

private slots:
    void cleanup() { m_bench.reset(); }

    void theWayFromChoiceToProof()
    {
        watch(Environment::Development);
        planFor({ReplayVerdict::Safe, ReplayVerdict::Safe, ReplayVerdict::NewerApplied});
        QVERIFY(!page().judgeView()->box(ReplayVerdict::NewerApplied)->isChecked());
        page().judgeView()->box(ReplayVerdict::NewerApplied)->click();
        QVERIFY(shownText(page()).contains("Older events overwrite newer state"));
        const auto plan = makePlan();
        QCOMPARE(plan.letters.size(), std::size_t{3});
        QVERIFY2(page().planView()->summary().contains("3 letters to orders"),
                 qPrintable(page().planView()->summary()));
        QCOMPARE(shownRows(page().planView()->receivers()->table(), 0), (QStringList{"stock", "audit"}));
        page().nextButton()->click();
        QCOMPARE(page().step(), ReplayPage::Run);
        QSignalSpy start(&page(), &ReplayPage::startWanted);
        QVERIFY(run().start()->isEnabled());
        run().start()->click();
        QVERIFY(!run().start()->isEnabled()); // not twice
        QCOMPARE(start.count(), 1);
        page().setProgress(plan.id, progressOf(plan, ReplayState::Proving, 1));
        QVERIFY2(run().state().contains("waiting for the proof of 3 letters"), qPrintable(run().state()));
        QVERIFY(run().pause()->isVisible() && run().cancel()->isVisible() && !run().start()->isVisible());
        page().setProgress(plan.id, progressOf(plan, ReplayState::Finished, 3));
        QVERIFY(!run().pause()->isVisible());
        page().nextButton()->click();
        QVERIFY2(page().proofView()->summary().contains("all 3 letters sent"),
                 qPrintable(page().proofView()->summary()));
        QVERIFY(shownText(*page().proofView()).contains("What is not proved"));
    }
    void productionIsUnlockedAndItsTopicTyped()
    {
        watch(Environment::Production);
        planFor({ReplayVerdict::Safe});
        (void)makePlan();
        page().go(ReplayPage::Run);
        QVERIFY(!run().start()->isEnabled());
        QVERIFY(run().unlock()->isVisible());
        run().typedName()->setText("orders");
        QVERIFY(!run().start()->isEnabled());
        Unlock unlock;
        unlock.context = "orders";
        unlock.until = m_bench->clock.now() + Duration(60'000);
        unlock.who = "eva@desk";
        page().setUnlock(unlock);
        QVERIFY(run().start()->isEnabled());
        run().typedName()->setText("order");
        QVERIFY(!run().start()->isEnabled());
        run().typedName()->setText("orders");
        page().setUnlock(std::nullopt);
        QVERIFY(!run().start()->isEnabled());
    }
    void refusalsKeepAPlanFromRunning()
    {
        watch(Environment::Development);
        planFor({ReplayVerdict::Safe});
        QSignalSpy wanted(&page(), &ReplayPage::planWanted);
        page().nextButton()->click();
        auto plan = planned(wanted[0][1].value<ReplayRequest>());
        plan.dryRun.refusals = {"This user may not write to orders"};
        page().setPlan(wanted[0][0].value<std::uint64_t>(), plan);
        page().go(ReplayPage::Run);
        QVERIFY(!run().start()->isEnabled());
        QVERIFY(shownText(run()).contains("This user may not write to orders"));
    }
    void valuesAreEditedWhereTheWorkspaceAllowsIt()
    {
        watch(Environment::Development);
        planFor({ReplayVerdict::Safe, ReplayVerdict::Safe});
        QSignalSpy previews(&page(), &ReplayPage::previewWanted);
        const auto preview = [&](const ReplayPlan& plan, const std::string& value) {
            ReplayPreview shown;
            shown.reference = plan.letters[0].reference;
            shown.unedited = "{\"id\":1,\"email\":\"a@b\"}";
            shown.edited = value != *shown.unedited;
            shown.after.value = value;
            page().setPreview(previews.back()[0].value<std::uint64_t>(), 0, shown);
        };
        auto& edit = *page().planView()->editButton();
        auto plan = makePlan();
        preview(plan, "{\"id\":1,\"email\":\"a@b\"}");
        QVERIFY(!edit.isEnabled());
        QVERIFY2(edit.toolTip().contains("edit_before_replay"), qPrintable(edit.toolTip()));
        auto workspace = m_bench->workspace();
        workspace.contexts[0].deadLetters.editBeforeReplay = true;
        workspace.contexts[0].deadLetters.masks.json = {"$.email"};
        const auto asked = previews.count();
        page().setWorkspace(workspace, workspace.contexts[0].name);
        QCOMPARE(previews.count(), asked + 1);
        preview(plan, "{\"id\":1,\"email\":\"a@b\"}");
        QVERIFY(edit.isEnabled());
        // What is masked is shown after the audit trail has it.
        QSignalSpy unmask(&page(), &ReplayPage::unmaskWanted);
        edit.click();
        QVERIFY(!page().edits()->dialog());
        QCOMPARE(unmask.count(), 1);
        QVERIFY(unmask[0][1].toString().contains("$.email"));
        page().setUnmaskRecorded(plan.letters[0].reference, std::uint64_t{1});
        auto* dialog = page().edits()->dialog();
        QVERIFY(dialog && dialog->isVisible());
        QVERIFY(!dialog->takeOver()->isEnabled());
        dialog->after()->setPlainText("{\"id\":2,}");
        QVERIFY(!dialog->takeOver()->isEnabled());
        QVERIFY2(dialog->state().startsWith("Line 1, column 9"), qPrintable(dialog->state()));
        dialog->after()->setPlainText("{\n  \"id\": 2\n}");
        QVERIFY(dialog->takeOver()->isEnabled());
        QSignalSpy wanted(&page(), &ReplayPage::planWanted);
        const auto* shown = page().planView()->headers()->table()->model();
        QVERIFY(shown->rowCount() > 0);
        dialog->takeOver()->click();
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(shown->rowCount(), 0); // nothing of the former plan
        const auto request = wanted[0][1].value<ReplayRequest>();
        QCOMPARE(request.letters[0].edited.value_or("none"), std::string("{\"id\":2}"));
        QVERIFY(!request.letters[1].edited);
        // And back.
        plan = planned(request);
        plan.id = "20261121-120000-00000002";
        page().setPlan(wanted[0][0].value<std::uint64_t>(), plan);
        preview(plan, "{\"id\":2}");
        edit.click();
        page().setUnmaskRecorded(plan.letters[0].reference, std::uint64_t{2});
        dialog = page().edits()->dialog();
        QVERIFY(dialog);
        QCOMPARE(dialog->after()->toPlainText(), QString("{\n  \"id\": 2\n}"));
        dialog->restore()->click();
        QVERIFY(dialog->takeOver()->isEnabled());
        dialog->takeOver()->click();
        QCOMPARE(wanted.count(), 2);
        QVERIFY(!wanted[1][1].value<ReplayRequest>().letters[0].edited);
    }
    void whatIsChangedIsPlannedAnew()
    {
        watch(Environment::Development);
        planFor({ReplayVerdict::Safe});
        (void)makePlan();
        QVERIFY(page().plan());
        QSignalSpy wanted(&page(), &ReplayPage::planWanted);
        page().planView()->form()->target()->setCurrentIndex(static_cast<int>(ReplayTargetKind::Topic));
        QVERIFY(!page().plan()); // no name yet
        QVERIFY(!page().reachable(ReplayPage::Run));
        QTest::keyClicks(page().planView()->form()->targetName(), "orders-retry");
        QTRY_COMPARE(wanted.count(), 1);
        const auto draft = wanted[0][1].value<ReplayRequest>().draft;
        QVERIFY(draft.target.kind == ReplayTargetKind::Topic);
        QCOMPARE(draft.target.topic, std::string("orders-retry"));
        // A late answer to the former question is dropped.
        page().setPlan(wanted[0][0].value<std::uint64_t>() - 1, ReplayPlan{});
        QVERIFY(!page().plan());
        // A command is written as in a shell.
        auto& form = *page().planView()->form();
        form.target()->setCurrentIndex(static_cast<int>(ReplayTargetKind::Command));
        form.targetName()->setText("/bin/sh -c 'cat > \"a b\"");
        QVERIFY(shownText(form).contains("A quotation in the command has no end."));
        form.targetName()->setText("/bin/sh -c 'cat > \"a b\"'");
        QTRY_COMPARE(wanted.count(), 2);
        const auto command = wanted[1][1].value<ReplayRequest>().draft;
        const std::vector<std::string> words{"/bin/sh", "-c", "cat > \"a b\""};
        QVERIFY(command.target.command == words);
        form.setPlan(command, false);
        QCOMPARE(form.targetName()->text(), QString("/bin/sh -c 'cat > \"a b\"'"));
    }
    void aNewHeadersValueMayHoldCommas()
    {
        watch(Environment::Development);
        planFor({ReplayVerdict::Safe});
        (void)makePlan();
        QSignalSpy wanted(&page(), &ReplayPage::planWanted);
        auto& form = *page().planView()->form();
        form.newHeaders()->setFocus();
        QTest::keyClicks(form.newHeaders(), "note=late, but right = true");
        QTest::keyClick(form.newHeaders(), Qt::Key_Return);
        QTest::keyClicks(form.newHeaders(), "by");
        QVERIFY(shownText(form).contains("name=value, each on a line of its own"));
        QTest::keyClicks(form.newHeaders(), "=ops");
        QTRY_COMPARE(wanted.count(), 1);
        const auto draft = wanted[0][1].value<ReplayRequest>().draft;
        const std::vector<std::pair<std::string, std::string>> headers{{"note", "late, but right = true"},
                                                                       {"by", "ops"}};
        QVERIFY(draft.headers.add == headers);
        form.setPlan(draft, false);
        QCOMPARE(form.newHeaders()->toPlainText(), QString("note=late, but right = true\nby=ops"));
        QTest::keyClick(form.newHeaders(), Qt::Key_Tab); // leads on
        QCOMPARE(form.newHeaders()->toPlainText(), QString("note=late, but right = true\nby=ops"));
    }
    void whyARunStoppedIsSaidAndItIsResumed()
    {
        watch(Environment::Development);
        planFor({ReplayVerdict::Safe, ReplayVerdict::Safe});
        const auto plan = makePlan();
        page().go(ReplayPage::Run);
        run().start()->click();
        auto stopped = std::make_shared<ReplayProgress>(*progressOf(plan, ReplayState::Stopped, 1));
        stopped->stop = ReplayStop::CameBack;
        stopped->why = "orders-dlt[0]@0 came back as orders-dlt[0]@77";
        page().setProgress(plan.id, stopped);
        QVERIFY(shownText(run()).contains("came back as orders-dlt[0]@77"));
        QVERIFY(shownText(run()).contains("have the consumer mended"));
        QSignalSpy start(&page(), &ReplayPage::startWanted);
        QVERIFY(run().start()->isEnabled());
        run().start()->click();
        QVERIFY(start[0][1].toBool());
    }
    void runsOfThisMachineAreFoundAgain()
    {
        watch(Environment::Development);
        ReplayRequest request;
        request.draft.context = "orders";
        request.letters.resize(2);
        ReplayStatus status;
        status.plan = planned(request);
        status.progress = *progressOf(status.plan, ReplayState::Sending, 1);
        page().setRuns({status}, {});
        auto* table = page().chooseView()->runTable()->table();
        QVERIFY(shownRows(table, 3)[0].contains("interrupted"));
        table->setCurrentIndex(table->model()->index(0, 0));
        QVERIFY(buttonWith(page(), QString::fromUtf8("Resume\u2026")));
        buttonWith(page(), QString::fromUtf8("Resume\u2026"))->click();
        QCOMPARE(page().step(), ReplayPage::Run);
        QVERIFY2(run().state().startsWith("Interrupted"), qPrintable(run().state()));
        QVERIFY2(run().start()->isEnabled() && run().start()->text().contains("1 letter"),
                 qPrintable(run().start()->text()));
        QVERIFY(!page().reachable(ReplayPage::Judge));
    }
    void escapeLeavesAndHurtsNothing()
    {
        watch(Environment::Development);
        planFor({ReplayVerdict::Safe});
        const auto plan = makePlan();
        page().go(ReplayPage::Run);
        run().start()->click();
        page().setProgress(plan.id, progressOf(plan, ReplayState::Sending, 0));
        QSignalSpy cancel(&page(), &ReplayPage::cancelWanted);
        m_bench->window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&m_bench->window));
        run().lights()->table()->setFocus();
        QTest::keyClick(run().lights()->table(), Qt::Key_Escape);
        QCOMPARE(m_bench->window.page(), MainWindow::DeadLetters);
        QCOMPARE(cancel.count(), 0);
        m_bench->window.deadLetters()->replayButton()->click();
        QCOMPARE(m_bench->window.page(), MainWindow::Replay);
        QCOMPARE(page().step(), ReplayPage::Choose);
    }
};

QTEST_MAIN(TestReplayPage)
#include "tst_replaypage.moc"
