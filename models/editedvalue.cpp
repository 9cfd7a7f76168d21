// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/editedvalue.h"

#include "backend/deadletter/replay/editedvalue.h"
#include "models/lettertext.h"
#include "models/payloadview.h"
#include "models/text.h"

#include <QCoreApplication>
#include <QStringList>

namespace projectionist {

namespace {

class EditWords
{
    Q_DECLARE_TR_FUNCTIONS(EditWords)
};

constexpr std::size_t mostEdited = 256 * 1024;
constexpr int deepest = 512;

} // namespace

tl::expected<QString, QString> editableText(const std::string& value)
{
    if (value.size() > mostEdited)
        return tl::unexpected(EditWords::tr("It is larger than 256 KiB: give it as a file to \u201cprojectionistctl "
                                            "replay plan --edit\u201d."));
    if (findJsonFlaw(value))
        return tl::unexpected(EditWords::tr("It is no JSON, and nothing else can be edited."));
    auto text = payloadText(value, PayloadFormat::Json, {mostEdited, deepest}).text;
    if (findJsonFlaw(text.toStdString())) // characters that cannot be seen, and that have no escape as short
        return tl::unexpected(EditWords::tr("It has characters that cannot be shown: give it as a file to "
                                            "\u201cprojectionistctl replay plan --edit\u201d."));
    return text;
}

std::string editedValue(const QString& text, const std::string& before)
{
    const auto typed = text.toStdString();
    return compactJson(before) == before ? compactJson(typed) : typed;
}

QString editFlawText(const QString& text)
{
    const auto bytes = text.toStdString();
    const auto flaw = findJsonFlaw(bytes);
    if (!flaw) {
        const auto again = editableText(bytes);
        return again ? QString() : again.error();
    }
    const auto begin = flaw->offset - (flaw->column - 1);
    const auto column = toQString(std::string_view(bytes).substr(begin, flaw->column - 1)).size() + 1;
    return EditWords::tr("Line %1, column %2: %3").arg(flaw->line).arg(column).arg(strangersText(flaw->why));
}

DifferingLines differingLines(const QString& before, const QString& after)
{
    const auto one = before.split(u'\n');
    const auto other = after.split(u'\n');
    const auto least = std::min(one.size(), other.size());
    qsizetype first = 0;
    while (first < least && one[first] == other[first])
        ++first;
    qsizetype last = 0;
    while (last < least - first && one[one.size() - 1 - last] == other[other.size() - 1 - last])
        ++last;
    return {static_cast<int>(first), static_cast<int>(one.size() - first - last),
            static_cast<int>(other.size() - first - last)};
}

} // namespace projectionist
