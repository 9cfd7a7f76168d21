// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/jsonhighlighter.h"

#include "backend/deadletter/lettermasks.h"
#include "models/text.h"
#include "widgets/common/colors.h"

#include <QGuiApplication>

namespace projectionist {

namespace {

qsizetype endOfString(const QString& text, qsizetype begin)
{
    for (qsizetype i = begin + 1; i < text.size(); ++i) {
        if (text[i] == u'\\')
            ++i;
        else if (text[i] == u'"')
            return i + 1;
    }
    return text.size();
}

bool isWordPart(QChar c)
{
    return c.isLetterOrNumber() || c == u'.' || c == u'-' || c == u'+';
}

QColor inkOfWord(QStringView word, const Colors& colors)
{
    if (word == u"null")
        return colors.critical;
    return word.front().isDigit() || word.front() == u'-' ? colors.warning : colors.info;
}

} // namespace

void JsonHighlighter::highlightBlock(const QString& text)
{
    if (!m_on)
        return;
    const auto palette = QGuiApplication::palette();
    const auto& colors = colorsFor(palette);
    static const QString masked = u'"' + toQString(maskText) + u'"';
    for (qsizetype i = 0; i < text.size();) {
        qsizetype end = i + 1;
        QColor ink;
        if (text[i] == u'"') {
            end = endOfString(text, i);
            const bool isName = end < text.size() && text[end] == u':';
            const bool isMask = QStringView(text).mid(i, end - i) == masked;
            ink = isName ? colors.info : isMask ? colors.muted : colors.ok;
        } else if (isWordPart(text[i])) {
            while (end < text.size() && isWordPart(text[end]))
                ++end;
            ink = inkOfWord(QStringView(text).mid(i, end - i), colors);
        }
        if (ink.isValid())
            setFormat(static_cast<int>(i), static_cast<int>(end - i), ink);
        i = end;
    }
}

} // namespace projectionist
