// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/replay/replayplan.h"

namespace projectionist {

/// A letter in the queue of those of its key.
struct LetterInLine
{
    std::string reference;
    std::string topic;                ///< that its events go to; letters of other topics are in nobody's way
    std::optional<std::string> key{}; ///< bytes; letters without one are in nobody's way
    bool keyCut = false;              ///< only the beginning of the key is known
    EventOrigin origin{};
    TimePoint arrived{};
    LetterPlace place{};
    std::string projection{}; ///< empty: not known
};

/// In which order to send: those that arrived first come first, but of each key by partition and offset of their
/// origin, as far as all of them tell; else by arrival. Positions in `letters`.
[[nodiscard]] std::vector<std::size_t> orderOfReplay(std::span<const LetterInLine> letters);

/// Those of `staying` that come before one of `planned`, of the same key and, where both are known, the same
/// projection. `planned` in the order of sending. In the order of the letters that they come before.
[[nodiscard]] std::vector<LetterLeftBehind> lettersLeftBehind(std::span<const LetterInLine> planned,
                                                              std::span<const LetterInLine> staying);

} // namespace projectionist
