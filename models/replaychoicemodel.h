// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/replaychosen.h"
#include "models/replaytext.h"

#include <QAbstractTableModel>
#include <set>

namespace projectionist {

/// The letters that were chosen with their verdicts, and which of them are to be sent. Texts are made when shown:
/// there may be many.
class ReplayChoiceModel final : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column
    {
        Verdict,
        Sent,
        Event,
        Key,
        Origin,
        Projection,
        Evidence,
        ColumnCount
    };

    explicit ReplayChoiceModel(QObject* parent = nullptr);

    /// Not judged yet.
    void setChosen(std::shared_ptr<const ReplayChosen> chosen);
    /// In the order of the letters chosen, one each.
    void setJudgements(ReplayJudgements judgements);
    void setSent(std::set<ReplayVerdict> verdicts);

    [[nodiscard]] const std::shared_ptr<const ReplayChosen>& chosen() const { return m_chosen; }
    [[nodiscard]] bool judged() const { return !m_judgements.empty(); }
    [[nodiscard]] const std::set<ReplayVerdict>& sent() const { return m_sent; }
    [[nodiscard]] std::size_t count(ReplayVerdict verdict) const;
    [[nodiscard]] std::size_t sentCount() const;
    /// Those that are sent and those that stay behind, for planning.
    [[nodiscard]] ReplayRequest request(const ContextSettings& context) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] ReplayVerdict verdictOf(std::size_t row) const;
    [[nodiscard]] bool isSent(std::size_t row) const;
    [[nodiscard]] QString display(std::size_t row, int column) const;
    [[nodiscard]] ColorMeaning color(std::size_t row, int column) const;
    [[nodiscard]] QVariant raw(std::size_t row, int column) const;

    std::shared_ptr<const ReplayChosen> m_chosen;
    ReplayJudgements m_judgements;
    std::set<ReplayVerdict> m_sent{ReplayVerdict::Safe, ReplayVerdict::AfterEarlier};
};

} // namespace projectionist
