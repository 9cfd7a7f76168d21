// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "backend/deadletter/letterjudging.h"
#include "backend/deadletter/replay/replayrun.h"
#include "backend/history/productionlock.h"
#include "backend/reconcile/reproject/reprojectionplanner.h"
#include "models/replaychosen.h"
#include "models/replaylightsmodel.h"
#include "widgets/common/windowservices.h"

class QListWidget;
class QPushButton;
class QStackedWidget;

namespace projectionist {

class MessageArea;
class PlainLabel;
class ReplayChooseView;
class ReplayEdits;
class ReplayJudgeView;
class ReplayPlanView;
class ReplayProofView;
class ReplayRunView;

using SharedPlan = std::shared_ptr<const ReplayPlan>;
using SharedProgress = std::shared_ptr<const ReplayProgress>;

/// The replay wizard: choose, judge, plan, run, proof. Asks for everything by signals and is told by setters; answers
/// to former questions are dropped by their tokens. It can be left at any time: runs go on, and are found again.
class ReplayPage : public QWidget
{
    Q_OBJECT
public:
    enum Step
    {
        Choose,
        Judge,
        Plan,
        Run,
        Proof
    };

    explicit ReplayPage(const WindowServices& services, QWidget* parent = nullptr);
    ~ReplayPage() override;

    void setWorkspace(const Workspace& workspace, const std::string& context);
    /// Somebody wants to replay: begins at the first page. A run goes on meanwhile.
    void begin(std::vector<ReplayScope> scopes);
    /// Keys of rows that are wrong: begins at the plan, which is made of all their events.
    void beginReprojection(const ReprojectionRequest& request);
    /// What is shown is of a check, not of dead letters.
    [[nodiscard]] bool isReprojection() const { return m_reprojects; }

    void setGathered(std::uint64_t token, std::uint64_t letters);
    void setChosen(std::uint64_t token, const Result<std::shared_ptr<const ReplayChosen>>& chosen);
    void setJudging(const JudgingProgress& progress);
    void setVerdicts(const LetterVerdicts& verdicts);
    void setPlanning(std::uint64_t token, std::size_t read, std::size_t total);
    void setPlan(std::uint64_t token, const Result<ReplayPlan>& plan);
    void setDryRun(std::uint64_t token, const Result<ReplayDryRun>& dryRun);
    void setPreview(std::uint64_t token, std::size_t index, const Result<ReplayPreview>& preview);
    void setOpened(const QString& file, const Result<ReplayPlan>& plan);
    void setSaved(const QString& file, const Result<void>& saved, bool plan);
    void setRuns(std::vector<ReplayStatus> runs, const std::vector<Error>& errors);
    /// Of one run that another program has.
    void setStatus(const ReplayStatus& status);
    /// Of the context that is watched, if it is production.
    void setUnlock(const std::optional<Unlock>& unlock);
    /// Of a run of ours.
    void setProgress(const std::string& plan, const SharedProgress& progress);
    void setUnmaskRecorded(const std::string& reference, const Result<std::uint64_t>& recorded);
    /// A run could not be begun.
    void setStartFailed(const std::string& plan, const Error& error);

    [[nodiscard]] Step step() const;
    void go(Step step);
    [[nodiscard]] bool reachable(Step step) const;
    [[nodiscard]] ReplayChooseView* chooseView() const { return m_choose; }
    [[nodiscard]] ReplayJudgeView* judgeView() const { return m_judge; }
    [[nodiscard]] ReplayPlanView* planView() const { return m_planView; }
    [[nodiscard]] ReplayRunView* runView() const { return m_run; }
    [[nodiscard]] ReplayProofView* proofView() const { return m_proof; }
    [[nodiscard]] ReplayEdits* edits() const { return m_edits; }
    [[nodiscard]] QListWidget* steps() const { return m_steps; }
    [[nodiscard]] QPushButton* nextButton() const { return m_next; }
    [[nodiscard]] const SharedPlan& plan() const { return m_plan; }
    [[nodiscard]] MessageArea* messages() const { return m_messages; }

signals:
    void gatherWanted(std::uint64_t token, const projectionist::ReplayScope& scope);
    void judgeWanted(std::uint64_t token, const std::shared_ptr<const projectionist::ReplayChosen>& chosen);
    void planWanted(std::uint64_t token, const projectionist::ReplayRequest& request);
    void reprojectionWanted(std::uint64_t token, const projectionist::ReprojectionRequest& request);
    void dryRunWanted(std::uint64_t token, const projectionist::SharedPlan& plan);
    void previewWanted(std::uint64_t token, const projectionist::SharedPlan& plan, std::size_t index);
    void openWanted(const QString& file);
    void saveWanted(const QString& file, const projectionist::SharedPlan& plan);
    void exportWanted(const QString& file, bool json, const projectionist::SharedPlan& plan,
                      const projectionist::SharedProgress& progress);
    void startWanted(const projectionist::SharedPlan& plan, bool resume, projectionist::ReplayAssumption assume);
    void pauseWanted(const std::string& plan, bool paused);
    void cancelWanted(const std::string& plan);
    void runsWanted();
    void statusWanted(const std::string& plan);
    void unlockRequested();
    /// Answered by setUnmaskRecorded(): a value is edited as it is, without masks.
    void unmaskWanted(const std::string& reference, const QString& what);
    void closed();

protected:
    void focusInEvent(QFocusEvent* event) override;

private:
    // replaypage.cpp
    [[nodiscard]] QWidget* makeHeader();
    [[nodiscard]] QWidget* makeContent();
    void wireViews();
    void wireRun();
    void next();
    void back();
    void gather();
    void makePlan();
    void openRun(const ReplayStatus& run);
    void chooseFile(const QString& title, const QString& name, const QString& filter, bool save,
                    const std::function<void(const QString&)>& take);
    void refresh();
    [[nodiscard]] QString title() const;
    void showSteps();
    void showNext();
    // replaypageanswers.cpp
    void dropPlan();
    void showPlan();
    void showRun();
    void complain(const QString& id, const Error& error);

    WindowServices m_services;
    Workspace m_workspace;
    std::string m_context;
    ReplayLightsModel m_lights;
    PlainLabel* m_title;
    MessageArea* m_messages;
    QListWidget* m_steps;
    QStackedWidget* m_stack;
    ReplayChooseView* m_choose;
    ReplayJudgeView* m_judge;
    ReplayPlanView* m_planView;
    ReplayRunView* m_run;
    ReplayProofView* m_proof;
    ReplayEdits* m_edits;
    QPushButton* m_close = nullptr;
    QPushButton* m_back;
    QPushButton* m_next;
    SharedPlan m_plan;
    QString m_planFile;
    std::optional<Unlock> m_unlock;
    bool m_fixed = false; ///< the plan came from a file, a journal or a check
    bool m_reprojects = false;
    std::map<std::string, SharedProgress> m_ours; ///< by plan: runs that this program began
    std::string m_elsewhere;                      ///< who runs the plan beside us
    std::uint64_t m_token = replayTokens;         ///< of gathering, judging
    std::uint64_t m_planToken = 0;
    std::uint64_t m_previewToken = 0;
    bool m_gathering = false;
    bool m_planning = false;
    int m_ticks = 0;
};

} // namespace projectionist
