// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/worker.h"
#include "backend/deadletter/letterdesk.h"

namespace projectionist {

/// Decodes keys and payloads of letters and originals, on a thread of its own, since registries may be slow, or down.
class LetterPayloads
{
public:
    LetterPayloads(const Workspace& workspace, const std::string& context, const Clock& clock);
    ~LetterPayloads();

    /// Gives it to `sink` at once, and once more, on the own thread, when the registry has told what its bytes mean.
    /// Any thread. `sink` has to live as long as this does.
    void give(OpenedLetter opened, const std::function<void(OpenedLetter)>& sink);
    void give(FetchedOriginal original, const std::function<void(FetchedOriginal)>& sink);
    /// Ends what runs; nothing is given from then on.
    void stop();

private:
    /// A key and a value as they were read.
    struct Body
    {
        std::optional<std::string> key;
        std::optional<std::string> value;
        std::size_t valueSize = 0; ///< of the whole value
    };
    template<typename Thing>
    void giveTwice(Thing thing, Body body, const std::function<void(Thing)>& sink);
    /// Without asking anybody.
    [[nodiscard]] DecodedBody known(const Body& body) const;
    [[nodiscard]] static DecodedBody decode(PayloadDecoder& decoder, const Body& body, DecodedBody known,
                                            const std::stop_token& stop);
    const std::optional<HttpEndpoint> m_registry;
    std::stop_source m_stop;
    std::unique_ptr<Worker<PayloadDecoder>> m_worker; ///< last: its thread uses the rest
};

/// For comparing: with the texts that people read in place of keys and payloads that both of them have decoded.
[[nodiscard]] std::pair<DeadLetter, StoredLetter> decodedBoth(DeadLetter letter, const DecodedBody& ofLetter,
                                                              StoredLetter original, const DecodedBody& ofOriginal);

} // namespace projectionist
