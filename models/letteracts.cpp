// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/letteracts.h"

#include "backend/core/format.h"
#include "models/lettertext.h"
#include "models/replaytext.h"
#include "models/shellwords.h"
#include "models/text.h"

#include <algorithm>
#include <QCoreApplication>

namespace projectionist {

namespace {

const QString actSeparator = QStringLiteral(" \u00b7 ");

struct ActWords
{
    Q_DECLARE_TR_FUNCTIONS(ActWords)
};

} // namespace

QString actProgressText(std::uint64_t done, std::uint64_t total, Duration elapsed)
{
    auto text = ActWords::tr("%1 of %2").arg(numberText(done), lettersText(total));
    if (done == 0 || elapsed.count() <= 0)
        return text;
    const double perMillisecond = static_cast<double>(done) / static_cast<double>(elapsed.count());
    text += actSeparator + ActWords::tr("%1 per second").arg(toQString(formatRate(perMillisecond * 1000)));
    if (done >= total)
        return text;
    const auto left = static_cast<std::int64_t>(static_cast<double>(total - done) / perMillisecond);
    return text + actSeparator + ActWords::tr("%1 left").arg(toQString(formatDuration(Duration(left))));
}

QString exportCommand(const std::string& workspaceFile, const std::string& context, const LetterQuery& query,
                      const std::string& condition, const LetterExportOrder& order)
{
    QStringList words{QStringLiteral("projectionistctl")};
    if (!workspaceFile.empty())
        words << QStringLiteral("--config") << shellQuoted(toQString(workspaceFile));
    if (!context.empty())
        words << QStringLiteral("--context") << shellQuoted(toQString(context));
    words << QStringLiteral("deadletters") << QStringLiteral("export");
    if (!condition.empty())
        words << QStringLiteral("--where") << shellQuoted(toQString(condition));
    if (!condition.empty() && query.localTime)
        words << QStringLiteral("--zone") << QStringLiteral("local");
    if (query.resolved)
        words << QStringLiteral("--resolved");
    if (order.content.format == ExportFormat::Csv)
        words << QStringLiteral("--format") << QStringLiteral("csv");
    if (order.content.payload)
        words << QStringLiteral("--payload")
              << (order.content.decoded ? QStringLiteral("decoded") : QStringLiteral("raw"));
    words << QStringLiteral("--output") << shellQuoted(order.file);
    return words.join(u' ');
}

QString exportedText(const ExportOutcome& outcome, const QString& file)
{
    QStringList parts{ActWords::tr("%1 exported to %2").arg(lettersText(outcome.letters), file)};
    if (outcome.gone > 0)
        parts << ActWords::tr("%1 more went away meanwhile").arg(numberText(outcome.gone));
    if (outcome.unread > 0)
        parts << ActWords::tr("%1 without their payload, which could not be read: %2")
                     .arg(numberText(outcome.unread),
                          outcome.trouble ? strangersText(toString(*outcome.trouble)) : QString());
    if (outcome.undecoded > 0)
        parts << ActWords::tr("the payloads of %1 are not decoded: %2")
                     .arg(numberText(outcome.undecoded),
                          outcome.undecodedTrouble ? strangersText(toString(*outcome.undecodedTrouble)) : QString());
    return parts.join(actSeparator);
}

ListedRows LetterJudgingRun::next()
{
    const auto begin = m_begun;
    m_begun = std::min<std::uint64_t>(begin + atOnce, m_rows.size());
    return {m_rows.begin() + static_cast<std::ptrdiff_t>(begin), m_rows.begin() + static_cast<std::ptrdiff_t>(m_begun)};
}

void LetterJudgingRun::add(const std::vector<LetterJudgement>& judgements)
{
    m_gone += m_begun - m_done - std::min<std::uint64_t>(judgements.size(), m_begun - m_done);
    m_done = m_begun;
    for (const auto& judgement : judgements)
        ++m_counts[judgement.verdict];
}

std::uint64_t LetterJudgingRun::count(ReplayVerdict verdict) const
{
    const auto found = m_counts.find(verdict);
    return found == m_counts.end() ? 0 : found->second;
}

QString LetterJudgingRun::verdictsText() const
{
    QStringList parts;
    for (const auto verdict : replayVerdicts)
        if (const auto number = count(verdict); number > 0)
            parts << verdictText(verdict) + u' ' + numberText(number);
    if (m_gone > 0)
        parts << ActWords::tr("%1 went away meanwhile").arg(numberText(m_gone));
    return parts.join(actSeparator);
}

} // namespace projectionist
