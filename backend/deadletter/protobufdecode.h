// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace projectionist {

struct DecodedProtobuf
{
    std::string type; ///< "acme.orders.OrderPlaced"
    std::string json;
};

/// A .proto file with all that it imports.
class ProtobufSchema
{
public:
    /// `imports`: texts by the names that imports call them. Google's well-known types and Confluent's own are known
    /// anyway. The error says why it is no schema.
    [[nodiscard]] static tl::expected<std::shared_ptr<const ProtobufSchema>, std::string>
    parse(const std::string& text, const std::map<std::string, std::string>& imports);
    ~ProtobufSchema();
    ProtobufSchema(const ProtobufSchema&) = delete;
    ProtobufSchema& operator=(const ProtobufSchema&) = delete;

    /// What stands behind the schema's number: the path to the message within the file, zigzag varints, an empty path
    /// for the first; then the message. As protobuf's JSON, with the names of fields as the file writes them and bytes
    /// in Base64. The error says why it cannot be decoded.
    [[nodiscard]] tl::expected<DecodedProtobuf, std::string> decode(std::string_view bytes) const;

private:
    struct Private;
    explicit ProtobufSchema(std::unique_ptr<Private> parts);
    const std::unique_ptr<Private> d;
};

} // namespace projectionist
