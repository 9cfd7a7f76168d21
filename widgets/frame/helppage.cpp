// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/frame/helppage.h"

#include "widgets/common/icons.h"

#include <QFile>
#include <QFocusEvent>
#include <QPushButton>

#include <QTextBlock>
#include <QTextBrowser>
#include <QTextDocument>
#include <QVBoxLayout>

// Outside the namespace: the macro declares a function with C++ linkage in the global one.
static void initHelpResources()
{
    Q_INIT_RESOURCE(help);
}

namespace projectionist {

HelpPage::HelpPage(QWidget* parent) : QWidget(parent), m_text(new QTextBrowser(this))
{
    initHelpResources();
    auto* back = new QPushButton(themeIcon(QStringLiteral("back")), tr("Back"), this);
    connect(back, &QPushButton::clicked, this, &HelpPage::backRequested);
    m_text->setAccessibleName(tr("Help"));
    m_text->setOpenLinks(false);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->document()->setDocumentMargin(18);
    connect(m_text, &QTextBrowser::anchorClicked, this, [this](const QUrl& url) {
        if (auto name = url.path(); name.endsWith(QLatin1String(".md")))
            showPage(name.chopped(3), url.fragment());
    });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->addWidget(back, 0, Qt::AlignLeft);
    layout->addWidget(m_text, 1);
}

void HelpPage::showPage(const QString& name, const QString& heading)
{
    QFile file(QStringLiteral(":/help/%1.md").arg(name));
    if (!file.open(QIODevice::ReadOnly)) {
        m_text->setPlainText(tr("There is no help page “%1”.").arg(name));
        return;
    }
    showMarkdown(QString::fromUtf8(file.readAll()));
    if (!heading.isEmpty() && m_text->find(heading, QTextDocument::FindCaseSensitively))
        m_text->ensureCursorVisible();
}

void HelpPage::showMarkdown(const QString& markdown)
{
    m_text->document()->setMarkdown(markdown, QTextDocument::MarkdownFeatures(QTextDocument::MarkdownDialectGitHub) |
                                                  QTextDocument::MarkdownNoHTML);
    m_text->moveCursor(QTextCursor::Start);
}

QString HelpPage::title() const
{
    return m_text->document()->firstBlock().text();
}

QString HelpPage::text() const
{
    return m_text->toPlainText();
}

/// No focus proxy: Tab would skip all that comes before it.
void HelpPage::focusInEvent(QFocusEvent* event)
{
    m_text->setFocus(event->reason());
}

} // namespace projectionist
