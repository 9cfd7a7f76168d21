// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shellwords.h"

#include <algorithm>

namespace projectionist {

QString shellQuoted(const QString& argument)
{
    const auto harmless = std::all_of(argument.begin(), argument.end(), [](QChar c) {
        return c.isLetterOrNumber() || QStringLiteral("/._-+=:@%,~").contains(c);
    });
    if (harmless && !argument.isEmpty() && !argument.startsWith(u'~'))
        return argument;
    return u'\'' + QString(argument).replace(u'\'', QLatin1String("'\\''")) + u'\'';
}

std::optional<QStringList> shellWords(QStringView command)
{
    QStringList words;
    QString word;
    bool inWord = false;
    QChar quote; // null: outside
    for (qsizetype i = 0; i < command.size(); ++i) {
        const QChar c = command[i];
        const bool last = i + 1 == command.size();
        if (quote.isNull() && (c == u' ' || c == u'\t' || c == u'\n')) {
            if (inWord)
                words << std::exchange(word, {});
            inWord = false;
            continue;
        }
        inWord = true;
        if (c == quote) {
            quote = {};
        } else if (quote.isNull() && (c == u'"' || c == u'\'')) {
            quote = c;
        } else if (c == u'\\' && quote != u'\'') {
            if (last)
                return std::nullopt;
            const QChar next = command[++i];
            if (quote == u'"' && !QStringView(u"$`\"\\\n").contains(next))
                word += c;
            if (next != u'\n')
                word += next;
        } else {
            word += c;
        }
    }
    if (!quote.isNull())
        return std::nullopt;
    if (inWord)
        words << word;
    return words;
}

} // namespace projectionist
