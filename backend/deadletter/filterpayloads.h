// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/worker.h"
#include "backend/deadletter/payloaddecode.h"

namespace projectionist {

/// Why a filter cannot tell what stands in a payload.
struct PayloadGap
{
    enum class Reason : std::uint8_t
    {
        NoRegistry,     ///< it begins like Avro or Protobuf, and no registry is named
        Schema,         ///< the registry was not asked yet, or did not give the schema
        OtherBytes,     ///< they do not fit the schema
        TooManySchemas, ///< see FilterPayloads::mostSchemas
        Cut             ///< only its beginning was read
    };
    Reason reason = Reason::Cut;
    std::uint32_t schema = 0; ///< where it is about one

    bool operator==(const PayloadGap&) const = default;
};

/// Payloads in Avro and Protobuf for filters, which must not wait: a schema that is not known is asked for on a thread
/// of its own, and until it came nobody can tell. Functions may be called by any thread.
class FilterPayloads
{
public:
    static constexpr std::size_t mostSchemas = 500;  ///< that are kept; bytes that are none may name billions
    static constexpr Duration retryInterval{30'000}; ///< for schemas that the registry could not give

    /// `changed`: on the own thread, when the registry has answered or failed.
    FilterPayloads(std::optional<HttpEndpoint> registry, const Clock& clock, std::function<void()> changed);
    ~FilterPayloads();

    /// The payload as JSON.
    [[nodiscard]] tl::expected<std::string, PayloadGap> json(const RegistryBytes& bytes);
    /// Asks once more for what the registry could not give, when it is time.
    void step();
    /// The registry owes a first answer about some schema.
    [[nodiscard]] bool asking() const;
    /// How many schemas came; grows only.
    [[nodiscard]] std::uint64_t learned() const;
    [[nodiscard]] Error trouble(const PayloadGap& gap) const;

private:
    struct Known
    {
        Result<ReadySchema> schema;
        Duration retryAt{0};           ///< after a failure
        std::optional<Error> misfit{}; ///< of the first payload that did not fit
    };
    /// `asked`: what counts it.
    void ask(std::uint32_t id, std::size_t& asked);

    const std::optional<HttpEndpoint> m_registry;
    const Clock& m_clock;
    const std::function<void()> m_changed;
    mutable std::mutex m_mutex;
    std::map<std::uint32_t, Known> m_schemas; ///< guarded by m_mutex, as the next three
    std::size_t m_asked = 0;
    std::size_t m_askedAgain = 0;
    std::uint64_t m_learned = 0;
    std::stop_source m_stop;
    std::unique_ptr<Worker<PayloadDecoder>> m_worker; ///< last: its thread uses the rest
};

} // namespace projectionist
