// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/replaytext.h"
#include "models/zone.h"

#include <memory>
#include <QAbstractTableModel>

namespace projectionist {

/// The letters of a plan with their lights, in the order of sending. Texts are made when shown, and only what changed
/// is announced: a run tells ten times a second.
class ReplayLightsModel final : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column
    {
        Number,
        Event,
        Key,
        State,
        Produced,
        Passed,
        NotBack,
        Row,
        Step,
        SentTo,
        Evidence,
        SentAt,
        Letter,
        ColumnCount
    };

    explicit ReplayLightsModel(QObject* parent = nullptr);

    void setPlan(std::shared_ptr<const ReplayPlan> plan);
    /// Of this plan; null: not begun.
    void setProgress(std::shared_ptr<const ReplayProgress> progress);
    void setZone(Zone zone);
    [[nodiscard]] const std::shared_ptr<const ReplayPlan>& plan() const { return m_plan; }
    [[nodiscard]] const std::shared_ptr<const ReplayProgress>& progress() const { return m_progress; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] const ReplayLetterProgress& letterAt(std::size_t row) const;
    [[nodiscard]] QString display(std::size_t row, int column) const;
    [[nodiscard]] QVariant raw(std::size_t row, int column) const;
    [[nodiscard]] QString copied(std::size_t row, int column) const;

    std::shared_ptr<const ReplayPlan> m_plan;
    std::shared_ptr<const ReplayProgress> m_progress;
    Zone m_zone = Zone::Utc;
};

/// What stands behind a letter's lights, in one sentence; empty if there is nothing to say.
[[nodiscard]] QString letterEvidence(const ReplayLetterProgress& letter);

} // namespace projectionist
