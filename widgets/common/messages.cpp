// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/messages.h"

#include "models/text.h"
#include "widgets/common/colors.h"
#include "widgets/common/icons.h"
#include "widgets/common/panel.h"

#include <algorithm>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

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
    for (const auto& part : {message.why, message.next})
        if (!part.isEmpty())
            parts << part;
    return parts.join(QStringLiteral(" "));
}

} // namespace

bool Message::looksLike(const Message& other) const
{
    return id == other.id && level == other.level && what == other.what && why == other.why && next == other.next &&
           buttonText == other.buttonText;
}

Message messageOf(const QString& id, const Error& error, MessageLevel level)
{
    return {.id = id,
            .level = level,
            .what = toQString(error.what),
            .why = toQString(error.why),
            .next = toQString(error.next),
            .buttonText = {},
            .onButton = {}};
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
