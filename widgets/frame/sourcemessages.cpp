// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/frame/sourcemessages.h"

#include "models/text.h"
#include "widgets/common/messages.h"

#include <algorithm>
#include <QCoreApplication>
#include <vector>

namespace projectionist {

namespace {

/// More would push the content out of the window; what is behind them is in status bar and table.
constexpr std::size_t mostMessages = 3;

std::vector<Message> wantedOf(const Snapshot& snapshot)
{
    std::vector<Message> wanted;
    const auto add = [&wanted](const QString& id, const Error& error, MessageLevel level) {
        auto message = messageOf(id, error, level);
        // A store that is down fails all its projections with the same words.
        const bool known = std::any_of(wanted.begin(), wanted.end(), [&](const Message& other) {
            return other.what == message.what || (!message.why.isEmpty() && other.why == message.why);
        });
        if (!known)
            wanted.push_back(std::move(message));
    };
    for (const auto& source : snapshot.sources)
        if (source.state == SourceState::Failed && source.error)
            add(QStringLiteral("source/") + toQString(source.name), *source.error, MessageLevel::Critical);
    for (const auto& report : snapshot.projections)
        if (report->sample->error)
            add(QStringLiteral("projection/") + toQString(report->sample->projection), *report->sample->error,
                MessageLevel::Warning);
    if (wanted.size() > mostMessages) {
        const int more = static_cast<int>(wanted.size() - mostMessages);
        wanted.resize(mostMessages);
        wanted.push_back(
            {.id = QStringLiteral("more-errors"),
             .level = MessageLevel::Warning,
             .what = more == 1 ? QCoreApplication::translate("SourceMessages", "1 more error")
                               : QCoreApplication::translate("SourceMessages", "%1 more errors").arg(more),
             .why = {},
             .next = QCoreApplication::translate("SourceMessages", "Each projection says under “Why” what is missing."),
             .buttonText = {},
             .onButton = {},
             .more = {}});
    }
    return wanted;
}

} // namespace

void SourceMessages::update(const Snapshot* snapshot)
{
    const auto wanted = snapshot ? wantedOf(*snapshot) : std::vector<Message>{};
    QStringList ids;
    for (const auto& message : wanted)
        ids << message.id;
    for (const auto& id : m_shown)
        if (!ids.contains(id))
            m_area.remove(id);
    for (const auto& message : wanted)
        m_area.show(message);
    m_shown = ids;
}

} // namespace projectionist
