// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filterprogram.h"
#include "backend/projector/payloadpaths.h"
#include "backend/projector/projectedevent.h"

#include <memory>

namespace projectionist {

/// A condition on events in the language of filters: type, key, topic, partition, offset and timestamp, headers and
/// payload. Immutable.
class EventCondition
{
public:
    /// Places in the payload are added to `paths`. An Error tells why and what to do.
    [[nodiscard]] static Result<EventCondition> parse(std::string_view text, PayloadPaths& paths);
    [[nodiscard]] bool passes(const EventReading& reading) const;

private:
    [[nodiscard]] bool passes(const FilterStep& step, const EventReading& reading) const;
    [[nodiscard]] FilterValue valueOf(const FilterOperand& operand, const EventReading& reading) const;

    std::shared_ptr<const FilterProgram> m_program;
    std::vector<std::pair<FilterOperand, std::size_t>> m_places; ///< of payloads, see PayloadPaths
};

} // namespace projectionist
