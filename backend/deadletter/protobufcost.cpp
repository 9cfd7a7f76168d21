// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/protobufcost.h"

#include <algorithm>
#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>
#include <map>

namespace projectionist {

namespace pb = google::protobuf;

namespace {

using Lite = pb::internal::WireFormatLite;

constexpr int deepestMessage = 60; ///< below what the library itself goes down to

// What things cost at most, in bytes of memory or of JSON, whichever is more.
constexpr std::size_t costOfMessage = 64;
constexpr std::size_t costOfField = 48; ///< of its type, whether it is set or not
constexpr std::size_t costOfValue = 40;
constexpr std::size_t costOfByte = 6; ///< "\u0000"

class ProtobufWalk
{
public:
    ProtobufWalk(std::string_view bytes, std::size_t most)
        : m_input(reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<int>(bytes.size()))
        , m_most(most)
        , m_size(bytes.size())
    {
    }

    std::string run(const pb::Descriptor& type)
    {
        if (message(type, 0, 0) || !m_trouble.empty())
            return m_trouble;
        return fmt::format("at byte {} of {}, it is no {}", m_input.CurrentPosition(), m_size, type.full_name());
    }

private:
    bool pay(std::size_t cost)
    {
        m_cost += cost;
        if (m_cost > m_most)
            m_trouble = fmt::format("decoding it would take more than {} MB", m_most >> 20U);
        return m_trouble.empty();
    }

    /// `group`: the number of the field that has to end it; 0: it ends with its bytes.
    bool message(const pb::Descriptor& type, int depth, int group)
    {
        if (depth > deepestMessage) {
            m_trouble = fmt::format("messages are nested deeper than {} levels", deepestMessage);
            return false;
        }
        if (!pay(costOfMessage + costOfField * static_cast<std::size_t>(type.field_count())))
            return false;
        while (const std::uint32_t tag = m_input.ReadTag()) {
            if (Lite::GetTagWireType(tag) == Lite::WIRETYPE_END_GROUP)
                return Lite::GetTagFieldNumber(tag) == group;
            if (!field(type.FindFieldByNumber(Lite::GetTagFieldNumber(tag)), tag, depth))
                return false;
        }
        return group == 0 && m_input.ConsumedEntireMessage();
    }

    bool field(const pb::FieldDescriptor* field, std::uint32_t tag, int depth)
    {
        if (!pay(costOfValue + (field ? field->name().size() + costOfEnum(*field) : 0)))
            return false;
        switch (Lite::GetTagWireType(tag)) {
        case Lite::WIRETYPE_LENGTH_DELIMITED:
            return delimited(field, depth);
        case Lite::WIRETYPE_START_GROUP:
            if (field && field->type() == pb::FieldDescriptor::TYPE_GROUP)
                return message(*field->message_type(), depth + 1, field->number());
            return Lite::SkipField(&m_input, tag);
        default:
            return Lite::SkipField(&m_input, tag);
        }
    }

    bool delimited(const pb::FieldDescriptor* field, int depth)
    {
        std::uint32_t length = 0;
        if (!m_input.ReadVarint32(&length) ||
            length > static_cast<std::uint32_t>(m_input.BytesUntilLimit() < 0 ? left() : m_input.BytesUntilLimit()))
            return false;
        if (field && field->type() == pb::FieldDescriptor::TYPE_MESSAGE) {
            const auto limit = m_input.PushLimit(static_cast<int>(length));
            const bool good = message(*field->message_type(), depth + 1, 0);
            m_input.PopLimit(limit);
            return good;
        }
        const std::size_t each = field && field->is_packable() ? costOfValue + costOfEnum(*field) : costOfByte;
        return pay(each * length) && m_input.Skip(static_cast<int>(length));
    }

    [[nodiscard]] int left() const { return static_cast<int>(m_size) - m_input.CurrentPosition(); }

    /// Its longest name.
    std::size_t costOfEnum(const pb::FieldDescriptor& field)
    {
        const auto* type = field.enum_type();
        if (!type)
            return 0;
        const auto [place, isNew] = m_enums.try_emplace(type, 0);
        for (int i = 0; isNew && i < type->value_count(); ++i)
            place->second = std::max(place->second, type->value(i)->name().size());
        return place->second;
    }

    pb::io::CodedInputStream m_input;
    const std::size_t m_most;
    const std::size_t m_size;
    std::size_t m_cost = 0;
    std::map<const pb::EnumDescriptor*, std::size_t> m_enums;
    std::string m_trouble;
};

} // namespace

std::string protobufTrouble(const pb::Descriptor& type, std::string_view bytes, std::size_t most)
{
    return ProtobufWalk(bytes, most).run(type);
}

} // namespace projectionist
