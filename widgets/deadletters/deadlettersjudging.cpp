// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What replaying letters would do: what the page asks the desk, and what it shows of the answer.
#include "backend/core/format.h"
#include "models/livefeed.h"
#include "models/text.h"
#include "widgets/common/actline.h"
#include "widgets/common/letterdetail.h"
#include "widgets/common/messages.h"
#include "widgets/common/tableproxy.h"
#include "widgets/common/tableview.h"
#include "widgets/deadletters/deadletterspage.h"

#include <QItemSelectionModel>
#include <QShortcut>
#include <QTableView>
#include <QToolButton>
#include <set>

namespace projectionist {

namespace {

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
    connect(m_judgeLine, &ActLine::cancelled, this, &DeadLettersPage::judgeOrStop);
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

void DeadLettersPage::judgeOrStop()
{
    if (m_judging) {
        endJudging(tr("Judging was stopped: %1"));
        emit judgeWanted(++m_judgeToken, {});
    } else if (m_judge->isEnabled()) {
        judge(selectedPlaces());
    }
}

/// Without places all of the list, whether or not it has been loaded.
void DeadLettersPage::judge(const std::vector<LetterPlace>& places)
{
    if (m_judging)
        emit judgeWanted(++m_judgeToken, {});
    m_judging = true;
    m_judged.reset();
    m_judgeBegan = m_services.feed.now();
    m_messages->remove(judgeMessage);
    m_judgeLine->showProgress(tr("Judging"), 0, 0);
    showJudging();
    emit listWanted(++m_judgeToken, m_query.number, places);
}

void DeadLettersPage::setListed(std::uint64_t token, const Result<ListedRows>& listed)
{
    if (token != m_judgeToken || !m_judging)
        return;
    m_judged.emplace(listed.value_or(ListedRows()));
    if (!listed || listed->empty())
        endJudging(tr("There is nothing to judge."));
    if (!listed)
        m_messages->show(messageOf(judgeMessage, listed.error()));
    if (!m_judging)
        return;
    m_letters.changeVerdicts([&](LetterVerdictBook& book) {
        book.makeRoom(listed->size());
        return true;
    });
    showJudged();
    judgeNext();
}

/// One portion, or the end.
void DeadLettersPage::judgeNext()
{
    const auto rows = m_judged->next();
    if (rows.empty())
        return endJudging(QStringLiteral("%1"));
    const std::set<std::size_t> asked(rows.begin(), rows.end());
    std::vector<LetterPlace> shown;
    for (int row = 0; row < m_letters.rowCount(); ++row)
        if (asked.contains(m_letters.letterAt(row).row))
            shown.push_back(m_letters.letterAt(row).place);
    m_letters.changeVerdicts([&](LetterVerdictBook& book) {
        book.ask(shown, m_board ? LetterVerdictBook::markOf(*m_board) : LetterVerdictBook::Mark{});
        return true;
    });
    emit judgeWanted(++m_judgeToken, rows);
}

void DeadLettersPage::setVerdicts(const LetterVerdicts& verdicts)
{
    if (verdicts.token != m_judgeToken || !m_judging || !m_judged)
        return;
    m_judged->add(verdicts.judged.letters);
    m_letters.changeVerdicts([&](LetterVerdictBook& book) {
        book.add(verdicts.judged);
        return true;
    });
    if (!verdicts.judged.troubles.empty())
        m_messages->show(messageOf(judgeMessage, verdicts.judged.troubles.front()));
    showJudged();
    judgeNext();
    showVerdict();
}

/// `progress`: of the portion under way.
void DeadLettersPage::setJudging(const JudgingProgress& progress)
{
    if (progress.token != m_judgeToken || !m_judging || !m_judged || progress.total == 0)
        return;
    const auto portion = std::min<std::uint64_t>(LetterJudgingRun::atOnce, m_judged->total() - m_judged->done());
    const auto part = static_cast<double>(progress.done) / static_cast<double>(progress.total);
    const auto done = static_cast<double>(m_judged->done()) + part * static_cast<double>(portion);
    m_judge->setText(
        tr("Stop judging (%1 %)").arg(static_cast<int>(100 * done / static_cast<double>(m_judged->total()))));
}

/// How far, how fast, and what came of it until now.
void DeadLettersPage::showJudged()
{
    const auto verdicts = m_judged->verdictsText();
    const auto done = actProgressText(m_judged->done(), m_judged->total(), m_services.feed.now() - m_judgeBegan);
    m_judgeLine->showProgress(tr("Judged %1").arg(verdicts.isEmpty() ? done : done + QStringLiteral(": ") + verdicts),
                              m_judged->done(), m_judged->total());
}

/// `words`: with %1 for what was judged.
void DeadLettersPage::endJudging(const QString& words)
{
    m_judging = false;
    m_letters.changeVerdicts([](LetterVerdictBook& book) {
        book.cancel();
        return true;
    });
    auto text =
        tr("Judged %1")
            .arg(actProgressText(m_judged ? m_judged->done() : 0, m_judged ? m_judged->total() : 0, Duration(0)));
    if (const auto verdicts = m_judged ? m_judged->verdictsText() : QString(); !verdicts.isEmpty())
        text += QStringLiteral(": ") + verdicts;
    if (m_judged && m_judged->done() > LetterVerdictBook::mostKept)
        text += u' ' + tr("The column keeps those of %1.").arg(countOf(LetterVerdictBook::mostKept));
    m_judgeLine->showEnd(words.contains(QLatin1String("%1")) ? words.arg(text) : words);
    showJudging();
}

void DeadLettersPage::forgetVerdicts()
{
    m_judging = false;
    m_judged.reset();
    m_judgeLine->clear();
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
    const auto selected = selectedPlaces().size();
    const auto many = selected > 0 ? selected : m_board ? m_board->listed : 0;
    m_judge->setEnabled(m_judging || selected > 0 || listIsReady());
    if (!m_judging)
        m_judge->setText(many == 0 ? tr("Judge") : tr("Judge %1").arg(countOf(many)));
    else if (!m_judge->text().startsWith(tr("Stop judging")))
        m_judge->setText(tr("Stop judging"));
    m_judge->setToolTip(
        tr("What replaying these letters would do, by the read model and the event log (%1): all letters of the list, "
           "whether or not they have been loaded. Selecting several letters judges those.")
            .arg(judgeShortcut));
}

void DeadLettersPage::showVerdict()
{
    m_detail->setVerdict(m_open ? m_letters.verdicts().facts(*m_open) : std::vector<LetterFact>());
}

} // namespace projectionist
