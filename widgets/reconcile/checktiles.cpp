// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/reconcile/checktiles.h"

#include "backend/core/format.h"
#include "models/checktext.h"
#include "models/lettertext.h"
#include "models/text.h"

#include <algorithm>
#include <QToolButton>
#include <QVBoxLayout>

namespace projectionist {

namespace {

constexpr double numberSize = 1.55;

QToolButton* makeTileButton(const QString& text, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setText(text);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

std::size_t countOf(const CheckResult& result, std::string_view kind)
{
    return static_cast<std::size_t>(
        std::count_if(result.differences.begin(), result.differences.end(), [kind](const RowDifference& one) {
            return one.state == DriftState::Confirmed && one.kind() == kind;
        }));
}

/// ", checkpoint 1 204 881", ", 12 checkpoints"; what is not known is left out.
QString throughText(const CheckResult& result)
{
    if (result.through.empty())
        return {};
    if (result.through.size() == 1)
        return CheckTiles::tr(", checkpoint %1").arg(toQString(formatNumber(result.through.begin()->second)));
    return CheckTiles::tr(", %1 checkpoints").arg(result.through.size());
}

QString positionsText(const CheckResult& result)
{
    QStringList lines;
    for (const auto& [id, offset] : result.through)
        lines << QStringLiteral("%1[%2]@%3")
                     .arg(strangersText(id.topic, 80))
                     .arg(id.partition)
                     .arg(toQString(formatNumber(offset)));
    return lines.join(QStringLiteral(", "));
}

} // namespace

CheckTiles::CheckTiles(QWidget* parent)
    : Panel(parent)
    , m_reproject(makeTileButton(tr("Reproject…"), this))
    , m_export(makeTileButton(tr("Export…"), this))
    , m_pause(makeTileButton({}, this))
    , m_run(makeTileButton({}, this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(14, 10, 14, 10);
    row->setSpacing(18);
    const std::array<QString, TileCount> titles{tr("Missing in read model"), tr("Only in read model"), tr("Different"),
                                                tr("In flight, settled on re-check"), tr("Compared at")};
    for (std::size_t tile = 0; tile < TileCount; ++tile) {
        auto* title = new PlainLabel(titles[tile], this);
        title->setTint(ColorMeaning::Muted);
        title->elide(Qt::ElideRight);
        m_comparedAt = title; // in the end the last one
        m_values[tile] = new PlainLabel({}, this);
        m_values[tile]->setAccessibleName(titles[tile]);
        const auto& font = tile == ComparedAt ? scaledFont(m_values[tile]->font(), 1, true)
                                              : scaledFont(tabularFont(m_values[tile]->font()), numberSize, true);
        m_values[tile]->setFont(font);
        m_values[tile]->elide(Qt::ElideRight);
        auto* column = new QVBoxLayout;
        column->setSpacing(2);
        column->addWidget(title);
        column->addWidget(m_values[tile], 1);
        row->addLayout(column, tile == InFlight || tile == ComparedAt ? 5 : 4);
    }
    m_export->setToolTip(tr("The listed differences into a file (Ctrl+E)"));
    m_reproject->setToolTip(
        tr("Replays the events of the listed keys whose rows are wrong, by a plan, and checks these "
           "keys again"));
    row->addWidget(m_reproject, 0, Qt::AlignVCenter);
    row->addWidget(m_export, 0, Qt::AlignVCenter);
    row->addWidget(m_pause, 0, Qt::AlignVCenter);
    row->addWidget(m_run, 0, Qt::AlignVCenter);
    setResult(nullptr, {}, Zone::Utc);
    setStanding(nullptr);
    setExportable(false);
    setReprojectable(false);
}

void CheckTiles::setNumber(Tile tile, std::size_t number, ColorMeaning meaning)
{
    m_values[tile]->setText(toQString(formatNumber(static_cast<std::int64_t>(number))));
    m_values[tile]->setTint(number > 0 ? meaning : ColorMeaning::Muted);
}

void CheckTiles::setResult(const CheckResult* result, TimePoint now, Zone zone)
{
    if (!result || result->kind == CheckKind::Count)
        for (auto* value : m_values) {
            value->setText(QStringLiteral("\u2014"));
            value->setTint(ColorMeaning::Muted);
            value->setToolTip({});
        }
    if (!result)
        return;
    if (comparesRows(result->kind)) {
        setNumber(Missing, countOf(*result, "missing"), ColorMeaning::Critical);
        setNumber(Extra, countOf(*result, "extra"), ColorMeaning::Warning);
        setNumber(Different, countOf(*result, "different"), ColorMeaning::Warning);
        const auto pending = result->count(DriftState::Pending);
        setNumber(InFlight, result->settled, ColorMeaning::Good);
        if (pending > 0)
            m_values[InFlight]->setText(tr("%1, %2 pending").arg(m_values[InFlight]->text()).arg(pending));
    }
    auto* at = m_values[ComparedAt];
    at->setText(letterTimeText(result->verifiedAt, now, zone) + throughText(*result));
    at->setTint(ColorMeaning::Normal);
    if (const auto repaired = result->repaired(); repaired > 0) {
        at->setText(tr("%1 repaired; ").arg(toQString(formatNumber(static_cast<std::int64_t>(repaired)))) + at->text());
        at->setTint(ColorMeaning::Good);
    }
    at->setToolTip(positionsText(*result).toHtmlEscaped());
}

void CheckTiles::setStanding(const CheckStanding* standing)
{
    m_cancels = standing && (standing->running || standing->waiting);
    m_run->setEnabled(standing);
    m_run->setText(m_cancels ? tr("Cancel") : standing && !standing->runs.empty() ? tr("Run again") : tr("Run"));
    m_run->setToolTip(m_cancels ? tr("Ends this run; what it found so far is not kept (Esc)")
                                : tr("Compares both sides now, and only reads (F5)"));
    const bool paused = standing && standing->paused;
    m_pause->setVisible(standing && standing->running);
    m_pause->setText(paused ? tr("Resume") : tr("Pause"));
    m_pause->setToolTip(paused ? tr("Goes on behind the last row that was compared, in a new snapshot (F6)")
                               : tr("Waits behind what the stores are asked now, and holds no snapshot (F6)"));
}

void CheckTiles::setReprojectable(bool reprojectable)
{
    m_reproject->setEnabled(reprojectable);
}

void CheckTiles::setFreshness(const QString& freshness)
{
    m_comparedAt->setText(freshness.isEmpty() ? tr("Compared at") : tr("Compared %1").arg(freshness));
}

QString CheckTiles::freshness() const
{
    return m_comparedAt->text();
}

void CheckTiles::setExportable(bool exportable)
{
    m_export->setEnabled(exportable);
}

QString CheckTiles::tileText(std::size_t tile) const
{
    return m_values[tile]->text();
}

} // namespace projectionist
