// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterchoice.h"

#include <algorithm>

namespace projectionist {

std::vector<ChosenRow> chosenRows(const LetterIndex& index, const std::vector<std::uint32_t>& rows, bool resolved)
{
    std::vector<ChosenRow> chosen;
    for (const auto row : rows)
        if ((index.rows().state(row) == LetterState::Resolved) == resolved)
            chosen.push_back({index.placeOf(row), arrivalOf(index, row)});
    return chosen;
}

std::vector<std::uint32_t> rowsOf(const LetterIndex& index, const std::vector<LetterPlace>& places)
{
    std::vector<std::uint32_t> rows;
    for (const auto& place : places)
        if (const auto row = index.find(place))
            rows.push_back(static_cast<std::uint32_t>(*row));
    return rows;
}

ChosenLetters namedChoice(const LetterChoice& choice, const std::vector<ChosenRow>& rows,
                          std::vector<std::string> references)
{
    ChosenLetters chosen{choice.token, choice.resolved, {}, 0};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        // A table gives the name of a row that is gone without its key.
        if (references[i].empty() || references[i] == rows[i].place.id.topic + '#')
            ++chosen.unnamed;
        else
            chosen.letters.push_back({std::move(references[i]), rows[i].arrived});
    }
    return chosen;
}

bool namesField(const FilterNode& filter, const std::string& field)
{
    if (filter.operand.kind == FilterOperand::Kind::Field && filter.operand.name == field)
        return true;
    return std::ranges::any_of(filter.children, [&](const auto& child) { return namesField(child, field); });
}

} // namespace projectionist
