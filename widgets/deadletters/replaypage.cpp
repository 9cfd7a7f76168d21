// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The wizard's frame: its pages, how one gets from one to the next, and what is asked for on the way.
#include "widgets/deadletters/replaypage.h"

#include "models/lettertext.h"
#include "models/livefeed.h"
#include "models/rangecontroller.h"
#include "models/text.h"
#include "widgets/common/icons.h"
#include "widgets/common/messages.h"
#include "widgets/deadletters/replaychooseview.h"
#include "widgets/deadletters/replayedits.h"
#include "widgets/deadletters/replayjudgeview.h"
#include "widgets/deadletters/replaylayout.h"
#include "widgets/deadletters/replayplanform.h"
#include "widgets/deadletters/replayplanview.h"
#include "widgets/deadletters/replayproofview.h"
#include "widgets/deadletters/replayrunview.h"

#include <QFileDialog>
#include <QFocusEvent>
#include <QListWidget>
#include <QPushButton>
#include <QStackedWidget>

namespace projectionist {

namespace {

constexpr int stepWidth = 130;
constexpr int refreshTicks = 2;

QString stepName(int step)
{
    const std::array names{ReplayPage::tr("Choose"), ReplayPage::tr("Judge"), ReplayPage::tr("Plan"),
                           ReplayPage::tr("Run"), ReplayPage::tr("Proof")};
    return names[static_cast<std::size_t>(step)];
}

} // namespace

ReplayPage::ReplayPage(const WindowServices& services, QWidget* parent)
    : QWidget(parent)
    , m_services(services)
    , m_title(new PlainLabel({}, this))
    , m_messages(new MessageArea(this))
    , m_steps(new QListWidget(this))
    , m_stack(new QStackedWidget(this))
    , m_choose(new ReplayChooseView(services.settings, m_stack))
    , m_judge(new ReplayJudgeView(services.settings, m_stack))
    , m_planView(new ReplayPlanView(services.settings, m_stack))
    , m_run(new ReplayRunView(m_lights, services.settings, m_stack))
    , m_proof(new ReplayProofView(m_lights, services.settings, m_stack))
    , m_edits(new ReplayEdits(this))
{
    for (QWidget* view : std::initializer_list<QWidget*>{m_choose, m_judge, m_planView, m_run, m_proof})
        m_stack->addWidget(view); // in the order of Step
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(10);
    layout->addWidget(makeHeader());
    layout->addWidget(m_messages);
    layout->addWidget(makeContent(), 1);
    wireViews();
    wireRun();
    connect(&services.feed, &LiveFeed::ticked, this, [this] {
        if (isVisible() && ++m_ticks % refreshTicks == 0)
            refresh();
    });
    connect(&services.range, &RangeController::zoneChanged, this,
            [this] { m_lights.setZone(m_services.range.zone()); });
    showSteps();
}

ReplayPage::~ReplayPage() = default;

QWidget* ReplayPage::makeHeader()
{
    auto* panel = new Panel(this);
    m_title->setParent(panel);
    m_title->setFont(scaledFont(m_title->font(), 1, true));
    m_title->elide(Qt::ElideRight);
    m_close = new QPushButton(tr("Back to dead letters"), panel);
    m_close->setToolTip(tr("A run goes on; find it again with Replay\u2026"));
    connect(m_close, &QPushButton::clicked, this, &ReplayPage::closed);
    auto* row = new QHBoxLayout(panel);
    row->setContentsMargins(14, 8, 10, 8);
    row->addWidget(m_title, 1);
    row->addWidget(m_close);
    return panel;
}

QWidget* ReplayPage::makeContent()
{
    auto* content = new QWidget(this);
    auto* left = new Panel(content);
    m_steps->setParent(left);
    m_steps->setAccessibleName(tr("Steps of the replay"));
    m_steps->setFrameShape(QFrame::NoFrame);
    m_steps->setFixedWidth(stepWidth);
    m_steps->setSpacing(3);
    for (int step = Choose; step <= Proof; ++step)
        (new QListWidgetItem(stepName(step), m_steps))->setSizeHint({stepWidth - 12, fontMetrics().height() + 14});
    auto* leftLayout = new QVBoxLayout(left);
    leftLayout->setContentsMargins(6, 8, 6, 8);
    leftLayout->addWidget(m_steps);
    auto* right = new Panel(content);
    m_stack->setParent(right);
    m_back = new QPushButton(tr("Back"), right);
    m_next = new QPushButton(right);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_back);
    buttons->addWidget(m_next);
    auto* rightLayout = new QVBoxLayout(right);
    rightLayout->setContentsMargins(14, 12, 14, 12);
    rightLayout->addWidget(m_stack, 1);
    rightLayout->addLayout(buttons);
    auto* row = bareLayout<QHBoxLayout>(content, 10);
    row->addWidget(left);
    row->addWidget(right, 1);
    return content;
}

void ReplayPage::wireViews()
{
    connect(m_steps, &QListWidget::currentRowChanged, this, [this](int row) {
        if (row >= 0 && row != step() && reachable(static_cast<Step>(row)))
            go(static_cast<Step>(row));
    });
    connect(m_back, &QPushButton::clicked, this, &ReplayPage::back);
    connect(m_next, &QPushButton::clicked, this, &ReplayPage::next);
    connect(m_choose, &ReplayChooseView::scopeChanged, this, &ReplayPage::showNext);
    connect(m_choose, &ReplayChooseView::runChosen, this, &ReplayPage::openRun);
    connect(m_choose, &ReplayChooseView::openFileRequested, this, [this] {
        chooseFile(tr("Open a plan"), {}, tr("Replay plans (*.json);;All files (*)"), false,
                   [this](const QString& file) { emit openWanted(file); });
    });
    connect(m_judge, &ReplayJudgeView::choiceChanged, this, [this] {
        if (!m_fixed)
            dropPlan();
    });
    connect(m_planView, &ReplayPlanView::planWanted, this, &ReplayPage::makePlan);
    connect(m_planView, &ReplayPlanView::planOutdated, this, &ReplayPage::dropPlan);
    connect(m_planView, &ReplayPlanView::previewWanted, this,
            [this](std::size_t index) { emit previewWanted(++m_previewToken, m_plan, index); });
    connect(m_planView, &ReplayPlanView::editRequested, m_edits, &ReplayEdits::edit);
    connect(m_edits, &ReplayEdits::changed, this, &ReplayPage::makePlan);
    connect(m_edits, &ReplayEdits::unmaskWanted, this, &ReplayPage::unmaskWanted);
    connect(m_planView, &ReplayPlanView::saveRequested, this, [this] {
        chooseFile(tr("Save the plan"), QStringLiteral("replay-%1.json").arg(toQString(m_plan->id)),
                   tr("Replay plans (*.json)"), true,
                   [this, plan = m_plan](const QString& file) { emit saveWanted(file, plan); });
    });
}

void ReplayPage::wireRun()
{
    connect(m_run, &ReplayRunView::startWanted, this, [this](bool resume, ReplayAssumption assume) {
        m_messages->remove(QStringLiteral("run"));
        emit startWanted(m_plan, resume, assume);
    });
    connect(m_run, &ReplayRunView::pauseWanted, this, [this](bool paused) { emit pauseWanted(m_plan->id, paused); });
    connect(m_run, &ReplayRunView::cancelWanted, this, [this] { emit cancelWanted(m_plan->id); });
    connect(m_run, &ReplayRunView::unlockRequested, this, &ReplayPage::unlockRequested);
    connect(m_proof, &ReplayProofView::exportRequested, this, [this](bool json) {
        const auto suffix = json ? QStringLiteral("json") : QStringLiteral("csv");
        chooseFile(tr("Export the proof"), QStringLiteral("proof-%1.%2").arg(toQString(m_plan->id), suffix),
                   json ? tr("JSON (*.json)") : tr("CSV (*.csv)"), true,
                   [this, json, plan = m_plan, progress = m_lights.progress()](const QString& file) {
                       emit exportWanted(file, json, plan, progress);
                   });
    });
}

void ReplayPage::setWorkspace(const Workspace& workspace, const std::string& context)
{
    m_workspace = workspace;
    if (const auto* settings = workspace.context(context))
        m_planView->setRules(settings->deadLetters);
    if (context == m_context)
        return;
    // What was chosen lies in another context.
    m_context = context;
    ++m_token;
    m_gathering = false;
    m_edits->clear();
    m_choose->setScopes({});
    m_judge->setChosen(nullptr);
    m_fixed = false;
    dropPlan();
    go(Choose);
}

void ReplayPage::begin(std::vector<ReplayScope> scopes)
{
    ++m_token;
    m_gathering = false;
    m_choose->setState({});
    m_choose->setScopes(std::move(scopes));
    m_reprojects = false;
    emit runsWanted();
    go(Choose);
}

void ReplayPage::beginReprojection(const ReprojectionRequest& request)
{
    ++m_token;
    m_gathering = false;
    m_edits->clear();
    m_fixed = true;
    m_reprojects = true;
    dropPlan();
    m_planning = true;
    go(Plan);
    m_planView->setReading(request.keys.size());
    emit reprojectionWanted(++m_planToken, request);
    showSteps();
}

ReplayPage::Step ReplayPage::step() const
{
    return static_cast<Step>(m_stack->currentIndex());
}

bool ReplayPage::reachable(Step step) const
{
    switch (step) {
    case Judge:
        return !m_fixed && m_judge->model().chosen() != nullptr;
    case Plan:
        return m_fixed ? m_plan != nullptr : m_judge->model().judged() && m_judge->model().sentCount() > 0;
    case Run:
        return m_plan != nullptr;
    case Proof:
        return m_lights.progress() != nullptr;
    case Choose:
        break;
    }
    return true;
}

void ReplayPage::go(Step step)
{
    const bool leaves = step != this->step();
    m_stack->setCurrentIndex(step);
    if (step == Choose && leaves)
        emit runsWanted();
    if (step == Plan && !m_plan && !m_planning)
        m_planView->startOver(m_judge->model().sentCount());
    if (step == Run)
        refresh();
    showSteps();
    if (isVisible() && leaves)
        m_stack->currentWidget()->setFocus();
}

void ReplayPage::next()
{
    if (step() == Choose)
        gather();
    else if (step() != Proof)
        go(static_cast<Step>(step() + 1));
}

void ReplayPage::back()
{
    int former = step() - 1;
    while (former > Choose && !reachable(static_cast<Step>(former)))
        --former;
    go(static_cast<Step>(former));
}

void ReplayPage::gather()
{
    if (m_gathering) { // the button says Cancel
        m_gathering = false;
        m_choose->setState({});
        emit gatherWanted(++m_token, {});
        showNext();
        return;
    }
    const auto* scope = m_choose->scope();
    if (!scope)
        return;
    m_gathering = true;
    m_fixed = false;
    m_edits->clear();
    dropPlan();
    m_judge->setChosen(nullptr);
    m_messages->remove(QStringLiteral("choose"));
    setGathered(++m_token, 0);
    emit gatherWanted(m_token, *scope);
}

void ReplayPage::makePlan()
{
    const auto* context = m_workspace.context(m_context);
    if (m_fixed || !context || !m_judge->model().chosen())
        return;
    auto request = m_judge->model().request(*context);
    m_edits->applyTo(request);
    request.draft.context = m_context;
    request.draft.where = m_judge->model().chosen()->where;
    dropPlan();
    if (!m_planView->form()->fill(request.draft)) {
        m_planView->setFailed();
        return;
    }
    m_planning = true;
    m_planView->setPlanning(0, request.letters.size());
    emit planWanted(++m_planToken, request);
    showSteps();
}

void ReplayPage::openRun(const ReplayStatus& run)
{
    m_fixed = true;
    m_planning = false;
    ++m_planToken;
    m_planFile.clear();
    m_plan = std::make_shared<const ReplayPlan>(run.plan);
    m_lights.setPlan(m_plan);
    m_lights.setProgress(std::make_shared<const ReplayProgress>(run.progress));
    m_elsewhere = run.running && !m_ours.contains(run.plan.id) ? run.runner : std::string();
    showPlan();
    go(run.running || canBeResumed(run.progress) ? Run : Proof);
}

void ReplayPage::chooseFile(const QString& title, const QString& name, const QString& filter, bool save,
                            const std::function<void(const QString&)>& take)
{
    auto* dialog = new QFileDialog(this, title, name, filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(save ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
    dialog->setFileMode(save ? QFileDialog::AnyFile : QFileDialog::ExistingFile);
    if (save) {
        dialog->selectFile(name);
        dialog->setDefaultSuffix(name.section(u'.', -1));
    }
    connect(dialog, &QFileDialog::fileSelected, this, take);
    dialog->open();
}

/// What others may change while the page is looked at.
void ReplayPage::refresh()
{
    if (step() >= Run && m_plan && !m_elsewhere.empty())
        emit statusWanted(m_plan->id);
}

QString ReplayPage::title() const
{
    if (!m_plan)
        return m_reprojects ? tr("Reproject keys") : tr("Replay dead letters");
    const auto id = toQString(m_plan->id);
    if (m_plan->reprojection)
        return tr("Reprojection %1 \u00b7 keys of \u201c%2\u201d: %3")
            .arg(id, strangersText(m_plan->reprojection->check, 80))
            .arg(m_plan->reprojection->keys.size());
    const auto count = m_plan->letters.size();
    return count == 1 ? tr("Replay %1 \u00b7 1 letter to %2").arg(id, targetText(*m_plan))
                      : tr("Replay %1 \u00b7 %2 letters to %3").arg(id).arg(count).arg(targetText(*m_plan));
}

void ReplayPage::showSteps()
{
    for (int row = Choose; row <= Proof; ++row) {
        auto* item = m_steps->item(row);
        const bool open = reachable(static_cast<Step>(row));
        item->setText((row == step()          ? QStringLiteral("\u25b6 ")
                       : row < step() && open ? QStringLiteral("\u2713 ")
                                              : QStringLiteral("\u00b7 ")) +
                      stepName(row));
        item->setFlags(open ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::NoItemFlags);
    }
    m_steps->setCurrentRow(step());
    m_title->setText(title());
    m_close->setText(m_reprojects ? tr("Back to reconciliation") : tr("Back to dead letters"));
    showNext();
}

void ReplayPage::showNext()
{
    const auto at = step();
    m_back->setVisible(at != Choose);
    m_next->setVisible(at != Proof);
    switch (at) {
    case Choose:
        m_next->setText(m_gathering ? tr("Cancel") : tr("Judge them"));
        m_next->setEnabled(m_gathering || m_choose->scope());
        break;
    case Judge:
        m_next->setText(tr("Plan their replay"));
        m_next->setEnabled(reachable(Plan));
        break;
    case Plan:
        m_next->setText(tr("Go to the run"));
        m_next->setEnabled(reachable(Run));
        break;
    default:
        m_next->setText(tr("See the proof"));
        m_next->setEnabled(reachable(Proof));
    }
}

void ReplayPage::focusInEvent(QFocusEvent* event)
{
    m_stack->currentWidget()->setFocus(event->reason());
}

} // namespace projectionist
