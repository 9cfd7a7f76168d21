// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/avrodecode.h"

#include "backend/deadletter/avrotext.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <limits>

namespace projectionist {

namespace {

using Kind = AvroType::Kind;

constexpr int deepestValue = 100;

class AvroDecoder
{
public:
    explicit AvroDecoder(std::string_view bytes) : m_bytes(bytes), m_most(mostDecodedBytes(bytes.size())) {}

    tl::expected<std::string, std::string> decode(const AvroType& root)
    {
        if (!value(root, 0))
            return tl::unexpected(fmt::format("at byte {} of {}, {}", m_at, m_bytes.size(), m_trouble));
        if (m_at < m_bytes.size())
            return tl::unexpected(
                fmt::format("the value ends at byte {} of {}, which is no place to end", m_at, m_bytes.size()));
        return std::move(m_json);
    }

private:
    bool fail(std::string why)
    {
        m_trouble = std::move(why);
        return false;
    }

    /// What keeps recursion and repetition without bytes in bounds: every value writes something.
    bool write(std::string_view json)
    {
        if (m_json.size() + json.size() > m_most)
            return fail(fmt::format("the decoded text gets larger than {} MB", m_most >> 20U));
        m_json += json;
        return true;
    }

    bool number(std::int64_t& into)
    {
        std::uint64_t bits = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (m_at == m_bytes.size())
                return fail("a number is cut off");
            const auto byte = static_cast<unsigned char>(m_bytes[m_at++]);
            bits |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
            if ((byte & 0x80U) == 0) {
                into = static_cast<std::int64_t>((bits >> 1U) ^ (~(bits & 1U) + 1));
                return true;
            }
        }
        return fail("a number is too long");
    }

    bool take(std::uint64_t count, std::string_view& into)
    {
        if (count > m_bytes.size() - m_at)
            return fail(fmt::format("{} bytes should follow, but there are {}", count, m_bytes.size() - m_at));
        into = m_bytes.substr(m_at, count);
        m_at += count;
        return true;
    }

    bool counted(std::string_view& into)
    {
        std::int64_t length = 0;
        if (!number(length))
            return false;
        return length < 0 ? fail("a length is negative") : take(static_cast<std::uint64_t>(length), into);
    }

    bool value(const AvroType& type, int depth)
    {
        if (depth > deepestValue)
            return fail(fmt::format("values are nested deeper than {} levels", deepestValue));
        switch (type.kind) {
        case Kind::Record:
            return record(type, depth);
        case Kind::Array:
        case Kind::Map:
            return blocks(type, depth);
        case Kind::Union:
            return branch(type, depth);
        default:
            return scalar(type);
        }
    }

    bool scalar(const AvroType& type)
    {
        std::string_view bytes;
        switch (type.kind) {
        case Kind::Null:
            return write("null");
        case Kind::Boolean:
            return take(1, bytes) && write(bytes[0] != '\0' ? "true" : "false");
        case Kind::Int:
        case Kind::Long:
            return integer(type);
        case Kind::Float:
            return take(sizeof(float), bytes) && write(avroFloatText(floating<float, std::uint32_t>(bytes)));
        case Kind::Double:
            return take(sizeof(double), bytes) && write(avroFloatText(floating<double, std::uint64_t>(bytes)));
        case Kind::Fixed:
            return take(type.size, bytes) && write(avroBytesText(type, bytes));
        case Kind::Bytes:
            return counted(bytes) && fits(bytes) && write(avroBytesText(type, bytes));
        case Kind::String:
            return counted(bytes) && fits(bytes) && write(jsonQuoted(bytes));
        default:
            return symbol(type);
        }
    }

    /// Before a text is made of them.
    bool fits(std::string_view bytes) { return m_json.size() + bytes.size() <= m_most || write(bytes); }

    bool integer(const AvroType& type)
    {
        std::int64_t read = 0;
        if (!number(read))
            return false;
        if (type.kind == Kind::Int &&
            (read < std::numeric_limits<std::int32_t>::min() || read > std::numeric_limits<std::int32_t>::max()))
            return fail("a number does not fit into an int");
        return write(avroIntegerText(type, read));
    }

    /// IEEE 754, little-endian.
    template<typename Float, typename Bits>
    static Float floating(std::string_view bytes)
    {
        Bits bits = 0;
        for (std::size_t i = 0; i < sizeof(Bits); ++i)
            bits |= static_cast<Bits>(static_cast<unsigned char>(bytes[i])) << (8 * i);
        Float read = 0;
        std::memcpy(&read, &bits, sizeof read);
        return read;
    }

    bool symbol(const AvroType& type)
    {
        std::int64_t index = 0;
        if (!number(index))
            return false;
        if (index < 0 || static_cast<std::uint64_t>(index) >= type.names.size())
            return fail(fmt::format("{} has no symbol {}", type.name, index));
        return write(jsonQuoted(type.names[static_cast<std::size_t>(index)]));
    }

    bool record(const AvroType& type, int depth)
    {
        if (!write("{"))
            return false;
        for (std::size_t i = 0; i < type.types.size(); ++i)
            if (!write((i > 0 ? "," : "") + jsonQuoted(type.names[i]) + ':') || !value(*type.types[i], depth + 1))
                return false;
        return write("}");
    }

    bool branch(const AvroType& type, int depth)
    {
        std::int64_t index = 0;
        if (!number(index))
            return false;
        if (index < 0 || static_cast<std::uint64_t>(index) >= type.types.size())
            return fail(fmt::format("a union of {} types has no type {}", type.types.size(), index));
        const AvroType& chosen = *type.types[static_cast<std::size_t>(index)];
        if (type.optional || chosen.kind == Kind::Null)
            return value(chosen, depth + 1);
        return write('{' + jsonQuoted(chosen.name) + ':') && value(chosen, depth + 1) && write("}");
    }

    /// Of an array or a map: blocks of a count and as many items, up to a count of zero. A negative count is followed
    /// by the block's size in bytes.
    bool blocks(const AvroType& type, int depth)
    {
        const bool map = type.kind == Kind::Map;
        if (!write(map ? "{" : "["))
            return false;
        bool first = true;
        while (true) {
            std::int64_t count = 0;
            std::int64_t size = 0;
            if (!number(count) || (count < 0 && !number(size)))
                return false;
            if (count == 0)
                return write(map ? "}" : "]");
            const auto items = count < 0 ? ~static_cast<std::uint64_t>(count) + 1 : static_cast<std::uint64_t>(count);
            for (std::uint64_t i = 0; i < items; ++i, first = false)
                if ((!first && !write(",")) || (map && !name()) || !value(*type.types[0], depth + 1))
                    return false;
        }
    }

    /// Of a map's value.
    bool name()
    {
        std::string_view bytes;
        return counted(bytes) && fits(bytes) && write(jsonQuoted(bytes) + ':');
    }

    const std::string_view m_bytes;
    const std::size_t m_most;
    std::size_t m_at = 0;
    std::string m_json;
    std::string m_trouble;
};

} // namespace

std::size_t mostDecodedBytes(std::size_t size) noexcept
{
    constexpr std::size_t least = 1U << 20;
    constexpr std::size_t most = 64U << 20;
    return size > most / 256 ? most : std::max(least, 256 * size);
}

tl::expected<std::string, std::string> decodeAvro(const AvroSchema& schema, std::string_view bytes)
{
    return AvroDecoder(bytes).decode(schema.root());
}

} // namespace projectionist
