// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/letterdesk.h"
#include "models/letterdetails.h"
#include "models/roles.h"

#include <map>
#include <QStringList>
#include <set>

namespace projectionist {

/// What replaying letters would do, as far as somebody asked, and how old that knowledge is. A verdict is stale some
/// time after it was given; one that allows a replay also as soon as letters came or went, because those of the same
/// key may be among them. That an event was applied does not become untrue by that.
class LetterVerdictBook
{
public:
    static constexpr Duration freshFor{60'000};
    /// Verdicts with their evidence take some hundred bytes each. Those that come first are kept: the top of the list.
    static constexpr std::size_t mostKept = 20'000;

    /// What a board holds, as far as verdicts rest on it.
    struct Mark
    {
        std::uint64_t letters = 0;
        std::size_t rowEnd = 0;
        bool complete = false;

        bool operator==(const Mark&) const = default;
    };
    [[nodiscard]] static Mark markOf(const LetterBoard& board) { return {board.letters, board.rowEnd, board.complete}; }

    void clear();
    /// So many will come: where they do not fit beside those that are kept, those go.
    void makeRoom(std::size_t coming);
    /// Somebody asked for letters, of which these are shown, when the board was as `mark` says.
    void ask(const std::vector<LetterPlace>& places, const Mark& mark);
    /// Nobody waits for them any more.
    void cancel();
    void add(const JudgedLetters& judged);
    // True: some verdict reads differently now.
    bool setMark(const Mark& mark);
    bool setNow(TimePoint now);

    [[nodiscard]] bool isAsked(const LetterPlace& place) const { return m_asked.contains(place); }
    /// nullptr: nobody asked.
    [[nodiscard]] const LetterJudgement* find(const LetterPlace& place) const;
    [[nodiscard]] bool isStale(const LetterPlace& place) const;
    /// "● safe", "▲ newer event applied · 3 min", "○ judging"; empty: nobody asked.
    [[nodiscard]] QString text(const LetterPlace& place) const;
    [[nodiscard]] ColorMeaning color(const LetterPlace& place) const;
    /// The word, why, what it rests on, how old it is.
    [[nodiscard]] std::vector<LetterFact> facts(const LetterPlace& place) const;
    [[nodiscard]] QString toolTip(const LetterPlace& place) const;

private:
    struct Entry
    {
        LetterJudgement judgement;
        TimePoint at{};
        Mark mark;
    };
    [[nodiscard]] const Entry* entry(const LetterPlace& place) const;
    [[nodiscard]] bool isOld(const Entry& entry) const { return m_now - entry.at >= freshFor; }
    [[nodiscard]] bool isOvertaken(const Entry& entry) const;
    [[nodiscard]] QString ageOf(const Entry& entry) const;
    [[nodiscard]] QString ageSentence(const Entry& entry) const;

    std::map<LetterPlace, Entry> m_entries;
    std::set<LetterPlace> m_asked;
    Mark m_askedMark;
    Mark m_mark;
    TimePoint m_now{};
};

/// "● safe", "▶ replay after 2 earlier": a shape before the word, so that it can be told without seeing colours.
[[nodiscard]] QString judgementText(const LetterJudgement& judgement);
[[nodiscard]] ColorMeaning judgementColor(ReplayVerdict verdict);
/// What the read model holds: "version 12, last event orders[3]@17".
[[nodiscard]] QString rowStateText(const RowState& row);

} // namespace projectionist
