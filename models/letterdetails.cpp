// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/letterdetails.h"

#include "backend/core/format.h"
#include "backend/deadletter/decode.h"
#include "backend/deadletter/kafkaletters.h"
#include "models/lettertext.h"
#include "models/payloadview.h"
#include "models/text.h"
#include "models/verdicttext.h"

#include <algorithm>
#include <QCoreApplication>

namespace projectionist {

namespace {

struct LetterDetails
{
    Q_DECLARE_TR_FUNCTIONS(LetterDetails)
};

const QString between = QStringLiteral(" \u00b7 ");
constexpr qsizetype longestStack = 256 * 1024; ///< characters
constexpr qsizetype longestStackLine = 1000;
constexpr qsizetype mostStackLines = 5000;

QString masked()
{
    return toQString(maskText);
}

bool hides(const LetterLook& look, std::string_view header)
{
    return look.masks && look.masks->coversHeader(header);
}

QString joinedNames(const std::vector<std::string>& names)
{
    QStringList words;
    for (const auto& name : names)
        words << strangersText(name, 80);
    return words.join(QStringLiteral(", "));
}

/// What connects the event with the others of one request.
QString correlationOf(const DeadLetter& letter, const LetterLook& look)
{
    for (const char* wanted : {"correlation", "traceparent", "trace-id", "trace_id"})
        for (const auto& header : letter.headers)
            if (strangersText(header.name).contains(QLatin1String(wanted), Qt::CaseInsensitive) && header.value)
                return hides(look, header.name) ? masked() : strangersText(header.text);
    return {};
}

QString decodedByText(const DeadLetter& letter)
{
    const auto known = std::count_if(letter.headers.begin(), letter.headers.end(),
                                     [](const DecodedHeader& header) { return !header.family.empty(); });
    if (letter.families.empty())
        return LetterDetails::tr("no framework whose headers are known");
    return known == 1 ? LetterDetails::tr("%1 (1 header)").arg(joinedNames(letter.families))
                      : LetterDetails::tr("%1 (%2 headers)").arg(joinedNames(letter.families)).arg(known);
}

QString eventTimeText(const DeadLetter& letter, const LetterLook& look)
{
    if (!letter.eventTime)
        return {};
    auto text = letterTimeText(letter.eventTime, look.now, look.zone);
    const auto failed = letter.failedAt ? letter.failedAt : letter.arrived;
    if (failed && *failed >= *letter.eventTime)
        text += between + LetterDetails::tr("failed %1 later").arg(durationText(*failed - *letter.eventTime));
    return text;
}

QString wrapperText(const Failure& failure)
{
    if (failure.thrown.empty() || failure.thrown == failure.exception)
        return {};
    QStringList wrappers;
    for (const auto& cause : failure.chain)
        if (cause.wrapper)
            wrappers << shortException(cause.exception);
    wrappers.removeDuplicates();
    if (wrappers.isEmpty())
        return LetterDetails::tr("it is the cause of %1, which was thrown").arg(shortException(failure.thrown));
    return wrappers.size() == 1 ? LetterDetails::tr("%1 is a wrapper").arg(wrappers.front())
                                : LetterDetails::tr("%1 are wrappers").arg(wrappers.join(QStringLiteral(", ")));
}

QString originOf(const DeadLetter& letter)
{
    return letter.origin.topic.empty() ? QString() : originText(letter.origin);
}

QString consumerText(const DeadLetter& letter)
{
    QStringList parts;
    if (!letter.consumer.empty())
        parts << strangersText(letter.consumer);
    if (!letter.hops.empty() && !letter.hops.back().stage.empty())
        parts << strangersText(letter.hops.back().stage);
    return parts.join(between);
}

QString eventText(const DeadLetter& letter)
{
    QStringList parts;
    for (const auto* part : {&letter.eventType, &letter.eventId})
        if (!part->empty())
            parts << strangersText(*part);
    return parts.join(between);
}

QString triesText(const DeadLetter& letter, const LetterLook& look)
{
    auto text = letter.attempts ? attemptsText(letter.attempts, letter.attempts) : QString();
    if (letter.nextAttempt)
        text += (text.isEmpty() ? QString() : between) +
                LetterDetails::tr("next at %1").arg(letterTimeText(letter.nextAttempt, look.now, look.zone));
    return text;
}

StackText cutStack(StackText stack)
{
    QStringList notes;
    stack.cut = stack.cut || stack.text.size() > longestStack;
    stack.text = readableLines(stack.text.left(longestStack), longestStackLine, mostStackLines, notes);
    stack.cut = stack.cut || !notes.isEmpty();
    return stack;
}

/// Appends frames; runs of library frames as one line if folded.
class StackWriter
{
public:
    explicit StackWriter(bool folded) : m_folded(folded) {}

    void addCause(const FailureCause& cause, bool root)
    {
        auto head = strangersText(cause.exception, 1000);
        if (!cause.message.empty())
            head += QStringLiteral(": ") + visibleText(cause.message, true);
        if (!root)
            head = (cause.suppressed ? LetterDetails::tr("Suppressed: %1") : LetterDetails::tr("Wrapped in: %1"))
                       .arg(head);
        m_lines << head;
        std::size_t run = 0;
        for (const auto& frame : cause.frames) {
            m_library += frame.library ? 1 : 0;
            if (frame.library && m_folded) {
                ++run;
                continue;
            }
            endRun(std::exchange(run, 0));
            m_lines << QStringLiteral("    at ") + strangersText(frame.text, 2000);
        }
        endRun(run);
        if (cause.omitted > 0)
            m_lines << LetterDetails::tr("    … %1 more, as in what it is wrapped in").arg(cause.omitted);
    }
    [[nodiscard]] QString text() const { return m_lines.join(u'\n'); }
    [[nodiscard]] std::size_t libraryFrames() const { return m_library; }

private:
    void endRun(std::size_t run)
    {
        if (run > 0)
            m_lines << (run == 1 ? LetterDetails::tr("    … 1 library frame")
                                 : LetterDetails::tr("    … %1 library frames").arg(run));
    }

    const bool m_folded;
    QStringList m_lines;
    std::size_t m_library = 0;
};

} // namespace

std::vector<LetterFact> failureFacts(const OpenedLetter& opened, const LetterLook& look)
{
    std::vector<LetterFact> facts;
    if (!opened.letter)
        return facts;
    const DeadLetter& letter = *opened.letter;
    const auto add = [&](const QString& name, const QString& value, bool important = false) {
        if (!value.isEmpty())
            facts.push_back({name, value, important});
    };
    add(LetterDetails::tr("Exception"),
        letter.failure.exception.empty() ? LetterDetails::tr("not told by the letter")
                                         : strangersText(letter.failure.exception),
        true);
    add(LetterDetails::tr("Message"), visibleText(std::string_view(letter.failure.message).substr(0, 4000), true));
    add(LetterDetails::tr("Shown because"), wrapperText(letter.failure));
    add(LetterDetails::tr("Thrown in"), strangersText(letter.failure.frame));
    add(LetterDetails::tr("Failed consumer"), consumerText(letter));
    add(LetterDetails::tr("Projection"), strangersText(opened.projection));
    add(LetterDetails::tr("Event"), eventText(letter));
    add(LetterDetails::tr("Event time"), eventTimeText(letter, look));
    add(LetterDetails::tr("Arrived"),
        letterTimeText(letter.arrived, look.now, look.zone) + between + basisText(letter.arrivedBy));
    add(LetterDetails::tr("Origin"), originOf(letter));
    add(LetterDetails::tr("Lies in"), strangersText(opened.reference));
    add(LetterDetails::tr("Tries"), triesText(letter, look));
    add(LetterDetails::tr("Correlation"), correlationOf(letter, look));
    add(LetterDetails::tr("Decoded by"), decodedByText(letter));
    add(LetterDetails::tr("Group"), groupReasonText(letter.reason));
    add(LetterDetails::tr("Note"), flagTexts(letter.flags).join(u'\n'));
    return facts;
}

StackText stackText(const Failure& failure, bool folded)
{
    StackText stack;
    if (failure.chain.empty()) {
        stack.cut = static_cast<qsizetype>(failure.stackTrace.size()) > longestStack;
        stack.text = visibleText(std::string_view(failure.stackTrace).substr(0, longestStack), true);
        return cutStack(std::move(stack));
    }
    StackWriter writer(folded);
    // The root first: it is what somebody looks for. What was thrown beside comes last.
    bool root = true;
    for (auto cause = failure.chain.rbegin(); cause != failure.chain.rend(); ++cause)
        if (!cause->suppressed)
            writer.addCause(*cause, std::exchange(root, false));
    for (const auto& cause : failure.chain)
        if (cause.suppressed)
            writer.addCause(cause, false);
    stack.text = writer.text();
    stack.libraryFrames = writer.libraryFrames();
    return cutStack(std::move(stack));
}

std::vector<LetterCells> headerRows(const DeadLetter& letter, const LetterLook& look)
{
    constexpr int longest = 2000;
    std::vector<LetterCells> rows;
    for (const auto& header : letter.headers) {
        const bool hidden = hides(look, header.name);
        const bool known = !header.family.empty();
        const auto raw = hidden         ? masked()
                         : header.value ? inlineText(header.value, longest)
                                        : LetterDetails::tr("null");
        // Headers that nobody knows are not decoded; what stands in them is their raw text.
        const auto decoded = hidden ? masked() : known ? strangersText(header.text, longest) : raw;
        const auto color = hidden || !header.value ? ColorMeaning::Muted : ColorMeaning::Normal;
        rows.push_back({{strangersText(header.name, 200)},
                        {decoded, {}, color},
                        {raw, {}, ColorMeaning::Muted},
                        {strangersText(header.role), {}, ColorMeaning::Muted},
                        {known ? strangersText(header.family) : QString(), {}, ColorMeaning::Muted}});
    }
    return rows;
}

std::vector<LetterCells> pathRows(const DeadLetter& letter, const LetterLook& look)
{
    std::vector<LetterCells> rows;
    std::optional<TimePoint> before;
    const auto add = [&](const QString& what, const std::optional<TimePoint>& at, const QString& where,
                         const QString& who, const QString& why) {
        const auto after =
            at && before ? (*at < *before ? LetterDetails::tr("before it, by its clock") : durationText(*at - *before))
                         : QString();
        rows.push_back({{what},
                        {letterTimeText(at, look.now, look.zone)},
                        {after, {}, ColorMeaning::Muted},
                        {where},
                        {who},
                        {why, {}, ColorMeaning::Muted}});
        before = at ? at : before;
    };
    add(LetterDetails::tr("Event written"), letter.eventTime, originText(letter.origin), {}, eventText(letter));
    for (const auto& hop : letter.hops) {
        QStringList who;
        for (const auto* part : {&hop.consumer, &hop.stage, &hop.family})
            if (!part->empty())
                who << strangersText(*part);
        auto why = hop.exception.empty() ? QString() : shortException(hop.exception);
        if (!hop.message.empty())
            why += (why.isEmpty() ? QString() : QStringLiteral(": ")) + strangersText(hop.message);
        const auto what = hop.attempts ? LetterDetails::tr("Given up after %1 tries").arg(*hop.attempts)
                                       : LetterDetails::tr("Given up");
        add(what, hop.failedAt, originText(hop.from), who.join(between), why);
    }
    EventOrigin place;
    place.topic = letter.id.topic;
    place.partition = letter.id.partition;
    place.offset = letter.offset;
    add(LetterDetails::tr("Dead letter"), letter.arrived, originText(place), {}, basisText(letter.arrivedBy));
    if (letter.nextAttempt)
        add(LetterDetails::tr("Tried again"), letter.nextAttempt, {}, {}, LetterDetails::tr("by its framework"));
    return rows;
}

MaskedPayload shownPayload(std::string_view payload, const LetterLook& look)
{
    if (look.masks)
        return maskedPayload(payload, *look.masks);
    MaskedPayload whole;
    whole.value.text = payload;
    return whole;
}

OpenedLetter openedEvent(const Record& record)
{
    static const auto rules = *DecodeRules::build();
    LetterScanner scanner(rules);
    std::vector<RawHeader> headers;
    OpenedLetter opened;
    opened.place = {record.id, record.offset};
    opened.reference = referenceInKafka(opened.place);
    opened.letter = decode(scanner, viewOf(record, headers));
    return opened;
}

QStringList maskedParts(const MaskedPayload& payload)
{
    constexpr std::size_t mostPaths = 1000;
    QStringList names;
    const auto& paths = payload.value.paths;
    for (std::size_t i = 0; i < std::min(paths.size(), mostPaths); ++i)
        names << strangersText(paths[i], 120);
    if (paths.size() > mostPaths)
        names << LetterDetails::tr("and %1 more values").arg(paths.size() - mostPaths);
    if (payload.withheld != Withheld::No)
        names << LetterDetails::tr("the whole payload");
    else if (payload.value.restHidden)
        names << LetterDetails::tr("the rest of a payload that is no proper JSON");
    return names;
}

QStringList maskedNames(const DeadLetter& letter, const MaskedPayload& payload, const LetterMasks& masks)
{
    auto names = maskedParts(payload);
    for (const auto& header : letter.headers)
        if (masks.coversHeader(header.name))
            names << LetterDetails::tr("header %1").arg(strangersText(header.name, 120));
    return names;
}

} // namespace projectionist
