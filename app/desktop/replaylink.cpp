// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/replaylink.h"

namespace projectionist {

ReplayLink::ReplayLink(ReplayPage& page, std::function<LetterDesk*()> letters, const Clock& clock,
                       std::filesystem::path stateFolder)
    : m_page(page), m_letters(std::move(letters)), m_desk(clock, std::move(stateFolder))
{
    wire();
}

void ReplayLink::wire()
{
    connect(&m_page, &ReplayPage::gatherWanted, this, &ReplayLink::gather);
    connect(&m_page, &ReplayPage::judgeWanted, this, &ReplayLink::judge);
    connect(&m_page, &ReplayPage::planWanted, this,
            [this](std::uint64_t token, const ReplayRequest& request) { m_desk.plan(token, request); });
    connect(&m_page, &ReplayPage::reprojectionWanted, this,
            [this](std::uint64_t token, const ReprojectionRequest& request) { m_desk.reproject(token, request); });
    connect(&m_page, &ReplayPage::dryRunWanted, this,
            [this](std::uint64_t token, const SharedPlan& plan) { m_desk.dryRun(token, plan); });
    connect(
        &m_page, &ReplayPage::previewWanted, this,
        [this](std::uint64_t token, const SharedPlan& plan, std::size_t index) { m_desk.preview(token, plan, index); });
    connect(&m_page, &ReplayPage::openWanted, this, [this](const QString& file) { m_desk.open(file); });
    connect(&m_page, &ReplayPage::saveWanted, this,
            [this](const QString& file, const SharedPlan& plan) { m_desk.save(file, plan); });
    connect(&m_page, &ReplayPage::exportWanted, this,
            [this](const QString& file, bool json, const SharedPlan& plan, const SharedProgress& progress) {
                m_desk.exportProof(file, json, plan, progress);
            });
    connect(
        &m_page, &ReplayPage::startWanted, this,
        [this](const SharedPlan& plan, bool resume, ReplayAssumption assume) { m_desk.start(plan, resume, assume); });
    connect(&m_page, &ReplayPage::pauseWanted, this,
            [this](const std::string& plan, bool paused) { m_desk.pause(plan, paused); });
    connect(&m_page, &ReplayPage::cancelWanted, this, [this](const std::string& plan) { m_desk.cancel(plan); });
    connect(&m_page, &ReplayPage::runsWanted, this, [this] { m_desk.listRuns(); });
    connect(&m_page, &ReplayPage::statusWanted, this, [this](const std::string& plan) { m_desk.lookAt(plan); });
}

void ReplayLink::setWorkspace(const Workspace& workspace, const std::string& context)
{
    m_desk.setWorkspace(workspace);
    const auto* settings = workspace.context(context);
    m_context = settings ? std::optional(*settings) : std::nullopt;
}

void ReplayLink::poll()
{
    for (const auto& plan : m_desk.poll(m_page))
        emit reprojected(reprojectedRows(*plan));
}

void ReplayLink::take(const LetterVerdicts& verdicts)
{
    if (verdicts.token == m_judgeToken)
        m_judging.reset();
    m_page.setVerdicts(verdicts);
}

void ReplayLink::forgetLetters()
{
    endJudging();
    if (!m_gathering)
        return;
    const auto token = m_gathering->token();
    m_gathering.reset();
    m_page.setChosen(token, tl::unexpected(Error{ErrorKind::Cancelled, "The letters were not gathered",
                                                 "the workspace changed meanwhile", "Choose them again.", true}));
}

void ReplayLink::gather(std::uint64_t token, const ReplayScope& scope)
{
    endGathering();
    auto* letters = m_letters();
    if (scope.count == 0 || !letters) // cancelled, or nobody to be asked
        return;
    m_gathering.emplace(token, scope, *letters);
    look();
}

void ReplayLink::judge(std::uint64_t token, const std::shared_ptr<const ReplayChosen>& chosen)
{
    m_judgeToken = token;
    m_judging = chosen;
    std::vector<LetterPlace> places;
    for (const auto& view : chosen->views)
        places.push_back(view.place);
    if (auto* letters = m_letters())
        letters->judge(token, std::move(places), JudgeLimits{}.log, LetterAsker::Wizard);
}

/// Whoever was asked answers no more: that is a verdict, too.
void ReplayLink::endJudging()
{
    const auto judging = std::exchange(m_judging, nullptr);
    if (!judging)
        return;
    LetterVerdicts verdicts{m_judgeToken, {}};
    for (const auto& view : judging->views) {
        LetterJudgement unknown;
        unknown.place = view.place;
        unknown.why = "the workspace changed while it was judged; choose the letters again";
        verdicts.judged.letters.push_back(std::move(unknown));
    }
    m_page.setVerdicts(verdicts);
}

bool ReplayLink::take(const LetterBoard& board)
{
    if (board.query < replayTokens)
        return false;
    if (m_gathering) {
        m_gathering->take(board);
        look();
    }
    return true;
}

void ReplayLink::take(const LetterReferences& references)
{
    if (!m_gathering || !m_context)
        return;
    m_gathering->take(references, *m_context);
    look();
}

/// The desk answers the page again.
void ReplayLink::endGathering()
{
    if (!std::exchange(m_gathering, std::nullopt))
        return;
    if (auto* letters = m_letters())
        letters->endAsking();
}

/// Tells the page how far it is, and ends it when all is there.
void ReplayLink::look()
{
    const auto token = m_gathering->token();
    if (const auto& error = m_gathering->error()) {
        const auto why = *error;
        endGathering();
        m_page.setChosen(token, tl::unexpected(why));
    } else if (const auto chosen = m_gathering->chosen()) {
        endGathering();
        m_page.setChosen(token, chosen);
    } else {
        m_page.setGathered(token, m_gathering->letters());
    }
}

} // namespace projectionist
