// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/frame/trayicon.h"

#include "models/text.h"
#include "models/verdicttext.h"
#include "widgets/common/colors.h"
#include "widgets/common/icons.h"
#include "widgets/overview/alertline.h"

#include <algorithm>
#include <QGuiApplication>
#include <QSystemTrayIcon>

namespace projectionist {

namespace {

constexpr qsizetype namesShown = 5;

bool isCritical(const ProjectionReport& report)
{
    return severity(report.assessment.verdict.kind) >= 2;
}

} // namespace

std::vector<std::string> NotificationGrouper::take(const Snapshot& snapshot, Duration monotonic)
{
    std::set<std::string> critical;
    for (const auto& report : snapshot.projections)
        if (isCritical(*report))
            critical.insert(report->sample->projection);
    std::erase_if(m_told, [&](const std::string& name) { return !critical.contains(name); });
    std::vector<std::string> fresh;
    std::set_difference(critical.begin(), critical.end(), m_told.begin(), m_told.end(), std::back_inserter(fresh));
    if (fresh.empty() || (m_toldAt && monotonic - *m_toldAt < pause))
        return {};
    m_told = std::move(critical);
    m_toldAt = monotonic;
    return fresh;
}

TrayIcon::TrayIcon(QObject* parent) : QObject(parent)
{
    if (!QSystemTrayIcon::isSystemTrayAvailable())
        return;
    m_icon = new QSystemTrayIcon(applicationIcon(), this);
    connect(m_icon, &QSystemTrayIcon::activated, this, &TrayIcon::activated);
    connect(m_icon, &QSystemTrayIcon::messageClicked, this, &TrayIcon::activated);
    m_icon->show();
}

void TrayIcon::setSnapshot(const Snapshot* snapshot, const QString& title)
{
    if (!m_icon)
        return;
    m_icon->setToolTip(title);
    const auto* worst = snapshot ? worstReport(*snapshot) : nullptr;
    const auto kind = !snapshot ? std::nullopt
                      : worst   ? std::optional(worst->assessment.verdict.kind)
                                : std::optional(VerdictKind::Ok);
    if (kind != m_shown) {
        m_shown = kind;
        m_icon->setIcon(kind ? themeIcon(verdictIconName(*kind),
                                         colorOf(verdictMeaning(*kind), colorsFor(QGuiApplication::palette())))
                             : applicationIcon());
    }
    if (snapshot)
        notify(*snapshot);
}

void TrayIcon::notify(const Snapshot& snapshot)
{
    if (!m_notifying)
        return;
    const auto names = m_grouper.take(snapshot, snapshot.began.time_since_epoch());
    if (names.empty())
        return;
    QStringList lines;
    for (const auto& report : snapshot.projections)
        if (std::binary_search(names.begin(), names.end(), report->sample->projection))
            lines << headlineOf(*report);
    const auto more = lines.size() - namesShown;
    if (more > 0)
        lines = lines.mid(0, namesShown) << tr("and %1 more").arg(more);
    const auto title = names.size() == 1 ? tr("%1 needs attention").arg(displayable(toQString(names.front()), 60))
                                         : tr("%1 projections need attention").arg(names.size());
    m_icon->showMessage(title, lines.join(u'\n'), QSystemTrayIcon::Critical);
}

} // namespace projectionist
