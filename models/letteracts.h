// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/letterexport.h"

#include <map>
#include <QString>

namespace projectionist {

// Acts on all letters of a list, which take long: judging and exporting.

/// "4 000 of 12 300 letters · 210/s · 40 s left".
[[nodiscard]] QString actProgressText(std::uint64_t done, std::uint64_t total, Duration elapsed);

/// An export that somebody wants.
struct LetterExportOrder
{
    std::uint64_t token = 0;
    std::uint64_t query = 0;           ///< whose list is meant
    std::vector<LetterPlace> places{}; ///< empty: all of the list
    QString file{};
    ExportContent content{};
};
/// The same on the command line, with arguments quoted for a shell. `query`: whether resolved letters and local time
/// are meant. `condition`: what chooses the letters; empty: all.
[[nodiscard]] QString exportCommand(const std::string& workspaceFile, const std::string& context,
                                    const LetterQuery& query, const std::string& condition,
                                    const LetterExportOrder& order);
/// "12 300 letters exported to letters.csv", and what is missing in it.
[[nodiscard]] QString exportedText(const ExportOutcome& outcome, const QString& file);

/// Judging of many letters, portion by portion: what is still to be asked, and what came of the rest, by verdict.
class LetterJudgingRun
{
public:
    /// The log is read once for each portion.
    static constexpr std::size_t atOnce = 1000;

    explicit LetterJudgingRun(ListedRows rows) : m_rows(std::move(rows)) {}

    /// The next portion, whose verdicts are awaited then; empty: all have been judged.
    [[nodiscard]] ListedRows next();
    /// Those of the portion that were still there.
    void add(const std::vector<LetterJudgement>& judgements);
    [[nodiscard]] std::uint64_t total() const { return m_rows.size(); }
    /// Of them, with those that went away before they could be judged.
    [[nodiscard]] std::uint64_t done() const { return m_done; }
    [[nodiscard]] std::uint64_t gone() const { return m_gone; }
    [[nodiscard]] std::uint64_t count(ReplayVerdict verdict) const;
    /// "● safe 3 100 · ▲ newer event applied 12"; empty: nothing is known yet.
    [[nodiscard]] QString verdictsText() const;

private:
    const ListedRows m_rows;
    std::uint64_t m_begun = 0; ///< rows that were given away
    std::uint64_t m_done = 0;
    std::uint64_t m_gone = 0;
    std::map<ReplayVerdict, std::uint64_t> m_counts;
};

} // namespace projectionist
