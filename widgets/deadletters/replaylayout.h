// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/lettersheet.h"
#include "widgets/common/panel.h"

#include <QVBoxLayout>

namespace projectionist {

class TableView;

// What the pages of the replay wizard are put together of.

[[nodiscard]] std::vector<ColumnHeader> replayColumns(const QStringList& titles, const QList<int>& numbers = {});
/// Words that may be long: several lines, as wide as there is room.
[[nodiscard]] PlainLabel* makeWrappedLabel(QWidget* parent, ColorMeaning tint = ColorMeaning::Muted);
/// A table, and below it the whole text of the current row in `column`, which cells may cut.
[[nodiscard]] QWidget* withRowText(TableView* table, int column, QWidget* parent);
/// No margins: the page around has them.
template<typename Layout>
[[nodiscard]] Layout* bareLayout(QWidget* widget, int spacing = 8)
{
    auto* layout = new Layout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing);
    return layout;
}

} // namespace projectionist
