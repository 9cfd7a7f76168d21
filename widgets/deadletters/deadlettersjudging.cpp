// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What replaying letters would do: what the page asks the desk, and what it shows of the answer.
#include "backend/core/format.h"
#include "models/livefeed.h"
#include "models/text.h"
#include "widgets/common/letterdetail.h"
#include "widgets/common/messages.h"
#include "widgets/common/tableproxy.h"
#include "widgets/common/tableview.h"
#include "widgets/deadletters/deadletterspage.h"

#include <QItemSelectionModel>
#include <QShortcut>
#include <QTableView>
#include <QToolButton>

namespace projectionist {

namespace {

constexpr std::size_t mostAtOnce = 1000;
const QString judgeShortcut = QStringLiteral("Ctrl+J");
const QString judgeMessage = QStringLiteral("judging");

QString countOf(std::size_t count)
{
    return toQString(formatNumber(static_cast<std::int64_t>(count)));
}

} // namespace

void DeadLettersPage::wireJudging()
{
    connect(m_judge, &QToolButton::clicked, this, &DeadLettersPage::judgeOrStop);
    auto* shortcut = new QShortcut(QKeySequence(judgeShortcut), this);
    shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    connect(shortcut, &QShortcut::activated, this, &DeadLettersPage::judgeOrStop);
    connect(m_letterTable->table()->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &DeadLettersPage::showJudging);
    connect(&m_services.feed, &LiveFeed::ticked, this, [this](TimePoint now) {
        m_letters.changeVerdicts([&](LetterVerdictBook& book) { return book.setNow(now); });
        showVerdict();
    });
}

/// The selected ones, else all that are listed.
std::vector<LetterPlace> DeadLettersPage::placesToJudge() const
{
    auto places = selectedPlaces();
    if (places.empty())
        for (int row = 0; row < m_letters.rowCount(); ++row)
            places.push_back(m_letters.letterAt(row).place);
    places.resize(std::min(places.size(), mostAtOnce));
    return places;
}

void DeadLettersPage::judgeOrStop()
{
    if (!m_judging)
        return judge(placesToJudge());
    m_judging = false;
    m_letters.changeVerdicts([](LetterVerdictBook& book) {
        book.cancel();
        return true;
    });
    showJudging();
    emit judgeWanted(++m_judgeToken, {});
}

void DeadLettersPage::judge(std::vector<LetterPlace> places)
{
    if (places.empty() || !m_board)
        return;
    m_judging = true;
    m_messages->remove(judgeMessage);
    m_letters.changeVerdicts([&](LetterVerdictBook& book) {
        book.ask(places, LetterVerdictBook::markOf(*m_board));
        return true;
    });
    showJudging();
    emit judgeWanted(++m_judgeToken, places);
}

void DeadLettersPage::setVerdicts(const LetterVerdicts& verdicts)
{
    if (verdicts.token != m_judgeToken || !m_judging)
        return;
    m_judging = false;
    m_letters.changeVerdicts([&](LetterVerdictBook& book) {
        book.add(verdicts.judged);
        return true;
    });
    if (!verdicts.judged.troubles.empty())
        m_messages->show(messageOf(judgeMessage, verdicts.judged.troubles.front()));
    showJudging();
    showVerdict();
}

void DeadLettersPage::setJudging(const JudgingProgress& progress)
{
    if (progress.token == m_judgeToken && m_judging && progress.total > 0)
        m_judge->setText(tr("Stop judging (%1 %)").arg(progress.done * 100 / progress.total));
}

void DeadLettersPage::forgetVerdicts()
{
    m_judging = false;
    ++m_judgeToken;
    m_messages->remove(judgeMessage);
    m_letters.changeVerdicts([](LetterVerdictBook& book) {
        book.clear();
        return true;
    });
    showJudging();
}

/// The button says how many letters it is about.
void DeadLettersPage::showJudging()
{
    if (m_board)
        m_letters.changeVerdicts(
            [&](LetterVerdictBook& book) { return book.setMark(LetterVerdictBook::markOf(*m_board)); });
    const auto places = placesToJudge();
    const bool some = places.size() < static_cast<std::size_t>(m_letters.rowCount());
    const bool more = m_board && m_letters.rowCount() > 0 && m_board->listed > places.size() && !some;
    m_judge->setEnabled(m_judging || !places.empty());
    if (!m_judging)
        m_judge->setText(places.empty() ? tr("Judge")
                         : more         ? tr("Judge first %1").arg(countOf(places.size()))
                                        : tr("Judge %1").arg(countOf(places.size())));
    else if (!m_judge->text().startsWith(tr("Stop judging")))
        m_judge->setText(tr("Stop judging"));
    m_judge->setToolTip(
        tr("What replaying these letters would do, by the read model and the event log (%1). Selecting several letters "
           "judges those; at most %2 at once.")
            .arg(judgeShortcut, countOf(mostAtOnce)));
}

void DeadLettersPage::showVerdict()
{
    m_detail->setVerdict(m_open ? m_letters.verdicts().facts(*m_open) : std::vector<LetterFact>());
}

} // namespace projectionist
