// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filtercompletion.h"
#include "backend/deadletter/letterdesk.h"

namespace projectionist {

/// What completion may offer: the values that a board shows, and the headers and payload fields of the letter that is
/// open.
class LetterKnowledge final : public FilterKnowledge
{
public:
    void setBoard(std::shared_ptr<const LetterBoard> board) { m_board = std::move(board); }
    void setLetter(const DeadLetter* letter);

    [[nodiscard]] std::vector<FilterSuggestion> values(const FilterOperand& operand,
                                                       std::string_view typed) const override;
    [[nodiscard]] std::vector<FilterSuggestion> headerNames(std::string_view typed) const override;
    [[nodiscard]] std::vector<FilterSuggestion> payloadNames(const FilterOperand& parent,
                                                             std::string_view typed) const override;

private:
    struct Name
    {
        std::vector<FilterPathPart> parent;
        FilterPathPart name;
    };
    std::shared_ptr<const LetterBoard> m_board;
    std::vector<std::string> m_headers;
    std::vector<Name> m_payload;
};

} // namespace projectionist
