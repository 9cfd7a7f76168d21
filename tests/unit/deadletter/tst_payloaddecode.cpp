// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "backend/deadletter/avrodecode.h"
#include "backend/deadletter/payloaddecode.h"
#include "backend/deadletter/protobufdecode.h"

#include <avro.h>
#include <chrono>
#include <nlohmann/json.hpp>

using namespace projectionist;

namespace {

using Json = nlohmann::json;

/// A schema and a value, as libavro has them.
class AvroValue
{
public:
    explicit AvroValue(const std::string& schema)
    {
        if (avro_schema_from_json_length(schema.data(), schema.size(), &m_schema) != 0)
            throw std::runtime_error(avro_strerror());
        m_class = avro_generic_class_from_schema(m_schema);
        avro_generic_value_new(m_class, &value);
    }
    ~AvroValue()
    {
        avro_value_decref(&value);
        avro_value_iface_decref(m_class);
        avro_schema_decref(m_schema);
    }
    AvroValue(const AvroValue&) = delete;
    AvroValue& operator=(const AvroValue&) = delete;

    [[nodiscard]] avro_value_t field(const char* name) const
    {
        avro_value_t part{};
        if (avro_value_get_by_name(&value, name, &part, nullptr) != 0)
            throw std::runtime_error(name);
        return part;
    }
    [[nodiscard]] std::string encoded() const
    {
        std::string bytes(4096, '\0');
        auto* const writer = avro_writer_memory(bytes.data(), static_cast<std::int64_t>(bytes.size()));
        if (avro_value_write(writer, const_cast<avro_value_t*>(&value)) != 0)
            throw std::runtime_error(avro_strerror());
        bytes.resize(static_cast<std::size_t>(avro_writer_tell(writer)));
        avro_writer_free(writer);
        return bytes;
    }

    avro_value_t value{};

private:
    avro_schema_t m_schema = nullptr;
    avro_value_iface_t* m_class = nullptr;
};

std::string decodedAvro(const std::vector<std::string>& schemas, std::string_view bytes)
{
    const auto schema = AvroSchema::parse(schemas);
    if (!schema)
        return "schema: " + schema.error();
    const auto json = decodeAvro(**schema, bytes);
    return json ? *json : "bytes: " + json.error();
}

std::string decodedProtobuf(const std::string& schema, std::string_view bytes,
                            const std::map<std::string, std::string>& imports = {})
{
    const auto parsed = ProtobufSchema::parse(schema, imports);
    if (!parsed)
        return "schema: " + parsed.error();
    const auto decoded = (*parsed)->decode(bytes);
    return decoded ? decoded->type + ' ' + decoded->json : "bytes: " + decoded.error();
}

const std::string orderSchema =
    "{\"type\":\"record\",\"name\":\"OrderPlaced\",\"namespace\":\"com.acme\",\"fields\":["
    "{\"name\":\"id\",\"type\":\"long\"},{\"name\":\"customer\",\"type\":{\"type\":\"record\",\"name\":\"Customer\","
    "\"fields\":[{\"name\":\"email\",\"type\":\"string\"},{\"name\":\"vip\",\"type\":\"boolean\"}]}},"
    "{\"name\":\"note\",\"type\":[\"null\",\"string\"]},"
    "{\"name\":\"payment\",\"type\":[\"null\",\"int\",\"string\",\"com.acme.Customer\"]},"
    "{\"name\":\"lines\",\"type\":{\"type\":\"array\",\"items\":\"int\"}},"
    "{\"name\":\"tags\",\"type\":{\"type\":\"map\",\"values\":\"double\"}},"
    "{\"name\":\"colour\",\"type\":{\"type\":\"enum\",\"name\":\"Colour\",\"symbols\":[\"RED\",\"BLUE\"]}},"
    "{\"name\":\"hash\",\"type\":{\"type\":\"fixed\",\"name\":\"Hash\",\"size\":3}},"
    "{\"name\":\"raw\",\"type\":\"bytes\"},{\"name\":\"weight\",\"type\":\"float\"}]}";

std::string order()
{
    AvroValue order(orderSchema);
    avro_value_t part = order.field("id");
    avro_value_set_long(&part, -9'007'199'254'740'993);
    const avro_value_t customer = order.field("customer");
    avro_value_get_by_name(&customer, "email", &part, nullptr);
    avro_value_set_string(&part, "a\"\xc3\xa4@acme.example");
    avro_value_get_by_name(&customer, "vip", &part, nullptr);
    avro_value_set_boolean(&part, 1);
    avro_value_t branch{};
    part = order.field("note");
    avro_value_set_branch(&part, 1, &branch);
    avro_value_set_string(&branch, "hello"); // NOLINT(clang-analyzer-core.NullDereference): set by the line before
    part = order.field("payment");
    avro_value_set_branch(&part, 2, &branch);
    avro_value_set_string(&branch, "card"); // NOLINT(clang-analyzer-core.NullDereference)
    part = order.field("lines");
    for (const int line : {1, -2, 300}) {
        avro_value_append(&part, &branch, nullptr);
        avro_value_set_int(&branch, line);
    }
    part = order.field("tags");
    avro_value_add(&part, "x", &branch, nullptr, nullptr);
    avro_value_set_double(&branch, 0.1);
    part = order.field("colour");
    avro_value_set_enum(&part, 1);
    part = order.field("hash");
    avro_value_set_fixed(&part, const_cast<char*>("\x01\xab\xff"), 3);
    part = order.field("raw");
    avro_value_set_bytes(&part, const_cast<char*>("\x00\x10"), 2);
    part = order.field("weight");
    avro_value_set_float(&part, 1.5F);
    return order.encoded();
}

const std::string orderProto = "syntax = \"proto3\"; package acme.orders; import \"google/protobuf/timestamp.proto\";"
                               "import \"money.proto\"; message Other { int32 n = 1; }"
                               "message OrderPlaced { string order_id = 1; google.protobuf.Timestamp placed = 2;"
                               "  acme.Money total = 3; repeated int32 lines = 4; enum Colour { RED = 0; BLUE = 1; }"
                               "  Colour colour = 5; bytes raw = 6; map<string, int64> tags = 7;"
                               "  message Line { OrderPlaced part = 1; } Line line = 8; }";
const std::map<std::string, std::string> orderImports{
    {"money.proto", "syntax = \"proto3\"; package acme; message Money { int64 cents = 1; string currency = 2; }"}};

/// {1} is OrderPlaced.
const std::string orderMessage("\x02\x02"
                               "\x0a\x03o-1\x12\x06\x08\x80\xea\xb0\xb5\x06\x1a\x08\x08\xd2\x09\x12\x03"
                               "EUR\x22\x03\x01\x02\x03\x28\x01\x32\x02\x00\xff\x3a\x05\x0a\x01t\x10\x07",
                               43);

} // namespace

class TestPayloadDecode : public QObject
{
    Q_OBJECT

private slots:
    void the_wire_format_is_known_by_its_first_byte()
    {
        const auto bytes = registryBytes(std::string_view("\0\0\1\2\3x", 6));
        QVERIFY(bytes);
        QCOMPARE(bytes->schema, 0x00010203U);
        QCOMPARE(std::string(bytes->body), std::string("x"));
        QVERIFY(registryBytes(std::string_view("\0\0\0\0\1", 5)));
        QVERIFY(!registryBytes(std::string_view("\0\0\0\0", 4)));
        QVERIFY(!registryBytes("{\"a\":1}"));
        QVERIFY(!registryBytes(std::string_view("\0\0\0\0\0\0\0\7", 8)));
        QVERIFY(!registryBytes({}));
    }

    void avro_of_libavro_becomes_JSON()
    {
        QCOMPARE(
            decodedAvro({orderSchema}, order()),
            std::string("{\"id\":-9007199254740993,\"customer\":{\"email\":\"a\\\"\xc3\xa4@acme.example\",\"vip\":"
                        "true},\"note\":\"hello\",\"payment\":{\"string\":\"card\"},\"lines\":[1,-2,300],\"tags\":"
                        "{\"x\":0.1},\"colour\":\"BLUE\",\"hash\":\"0x01abff\",\"raw\":\"0x0010\",\"weight\":1.5}"));
    }

    void avro_that_ends_anywhere_is_an_error()
    {
        const auto schema = AvroSchema::parse({orderSchema});
        QVERIFY(schema);
        const std::string whole = order();
        QVERIFY(decodeAvro(**schema, whole));
        for (std::size_t size = 0; size < whole.size(); ++size)
            QVERIFY2(!decodeAvro(**schema, std::string(whole, 0, size)), std::to_string(size).c_str());
        QVERIFY(!decodeAvro(**schema, whole + '\0'));
    }

    void avro_with_any_byte_changed_is_decoded_or_an_error()
    {
        const auto schema = AvroSchema::parse({orderSchema});
        const std::string whole = order();
        for (std::size_t at = 0; at < whole.size(); ++at)
            for (const int byte : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
                std::string changed = whole;
                changed[at] = static_cast<char>(byte);
                if (const auto json = decodeAvro(**schema, changed))
                    QVERIFY(Json::accept(*json));
            }
    }

    void logical_types_are_readable_data()
    {
        QTest::addColumn<std::string>("type");
        QTest::addColumn<std::string>("bytes");
        QTest::addColumn<std::string>("json");
        const auto row = [](const char* name, const char* type, const std::string& bytes, const char* json) {
            QTest::newRow(name) << std::string(type) << bytes << std::string(json);
        };
        row("decimal", "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}",
            std::string("\x04\x04\xd2", 3), "12.34");
        row("negative decimal", "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}",
            std::string("\x02\xff", 2), "-0.01");
        row("decimal of nothing", "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9}",
            std::string("\x00", 1), "0");
        row("large decimal",
            "{\"type\":{\"type\":\"fixed\",\"name\":\"D\",\"size\":9,\"logicalType\":\"decimal\",\"scale\":1}}",
            std::string("\x01\0\0\0\0\0\0\0\0", 9), "1844674407370955161.6");
        row("least decimal", "{\"type\":\"bytes\",\"logicalType\":\"decimal\"}", std::string("\x02\x80", 2), "-128");
        row("date", "{\"type\":\"int\",\"logicalType\":\"date\"}", std::string("\xd6\xc4\x02", 3), "\"2026-11-22\"");
        row("a date of long ago", "{\"type\":\"int\",\"logicalType\":\"date\"}", std::string("\xff\xff\xff\xff\x0f", 5),
            "-2147483648");
        row("time", "{\"type\":\"int\",\"logicalType\":\"time-millis\"}", std::string("\x02", 1), "\"00:00:00.001\"");
        row("no time", "{\"type\":\"int\",\"logicalType\":\"time-millis\"}", std::string("\x01", 1), "-1");
        row("timestamp", "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}", std::string("\x02", 1),
            "\"1970-01-01T00:00:00.000001Z\"");
        row("timestamp before 1970", "{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}", std::string("\x01", 1),
            "\"1969-12-31T23:59:59.999Z\"");
        row("timestamp without an end", "{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}",
            std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10), "-9223372036854775808");
        row("local timestamp", "{\"type\":\"long\",\"logicalType\":\"local-timestamp-millis\"}", std::string("\x02", 1),
            "\"1970-01-01T00:00:00.001\"");
        row("uuid of text", "{\"type\":\"string\",\"logicalType\":\"uuid\"}", std::string("\x04") + "ab", "\"ab\"");
        row("uuid of bytes", "{\"type\":\"fixed\",\"name\":\"U\",\"size\":16,\"logicalType\":\"uuid\"}",
            "0123456789abcdef", "\"30313233-3435-3637-3839-616263646566\"");
        row("duration", "{\"type\":\"fixed\",\"name\":\"S\",\"size\":12,\"logicalType\":\"duration\"}",
            std::string("\1\0\0\0\2\0\0\0\xbc\x0b\0\0", 12), "\"P1M2DT3.004S\"");
        row("a logical type that does not fit", "{\"type\":\"string\",\"logicalType\":\"date\"}",
            std::string("\x02") + "d", "\"d\"");
        row("not a number", "\"float\"", std::string("\x00\x00\xc0\x7f", 4), "\"NaN\"");
        row("no UTF-8", "\"string\"", std::string("\x02\xff"), "\"\xef\xbf\xbd\"");
    }

    void logical_types_are_readable()
    {
        QFETCH(std::string, type);
        QFETCH(std::string, bytes);
        QFETCH(std::string, json);
        QCOMPARE(decodedAvro({type}, bytes), json);
    }

    void schemas_and_bytes_that_want_to_be_large_are_errors_data()
    {
        QTest::addColumn<std::string>("schema");
        QTest::addColumn<std::string>("bytes");
        QTest::addColumn<std::string>("why");
        const std::string many("\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10);  // 2^63 - 1
        const std::string least("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10); // -2^63
        const auto row = [](const char* name, const std::string& schema, const std::string& bytes, const char* why) {
            QTest::newRow(name) << schema << bytes << std::string(why);
        };
        row("nulls without end", "{\"type\":\"array\",\"items\":\"null\"}", many, "larger than 1 MB");
        row("blocks of a negative count", "{\"type\":\"array\",\"items\":\"null\"}", least + '\0', "larger than 1 MB");
        row("a gigantic string", "\"string\"", many, "bytes should follow");
        row("a negative length", "\"bytes\"", "\x01", "negative");
        row("a number without end", "\"long\"", std::string(20, '\xff'), "too long");
        row("a large int", "\"int\"", many, "does not fit");
        row("a record in itself", "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"r\",\"type\":\"R\"}]}",
            "", "nested deeper");
        row("a list in itself",
            "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"r\",\"type\":{\"type\":\"array\",\"items\":"
            "\"R\"}}]}",
            std::string(5000, '\x02'), "nested deeper");
        row("a branch that is not there", "[\"null\",\"int\"]", "\x04", "has no type 2");
        row("a symbol that is not there", "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}", "\x02",
            "E has no symbol 1");
        row(
            "empty records by their power",
            [] {
                std::string schema = "{\"type\":\"record\",\"name\":\"R0\",\"fields\":[]}";
                for (int i = 1; i < 60; ++i)
                    schema = "{\"type\":\"record\",\"name\":\"R" + std::to_string(i) +
                             "\",\"fields\":[{\"name\":\"a\",\"type\":" + schema + "},{\"name\":\"b\",\"type\":\"R" +
                             std::to_string(i - 1) + "\"}]}";
                return schema;
            }(),
            "", "larger than 1 MB");
        const std::string deep(100'000, '[');
        row("a deep schema", deep, "", "schema: ");
        std::string nested = "\"int\"";
        for (int i = 0; i < 150; ++i)
            nested = "{\"type\":" + nested + '}';
        row("a nested schema", nested, "", "nested too deep");
        row("a schema that is no JSON", "{\"type\":", "", "no JSON");
        row("an unknown type", "\"com.acme.Nobody\"", "", "\"com.acme.Nobody\" is not defined");
        row("a fixed of no size", "{\"type\":\"fixed\",\"name\":\"F\",\"size\":99999999999}", "", "no size");
        row("twice the same name",
            "[{\"type\":\"fixed\",\"name\":\"F\",\"size\":1},{\"type\":\"fixed\",\"name\":\"F\",\"size\":2}]", "",
            "defined twice");
    }

    void schemas_and_bytes_that_want_to_be_large_are_errors()
    {
        QFETCH(std::string, schema);
        QFETCH(std::string, bytes);
        QFETCH(std::string, why);
        const auto text = decodedAvro({schema}, bytes);
        QVERIFY2(text.find(why) != std::string::npos, text.substr(0, 500).c_str());
    }

    void an_avro_schema_uses_types_of_others()
    {
        const std::string other = "{\"type\":\"enum\",\"name\":\"Colour\",\"namespace\":\"a.b\",\"symbols\":[\"RED\"]}";
        QCOMPARE(decodedAvro({other, "{\"type\":\"record\",\"name\":\"a.b.R\",\"fields\":[{\"name\":\"c\",\"type\":"
                                     "\"Colour\"}]}"},
                             std::string(1, '\0')),
                 std::string("{\"c\":\"RED\"}"));
    }

    void protobuf_becomes_JSON()
    {
        const auto text = decodedProtobuf(orderProto, orderMessage, orderImports);
        QCOMPARE(QString::fromStdString(text).section(u' ', 0, 0), QString("acme.orders.OrderPlaced"));
        const auto json = Json::parse(text.substr(text.find(' ') + 1), nullptr, false);
        QVERIFY2(!json.is_discarded(), text.c_str());
        QCOMPARE(json.value("order_id", ""), std::string("o-1"));
        QCOMPARE(json["placed"].get<std::string>().substr(0, 5), std::string("2024-"));
        QCOMPARE(json["total"].dump(), std::string("{\"cents\":\"1234\",\"currency\":\"EUR\"}"));
        QCOMPARE(json["lines"].dump(), std::string("[1,2,3]"));
        QCOMPARE(json["colour"].dump(), std::string("\"BLUE\""));
        QCOMPARE(json["raw"].dump(), std::string("\"AP8=\""));
        QCOMPARE(json["tags"].dump(), std::string("{\"t\":\"7\"}"));
    }

    void the_first_message_of_a_file_has_an_empty_path()
    {
        QCOMPARE(decodedProtobuf(orderProto, std::string("\0\x08\x05", 3), orderImports),
                 std::string("acme.orders.Other {\"n\":5}"));
        QCOMPARE(decodedProtobuf(orderProto, std::string("\x04\x02\x00", 3), orderImports),
                 std::string("acme.orders.OrderPlaced.Line {}"));
        for (const std::string path : {"\x02\x08", "\x01", "\x06\x02\x00\x00", "\xff\xff\xff\xff\x0f", ""})
            QVERIFY(decodedProtobuf(orderProto, path, orderImports).find("does not begin with") != std::string::npos);
    }

    void protobuf_that_ends_or_changes_anywhere_is_decoded_or_an_error()
    {
        const auto schema = ProtobufSchema::parse(orderProto, orderImports);
        QVERIFY(schema);
        for (std::size_t size = 0; size < orderMessage.size(); ++size) {
            if (const auto decoded = (*schema)->decode(std::string(orderMessage, 0, size)))
                QVERIFY(Json::accept(decoded->json));
            for (const int byte : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
                std::string changed = orderMessage;
                changed[size] = static_cast<char>(byte);
                if (const auto decoded = (*schema)->decode(changed))
                    QVERIFY(Json::accept(decoded->json));
            }
        }
        QVERIFY(!(*schema)->decode(std::string(orderMessage, 0, orderMessage.size() - 1)));
    }

    void hostile_protobuf_is_an_error()
    {
        // A message within itself, 5000 times: each is the rest.
        std::string deep;
        for (int i = 0; i < 5000; ++i) {
            std::string length;
            for (std::size_t left = deep.size();; left >>= 7U) {
                length += static_cast<char>((left & 0x7fU) | (left > 0x7f ? 0x80U : 0U));
                if (left <= 0x7f)
                    break;
            }
            deep = (i % 2 == 0 ? "\x0a" : "\x42") + length + deep;
        }
        QVERIFY(decodedProtobuf(orderProto, "\x02\x02" + deep, orderImports).find("nested deeper") !=
                std::string::npos);
        // Two bytes make a message of a thousand fields.
        std::string wide = "syntax = \"proto3\"; message A { repeated B b = 1; } message B {";
        for (int i = 1; i <= 1000; ++i)
            wide += "int64 f" + std::to_string(i) + " = " + std::to_string(i) + ";";
        std::string many(1, '\0');
        for (int i = 0; i < 500'000; ++i)
            many += std::string("\x0a\x00", 2);
        QVERIFY(decodedProtobuf(wide + '}', many).find("would take more than 64 MB") != std::string::npos);
        // One byte makes a name of a thousand letters.
        const std::string names =
            "syntax = \"proto3\"; message A { repeated E e = 1; } enum E { " + std::string(1000, 'X') + " = 0; }";
        QVERIFY(decodedProtobuf(names, std::string("\0\x0a\x80\xea\x30", 5) + std::string(800'000, '\0'))
                    .find("would take more than 64 MB") != std::string::npos);
    }

    void schemas_that_protobuf_refuses_say_why_data()
    {
        QTest::addColumn<std::string>("schema");
        QTest::addColumn<std::string>("why");
        const auto row = [](const char* name, const std::string& schema, const char* why) {
            QTest::newRow(name) << schema << std::string(why);
        };
        row("no proto", "{}", "line 1");
        row("an unknown type", "syntax = \"proto3\"; message A { Nobody n = 1; }", "Nobody");
        row("an import that nobody gives", "import \"gone.proto\";", "imports gone.proto");
        row("an import of itself", "import \"itself.proto\";", "itself.proto imports itself");
        row("braces", "message A {" + std::string(200'000, '{'), "nested too deep");
        row("Google's own package", "package google.protobuf; message FileOptions {}", "package google.protobuf");
    }

    void schemas_that_protobuf_refuses_say_why()
    {
        QFETCH(std::string, schema);
        QFETCH(std::string, why);
        const auto text = decodedProtobuf(schema, {}, {{"itself.proto", "import \"itself.proto\";"}});
        QVERIFY2(text.starts_with("schema: ") && text.find(why) != std::string::npos, text.substr(0, 500).c_str());
    }

    void files_of_Confluent_and_Google_need_no_reference()
    {
        const std::string schema =
            "syntax = \"proto3\"; import \"confluent/meta.proto\"; import \"confluent/type/decimal.proto\";"
            "import \"google/protobuf/wrappers.proto\"; message A { confluent.type.Decimal d = 1 "
            "[(confluent.field_meta) = { doc: \"money\" }]; google.protobuf.Int32Value n = 2; }";
        QCOMPARE(decodedProtobuf(schema, std::string("\0\x12\x02\x08\x05", 5)), std::string("A {\"n\":5}"));
    }
};

QTEST_GUILESS_MAIN(TestPayloadDecode)
#include "tst_payloaddecode.moc"
