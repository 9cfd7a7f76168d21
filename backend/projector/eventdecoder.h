// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/deadletter/letterscanner.h"
#include "backend/deadletter/payloaddecode.h"
#include "backend/projector/projectedevent.h"

namespace projectionist {

/// Makes of records what declarations read: their type as the conventions of headers have it, key, headers and value
/// without an envelope, Avro and Protobuf as JSON by the context's schema registry. Belongs to one thread; waits for
/// the registry as long as its settings say.
class EventDecoder
{
public:
    /// Configuration: the context's rules of decoding make no sense.
    [[nodiscard]] static Result<EventDecoder> make(const ContextSettings& context, const Clock& clock);

    /// A view of `record` and of what is kept here until the next call. An Error names the record.
    [[nodiscard]] Result<ProjectedEvent> decode(const Record& record, const std::stop_token& stop);

private:
    explicit EventDecoder(std::shared_ptr<const DecodeRules> rules) : m_scanner(std::move(rules)) {}
    [[nodiscard]] Result<void> decodeValue(ProjectedEvent& event, const std::stop_token& stop);

    LetterScanner m_scanner;
    std::unique_ptr<PayloadDecoder> m_payloads; ///< null: no registry is named
    std::vector<RawHeader> m_headers;
    std::string m_json;
};

} // namespace projectionist
