// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterpayloads.h"

namespace projectionist {

namespace {

std::optional<RegistryBytes> registryBytesOf(const std::optional<std::string>& bytes)
{
    return bytes ? registryBytes(*bytes) : std::nullopt;
}

std::optional<HttpEndpoint> registryOf(const Workspace& workspace, const std::string& context)
{
    const auto* settings = workspace.context(context);
    return settings ? settings->deadLetters.schemaRegistry : std::nullopt;
}

} // namespace

LetterPayloads::LetterPayloads(const Workspace& workspace, const std::string& context, const Clock& clock)
    : m_registry(registryOf(workspace, context))
{
    if (m_registry)
        m_worker =
            std::make_unique<Worker<PayloadDecoder>>([this, &clock]() -> Result<std::unique_ptr<PayloadDecoder>> {
                return std::make_unique<PayloadDecoder>(*m_registry, clock);
            });
}

LetterPayloads::~LetterPayloads()
{
    stop();
}

void LetterPayloads::stop()
{
    m_stop.request_stop();
    if (m_worker)
        m_worker->stop();
}

void LetterPayloads::give(OpenedLetter opened, const std::function<void(OpenedLetter)>& sink)
{
    if (!opened.letter)
        return sink(std::move(opened));
    Body body{opened.letter->key, opened.letter->value, opened.letter->valueSize};
    giveTwice(std::move(opened), std::move(body), sink);
}

void LetterPayloads::give(FetchedOriginal original, const std::function<void(FetchedOriginal)>& sink)
{
    if (!original.record)
        return sink(std::move(original));
    Body body{original.record->record.key, original.record->record.value, original.record->valueSize};
    giveTwice(std::move(original), std::move(body), sink);
}

template<typename Thing>
void LetterPayloads::giveTwice(Thing thing, Body body, const std::function<void(Thing)>& sink)
{
    thing.decoded = known(body);
    if (!thing.decoded.pending)
        return sink(std::move(thing));
    sink(thing);
    DecodedBody begun = thing.decoded; // before it is moved: arguments are evaluated in any order
    m_worker->post<DecodedBody>(
        [body = std::move(body), decoded = std::move(begun), stop = m_stop.get_token()](PayloadDecoder& decoder) {
            return Result<DecodedBody>(decode(decoder, body, decoded, stop));
        },
        [thing = std::move(thing), &sink](Result<DecodedBody> decoded) mutable {
            thing.decoded.pending = false;
            if (decoded)
                thing.decoded = *std::move(decoded);
            else
                thing.decoded.value = tl::unexpected(decoded.error());
            sink(std::move(thing));
        });
}

DecodedBody LetterPayloads::known(const Body& body) const
{
    DecodedBody decoded;
    if (const auto value = registryBytesOf(body.value)) {
        if (!m_registry)
            decoded.value = tl::unexpected(noRegistry(*value));
        else if (body.valueSize > body.value->size())
            decoded.value = tl::unexpected(notWhole(body.value->size(), body.valueSize));
        else
            decoded.pending = true;
    }
    decoded.pending = decoded.pending || (m_registry && registryBytesOf(body.key));
    return decoded;
}

DecodedBody LetterPayloads::decode(PayloadDecoder& decoder, const Body& body, DecodedBody known,
                                   const std::stop_token& stop)
{
    if (const auto value = registryBytesOf(body.value); value && !known.value)
        known.value = decoder.decode(*value, stop);
    if (const auto key = registryBytesOf(body.key))
        known.key = decoder.decode(*key, stop);
    known.pending = false;
    return known;
}

std::pair<DeadLetter, StoredLetter> decodedBoth(DeadLetter letter, const DecodedBody& ofLetter, StoredLetter original,
                                                const DecodedBody& ofOriginal)
{
    if (ofLetter.payload() && ofOriginal.payload()) {
        letter.value = ofLetter.payload()->json;
        letter.valueSize = letter.value->size();
        original.record.value = ofOriginal.payload()->json;
        original.valueSize = original.record.value->size();
    }
    if (ofLetter.readKey() && ofOriginal.readKey()) {
        letter.key = ofLetter.readKey()->json;
        original.record.key = ofOriginal.readKey()->json;
    }
    return {std::move(letter), std::move(original)};
}

} // namespace projectionist
