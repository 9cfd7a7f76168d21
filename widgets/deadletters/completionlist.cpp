// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deadletters/completionlist.h"

#include "backend/core/format.h"
#include "models/lettertext.h"
#include "models/roles.h"
#include "models/text.h"
#include "widgets/common/celldelegate.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr int mostOffered = 10;

QString behind(const FilterCandidate& candidate)
{
    QStringList parts;
    if (!candidate.detail.empty())
        parts << strangersText(candidate.detail, 120);
    if (candidate.count)
        parts << CompletionList::tr("%1 letters").arg(toQString(formatNumber(static_cast<qint64>(*candidate.count))));
    return parts.join(QStringLiteral(" \u00b7 "));
}

} // namespace

CompletionList::CompletionList(QWidget* parent) : QListWidget(parent)
{
    setAccessibleName(tr("Completions"));
    setFocusPolicy(Qt::NoFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setItemDelegate(new CellDelegate(this));
    setUniformItemSizes(true);
    hide();
}

void CompletionList::offer(const std::vector<FilterCandidate>& candidates, const QPoint& place)
{
    clear();
    for (const auto& candidate : candidates) {
        const auto& words = candidate.label.empty() ? candidate.text : candidate.label;
        auto* item = new QListWidgetItem(strangersText(words, 120), this);
        item->setData(SecondaryRole, behind(candidate));
        item->setData(Qt::AccessibleTextRole, item->text() + u' ' + behind(candidate));
    }
    if (count() == 0) {
        hide();
        return;
    }
    setCurrentRow(0);
    const int height = std::min(count(), mostOffered) * sizeHintForRow(0) + 2 * frameWidth();
    const int width = std::clamp(sizeHintForColumn(0) + 2 * frameWidth() + 20, 260, 620);
    auto corner = parentWidget()->mapFromGlobal(place);
    corner.setX(std::clamp(corner.x(), 0, std::max(0, parentWidget()->width() - width)));
    setGeometry(QRect(corner, QSize(width, height)));
    show();
    raise();
}

void CompletionList::move(int step)
{
    setCurrentRow((currentRow() + step + count()) % count());
}

QStringList CompletionList::offered() const
{
    QStringList texts;
    for (int row = 0; row < count(); ++row)
        texts << item(row)->text();
    return texts;
}

} // namespace projectionist
