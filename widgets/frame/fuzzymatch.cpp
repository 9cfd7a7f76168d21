// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/frame/fuzzymatch.h"

#include <algorithm>
#include <vector>

namespace projectionist {

namespace {

constexpr int perLetter = 10;
constexpr int forRun = 15;
constexpr int forWordStart = 12;
/// Longer names are compared by their beginning: the cost is letters typed times letters here.
constexpr qsizetype longestName = 300;

} // namespace

int fuzzyScore(const QString& typed, const QString& name)
{
    const auto pattern = QString(typed).remove(u' ').toCaseFolded();
    const auto text = name.left(longestName).toCaseFolded();
    if (pattern.isEmpty())
        return 1;
    // best[i]: score of the letters so far with the last one at text[i]; 0 = impossible.
    std::vector<int> best(static_cast<std::size_t>(text.size()), 0);
    for (qsizetype letter = 0; letter < pattern.size(); ++letter) {
        std::vector<int> next(best.size(), 0);
        int before = 0; // the best of all earlier places
        for (std::size_t i = 0; i < best.size(); ++i) {
            const auto place = static_cast<qsizetype>(i);
            if (text[place] == pattern[letter] && (letter == 0 || before > 0)) {
                const bool run = letter > 0 && best[i - 1] > 0;
                const bool wordStart = place == 0 || !text[place - 1].isLetterOrNumber();
                next[i] = perLetter + (wordStart ? forWordStart : 0) + std::max(before, run ? best[i - 1] + forRun : 0);
            }
            before = std::max(before, best[i]);
        }
        best.swap(next);
    }
    const int score = best.empty() ? 0 : *std::max_element(best.begin(), best.end());
    return score == 0 ? 0 : std::max(1, score - static_cast<int>(text.size()) / 10);
}

} // namespace projectionist
