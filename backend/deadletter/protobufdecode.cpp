// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/protobufdecode.h"

#include "backend/deadletter/avrodecode.h"
#include "backend/deadletter/protobufcost.h"

#include <array>
#include <fmt/format.h>
#include <google/protobuf/compiler/parser.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/json_util.h>
#include <optional>
#include <set>

namespace projectionist {

namespace pb = google::protobuf;

namespace {

constexpr const char* rootFile = "the schema"; ///< no import is called so
constexpr int deepestText = 64;                ///< braces and brackets within each other

/// Files that Confluent's serialisers know without a reference, as far as messages need them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> confluentFiles{
    {{"confluent/meta.proto",
      "syntax = \"proto3\"; package confluent; import \"google/protobuf/descriptor.proto\";"
      "message Meta { string doc = 1; map<string, string> params = 2; repeated string tags = 3; }"
      "extend google.protobuf.FileOptions { Meta file_meta = 1088; }"
      "extend google.protobuf.MessageOptions { Meta message_meta = 1088; }"
      "extend google.protobuf.FieldOptions { Meta field_meta = 1088; }"
      "extend google.protobuf.EnumOptions { Meta enum_meta = 1088; }"
      "extend google.protobuf.EnumValueOptions { Meta enum_value_meta = 1088; }"},
     {"confluent/type/decimal.proto", "syntax = \"proto3\"; package confluent.type;"
                                      "message Decimal { bytes value = 1; uint32 precision = 2; int32 scale = 3; }"}}};

/// The first thing that is wrong.
class FirstError : public pb::io::ErrorCollector, public pb::DescriptorPool::ErrorCollector
{
public:
    void AddError(int line, int, const std::string& message) override
    {
        if (text.empty())
            text = fmt::format("line {}: {}", line + 1, message.substr(0, 300));
    }
    void AddError(const std::string&, const std::string& element, const pb::Message*, ErrorLocation,
                  const std::string& message) override
    {
        if (text.empty())
            text = fmt::format("{}: {}", element.substr(0, 100), message.substr(0, 300));
    }

    std::string text;
};

/// The parser of protobuf goes down with each of them.
bool isTooDeep(std::string_view text)
{
    int depth = 0;
    for (const char c : text) {
        depth += c == '{' || c == '[' || c == '<' || c == '(' ? 1 : 0;
        depth -= (c == '}' || c == ']' || c == '>' || c == ')') && depth > 0 ? 1 : 0;
        if (depth > deepestText)
            return true;
    }
    return false;
}

/// Builds files with what they import, in a pool that nobody else shares.
class FileBuilder
{
public:
    FileBuilder(pb::DescriptorPool& pool, const std::map<std::string, std::string>& imports)
        : m_pool(pool), m_imports(imports)
    {
    }

    bool build(const std::string& name, const std::string& text)
    {
        pb::FileDescriptorProto file;
        return parse(name, text, file) && add(file);
    }
    [[nodiscard]] const std::string& trouble() const { return m_trouble; }

private:
    bool fail(std::string why)
    {
        m_trouble = std::move(why);
        return false;
    }

    bool parse(const std::string& name, std::string_view text, pb::FileDescriptorProto& file)
    {
        if (isTooDeep(text))
            return fail(fmt::format("{} is nested too deep", name));
        pb::io::ArrayInputStream stream(text.data(), static_cast<int>(text.size()));
        FirstError error;
        pb::io::Tokenizer tokenizer(&stream, &error);
        pb::compiler::Parser parser;
        parser.RecordErrorsTo(&error);
        if (!parser.Parse(&tokenizer, &file) || !error.text.empty())
            return fail(fmt::format("{}, {}", name, error.text));
        file.set_name(name);
        // The library takes for granted that its own types are its own.
        if (file.package() == "google.protobuf" || file.package().starts_with("google.protobuf."))
            return fail(fmt::format("{} defines types of the package google.protobuf", name));
        return true;
    }

    bool add(const pb::FileDescriptorProto& file)
    {
        m_open.insert(file.name());
        for (const auto& name : file.dependency())
            if (!import(name, file.name()))
                return false;
        m_open.erase(file.name());
        FirstError error;
        if (!m_pool.BuildFileCollectingErrors(file, &error))
            return fail(fmt::format("{}, {}", file.name(), error.text));
        return true;
    }

    bool import(const std::string& name, const std::string& by)
    {
        if (m_pool.FindFileByName(name))
            return true;
        if (m_open.contains(name))
            return fail(fmt::format("{} imports itself", name));
        pb::FileDescriptorProto file;
        if (name.starts_with("google/protobuf/")) {
            if (const auto* own = pb::DescriptorPool::generated_pool()->FindFileByName(name)) {
                own->CopyTo(&file);
                return add(file);
            }
        }
        if (const auto found = m_imports.find(name); found != m_imports.end())
            return build(name, found->second);
        for (const auto& [known, text] : confluentFiles)
            if (known == name)
                return parse(name, text, file) && add(file);
        return fail(fmt::format("{} imports {}, which is not among the references that the registry gives", by,
                                name.substr(0, 200)));
    }

    pb::DescriptorPool& m_pool;
    const std::map<std::string, std::string>& m_imports;
    std::set<std::string> m_open; ///< that are being built
    std::string m_trouble;
};

/// A number of the path to the message; nullopt: there is none.
std::optional<std::uint32_t> pathNumber(pb::io::CodedInputStream& input)
{
    std::uint32_t bits = 0;
    if (!input.ReadVarint32(&bits))
        return std::nullopt;
    return (bits & 1U) == 0 ? std::optional(bits >> 1U) : std::nullopt; // zigzag; an odd one is negative
}

/// The types of maps' entries, which no text has, are not counted.
const pb::Descriptor* nestedType(const pb::Descriptor& message, std::uint32_t index)
{
    for (int i = 0; i < message.nested_type_count(); ++i)
        if (!message.nested_type(i)->options().map_entry() && index-- == 0)
            return message.nested_type(i);
    return nullptr;
}

const pb::Descriptor* messageAt(const pb::FileDescriptor& file, pb::io::CodedInputStream& input)
{
    const auto count = pathNumber(input);
    if (!count || *count > static_cast<std::uint32_t>(deepestText))
        return nullptr;
    const auto first = *count == 0 ? std::optional(0U) : pathNumber(input);
    if (!first || *first >= static_cast<std::uint32_t>(file.message_type_count()))
        return nullptr;
    const pb::Descriptor* message = file.message_type(static_cast<int>(*first));
    for (std::uint32_t i = 1; i < *count && message; ++i) {
        const auto index = pathNumber(input);
        message = index ? nestedType(*message, *index) : nullptr;
    }
    return message;
}

} // namespace

struct ProtobufSchema::Private
{
    pb::DescriptorPool pool;
    const pb::FileDescriptor* file = nullptr;
};

ProtobufSchema::ProtobufSchema(std::unique_ptr<Private> parts) : d(std::move(parts)) {}

ProtobufSchema::~ProtobufSchema() = default;

tl::expected<std::shared_ptr<const ProtobufSchema>, std::string>
ProtobufSchema::parse(const std::string& text, const std::map<std::string, std::string>& imports)
{
    const pb::LogSilencer quiet; // what is wrong is returned
    auto parts = std::make_unique<Private>();
    FileBuilder builder(parts->pool, imports);
    if (!builder.build(rootFile, text))
        return tl::unexpected(builder.trouble());
    parts->file = parts->pool.FindFileByName(rootFile);
    return std::shared_ptr<const ProtobufSchema>(new ProtobufSchema(std::move(parts)));
}

tl::expected<DecodedProtobuf, std::string> ProtobufSchema::decode(std::string_view bytes) const
{
    const pb::LogSilencer quiet;
    pb::io::CodedInputStream input(reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<int>(bytes.size()));
    const auto* type = messageAt(*d->file, input);
    if (!type)
        return tl::unexpected(std::string("it does not begin with the place of a message in the schema"));
    const auto body = bytes.substr(static_cast<std::size_t>(input.CurrentPosition()));
    if (auto trouble = protobufTrouble(*type, body, mostDecodedBytes(body.size())); !trouble.empty())
        return tl::unexpected(std::move(trouble));
    pb::DynamicMessageFactory factory(&d->pool);
    const std::unique_ptr<pb::Message> message(factory.GetPrototype(type)->New());
    if (!message->ParsePartialFromArray(body.data(), static_cast<int>(body.size())))
        return tl::unexpected(fmt::format("its bytes are no {}", type->full_name()));
    pb::util::JsonPrintOptions options;
    options.preserve_proto_field_names = true;
    DecodedProtobuf decoded{type->full_name(), {}};
    if (const auto status = pb::util::MessageToJsonString(*message, &decoded.json, options); !status.ok())
        return tl::unexpected(fmt::format("{} cannot be written as JSON: {}", type->full_name(),
                                          std::string(status.message()).substr(0, 300)));
    return decoded;
}

} // namespace projectionist
