// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/rangereader.h"
#include "backend/deadletter/appliedpositions.h"
#include "backend/deadletter/lettersource.h"
#include "backend/projector/declaredprojection.h"
#include "backend/projector/eventdecoder.h"

namespace projectionist {

/// How far the projection is with one key; what is at or before any of them was applied to its row, or passed over.
struct AppliedMark
{
    NextOffsets checkpoint{}; ///< read in the row's transaction; empty: there is none
    std::optional<LetterPlace> place{};
    std::optional<std::int64_t> version{};

    [[nodiscard]] bool isEmpty() const { return checkpoint.empty() && !place && !version; }
    [[nodiscard]] bool covers(const LetterPlace& event) const;
};

/// Folds the events of keys into rows, as a declaration says. Records are read once. Belongs to one thread.
class KeyFold
{
public:
    [[nodiscard]] static Result<KeyFold> make(const Workspace& workspace, const ProjectionSettings& projection,
                                              const std::function<Result<std::unique_ptr<RangeReader>>()>& reader,
                                              const Clock& clock);

    [[nodiscard]] const DeclaredProjection& projection() const { return m_projection; }
    /// Reads records that are not there yet; forgets all others.
    [[nodiscard]] Result<void> load(const std::vector<LetterPlace>& places, const std::stop_token& stop);
    /// The row after those of the loaded events that `mark` covers. InvalidData: an event cannot be applied.
    [[nodiscard]] Result<ProjectedRow> fold(const AppliedMark& mark, const std::stop_token& stop);

private:
    KeyFold(DeclaredProjection projection, EventDecoder decoder, std::unique_ptr<RangeReader> reader,
            std::string version);
    [[nodiscard]] Result<void> apply(const Record& record, const AppliedMark& mark, ProjectedRow& row,
                                     const std::stop_token& stop);
    [[nodiscard]] bool isVersionUpTo(const ProjectedRow& row, const AppliedMark& mark) const;

    DeclaredProjection m_projection;
    EventDecoder m_decoder;
    std::unique_ptr<RangeReader> m_reader;
    std::optional<std::size_t> m_version; ///< column
    std::map<LetterPlace, StoredLetter> m_records;
    EventReading m_reading;
};

} // namespace projectionist
