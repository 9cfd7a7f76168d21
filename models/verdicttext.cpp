// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/verdicttext.h"

#include "backend/core/format.h"
#include "models/text.h"

#include <array>
#include <QCoreApplication>

namespace projectionist {

namespace {

struct VerdictText
{
    Q_DECLARE_TR_FUNCTIONS(VerdictText)
};

const QString unknownText = QStringLiteral("\u2014");

struct ConditionEntry
{
    Condition condition;
    const char* text;
    ColorMeaning meaning;
};

// Worst first.
constexpr std::array conditionEntries{
    ConditionEntry{LostEvents, QT_TRANSLATE_NOOP("VerdictText", "events deleted before they were applied"),
                   ColorMeaning::Critical},
    ConditionEntry{TopicRecreated, QT_TRANSLATE_NOOP("VerdictText", "topic was recreated"), ColorMeaning::Critical},
    ConditionEntry{PositionsDisagree, QT_TRANSLATE_NOOP("VerdictText", "group offset and checkpoint differ"),
                   ColorMeaning::Warning},
    ConditionEntry{AbandonedTopic, QT_TRANSLATE_NOOP("VerdictText", "the group has left this partition"),
                   ColorMeaning::Warning},
    ConditionEntry{NeverCommitted, QT_TRANSLATE_NOOP("VerdictText", "never committed"), ColorMeaning::Warning},
    ConditionEntry{OpenTransaction, QT_TRANSLATE_NOOP("VerdictText", "open transaction, cannot be read yet"),
                   ColorMeaning::Info},
    ConditionEntry{AheadOfHead, QT_TRANSLATE_NOOP("VerdictText", "committed ahead of the sampled head"),
                   ColorMeaning::Info},
};

QString stateText(const SourceStatus& source, const QString& since)
{
    const QString name = toQString(source.name);
    switch (source.state) {
    case SourceState::Connecting:
        return VerdictText::tr("%1 connecting").arg(name);
    case SourceState::Waiting:
        return VerdictText::tr("%1 has not answered since %2").arg(name, since);
    case SourceState::Failed:
        return VerdictText::tr("%1 failing since %2").arg(name, since);
    case SourceState::Ok:
        break;
    }
    return name;
}

ColorMeaning stateMeaning(SourceState state)
{
    switch (state) {
    case SourceState::Connecting:
        return ColorMeaning::Muted;
    case SourceState::Waiting:
        return ColorMeaning::Warning;
    case SourceState::Failed:
        return ColorMeaning::Critical;
    case SourceState::Ok:
        break;
    }
    return ColorMeaning::Good;
}

} // namespace

QString verdictWord(VerdictKind kind)
{
    switch (kind) {
    case VerdictKind::Idle:
        return VerdictText::tr("Idle");
    case VerdictKind::Ok:
        return VerdictText::tr("OK");
    case VerdictKind::NotStarted:
        return VerdictText::tr("Not started");
    case VerdictKind::CatchingUp:
        return VerdictText::tr("Catching up");
    case VerdictKind::FallingBehind:
        return VerdictText::tr("Falling behind");
    case VerdictKind::Rewound:
        return VerdictText::tr("Rewound");
    case VerdictKind::SourceFrozen:
        return VerdictText::tr("Source frozen");
    case VerdictKind::Stopped:
        return VerdictText::tr("Stopped");
    case VerdictKind::Blocked:
        return VerdictText::tr("Blocked");
    case VerdictKind::LosingEvents:
        return VerdictText::tr("Losing events");
    case VerdictKind::Unknown:
        break;
    }
    return VerdictText::tr("Unknown");
}

ColorMeaning verdictMeaning(VerdictKind kind)
{
    switch (kind) {
    case VerdictKind::Idle:
    case VerdictKind::Ok:
        return ColorMeaning::Good;
    case VerdictKind::CatchingUp:
        return ColorMeaning::Info;
    case VerdictKind::NotStarted:
    case VerdictKind::Unknown:
        return ColorMeaning::Muted;
    case VerdictKind::FallingBehind:
    case VerdictKind::Rewound:
        return ColorMeaning::Warning;
    case VerdictKind::SourceFrozen:
    case VerdictKind::Stopped:
    case VerdictKind::Blocked:
    case VerdictKind::LosingEvents:
        break;
    }
    return ColorMeaning::Critical;
}

QString verdictSince(const Verdict& verdict, TimePoint now, Zone zone)
{
    if (verdict.since == TimePoint{})
        return verdictWord(verdict.kind);
    return VerdictText::tr("%1 for %2, since %3 %4")
        .arg(verdictWord(verdict.kind), ageText(verdict.since, now), clockText(verdict.since, zone),
             zoneName(verdict.since, zone));
}

QStringList conditionTexts(std::uint32_t conditions)
{
    QStringList texts;
    for (const auto& entry : conditionEntries)
        if ((conditions & entry.condition) != 0)
            texts << VerdictText::tr(entry.text);
    return texts;
}

ColorMeaning conditionsMeaning(std::uint32_t conditions)
{
    for (const auto& entry : conditionEntries)
        if ((conditions & entry.condition) != 0)
            return entry.meaning;
    return ColorMeaning::Normal;
}

QString lagText(const TimeLag& lag)
{
    return toQString(formatLag(lag));
}

QString lagOriginText(LagOrigin origin)
{
    switch (origin) {
    case LagOrigin::None:
        return VerdictText::tr("There is no backlog, so there is no lag.");
    case LagOrigin::Exact:
        return VerdictText::tr("Exact: from the broker's time index or the event at the position.");
    case LagOrigin::Between:
        return VerdictText::tr("Interpolated between two events whose times are known.");
    case LagOrigin::AtMost:
        return VerdictText::tr("At most: the oldest waiting event is not older than this.");
    case LagOrigin::AtLeast:
        return VerdictText::tr("At least: the oldest waiting event is this old or older.");
    case LagOrigin::Unknown:
        break;
    }
    return VerdictText::tr("Not known: there is nothing to tell the time of the oldest waiting event by.");
}

QString countText(const std::optional<std::int64_t>& count)
{
    return count ? toQString(formatCount(*count)) : unknownText;
}

QString rateText(const std::optional<double>& perSecond)
{
    return perSecond ? toQString(formatRate(*perSecond)) : unknownText;
}

QString durationText(Duration duration)
{
    return toQString(formatDuration(duration));
}

QString ageText(TimePoint at, TimePoint now)
{
    // Two clocks may differ a little; an age below zero would only puzzle.
    return durationText(std::max(Duration(0), now - at));
}

QString catchUpText(const Forecast& forecast)
{
    switch (forecast.kind) {
    case Forecast::Kind::Now:
        return VerdictText::tr("now");
    case Forecast::Kind::CatchesUp:
        return durationText(forecast.in);
    case Forecast::Kind::Breaches:
        return VerdictText::tr("breaches in %1").arg(durationText(forecast.in));
    case Forecast::Kind::NotConverging:
        return VerdictText::tr("not converging");
    case Forecast::Kind::None:
        break;
    }
    return unknownText;
}

ColorMeaning forecastMeaning(const Forecast& forecast)
{
    switch (forecast.kind) {
    case Forecast::Kind::CatchesUp:
        return ColorMeaning::Info;
    case Forecast::Kind::Breaches:
        return ColorMeaning::Warning;
    case Forecast::Kind::NotConverging:
        return ColorMeaning::Critical;
    case Forecast::Kind::None:
        return ColorMeaning::Muted;
    case Forecast::Kind::Now:
        break;
    }
    return ColorMeaning::Normal;
}

SourceText sourceText(const SourceStatus& source, Zone zone)
{
    SourceText text;
    const QString since = clockText(source.since, zone);
    text.text = stateText(source, since);
    text.meaning = stateMeaning(source.state);
    QStringList details;
    if (!source.detail.empty())
        details << toQString(source.detail);
    details << VerdictText::tr("In this state since %1.").arg(dateTimeText(source.since, zone));
    if (source.took > Duration(0))
        details << VerdictText::tr("The last read took %1.").arg(durationText(source.took));
    if (source.error)
        details << toQString(toString(*source.error));
    text.details = details.join(u'\n');
    return text;
}

QString cycleText(const Snapshot& snapshot)
{
    const QString text = snapshot.partitionsAsked == 1 ? VerdictText::tr("cycle %1 \u00b7 %2 of %3 partition")
                                                       : VerdictText::tr("cycle %1 \u00b7 %2 of %3 partitions");
    return text.arg(durationText(snapshot.ended - snapshot.began),
                    toQString(formatNumber(static_cast<std::int64_t>(snapshot.partitionsAnswered))),
                    toQString(formatNumber(static_cast<std::int64_t>(snapshot.partitionsAsked))));
}

} // namespace projectionist
