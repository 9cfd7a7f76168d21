// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filterpayloads.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

Error notAsked()
{
    return {ErrorKind::NotFound, "The schema is not known", "the registry has not been asked yet", {}, true};
}

} // namespace

FilterPayloads::FilterPayloads(std::optional<HttpEndpoint> registry, const Clock& clock, std::function<void()> changed)
    : m_registry(std::move(registry)), m_clock(clock), m_changed(std::move(changed))
{
    if (m_registry)
        m_worker = std::make_unique<Worker<PayloadDecoder>>([this]() -> Result<std::unique_ptr<PayloadDecoder>> {
            return std::make_unique<PayloadDecoder>(*m_registry, m_clock);
        });
}

FilterPayloads::~FilterPayloads()
{
    m_stop.request_stop();
    if (m_worker)
        m_worker->stop();
}

tl::expected<std::string, PayloadGap> FilterPayloads::json(const RegistryBytes& bytes)
{
    using Reason = PayloadGap::Reason;
    if (!m_registry)
        return tl::unexpected(PayloadGap{Reason::NoRegistry, 0});
    ReadySchema schema;
    {
        const std::lock_guard lock(m_mutex);
        auto known = m_schemas.find(bytes.schema);
        if (known == m_schemas.end()) {
            if (m_schemas.size() >= mostSchemas)
                return tl::unexpected(PayloadGap{Reason::TooManySchemas, 0});
            known = m_schemas.emplace(bytes.schema, Known{tl::unexpected(notAsked())}).first;
            ask(bytes.schema, m_asked);
        }
        if (!known->second.schema)
            return tl::unexpected(PayloadGap{Reason::Schema, bytes.schema});
        schema = *known->second.schema;
    }
    auto decoded = decodePayload(schema, bytes);
    if (decoded)
        return std::move(decoded->json);
    const std::lock_guard lock(m_mutex);
    auto& misfit = m_schemas.at(bytes.schema).misfit;
    if (!misfit)
        misfit = std::move(decoded.error());
    return tl::unexpected(PayloadGap{Reason::OtherBytes, bytes.schema});
}

/// With m_mutex locked.
void FilterPayloads::ask(std::uint32_t id, std::size_t& asked)
{
    ++asked;
    m_worker->post<ReadySchema>(
        [id, stop = m_stop.get_token()](PayloadDecoder& decoder) { return decoder.schema(id, stop); },
        [this, id, &asked](Result<ReadySchema> schema) {
            {
                const std::lock_guard lock(m_mutex);
                auto& known = m_schemas.at(id);
                known.schema = std::move(schema);
                known.retryAt = m_clock.monotonic() + retryInterval;
                m_learned += known.schema ? 1 : 0;
                --asked;
            }
            m_changed();
        });
}

void FilterPayloads::step()
{
    const std::lock_guard lock(m_mutex);
    if (m_asked + m_askedAgain > 0)
        return;
    for (const auto& [id, known] : m_schemas)
        if (!known.schema && m_clock.monotonic() >= known.retryAt)
            ask(id, m_askedAgain);
}

bool FilterPayloads::asking() const
{
    const std::lock_guard lock(m_mutex);
    return m_asked > 0;
}

std::uint64_t FilterPayloads::learned() const
{
    const std::lock_guard lock(m_mutex);
    return m_learned;
}

Error FilterPayloads::trouble(const PayloadGap& gap) const
{
    const std::lock_guard lock(m_mutex);
    const auto known = m_schemas.find(gap.schema);
    switch (gap.reason) {
    case PayloadGap::Reason::NoRegistry:
        return {ErrorKind::Configuration, "It is not decoded",
                "it begins like Avro or Protobuf, and no registry is named",
                "Add schema_registry to the context's dead_letters.", false};
    case PayloadGap::Reason::TooManySchemas:
        return {ErrorKind::Resource, "It is not decoded",
                fmt::format("the letters name more than {} schemas", mostSchemas), "Look at them one by one.", false};
    case PayloadGap::Reason::Cut:
        return {ErrorKind::Resource, "It is not decoded", "only its beginning was read", "Look at them one by one.",
                false};
    case PayloadGap::Reason::OtherBytes:
        if (known != m_schemas.end() && known->second.misfit)
            return *known->second.misfit;
        break;
    case PayloadGap::Reason::Schema:
        if (known != m_schemas.end() && !known->second.schema)
            return known->second.schema.error();
        break;
    }
    return notAsked(); // its schema has just come
}

} // namespace projectionist
