// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/snapshot.h"

#include <QWidget>

class QHBoxLayout;

namespace projectionist {

class PlainLabel;
class RangeController;
class TintedIcon;

/// The bar under all pages: each connection with its state and since when; how long the last cycle took and how much it
/// covered; the clock.
class StatusStrip : public QWidget
{
    Q_OBJECT
public:
    explicit StatusStrip(RangeController& range, QWidget* parent = nullptr);
    /// Null: nothing is watched.
    void setSnapshot(const std::shared_ptr<const Snapshot>& snapshot);
    void tick(TimePoint now);
    /// "kafka-prod-eu 3 brokers", as shown.
    [[nodiscard]] QStringList sourceTexts() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Source
    {
        QWidget* box = nullptr;
        TintedIcon* icon = nullptr;
        PlainLabel* label = nullptr;
    };
    [[nodiscard]] Source makeSource();
    void showSources();

    RangeController& m_range;
    std::shared_ptr<const Snapshot> m_snapshot;
    std::vector<Source> m_sources;
    QHBoxLayout* m_row;
    PlainLabel* m_cycle;
    PlainLabel* m_clock;
    TimePoint m_now{};
};

} // namespace projectionist
