// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deadletters/filteredit.h"

#include "backend/deadletter/filteredit.h"
#include "backend/deadletter/letterschema.h"
#include "models/lettertext.h"
#include "models/text.h"
#include "widgets/common/colors.h"
#include "widgets/common/fonts.h"
#include "widgets/deadletters/completionlist.h"

#include <algorithm>
#include <QKeyEvent>
#include <QMimeData>

namespace projectionist {

namespace {

constexpr int typingPause = 350; ///< milliseconds
constexpr qsizetype longestHistory = 30;

/// Where a byte of the UTF-8 of a text stands in the text.
int placeOfByte(const std::string& utf8, std::size_t byte)
{
    return static_cast<int>(toQString(std::string_view(utf8).substr(0, byte)).size());
}

} // namespace

LetterFilterEdit::LetterFilterEdit(const FilterKnowledge& knowledge, QWidget* parent)
    : QPlainTextEdit(parent), m_knowledge(knowledge), m_completion(new CompletionList(window()))
{
    setAccessibleName(tr("Filter of dead letters"));
    setAccessibleDescription(tr("Conditions such as projection == \"x\" and age < 6h; Ctrl+Space offers completions"));
    setPlaceholderText(tr("Filter, for example: exception contains \"Timeout\" and age < 6h"));
    setFont(fixedFont(font()));
    setLineWrapMode(QPlainTextEdit::NoWrap);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTabChangesFocus(true);
    document()->setDocumentMargin(3);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_pause.setSingleShot(true);
    m_pause.setInterval(typingPause);
    connect(&m_pause, &QTimer::timeout, this, &LetterFilterEdit::accept);
    connect(this, &QPlainTextEdit::textChanged, this, [this] {
        check();
        m_pause.start();
    });
    connect(m_completion, &QListWidget::itemClicked, this, &LetterFilterEdit::take);
}

void LetterFilterEdit::setText(const QString& text)
{
    setPlainText(text);
    moveCursor(QTextCursor::End);
    m_completion->hide();
    accept();
    remember();
}

bool LetterFilterEdit::addCondition(const FilterNode& condition)
{
    const auto joined = addFilterCondition(text().toStdString(), condition, letterSchema());
    if (!joined)
        return false;
    setText(toQString(*joined));
    return true;
}

QString LetterFilterEdit::problemText() const
{
    if (m_problems.empty())
        return {};
    const auto& first = m_problems.front();
    auto words =
        tr("At %1: %2").arg(placeOfByte(text().toStdString(), first.offset) + 1).arg(strangersText(first.message));
    if (!first.hint.empty())
        words += QStringLiteral("; ") + strangersText(first.hint);
    return m_problems.size() > 1 ? tr("%1 (and %2 more)").arg(words).arg(m_problems.size() - 1) : words;
}

void LetterFilterEdit::setHistory(const QStringList& history)
{
    m_history = history.mid(0, longestHistory);
}

QSize LetterFilterEdit::sizeHint() const
{
    const int height =
        fontMetrics().height() + 2 * static_cast<int>(document()->documentMargin()) + 2 * frameWidth() + 4;
    return {420, height};
}

QSize LetterFilterEdit::minimumSizeHint() const
{
    return {160, sizeHint().height()};
}

void LetterFilterEdit::keyPressEvent(QKeyEvent* event)
{
    if (m_completion->isVisible() && completionKey(event))
        return;
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        accept();
        remember();
        emit leaveRequested();
        return;
    case Qt::Key_Escape:
        if (text().isEmpty())
            emit leaveRequested();
        else
            setText({});
        return;
    case Qt::Key_Up:
    case Qt::Key_Down:
        recall(event->key() == Qt::Key_Up ? 1 : -1);
        return;
    case Qt::Key_Space:
        if (event->modifiers() == Qt::ControlModifier) {
            complete(true);
            return;
        }
        break;
    default:
        break;
    }
    const auto before = text();
    QPlainTextEdit::keyPressEvent(event);
    if (text() != before) {
        m_recalled = -1;
        complete(false);
    } else if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right || event->key() == Qt::Key_Home) {
        m_completion->hide();
    }
}

/// Tab takes a completion, where one is offered.
bool LetterFilterEdit::focusNextPrevChild(bool next)
{
    if (!next || !m_completion->isVisible())
        return QPlainTextEdit::focusNextPrevChild(next);
    take();
    return true;
}

void LetterFilterEdit::focusOutEvent(QFocusEvent* event)
{
    QPlainTextEdit::focusOutEvent(event);
    remember();
    m_completion->hide();
}

/// A filter is one line, whatever was copied.
void LetterFilterEdit::insertFromMimeData(const QMimeData* source)
{
    insertPlainText(source->text().simplified().left(static_cast<qsizetype>(longestFilter)));
}

void LetterFilterEdit::check()
{
    m_problems = analyseFilter(text().toStdString(), letterSchema()).problems;
    underline();
    emit checked();
}

void LetterFilterEdit::underline()
{
    const auto utf8 = text().toStdString();
    const auto length = static_cast<int>(text().size());
    QList<QTextEdit::ExtraSelection> marks;
    for (const auto& problem : m_problems) {
        int from = placeOfByte(utf8, problem.offset);
        int to = placeOfByte(utf8, problem.offset + std::max<std::size_t>(problem.length, 1));
        // Something is missing behind the end: the last character bears the mark.
        if (from >= length)
            from = std::max(0, length - 1);
        to = std::clamp(to, from, length);
        QTextEdit::ExtraSelection mark;
        mark.cursor = QTextCursor(document());
        mark.cursor.setPosition(from);
        mark.cursor.setPosition(to, QTextCursor::KeepAnchor);
        mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        mark.format.setUnderlineColor(colorsFor(palette()).critical);
        marks << mark;
    }
    setExtraSelections(marks);
    const auto hint = problemText();
    setToolTip(hint.toHtmlEscaped());
}

void LetterFilterEdit::complete(bool asked)
{
    const auto cursor = textCursor();
    const auto typed = text().left(cursor.position()).toUtf8();
    m_offer = completeFilter(text().toStdString(), static_cast<std::size_t>(typed.size()), letterSchema(), m_knowledge);
    // Nothing to add to a word that is there already, and no list of everything after each space.
    const auto word =
        text().toUtf8().mid(static_cast<qsizetype>(m_offer.offset), static_cast<qsizetype>(m_offer.length));
    const bool done = m_offer.candidates.size() == 1 && m_offer.candidates.front().text == word.toStdString();
    if (done || (!asked && text().isEmpty()))
        m_offer.candidates.clear();
    auto place = cursorRect().bottomLeft();
    // What is below may have been shown just now and not have its place yet.
    place.setY(height() + (m_below && !m_below->isHidden() ? m_below->sizeHint().height() : 0));
    m_completion->offer(m_offer.candidates, mapToGlobal(place));
}

/// The chosen candidate into the text.
void LetterFilterEdit::take()
{
    const int row = m_completion->currentRow();
    m_completion->hide();
    if (row < 0 || static_cast<std::size_t>(row) >= m_offer.candidates.size())
        return;
    const auto utf8 = text().toStdString();
    auto cursor = textCursor();
    cursor.setPosition(placeOfByte(utf8, m_offer.offset));
    cursor.setPosition(placeOfByte(utf8, m_offer.offset + m_offer.length), QTextCursor::KeepAnchor);
    cursor.insertText(toQString(m_offer.candidates[static_cast<std::size_t>(row)].text));
    setTextCursor(cursor);
}

void LetterFilterEdit::accept()
{
    m_pause.stop();
    if (!m_problems.empty() || text() == m_accepted)
        return;
    m_accepted = text();
    emit accepted(m_accepted);
}

/// What was meant, not what somebody came by while typing.
void LetterFilterEdit::remember()
{
    if (!m_problems.empty() || text().isEmpty())
        return;
    m_history.removeAll(text());
    m_history.prepend(text());
    m_history = m_history.mid(0, longestHistory);
}

bool LetterFilterEdit::completionKey(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
        m_completion->move(event->key() == Qt::Key_Down ? 1 : -1);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        // A filter that is whole is meant to be used, not to be completed.
        if (m_problems.empty()) {
            m_completion->hide();
            return false;
        }
        take();
        return true;
    case Qt::Key_Escape:
        m_completion->hide();
        return true;
    default:
        return false;
    }
}

void LetterFilterEdit::recall(int step)
{
    const auto wanted = m_recalled + step;
    if (wanted < -1 || wanted >= m_history.size())
        return;
    m_recalled = wanted;
    setPlainText(wanted < 0 ? QString() : m_history[wanted]);
    moveCursor(QTextCursor::End);
}

} // namespace projectionist
