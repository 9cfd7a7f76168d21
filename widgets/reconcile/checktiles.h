// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "backend/reconcile/checkdesk.h"
#include "models/zone.h"
#include "widgets/common/panel.h"

#include <array>

class QToolButton;

namespace projectionist {

/// What the shown run of a check found, in five numbers, and what can be done about it.
class CheckTiles : public Panel
{
    Q_OBJECT
public:
    explicit CheckTiles(QWidget* parent = nullptr);

    /// Null: there is no result.
    void setResult(const CheckResult* result, TimePoint now, Zone zone);
    /// Of the result: "12 s ago, 3 events since".
    void setFreshness(const QString& freshness);
    /// What the run button does now; null: no check is chosen.
    void setStanding(const CheckStanding* standing);
    void setExportable(bool exportable);
    void setReprojectable(bool reprojectable);
    [[nodiscard]] QToolButton* reprojectButton() const { return m_reproject; }
    [[nodiscard]] QToolButton* exportButton() const { return m_export; }
    /// "Run", "Run again", or "Cancel" while it runs.
    [[nodiscard]] QToolButton* runButton() const { return m_run; }
    [[nodiscard]] bool cancels() const { return m_cancels; }
    /// "Pause", or "Resume"; there only while it runs.
    [[nodiscard]] QToolButton* pauseButton() const { return m_pause; }
    [[nodiscard]] QString tileText(std::size_t tile) const;
    [[nodiscard]] QString freshness() const; ///< title of the last tile

private:
    enum Tile : std::size_t
    {
        Missing,
        Extra,
        Different,
        InFlight,
        ComparedAt,
        TileCount
    };
    void setNumber(Tile tile, std::size_t number, ColorMeaning meaning);

    std::array<PlainLabel*, TileCount> m_values{};
    PlainLabel* m_comparedAt = nullptr; ///< the title of that tile
    QToolButton* m_reproject;
    QToolButton* m_export;
    QToolButton* m_pause;
    QToolButton* m_run;
    bool m_cancels = false;
};

} // namespace projectionist
