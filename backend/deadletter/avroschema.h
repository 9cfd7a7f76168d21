// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace projectionist {

/// One type of an Avro schema (Avro 1.11 specification). A record may contain itself.
struct AvroType
{
    enum class Kind : std::uint8_t
    {
        Null,
        Boolean,
        Int,
        Long,
        Float,
        Double,
        Bytes,
        String,
        Record,
        Enum,
        Array,
        Map,
        Union,
        Fixed
    };
    enum class Logical : std::uint8_t
    {
        None,
        Decimal,
        Uuid,
        Date,
        Time,
        Timestamp,
        LocalTimestamp,
        Span ///< "duration"
    };
    Kind kind = Kind::Null;
    Logical logical = Logical::None;
    std::string name;                     ///< full, "com.acme.OrderPlaced"; of types without one their kind's
    std::vector<std::string> names{};     ///< of fields, or an enum's symbols
    std::vector<const AvroType*> types{}; ///< of fields, branches, items or values
    bool optional = false;                ///< a Union of at most one type beside null
    std::size_t size = 0;                 ///< of Fixed, in bytes
    std::int64_t scale = 0;               ///< of a Decimal: digits behind the point; of times: units in a second
};

/// A schema with all types that it names. libavro has a parser as well, but it forgets logical types and knows no
/// references to other schemas.
class AvroSchema
{
public:
    /// Of the last text, which may use the types that those before it define. The error says why it is no schema.
    [[nodiscard]] static tl::expected<std::shared_ptr<const AvroSchema>, std::string>
    parse(const std::vector<std::string>& texts);

    [[nodiscard]] const AvroType& root() const { return *m_root; }

private:
    friend class AvroSchemaParser;
    std::deque<AvroType> m_types;
    std::map<std::string, const AvroType*, std::less<>> m_named;
    const AvroType* m_root = nullptr;
};

} // namespace projectionist
