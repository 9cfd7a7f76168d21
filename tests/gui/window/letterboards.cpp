// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/window/letterboards.h"

namespace projectionist {

LetterView listedLetter(Offset offset)
{
    LetterView view;
    view.place = {{"orders-dlt", 0}, offset};
    view.row = static_cast<std::size_t>(offset);
    view.eventType = "OrderPlaced";
    view.key = "A-" + std::to_string(offset);
    view.arrived = TimePoint(Duration(1'795'262'400'000 + offset));
    return view;
}

std::shared_ptr<LetterBoard> letterBoard(const LetterQuery& query, std::size_t total)
{
    auto board = std::make_shared<LetterBoard>();
    board->query = query.number;
    board->at = TimePoint(Duration(1'795'262'400'000));
    board->complete = true;
    board->letters = board->passing = board->listed = board->rowEnd = total;
    board->progress = {{"orders-dlt", total, total, true, {}}};
    for (std::size_t i = 0; i < std::min(total, query.rows); ++i)
        board->rows.push_back(listedLetter(static_cast<Offset>(total - i)));
    GroupView group;
    group.group = 7;
    group.numbers.count = total;
    group.reason.exception = "org.acme.Bad";
    board->groups = {group};
    board->groupCount = 1;
    return board;
}

} // namespace projectionist
