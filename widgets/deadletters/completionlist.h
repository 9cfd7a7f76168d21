// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QListWidget>

#include "backend/deadletter/filtercompletion.h"

namespace projectionist {

/// What may come next in a filter; never has the focus.
class CompletionList : public QListWidget
{
    Q_OBJECT
public:
    explicit CompletionList(QWidget* parent = nullptr);

    /// Below `place`, in global coordinates; hides without candidates.
    void offer(const std::vector<FilterCandidate>& candidates, const QPoint& place);
    void move(int step);
    [[nodiscard]] QStringList offered() const;
};

} // namespace projectionist
