// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/avroschema.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

namespace projectionist {

namespace {

using Json = nlohmann::json;
using Kind = AvroType::Kind;
using Logical = AvroType::Logical;

constexpr int deepestSchema = 100;
constexpr std::size_t mostFixedBytes = 16U << 20;

constexpr std::array<std::pair<std::string_view, Kind>, 8> simpleKinds{{{"null", Kind::Null},
                                                                        {"boolean", Kind::Boolean},
                                                                        {"int", Kind::Int},
                                                                        {"long", Kind::Long},
                                                                        {"float", Kind::Float},
                                                                        {"double", Kind::Double},
                                                                        {"bytes", Kind::Bytes},
                                                                        {"string", Kind::String}}};

struct LogicalName
{
    std::string_view name;
    Logical logical;
    std::vector<Kind> kinds; ///< that it may stand on; on others it means nothing
    std::int64_t unitsPerSecond = 0;
};

const std::vector<LogicalName>& logicalNames()
{
    static const std::vector<LogicalName> names{
        {"decimal", Logical::Decimal, {Kind::Bytes, Kind::Fixed}},
        {"uuid", Logical::Uuid, {Kind::String, Kind::Fixed}},
        {"date", Logical::Date, {Kind::Int}},
        {"time-millis", Logical::Time, {Kind::Int}, 1'000},
        {"time-micros", Logical::Time, {Kind::Long}, 1'000'000},
        {"timestamp-millis", Logical::Timestamp, {Kind::Long}, 1'000},
        {"timestamp-micros", Logical::Timestamp, {Kind::Long}, 1'000'000},
        {"timestamp-nanos", Logical::Timestamp, {Kind::Long}, 1'000'000'000},
        {"local-timestamp-millis", Logical::LocalTimestamp, {Kind::Long}, 1'000},
        {"local-timestamp-micros", Logical::LocalTimestamp, {Kind::Long}, 1'000'000},
        {"local-timestamp-nanos", Logical::LocalTimestamp, {Kind::Long}, 1'000'000'000},
        {"duration", Logical::Span, {Kind::Fixed}}};
    return names;
}

/// Why a schema is none; stays within this file.
struct SchemaFault : std::runtime_error
{
    using std::runtime_error::runtime_error;
};

std::string memberText(const Json& object, const char* name)
{
    const auto at = object.find(name);
    return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

const Json& memberOf(const Json& object, const char* name, std::string_view owner)
{
    const auto at = object.find(name);
    if (at == object.end())
        throw SchemaFault(fmt::format("{} has no \"{}\"", owner, name));
    return *at;
}

} // namespace

class AvroSchemaParser
{
public:
    explicit AvroSchemaParser(AvroSchema& schema) : m_schema(schema) {}

    void parse(const std::string& text)
    {
        const auto json = Json::parse(
            text,
            [](int depth, Json::parse_event_t, const Json&) -> bool {
                if (depth > 4 * deepestSchema)
                    throw SchemaFault("the schema is nested too deep");
                return true;
            },
            false);
        if (json.is_discarded())
            throw SchemaFault("the schema is no JSON");
        m_schema.m_root = type(json, {}, 0);
    }

private:
    const AvroType* type(const Json& json, const std::string& space, int depth)
    {
        if (depth > deepestSchema)
            throw SchemaFault("the schema is nested too deep");
        if (json.is_string())
            return named(json.get<std::string>(), space);
        if (json.is_array())
            return unionOf(json, space, depth);
        if (!json.is_object())
            throw SchemaFault("a type is neither a name nor an object nor a list");
        const Json& kind = memberOf(json, "type", "a type");
        if (!kind.is_string())
            return type(kind, space, depth + 1);
        return complex(json, kind.get<std::string>(), space, depth);
    }

    AvroType& add(Kind kind, std::string name)
    {
        return m_schema.m_types.emplace_back(AvroType{kind, Logical::None, std::move(name)});
    }

    const AvroType* named(const std::string& name, const std::string& space)
    {
        for (const auto& [simple, kind] : simpleKinds)
            if (simple == name)
                return &add(kind, name);
        for (const auto& full : {space.empty() ? name : space + '.' + name, name})
            if (const auto found = m_schema.m_named.find(full); found != m_schema.m_named.end())
                return found->second;
        throw SchemaFault(fmt::format("the type \"{}\" is not defined", name.substr(0, 100)));
    }

    const AvroType* unionOf(const Json& json, const std::string& space, int depth)
    {
        auto& made = add(Kind::Union, "union");
        for (const auto& branch : json)
            made.types.push_back(type(branch, space, depth + 1));
        made.optional = std::ranges::count_if(made.types, [](const auto* one) { return one->kind != Kind::Null; }) <= 1;
        return &made;
    }

    const AvroType* complex(const Json& json, const std::string& kind, const std::string& space, int depth)
    {
        if (kind == "record" || kind == "error")
            return record(json, space, depth);
        if (kind == "array" || kind == "map") {
            auto& made = add(kind == "array" ? Kind::Array : Kind::Map, kind);
            made.types.push_back(type(memberOf(json, kind == "array" ? "items" : "values", kind), space, depth + 1));
            return &made;
        }
        if (kind == "enum")
            return enumeration(json, space);
        AvroType* const made = kind == "fixed" ? fixed(json, space) : nullptr;
        const auto* const plain = made ? made : named(kind, space);
        return withLogical(json, made, plain);
    }

    /// The full name of what is defined, which later types may use.
    AvroType& define(Kind kind, const Json& json, const std::string& space)
    {
        std::string name = memberText(json, "name");
        if (name.empty())
            throw SchemaFault("a record, enum or fixed has no name");
        if (name.find('.') == std::string::npos) {
            const std::string own = json.contains("namespace") ? memberText(json, "namespace") : space;
            name = own.empty() ? name : own + '.' + name;
        }
        auto& made = add(kind, name);
        if (!m_schema.m_named.emplace(name, &made).second)
            throw SchemaFault(fmt::format("the type \"{}\" is defined twice", name.substr(0, 100)));
        return made;
    }

    const AvroType* record(const Json& json, const std::string& space, int depth)
    {
        auto& made = define(Kind::Record, json, space);
        const auto dot = made.name.rfind('.');
        const std::string own = dot == std::string::npos ? std::string() : made.name.substr(0, dot);
        const Json& fields = memberOf(json, "fields", made.name);
        std::set<std::string> seen;
        for (const auto& field : fields) {
            const std::string name = field.is_object() ? memberText(field, "name") : std::string();
            if (name.empty() || !seen.insert(name).second)
                throw SchemaFault(fmt::format("{} has a field without a name of its own", made.name));
            made.names.push_back(name);
            made.types.push_back(type(memberOf(field, "type", made.name + '.' + name), own, depth + 1));
        }
        return &made;
    }

    const AvroType* enumeration(const Json& json, const std::string& space)
    {
        auto& made = define(Kind::Enum, json, space);
        for (const auto& symbol : memberOf(json, "symbols", made.name)) {
            if (!symbol.is_string())
                throw SchemaFault(made.name + " has a symbol that is no text");
            made.names.push_back(symbol.get<std::string>());
        }
        return &made;
    }

    AvroType* fixed(const Json& json, const std::string& space)
    {
        auto& made = define(Kind::Fixed, json, space);
        const Json& size = memberOf(json, "size", made.name);
        if (!size.is_number_unsigned() || size.get<std::uint64_t>() > mostFixedBytes)
            throw SchemaFault(made.name + " has no size that makes sense");
        made.size = size.get<std::size_t>();
        return &made;
    }

    /// Logical types that are not known, or do not fit, are the plain type (specification, "Logical Types").
    const AvroType* withLogical(const Json& json, AvroType* defined, const AvroType* plain)
    {
        const std::string name = memberText(json, "logicalType");
        const auto& known = logicalNames();
        const auto found = std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.name == name; });
        if (found == known.end() || std::ranges::find(found->kinds, plain->kind) == found->kinds.end())
            return plain;
        if ((found->logical == Logical::Uuid && plain->kind == Kind::Fixed && plain->size != 16) ||
            (found->logical == Logical::Span && plain->size != 12))
            return plain;
        std::int64_t scale = found->unitsPerSecond;
        if (found->logical == Logical::Decimal && json.contains("scale")) {
            if (!json["scale"].is_number_unsigned() || json["scale"].get<std::uint64_t>() > 1000)
                return plain;
            scale = json["scale"].get<std::int64_t>();
        }
        AvroType& made = defined ? *defined : m_schema.m_types.emplace_back(*plain);
        made.logical = found->logical;
        made.scale = scale;
        return &made;
    }

    AvroSchema& m_schema;
};

tl::expected<std::shared_ptr<const AvroSchema>, std::string> AvroSchema::parse(const std::vector<std::string>& texts)
{
    const auto schema = std::make_shared<AvroSchema>();
    try {
        AvroSchemaParser parser(*schema);
        for (const auto& text : texts)
            parser.parse(text);
    } catch (const SchemaFault& fault) {
        return tl::unexpected(std::string(fault.what()));
    }
    if (!schema->m_root)
        return tl::unexpected(std::string("there is no schema"));
    return schema;
}

} // namespace projectionist
