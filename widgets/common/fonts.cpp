// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/fonts.h"

#include <QFontDatabase>
#include <QFontMetricsF>

namespace projectionist {

QFont tabularFont(const QFont& font)
{
    const QFontMetricsF metrics(font);
    const auto width = metrics.horizontalAdvance(u'0');
    bool even = true;
    for (char16_t digit = u'1'; digit <= u'9'; ++digit)
        even = even && qFuzzyCompare(metrics.horizontalAdvance(digit), width);
    if (even)
        return font;
#if QT_VERSION >= QT_VERSION_CHECK(6, 7, 0)
    QFont tabular = font;
    tabular.setFeature("tnum", 1);
    return tabular;
#else
    return fixedFont(font);
#endif
}

QFont fixedFont(const QFont& like)
{
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    if (like.pointSizeF() > 0)
        fixed.setPointSizeF(like.pointSizeF());
    fixed.setWeight(like.weight());
    return fixed;
}

QFont scaledFont(QFont font, double factor, bool bold)
{
    if (font.pointSizeF() > 0)
        font.setPointSizeF(font.pointSizeF() * factor);
    font.setBold(bold);
    return font;
}

} // namespace projectionist
