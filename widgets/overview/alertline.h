// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/snapshot.h"
#include "models/zone.h"
#include "widgets/common/panel.h"

class QPushButton;

namespace projectionist {

/// The first line of the Overview: the worst verdict with its evidence, or that all is well. Always there and always of
/// the same height, so that nothing below it moves.
class AlertLine : public Panel
{
    Q_OBJECT
public:
    explicit AlertLine(QWidget* parent = nullptr);

    void setSnapshot(const std::shared_ptr<const Snapshot>& snapshot, TimePoint now, Zone zone);
    [[nodiscard]] QString headline() const;
    [[nodiscard]] QString evidence() const;
    /// Of the projection that it is about; empty when all is well.
    [[nodiscard]] const std::string& projection() const { return m_projection; }

signals:
    void inspectRequested(const std::string& projection);
    void openRequested(const std::string& projection);

private:
    void showReport(const ProjectionReport& report, int others, TimePoint now, Zone zone);
    void showQuiet(const Snapshot* snapshot);

    TintedIcon* m_icon;
    PlainLabel* m_word;
    PlainLabel* m_headline;
    PlainLabel* m_evidence;
    QPushButton* m_inspect;
    QPushButton* m_open;
    std::string m_projection;
};

/// "parcel_tracking is blocked on one event".
[[nodiscard]] QString headlineOf(const ProjectionReport& report);
/// The one that needs attention most: rank, then lag; null if none has more than severity 0.
[[nodiscard]] const ProjectionReport* worstReport(const Snapshot& snapshot);

} // namespace projectionist
