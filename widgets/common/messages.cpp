// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/messages.h"

#include "models/text.h"
#include "widgets/common/colors.h"
#include "widgets/common/icons.h"
#include "widgets/common/panel.h"

#include <algorithm>
#include <QClipboard>
#include <QCoreApplication>
#include <QDateTime>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace projectionist {

namespace {

ColorMeaning tintOf(MessageLevel level)
{
    switch (level) {
    case MessageLevel::Critical:
        return ColorMeaning::Critical;
    case MessageLevel::Warning:
        return ColorMeaning::Warning;
    case MessageLevel::Info:
        break;
    }
    return ColorMeaning::Normal;
}

QString bodyOf(const Message& message)
{
    QStringList parts;
    for (auto part : {message.why, message.next}) {
        if (part.isEmpty())
            continue;
        // What servers say comes without a full stop.
        if (part.back().isLetterOrNumber() || part.back() == u'"' || part.back() == u')')
            part += u'.';
        parts << part;
    }
    return parts.join(QStringLiteral(" "));
}

/// For a ticket: what a person would otherwise retype. Errors never hold secrets.
QString diagnosticsOf(const Message& message)
{
    QStringList lines{message.what};
    for (const auto& part : {message.why, message.next, message.more})
        if (!part.isEmpty())
            lines << part;
    lines << QStringLiteral("%1 %2, %3")
                 .arg(QCoreApplication::applicationName(), QCoreApplication::applicationVersion(),
                      QDateTime::currentDateTimeUtc().toString(Qt::ISODate));
    return lines.join(u'\n');
}

QToolButton* makeFlatButton(const QString& icon, const QString& text, const QString& what, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setAutoRaise(true);
    button->setIcon(themeIcon(icon));
    button->setText(text);
    button->setToolTip(text);
    button->setAccessibleName(text);
    button->setAccessibleDescription(what);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

/// Shows and hides the long explanation below the short one.
void addMore(const Message& message, QWidget* bar, QVBoxLayout* texts, QHBoxLayout* row)
{
    auto* label = new PlainLabel(message.more, bar);
    label->setWordWrap(true);
    label->setTint(ColorMeaning::Muted);
    label->hide();
    texts->addWidget(label);
    auto* button = makeFlatButton(QStringLiteral("info"), MessageArea::tr("More"), message.what, bar);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setCheckable(true);
    QObject::connect(button, &QToolButton::toggled, label, [label, button](bool on) {
        label->setVisible(on);
        button->setText(on ? MessageArea::tr("Less") : MessageArea::tr("More"));
    });
    row->addWidget(button, 0, Qt::AlignVCenter);
}

} // namespace

bool Message::looksLike(const Message& other) const
{
    return id == other.id && level == other.level && what == other.what && why == other.why && next == other.next &&
           more == other.more && buttonText == other.buttonText;
}

Message messageOf(const QString& id, const Error& error, MessageLevel level)
{
    return {.id = id,
            .level = level,
            .what = toQString(error.what),
            .why = toQString(error.why),
            .next = toQString(error.next),
            .buttonText = {},
            .onButton = {},
            .more = {}};
}

MessageArea::MessageArea(QWidget* parent) : QWidget(parent), m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(6);
    setVisible(false);
}

void MessageArea::show(const Message& message)
{
    const auto entry = std::find_if(m_entries.begin(), m_entries.end(),
                                    [&](const Entry& known) { return known.message.id == message.id; });
    if (entry == m_entries.end()) {
        m_entries.push_back({message, makeBar(message)});
        m_layout->addWidget(m_entries.back().bar);
    } else if (!entry->message.looksLike(message)) {
        QWidget* bar = makeBar(message);
        delete m_layout->replaceWidget(entry->bar, bar);
        entry->bar->deleteLater();
        entry->bar->hide();
        *entry = {message, bar};
    } else {
        entry->message.onButton = message.onButton;
    }
    setVisible(true);
}

void MessageArea::remove(const QString& id)
{
    std::erase_if(m_entries, [&](const Entry& entry) {
        if (entry.message.id != id)
            return false;
        entry.bar->hide();
        entry.bar->deleteLater();
        return true;
    });
    setVisible(!m_entries.empty());
}

bool MessageArea::has(const QString& id) const
{
    return std::any_of(m_entries.begin(), m_entries.end(), [&](const Entry& entry) { return entry.message.id == id; });
}

std::vector<Message> MessageArea::messages() const
{
    std::vector<Message> result;
    for (const auto& entry : m_entries)
        result.push_back(entry.message);
    return result;
}

QWidget* MessageArea::makeBar(const Message& message)
{
    auto* bar = new Panel(this);
    bar->setTint(tintOf(message.level));
    bar->setAccessibleName(message.what);
    bar->setAccessibleDescription(bodyOf(message));
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(14, 8, 10, 8);
    row->setSpacing(10);
    row->addWidget(new TintedIcon(message.level == MessageLevel::Info ? "info" : "warning", tintOf(message.level), bar),
                   0, Qt::AlignTop);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(2);
    auto* what = new PlainLabel(message.what, bar);
    what->setFont(scaledFont(what->font(), 1, true));
    what->setWordWrap(true);
    texts->addWidget(what);
    if (const auto body = bodyOf(message); !body.isEmpty()) {
        auto* label = new PlainLabel(body, bar);
        label->setWordWrap(true);
        texts->addWidget(label);
    }
    row->addLayout(texts, 1);
    if (!message.more.isEmpty())
        addMore(message, bar, texts, row);
    if (message.level != MessageLevel::Info) {
        auto* copy = makeFlatButton(QStringLiteral("copy"), tr("Copy diagnostics"), message.what, bar);
        copy->setToolButtonStyle(Qt::ToolButtonIconOnly);
        connect(copy, &QToolButton::clicked, bar,
                [message] { QGuiApplication::clipboard()->setText(diagnosticsOf(message)); });
        row->addWidget(copy, 0, Qt::AlignVCenter);
    }
    if (!message.buttonText.isEmpty()) {
        auto* button = new QPushButton(message.buttonText, bar);
        button->setAccessibleDescription(message.what);
        connect(button, &QPushButton::clicked, this, [this, id = message.id] {
            const auto entry = std::find_if(m_entries.begin(), m_entries.end(),
                                            [&](const Entry& known) { return known.message.id == id; });
            // A copy: what the button does may remove the message.
            if (const auto act = entry == m_entries.end() ? nullptr : entry->message.onButton)
                act();
        });
        row->addWidget(button, 0, Qt::AlignVCenter);
    }
    return bar;
}

} // namespace projectionist
