// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/lettertext.h"

#include "backend/core/format.h"
#include "models/payloadview.h"
#include "models/text.h"

#include <array>
#include <QCoreApplication>
#include <QLocale>

namespace projectionist {

namespace {

struct LetterWords
{
    Q_DECLARE_TR_FUNCTIONS(LetterWords)
};

const QString unknownWord = QStringLiteral("\u2014");

QString placeText(const EventOrigin& origin, bool grouped)
{
    if (origin.topic.empty())
        return {};
    QString text = strangersText(origin.topic);
    if (origin.partition)
        text += QStringLiteral("[%1]").arg(*origin.partition);
    if (origin.offset)
        text += u'@' + (grouped ? toQString(formatNumber(*origin.offset)) : QString::number(*origin.offset));
    return text;
}

} // namespace

QString numberText(std::uint64_t number)
{
    return toQString(formatNumber(static_cast<std::int64_t>(number)));
}

QString lettersText(std::uint64_t number)
{
    return number == 1 ? LetterWords::tr("1 letter") : LetterWords::tr("%1 letters").arg(numberText(number));
}

QString strangersText(std::string_view text, int longest)
{
    return inlineText(std::string(text), longest);
}

QString originText(const EventOrigin& origin)
{
    const auto text = placeText(origin, true);
    return text.isEmpty() ? unknownWord : text;
}

QString originCopyText(const EventOrigin& origin)
{
    return placeText(origin, false);
}

QString shortException(std::string_view exception)
{
    // A class, not a sentence: only then the last part names it.
    if (exception.find(' ') == std::string_view::npos)
        exception.remove_prefix(exception.find_last_of(".$:/") + 1); // npos + 1 is 0
    return exception.empty() ? LetterWords::tr("Unknown failure") : strangersText(exception, 120);
}

QString letterTimeText(const std::optional<TimePoint>& time, TimePoint now, Zone zone, bool millis)
{
    if (!time)
        return unknownWord;
    const auto at = toDateTime(*time, zone);
    const auto clock = at.toString(millis ? u"HH:mm:ss.zzz" : u"HH:mm:ss");
    return at.date() == toDateTime(now, zone).date() ? clock : at.toString(u"yyyy-MM-dd ") + clock;
}

QString basisText(ArrivalBasis basis)
{
    switch (basis) {
    case ArrivalBasis::AppendTime:
        return LetterWords::tr("by the broker's clock");
    case ArrivalBasis::WriterTime:
        return LetterWords::tr("by the clock of whoever wrote the dead letter");
    case ArrivalBasis::FailureHeader:
        return LetterWords::tr("by what the letter itself says");
    case ArrivalBasis::Assumed:
        return LetterWords::tr("assumed: it is not known what this framework writes there");
    case ArrivalBasis::Unknown:
        break;
    }
    return LetterWords::tr("not known: the record bears the event's time, and nothing else tells");
}

QString attemptsText(const std::optional<std::int64_t>& fewest, const std::optional<std::int64_t>& most)
{
    if (!most)
        return unknownWord;
    const auto last = toQString(formatNumber(*most));
    return fewest && *fewest != *most ? toQString(formatNumber(*fewest)) + QChar(u'\u2013') + last : last;
}

QString bytesText(const std::optional<std::int64_t>& bytes)
{
    return bytes ? QLocale::c().formattedDataSize(*bytes) : unknownWord;
}

QString namesText(const std::vector<NamedCount>& names)
{
    constexpr std::size_t shown = 2;
    QStringList words;
    for (const auto& name : names)
        if (static_cast<std::size_t>(words.size()) < shown)
            words << (name.name.empty() ? unknownWord : strangersText(name.name, 80));
    const auto text = words.isEmpty() ? unknownWord : words.join(QStringLiteral(", "));
    return names.size() > shown ? LetterWords::tr("%1 and %2 more").arg(text).arg(names.size() - shown) : text;
}

QStringList flagTexts(std::uint32_t flags)
{
    const std::array<std::pair<std::uint32_t, QString>, 9> phrases{{
        {ParkedBehind, LetterWords::tr("Did not fail itself: it waits behind a failed event of the same key.")},
        {PayloadMissing, LetterWords::tr("The framework left the payload out; the original has it.")},
        {PayloadCut, LetterWords::tr("Only the beginning of the payload was read.")},
        {NullText, LetterWords::tr("The payload is the word “null”: a tombstone that went through a JSON serialiser.")},
        {EmptyValue, LetterWords::tr("The payload has no bytes, which is not the same as none.")},
        {StackCut, LetterWords::tr("The stack trace was cut by its writer: the root cause may be missing.")},
        {EmbeddedHeaders, LetterWords::tr("The headers were inside the value.")},
        {JavaSerialized, LetterWords::tr("A header holds a serialised Java object, which is never deserialised.")},
        {HeaderUndecodable, LetterWords::tr("A known header holds bytes that make no sense.")},
    }};
    QStringList texts;
    for (const auto& [flag, phrase] : phrases)
        if ((flags & flag) != 0)
            texts << phrase;
    return texts;
}

QString groupReasonText(const GroupReason& reason)
{
    QStringList lines;
    const auto add = [&](const QString& name, const std::string& value) {
        if (!value.empty())
            lines << name.arg(strangersText(value, 200));
    };
    add(LetterWords::tr("exception %1"), reason.exception);
    add(LetterWords::tr("thrown in %1"), reason.frame);
    add(LetterWords::tr("message like “%1”"), reason.message);
    add(LetterWords::tr("event %1"), reason.eventType);
    add(LetterWords::tr("from %1"), reason.origin);
    add(LetterWords::tr("rule “%1” of the workspace"), reason.rule);
    return lines.isEmpty() ? LetterWords::tr("Grouped because nothing is known of any of them.")
                           : LetterWords::tr("Grouped because of: %1 (fingerprint version %2).")
                                 .arg(lines.join(QStringLiteral(", ")))
                                 .arg(reason.version);
}

QString boardText(const LetterBoard& board)
{
    std::uint64_t scanned = 0;
    std::uint64_t total = 0;
    for (const auto& source : board.progress) {
        scanned += source.scanned;
        total += source.total;
    }
    const auto shown = board.letters - (board.resolvedShown ? 0 : board.resolved);
    QStringList parts{LetterWords::tr("%1 of %2").arg(numberText(board.passing), numberText(shown))};
    parts << (board.complete
                  ? LetterWords::tr("scanned %1 of %2 (complete)").arg(numberText(scanned), numberText(total))
                  : LetterWords::tr("scanned %1 of %2").arg(numberText(scanned), numberText(total)));
    if (board.searching)
        parts << LetterWords::tr("searching");
    if (board.undecided > 0)
        parts << LetterWords::tr("%1 undecided").arg(numberText(board.undecided));
    if (board.groupCount > board.groups.size())
        parts << LetterWords::tr("the %1 largest of %2 groups")
                     .arg(numberText(board.groups.size()), numberText(board.groupCount));
    if (board.refused > 0)
        parts << LetterWords::tr("%1 more did not fit into memory").arg(numberText(board.refused));
    return parts.join(QStringLiteral(" \u00b7 "));
}

} // namespace projectionist
