// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/letterverdictbook.h"

#include "backend/core/format.h"
#include "models/lettertext.h"
#include "models/replaytext.h"
#include "models/text.h"
#include "models/verdicttext.h"

#include <algorithm>
#include <QCoreApplication>

namespace projectionist {

namespace {

struct JudgementWords
{
    Q_DECLARE_TR_FUNCTIONS(JudgementWords)
};

QString digitsOf(std::int64_t number)
{
    return toQString(formatNumber(number));
}

} // namespace

QString judgementText(const LetterJudgement& judgement)
{
    if (judgement.verdict == ReplayVerdict::AfterEarlier)
        return JudgementWords::tr("\u25b6 replay after %1 earlier")
            .arg(digitsOf(static_cast<std::int64_t>(judgement.earlier)));
    return verdictText(judgement.verdict);
}

ColorMeaning judgementColor(ReplayVerdict verdict)
{
    switch (verdict) {
    case ReplayVerdict::Safe:
    case ReplayVerdict::AfterEarlier:
        return ColorMeaning::Good;
    case ReplayVerdict::AlreadyApplied:
        return ColorMeaning::Info;
    case ReplayVerdict::WouldFailAgain:
        return ColorMeaning::Critical;
    case ReplayVerdict::NewerApplied:
    case ReplayVerdict::Unknown:
        break;
    }
    return ColorMeaning::Warning;
}

QString rowStateText(const RowState& row)
{
    if (!row.found)
        return JudgementWords::tr("none for this key");
    QStringList parts;
    if (row.version)
        parts << JudgementWords::tr("version %1").arg(digitsOf(*row.version));
    if (row.position)
        parts << JudgementWords::tr("last event %1").arg(originText({row.topic, row.partition, row.position, {}}));
    if (row.updatedAt)
        parts << JudgementWords::tr("changed at %1").arg(toQString(formatRfc3339(*row.updatedAt)));
    return parts.isEmpty() ? JudgementWords::tr("there, but it tells neither version nor position")
                           : parts.join(QStringLiteral(", "));
}

void LetterVerdictBook::clear()
{
    m_entries.clear();
    m_asked.clear();
}

void LetterVerdictBook::makeRoom(std::size_t coming)
{
    if (m_entries.size() + coming > mostKept)
        m_entries.clear();
}

void LetterVerdictBook::ask(const std::vector<LetterPlace>& places, const Mark& mark)
{
    m_asked = {places.begin(), places.end()};
    m_askedMark = mark;
}

void LetterVerdictBook::cancel()
{
    m_asked.clear();
}

void LetterVerdictBook::add(const JudgedLetters& judged)
{
    for (const auto& judgement : judged.letters)
        if (m_entries.size() < mostKept || m_entries.contains(judgement.place))
            m_entries[judgement.place] = {judgement, judged.at, m_askedMark};
    m_asked.clear();
    m_now = std::max(m_now, judged.at);
}

bool LetterVerdictBook::setMark(const Mark& mark)
{
    return std::exchange(m_mark, mark) != mark && !m_entries.empty();
}

bool LetterVerdictBook::setNow(TimePoint now)
{
    const auto before = std::exchange(m_now, now);
    return std::any_of(m_entries.begin(), m_entries.end(), [&](const auto& pair) {
        const auto minutes = [&](TimePoint at) { return (at - pair.second.at) / freshFor; };
        return minutes(before) != minutes(now);
    });
}

const LetterVerdictBook::Entry* LetterVerdictBook::entry(const LetterPlace& place) const
{
    const auto found = m_entries.find(place);
    return found == m_entries.end() ? nullptr : &found->second;
}

const LetterJudgement* LetterVerdictBook::find(const LetterPlace& place) const
{
    const auto* found = entry(place);
    return found ? &found->judgement : nullptr;
}

bool LetterVerdictBook::isStale(const LetterPlace& place) const
{
    const auto* found = entry(place);
    return found && (isOld(*found) || isOvertaken(*found));
}

bool LetterVerdictBook::isOvertaken(const Entry& entry) const
{
    const auto verdict = entry.judgement.verdict;
    return entry.mark != m_mark && (verdict == ReplayVerdict::Safe || verdict == ReplayVerdict::AfterEarlier ||
                                    verdict == ReplayVerdict::Unknown);
}

QString LetterVerdictBook::ageOf(const Entry& entry) const
{
    return ageText(entry.at, m_now);
}

QString LetterVerdictBook::ageSentence(const Entry& entry) const
{
    const auto age = JudgementWords::tr("Judged %1 ago.").arg(ageOf(entry));
    if (!entry.mark.complete)
        return age + u' ' +
               JudgementWords::tr("Not all letters had been read: others of its key may be in its way. Judge again.");
    if (isOvertaken(entry))
        return age + u' ' + JudgementWords::tr("Letters have come or gone since: judge again before you rely on it.");
    if (isOld(entry))
        return age + u' ' + JudgementWords::tr("The read model has gone on: judge again before you rely on it.");
    return age;
}

QString LetterVerdictBook::text(const LetterPlace& place) const
{
    if (isAsked(place))
        return JudgementWords::tr("\u25cb judging");
    const auto* found = entry(place);
    if (!found)
        return {};
    const auto words = judgementText(found->judgement);
    if (!isStale(place))
        return words;
    return isOld(*found) ? JudgementWords::tr("%1, %2 ago").arg(words, ageOf(*found))
                         : JudgementWords::tr("%1, outdated").arg(words);
}

ColorMeaning LetterVerdictBook::color(const LetterPlace& place) const
{
    const auto* found = entry(place);
    return !found || isAsked(place) || isStale(place) ? ColorMeaning::Muted : judgementColor(found->judgement.verdict);
}

std::vector<LetterFact> LetterVerdictBook::facts(const LetterPlace& place) const
{
    const auto* found = entry(place);
    if (!found)
        return {};
    const LetterJudgement& judgement = found->judgement;
    std::vector<LetterFact> facts{{JudgementWords::tr("Replay verdict"), judgementText(judgement), true},
                                  {JudgementWords::tr("Because"), strangersText(judgement.why, 500)}};
    if (judgement.newer)
        facts.push_back({JudgementWords::tr("Later event"),
                         JudgementWords::tr("at offset %1 of the origin's partition").arg(digitsOf(*judgement.newer))});
    if (judgement.row)
        facts.push_back({JudgementWords::tr("Read row"), rowStateText(*judgement.row)});
    if (judgement.earlier > 0 && judgement.verdict != ReplayVerdict::AfterEarlier)
        facts.push_back(
            {JudgementWords::tr("Earlier letters"),
             JudgementWords::tr("%1 of its key").arg(digitsOf(static_cast<std::int64_t>(judgement.earlier)))});
    facts.push_back({JudgementWords::tr("Verdict's age"), ageSentence(*found)});
    return facts;
}

QString LetterVerdictBook::toolTip(const LetterPlace& place) const
{
    if (isAsked(place))
        return JudgementWords::tr("The read model and the event log are being asked.");
    if (!entry(place))
        return JudgementWords::tr("Nobody asked what replaying this letter would do: press Judge.");
    QStringList lines;
    for (const auto& fact : facts(place))
        lines << fact.name + QStringLiteral(": ") + fact.value;
    return lines.join(u'\n');
}

} // namespace projectionist
