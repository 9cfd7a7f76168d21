// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/actline.h"

#include "widgets/common/panel.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QToolButton>

namespace projectionist {

namespace {

constexpr int actSteps = 1000;

} // namespace

ActLine::ActLine(const QString& name, QWidget* parent)
    : QWidget(parent)
    , m_text(new PlainLabel({}, this))
    , m_progress(new QProgressBar(this))
    , m_button(new QToolButton(this))
{
    m_text->elide(Qt::ElideRight);
    m_text->setFont(tabularFont(m_text->font()));
    m_progress->setAccessibleName(name);
    m_progress->setTextVisible(false);
    m_progress->setFixedSize(120, 6);
    m_button->setFocusPolicy(Qt::TabFocus);
    nameButton();
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 2, 8, 4);
    layout->addWidget(m_progress);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_button);
    connect(m_button, &QToolButton::clicked, this, &ActLine::press);
    hide();
}

void ActLine::showProgress(const QString& text, std::uint64_t done, std::uint64_t total)
{
    m_running = true;
    m_text->setText(text);
    m_progress->setRange(0, total == 0 ? 0 : actSteps);
    m_progress->setValue(total == 0 ? 0 : static_cast<int>(done * actSteps / total));
    m_progress->show();
    nameButton();
    show();
}

void ActLine::showEnd(const QString& text)
{
    m_running = false;
    m_text->setText(text);
    m_progress->hide();
    nameButton();
    show();
}

void ActLine::nameButton()
{
    m_button->setText(m_running ? tr("Cancel") : tr("Close"));
    m_button->setAccessibleName(m_button->text() + QStringLiteral(": ") + m_progress->accessibleName());
}

QString ActLine::text() const
{
    return isHidden() ? QString() : m_text->text();
}

void ActLine::press()
{
    if (m_running)
        emit cancelled();
    else
        clear();
}

} // namespace projectionist
