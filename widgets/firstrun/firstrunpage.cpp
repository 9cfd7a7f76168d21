// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/firstrun/firstrunpage.h"

#include "widgets/common/icons.h"
#include "widgets/common/panel.h"

#include <QFocusEvent>
#include <QPushButton>
#include <QVBoxLayout>

namespace projectionist {

FirstRunPage::FirstRunPage(QWidget* parent) : QWidget(parent)
{
    auto* title = new PlainLabel(tr("Welcome to Projectionist"), this);
    title->setFont(scaledFont(title->font(), 1.7, true));
    auto* text =
        new PlainLabel(tr("It shows how far every projection is behind, in events and in seconds, and says what is "
                          "broken and why. It only reads: nothing it watches is ever changed."),
                       this);
    text->setWordWrap(true);
    text->setTint(ColorMeaning::Muted);
    auto* column = new QVBoxLayout;
    column->setSpacing(12);
    column->addStretch(2);
    column->addWidget(title);
    column->addWidget(text);
    column->addSpacing(8);
    column->addWidget(
        makeChoice(QStringLiteral("flask"), tr("Try the sandbox"),
                   tr("Starts a small real CQRS system on this machine, which you can break on purpose. It needs "
                      "nothing and leaves nothing behind."),
                   &FirstRunPage::sandboxRequested));
    column->addWidget(
        makeChoice(QStringLiteral("plug"), tr("Connect…"),
                   tr("Give it your Kafka, and PostgreSQL if checkpoints are there. It proposes what to watch."),
                   &FirstRunPage::connectRequested));
    column->addWidget(makeChoice(QStringLiteral("folder"), tr("Open a workspace file"),
                                 tr("A TOML file that a colleague has written, or that you saved before."),
                                 &FirstRunPage::openRequested));
    column->addStretch(3);
    auto* middle = new QWidget(this);
    middle->setMaximumWidth(640);
    middle->setLayout(column);
    auto* row = new QHBoxLayout(this);
    row->addStretch(1);
    row->addWidget(middle, 8);
    row->addStretch(1);
}

QWidget* FirstRunPage::makeChoice(const QString& iconName, const QString& title, const QString& text,
                                  void (FirstRunPage::*chosen)())
{
    auto* panel = new Panel(this);
    auto* symbol = new TintedIcon(iconName, ColorMeaning::Info, panel);
    symbol->setSide(28);
    auto* explanation = new PlainLabel(text, panel);
    explanation->setWordWrap(true);
    explanation->setTint(ColorMeaning::Muted);
    auto* button = new QPushButton(title, panel);
    button->setAccessibleDescription(text);
    button->setMinimumWidth(180);
    connect(button, &QPushButton::clicked, this, chosen);
    if (!m_first)
        m_first = button;
    auto* row = new QHBoxLayout(panel);
    row->setContentsMargins(16, 14, 16, 14);
    row->setSpacing(16);
    row->addWidget(symbol);
    row->addWidget(explanation, 1);
    row->addWidget(button);
    return panel;
}

/// No focus proxy: Tab would skip all that comes before it.
void FirstRunPage::focusInEvent(QFocusEvent* event)
{
    m_first->setFocus(event->reason());
}

} // namespace projectionist
