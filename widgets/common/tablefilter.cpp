// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/tablefilter.h"

#include "backend/core/format.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace projectionist {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("TableFilter", text);
}

/// Splits at spaces outside of quotes; the quotes go.
struct Word
{
    QString text;
    qsizetype operatorAt = -1; ///< of the first = != < > outside of quotes
};

std::vector<Word> wordsOf(const QString& text)
{
    std::vector<Word> words;
    Word word;
    bool quoted = false;
    bool any = false;
    const auto finish = [&] {
        if (any)
            words.push_back(word);
        word = {};
        any = false;
    };
    for (const auto c : text) {
        if (c == u'"') {
            quoted = !quoted;
            any = true;
        } else if (c.isSpace() && !quoted) {
            finish();
        } else {
            if (!quoted && word.operatorAt < 0 && QStringView(u"=!<>").contains(c))
                word.operatorAt = word.text.size();
            word.text += c;
            any = true;
        }
    }
    finish();
    return words;
}

QString plain(const QString& name)
{
    static const QRegularExpression noise(QStringLiteral("[^\\p{L}\\p{N}/]"));
    return QString(name).remove(noise).toLower();
}

int columnOf(const QString& name, const QStringList& columns)
{
    const auto wanted = plain(name);
    if (wanted.isEmpty())
        return -1;
    int prefix = -1;
    for (int i = 0; i < columns.size(); ++i) {
        const auto known = plain(columns[i]);
        if (known == wanted)
            return i;
        if (prefix < 0 && known.startsWith(wanted))
            prefix = i;
    }
    return prefix;
}

std::optional<double> numberOf(const QString& text)
{
    bool ok = false;
    const double number = text.toDouble(&ok);
    if (ok)
        return number;
    if (const auto duration = parseDuration(text.toStdString()))
        return static_cast<double>(duration->count());
    return std::nullopt;
}

/// Empty if the word is understood.
QString parseComparison(const Word& word, const QStringList& columns, FilterTerm& term)
{
    const auto name = word.text.left(word.operatorAt);
    const bool differs = QStringView(word.text).sliced(word.operatorAt).startsWith(u"!=");
    const auto sign = word.text[word.operatorAt];
    term.text = word.text.mid(word.operatorAt + (differs ? 2 : 1));
    term.column = columnOf(name, columns);
    if (term.column < 0)
        return tr("There is no column “%1”. Columns: %2").arg(name, columns.join(QStringLiteral(", ")));
    if (sign == u'!' && !differs)
        return tr("“%1” is not a comparison; use = != < >").arg(word.text);
    term.kind = differs ? FilterTerm::Kind::Differs : FilterTerm::Kind::Equals;
    if (sign == u'<' || sign == u'>') {
        term.kind = sign == u'<' ? FilterTerm::Kind::Less : FilterTerm::Kind::Greater;
        const auto number = numberOf(term.text);
        if (!number)
            return tr("“%1” is not a number or a duration such as 30s").arg(term.text);
        term.number = *number;
    }
    return {};
}

} // namespace

ParsedFilter parseFilter(const QString& text, const QStringList& columns)
{
    ParsedFilter parsed;
    for (const auto& word : wordsOf(text)) {
        FilterTerm term;
        if (word.operatorAt > 0) {
            if (auto error = parseComparison(word, columns, term); !error.isEmpty())
                return {{}, error};
        } else {
            term.negated = word.text.size() > 1 && word.text.startsWith(u'-');
            term.text = term.negated ? word.text.mid(1) : word.text;
        }
        parsed.terms.push_back(std::move(term));
    }
    return parsed;
}

QString filterTermFor(const QString& column, const QString& value, bool out)
{
    const auto quoted = [](const QString& text) {
        static const QRegularExpression special(QStringLiteral("[\\s=!<>]"));
        return text.isEmpty() || text.contains(special) ? u'"' + text + u'"' : text;
    };
    return quoted(column) + (out ? QStringLiteral("!=") : QStringLiteral("=")) + quoted(value);
}

} // namespace projectionist
