// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the wizard does with the answers to what it asked for.
#include "backend/core/format.h"
#include "models/livefeed.h"
#include "models/rangecontroller.h"
#include "models/text.h"
#include "widgets/common/messages.h"
#include "widgets/deadletters/replaychooseview.h"
#include "widgets/deadletters/replayedits.h"
#include "widgets/deadletters/replayjudgeview.h"
#include "widgets/deadletters/replaypage.h"
#include "widgets/deadletters/replayplanview.h"
#include "widgets/deadletters/replayproofview.h"
#include "widgets/deadletters/replayrunview.h"

namespace projectionist {

namespace {

const QString chooseMessage = QStringLiteral("choose");
const QString verdictsMessage = QStringLiteral("judge");
const QString planMessage = QStringLiteral("plan");
const QString fileMessage = QStringLiteral("file");
const QString runMessage = QStringLiteral("run");
const QString runsMessage = QStringLiteral("runs");

} // namespace

void ReplayPage::setGathered(std::uint64_t token, std::uint64_t letters)
{
    if (token != m_token || !m_gathering)
        return;
    m_choose->setState(letters == 0 ? tr("Gathering the letters\u2026")
                                    : tr("Gathering the letters: %1 so far\u2026")
                                          .arg(toQString(formatNumber(static_cast<std::int64_t>(letters)))));
    showNext();
}

void ReplayPage::setChosen(std::uint64_t token, const Result<std::shared_ptr<const ReplayChosen>>& chosen)
{
    if (token != m_token || !m_gathering)
        return;
    m_gathering = false;
    m_choose->setState({});
    if (!chosen) {
        complain(chooseMessage, chosen.error());
        showNext();
        return;
    }
    if (!(*chosen)->complete)
        m_messages->show({.id = chooseMessage,
                          .level = MessageLevel::Warning,
                          .what = tr("Not all sources have been read to their end"),
                          .why = tr("There may be more letters, also of the same keys, that nobody has seen yet."),
                          .next = tr("Wait until the page says complete, then choose again."),
                          .buttonText = {},
                          .onButton = {}});
    m_judge->setChosen(*chosen);
    emit judgeWanted(++m_token, *chosen);
    go(Judge);
}

void ReplayPage::setJudging(const JudgingProgress& progress)
{
    if (progress.token == m_token)
        m_judge->setJudging(progress.done, progress.total);
}

void ReplayPage::setVerdicts(const LetterVerdicts& verdicts)
{
    if (verdicts.token != m_token)
        return;
    m_judge->setJudgements(verdicts.judged.letters);
    if (verdicts.judged.troubles.empty())
        m_messages->remove(verdictsMessage);
    else
        complain(verdictsMessage, verdicts.judged.troubles.front());
    showSteps();
}

void ReplayPage::setPlanning(std::uint64_t token, std::size_t read, std::size_t total)
{
    if (token == m_planToken && m_planning)
        m_planView->setPlanning(read, total);
}

void ReplayPage::setPlan(std::uint64_t token, const Result<ReplayPlan>& plan)
{
    if (token != m_planToken || !m_planning)
        return;
    m_planning = false;
    if (!plan) {
        m_planView->setFailed();
        complain(planMessage, plan.error());
        showSteps();
        return;
    }
    m_messages->remove(planMessage);
    m_plan = std::make_shared<const ReplayPlan>(*plan);
    m_elsewhere.clear();
    m_lights.setPlan(m_plan);
    showPlan();
}

void ReplayPage::setDryRun(std::uint64_t token, const Result<ReplayDryRun>& dryRun)
{
    if (token != m_planToken || !m_plan)
        return;
    if (!dryRun) {
        complain(planMessage, dryRun.error());
        return;
    }
    auto plan = *m_plan;
    plan.dryRun = *dryRun;
    m_plan = std::make_shared<const ReplayPlan>(std::move(plan));
    const auto progress = m_lights.progress();
    m_lights.setPlan(m_plan);
    m_lights.setProgress(progress);
    showPlan();
}

void ReplayPage::setPreview(std::uint64_t token, std::size_t index, const Result<ReplayPreview>& preview)
{
    if (token == m_previewToken)
        m_planView->setPreview(index, preview, m_services.range.zone());
}

void ReplayPage::setUnmaskRecorded(const std::string& reference, const Result<std::uint64_t>& recorded)
{
    if (recorded)
        m_messages->remove(planMessage);
    else
        complain(planMessage, recorded.error());
    m_edits->setUnmaskRecorded(reference, recorded.has_value());
}

void ReplayPage::setOpened(const QString& file, const Result<ReplayPlan>& plan)
{
    if (!plan) {
        complain(fileMessage, plan.error());
        return;
    }
    m_messages->remove(fileMessage);
    m_fixed = true;
    m_planning = false;
    m_elsewhere.clear();
    m_plan = std::make_shared<const ReplayPlan>(*plan);
    m_planFile = file;
    m_lights.setPlan(m_plan);
    for (const auto& run : m_choose->runs())
        if (run.plan.id == m_plan->id) { // it was begun before: what the journal knows counts
            m_lights.setProgress(std::make_shared<const ReplayProgress>(run.progress));
            m_elsewhere = run.running && !m_ours.contains(run.plan.id) ? run.runner : std::string();
        }
    showPlan();
    go(Plan);
    emit dryRunWanted(++m_planToken, m_plan);
}

void ReplayPage::setSaved(const QString& file, const Result<void>& saved, bool plan)
{
    if (!saved) {
        complain(fileMessage, saved.error());
        return;
    }
    m_messages->show({.id = fileMessage,
                      .level = MessageLevel::Info,
                      .what = plan ? tr("The plan is saved") : tr("The proof is saved"),
                      .why = file,
                      .next = {},
                      .buttonText = tr("Close"),
                      .onButton = [this] { m_messages->remove(fileMessage); }});
    if (!plan)
        return;
    m_planFile = file;
    showPlan();
}

void ReplayPage::setRuns(std::vector<ReplayStatus> runs, const std::vector<Error>& errors)
{
    m_choose->setRuns(std::move(runs), m_services.range.zone());
    if (errors.empty())
        m_messages->remove(runsMessage);
    else
        complain(runsMessage, errors.front());
}

void ReplayPage::setStatus(const ReplayStatus& status)
{
    if (!m_plan || status.plan.id != m_plan->id || m_ours.contains(m_plan->id))
        return;
    m_elsewhere = status.running ? status.runner : std::string();
    m_lights.setProgress(std::make_shared<const ReplayProgress>(status.progress));
    showRun();
}

void ReplayPage::setUnlock(const std::optional<Unlock>& unlock)
{
    if (m_unlock == unlock)
        return;
    m_unlock = unlock;
    showRun();
}

void ReplayPage::setProgress(const std::string& plan, const SharedProgress& progress)
{
    m_ours[plan] = progress;
    if (hasEnded(progress->state)) {
        m_ours.erase(plan);
        emit runsWanted();
    }
    if (!m_plan || m_plan->id != plan)
        return;
    m_elsewhere.clear();
    const bool first = !m_lights.progress();
    m_lights.setProgress(progress);
    showRun();
    if (first || hasEnded(progress->state))
        showSteps();
}

void ReplayPage::setStartFailed(const std::string& plan, const Error& error)
{
    m_ours.erase(plan);
    complain(runMessage, error);
    m_run->setFailed();
    showRun();
}

void ReplayPage::dropPlan()
{
    ++m_planToken;
    ++m_previewToken;
    m_planning = false;
    m_plan.reset();
    m_planFile.clear();
    m_elsewhere.clear();
    m_lights.setPlan(nullptr);
    m_planView->setPlan(nullptr, false, {}, {});
    m_messages->remove(planMessage);
    showRun();
    showSteps();
}

void ReplayPage::showPlan()
{
    m_reprojects = m_plan && m_plan->reprojection;
    m_planView->setPlan(m_plan, m_fixed, m_planFile,
                        m_planFile.isEmpty() ? QString() : replayCommand(m_workspace.file.string(), m_planFile));
    showRun();
    showSteps();
}

void ReplayPage::showRun()
{
    m_run->setLock(!m_plan || m_plan->context == m_context, m_unlock, m_services.range.zone());
    m_run->showRun(m_plan && m_ours.contains(m_plan->id), toQString(m_elsewhere));
    m_proof->showProof();
}

void ReplayPage::complain(const QString& id, const Error& error)
{
    m_messages->show(messageOf(id, error));
}

} // namespace projectionist
