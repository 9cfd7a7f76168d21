// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/replaytext.h"

#include "models/lettertext.h"
#include "models/payloadview.h"
#include "models/shellwords.h"
#include "models/text.h"

#include <algorithm>
#include <QCoreApplication>

namespace projectionist {

namespace {

struct ReplayWords
{
    Q_DECLARE_TR_FUNCTIONS(ReplayWords)
};

QString shaped(QChar shape, const QString& word)
{
    return QString(shape) + u' ' + word;
}

constexpr QChar tick = u'\u2713';
constexpr QChar cross = u'\u2717';
constexpr QChar ring = u'\u25cb';
constexpr QChar disc = u'\u25cf';
constexpr QChar triangle = u'\u25b2';
constexpr QChar arrow = u'\u25b6';
constexpr QChar dash = u'\u2013';

} // namespace

QString verdictText(ReplayVerdict verdict)
{
    switch (verdict) {
    case ReplayVerdict::Safe:
        return shaped(disc, ReplayWords::tr("safe"));
    case ReplayVerdict::AfterEarlier:
        return shaped(arrow, ReplayWords::tr("after earlier ones"));
    case ReplayVerdict::AlreadyApplied:
        return shaped(tick, ReplayWords::tr("already applied"));
    case ReplayVerdict::NewerApplied:
        return shaped(triangle, ReplayWords::tr("newer event applied"));
    case ReplayVerdict::WouldFailAgain:
        return shaped(cross, ReplayWords::tr("would fail again"));
    case ReplayVerdict::Unknown:
        break;
    }
    return shaped(u'?', ReplayWords::tr("unknown"));
}

QString verdictMeaningText(ReplayVerdict verdict)
{
    switch (verdict) {
    case ReplayVerdict::Safe:
        return ReplayWords::tr("The event would be applied next for its key.");
    case ReplayVerdict::AfterEarlier:
        return ReplayWords::tr("Safe behind the earlier letters of its key, which are sent first.");
    case ReplayVerdict::AlreadyApplied:
        return ReplayWords::tr("The read model holds the event.");
    case ReplayVerdict::NewerApplied:
        return ReplayWords::tr("The read model holds a newer event of its key.");
    case ReplayVerdict::WouldFailAgain:
        return ReplayWords::tr("Its payload cannot be decoded today.");
    case ReplayVerdict::Unknown:
        break;
    }
    return ReplayWords::tr("Nothing tells what a replay would do.");
}

QString verdictWarning(ReplayVerdict verdict)
{
    switch (verdict) {
    case ReplayVerdict::Safe:
    case ReplayVerdict::AfterEarlier:
        return {};
    case ReplayVerdict::AlreadyApplied:
        return ReplayWords::tr(
            "Events that are already applied are applied twice unless the consumer recognises them.");
    case ReplayVerdict::NewerApplied:
        return ReplayWords::tr("Older events overwrite newer state unless the consumer compares versions.");
    case ReplayVerdict::WouldFailAgain:
        return ReplayWords::tr("Letters that cannot be decoded come back as dead letters and stop the run.");
    case ReplayVerdict::Unknown:
        break;
    }
    return ReplayWords::tr("Nobody knows what letters without a verdict do to the read model.");
}

QString lightText(ReplayLight light)
{
    switch (light) {
    case ReplayLight::Off:
        return QStringLiteral("\u00b7");
    case ReplayLight::Waiting:
        return shaped(ring, ReplayWords::tr("waiting"));
    case ReplayLight::On:
        return shaped(tick, ReplayWords::tr("proved"));
    case ReplayLight::Broken:
        return shaped(cross, ReplayWords::tr("failed"));
    case ReplayLight::Unprovable:
        break;
    }
    return shaped(dash, ReplayWords::tr("no proof possible"));
}

ColorMeaning lightColor(ReplayLight light)
{
    switch (light) {
    case ReplayLight::On:
        return ColorMeaning::Good;
    case ReplayLight::Waiting:
        return ColorMeaning::Info;
    case ReplayLight::Broken:
        return ColorMeaning::Critical;
    case ReplayLight::Off:
    case ReplayLight::Unprovable:
        break;
    }
    return ColorMeaning::Muted;
}

QString letterStateText(ReplayLetterState state)
{
    switch (state) {
    case ReplayLetterState::Waiting:
        return shaped(u'\u00b7', ReplayWords::tr("not sent"));
    case ReplayLetterState::Sending:
        return shaped(arrow, ReplayWords::tr("sending"));
    case ReplayLetterState::Unknown:
        return shaped(u'?', ReplayWords::tr("unclear"));
    case ReplayLetterState::Sent:
        return shaped(tick, ReplayWords::tr("sent"));
    case ReplayLetterState::Refused:
        return shaped(cross, ReplayWords::tr("refused"));
    case ReplayLetterState::HeldBack:
        break;
    }
    return shaped(triangle, ReplayWords::tr("held back"));
}

ColorMeaning letterStateColor(ReplayLetterState state)
{
    switch (state) {
    case ReplayLetterState::Waiting:
        return ColorMeaning::Muted;
    case ReplayLetterState::Sending:
        return ColorMeaning::Info;
    case ReplayLetterState::Sent:
        return ColorMeaning::Good;
    case ReplayLetterState::Refused:
        return ColorMeaning::Critical;
    case ReplayLetterState::Unknown:
    case ReplayLetterState::HeldBack:
        break;
    }
    return ColorMeaning::Warning;
}

QString runStateText(const ReplayProgress& progress)
{
    const auto step = ReplayWords::tr("Step %1: ").arg(progress.step);
    switch (progress.state) {
    case ReplayState::Starting:
        return ReplayWords::tr("Looking at the target before the first letter");
    case ReplayState::Sending:
        return step + ReplayWords::tr("sending %1").arg(lettersText(progress.stepLetters));
    case ReplayState::Proving:
        return step + ReplayWords::tr("waiting for the proof of %1").arg(lettersText(progress.stepLetters));
    case ReplayState::Paused:
        return step + ReplayWords::tr("paused, no letter is sent");
    case ReplayState::Cancelling:
        return ReplayWords::tr("Cancelling: waiting for letters under way");
    case ReplayState::Cancelled:
        return ReplayWords::tr("Cancelled");
    case ReplayState::Stopped:
        return ReplayWords::tr("Stopped: %1").arg(stopText(progress.stop));
    case ReplayState::Refused:
        return ReplayWords::tr("Refused: nothing was sent by this start");
    case ReplayState::Finished:
        break;
    }
    const auto& counts = progress.counts;
    if (counts.refused > 0)
        return ReplayWords::tr("Finished: %1 of %2 sent").arg(numberText(counts.done), lettersText(counts.letters));
    return counts.letters == 1 ? ReplayWords::tr("Finished: the letter was sent")
                               : ReplayWords::tr("Finished: all %1 sent").arg(lettersText(counts.letters));
}

ColorMeaning runStateColor(const ReplayProgress& progress)
{
    switch (progress.state) {
    case ReplayState::Stopped:
    case ReplayState::Refused:
        return ColorMeaning::Critical;
    case ReplayState::Paused:
    case ReplayState::Cancelling:
    case ReplayState::Cancelled:
        return ColorMeaning::Warning;
    case ReplayState::Finished:
        return progress.counts.refused > 0 ? ColorMeaning::Warning : ColorMeaning::Good;
    default:
        return ColorMeaning::Info;
    }
}

QString runWord(const ReplayProgress& progress)
{
    switch (progress.state) {
    case ReplayState::Cancelled:
        return shaped(triangle, ReplayWords::tr("cancelled"));
    case ReplayState::Stopped:
        return shaped(cross, ReplayWords::tr("stopped: %1").arg(stopText(progress.stop)));
    case ReplayState::Refused:
        return shaped(cross, ReplayWords::tr("refused"));
    case ReplayState::Finished:
        return shaped(tick, ReplayWords::tr("finished"));
    default:
        return shaped(triangle, ReplayWords::tr("interrupted"));
    }
}

QString stopText(ReplayStop stop)
{
    switch (stop) {
    case ReplayStop::CameBack:
        return ReplayWords::tr("a letter came back as a dead letter");
    case ReplayStop::LagGrew:
        return ReplayWords::tr("a receiving projection falls behind its objective");
    case ReplayStop::NoProof:
        return ReplayWords::tr("the proof did not come in time");
    case ReplayStop::TargetRefused:
        return ReplayWords::tr("the target takes no letters");
    case ReplayStop::Unclear:
        return ReplayWords::tr("it cannot be found out whether letters were sent");
    case ReplayStop::AnotherRun:
        return ReplayWords::tr("somebody else sends letters of this plan");
    case ReplayStop::Failed:
        return ReplayWords::tr("a server was away for too long, or the journal cannot be written");
    case ReplayStop::None:
        break;
    }
    return ReplayWords::tr("no reason was given");
}

QString stopAdvice(ReplayStop stop)
{
    switch (stop) {
    case ReplayStop::CameBack:
        return ReplayWords::tr("The cause is not gone: look at the letter that came back, have the consumer mended, "
                               "then resume. What was proved stays proved.");
    case ReplayStop::LagGrew:
        return ReplayWords::tr("Wait until the projection has caught up, then resume; a lower rate spares it.");
    case ReplayStop::NoProof:
        return ReplayWords::tr("See whether the consumers run and move on; resume when they do, or plan with more time "
                               "for the proof.");
    case ReplayStop::TargetRefused:
        return ReplayWords::tr("Have the topic made, or the right to write granted, then resume.");
    case ReplayStop::Unclear:
        return ReplayWords::tr("Resume when the broker answers again: the target topic is searched for the letters "
                               "first, so none is sent twice.");
    case ReplayStop::AnotherRun:
        return ReplayWords::tr("Leave it to them, and make a new plan of what is left when they are done.");
    case ReplayStop::Failed:
        return ReplayWords::tr("Resume when servers and disk are well again; the journal knows what was sent.");
    case ReplayStop::None:
        break;
    }
    return {};
}

QString countsText(const ReplayCounts& counts)
{
    QStringList parts{ReplayWords::tr("%1 of %2 done").arg(numberText(counts.done), numberText(counts.letters)),
                      ReplayWords::tr("%1 proved").arg(numberText(counts.proved)),
                      ReplayWords::tr("%1 in flight").arg(numberText(counts.inFlight)),
                      ReplayWords::tr("%1 not sent").arg(numberText(counts.notSent))};
    if (counts.refused > 0)
        parts << ReplayWords::tr("%1 of them refused or held back").arg(numberText(counts.refused));
    return parts.join(QStringLiteral(" \u00b7 "));
}

bool canBeResumed(const ReplayProgress& progress)
{
    return progress.state != ReplayState::Finished;
}

std::vector<std::string> targetTopics(const ReplayPlan& plan)
{
    if (!isOfBroker(plan.target))
        return {};
    if (plan.target.kind == ReplayTargetKind::Topic)
        return {plan.target.topic};
    std::vector<std::string> topics;
    for (const auto& letter : plan.letters)
        topics.push_back(letter.origin.topic);
    std::sort(topics.begin(), topics.end());
    topics.erase(std::unique(topics.begin(), topics.end()), topics.end());
    return topics;
}

QString piecesText(const ReplayPlan& plan, std::size_t number)
{
    if (!plan.reprojection)
        return lettersText(number);
    if (plan.target.kind == ReplayTargetKind::Rows)
        return number == 1 ? ReplayWords::tr("1 row") : ReplayWords::tr("%1 rows").arg(numberText(number));
    return number == 1 ? ReplayWords::tr("1 event") : ReplayWords::tr("%1 events").arg(numberText(number));
}

QString targetText(const ReplayPlan& plan)
{
    if (plan.target.kind == ReplayTargetKind::Command) {
        QStringList words;
        for (const auto& argument : plan.target.command)
            words << shellQuoted(strangersText(argument));
        return ReplayWords::tr("command %1").arg(words.join(u' '));
    }
    if (plan.target.kind == ReplayTargetKind::Rows)
        return ReplayWords::tr("rows of %1").arg(strangersText(plan.projection, 120));
    QStringList names;
    for (const auto& topic : targetTopics(plan))
        if (names.size() < 3)
            names << strangersText(topic, 120);
    if (const auto more = targetTopics(plan).size() - static_cast<std::size_t>(names.size()); more > 0)
        names << ReplayWords::tr("%1 more").arg(more);
    return names.join(QStringLiteral(", "));
}

QString nameToType(const ReplayPlan& plan)
{
    if (plan.target.kind == ReplayTargetKind::Command)
        return plan.target.command.empty() ? QString() : toQString(plan.target.command.front());
    if (plan.target.kind == ReplayTargetKind::Rows)
        return toQString(plan.projection);
    const auto topics = targetTopics(plan);
    return toQString(topics.size() == 1 ? topics.front() : plan.context);
}

QString ladderText(const std::vector<std::size_t>& ladder, std::size_t letters)
{
    if (ladder.empty())
        return {};
    QStringList words;
    std::size_t steps = 0;
    std::size_t left = letters;
    for (const auto step : ladder) {
        if (left == 0)
            break;
        words << numberText(std::min(step, left));
        left -= std::min(step, left);
        ++steps;
    }
    auto text = words.join(QStringLiteral(", "));
    if (left > 0) {
        const auto last = std::max<std::size_t>(ladder.back(), 1);
        steps += (left + last - 1) / last;
        text += ReplayWords::tr(", then %1 each").arg(numberText(last));
    }
    return steps == 1 ? ReplayWords::tr("%1: one step").arg(text)
                      : ReplayWords::tr("%1: %2 steps").arg(text, numberText(steps));
}

std::optional<std::vector<std::size_t>> parseLadder(const QString& text)
{
    std::vector<std::size_t> ladder;
    for (const auto& word : text.split(u',')) {
        bool fine = false;
        const auto step = word.trimmed().toUInt(&fine);
        if (!fine || step == 0)
            return std::nullopt;
        ladder.push_back(step);
    }
    return ladder;
}

QString replayCommand(const std::string& workspaceFile, const QString& planFile)
{
    QStringList words{QStringLiteral("projectionistctl")};
    if (!workspaceFile.empty())
        words << QStringLiteral("--config") << shellQuoted(toQString(workspaceFile));
    words << QStringLiteral("replay") << QStringLiteral("run") << shellQuoted(planFile);
    return words.join(u' ');
}

QString letterKeyText(const std::optional<std::string>& key)
{
    return key ? inlineText(key, 80) : ReplayWords::tr("no key");
}

} // namespace projectionist
