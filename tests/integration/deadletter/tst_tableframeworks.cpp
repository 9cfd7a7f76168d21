// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/deadletter/tablefixture.h"

using namespace projectionist;

/// Tables as the frameworks make them: statements as their schema sources have them, rows as they write them.
class TestTableFrameworks : public QObject
{
    Q_OBJECT
    std::unique_ptr<PostgresServer> m_server;
    std::unique_ptr<Writer> m_writer;

    TableReader readerOf(const std::string& table, LetterTableFamily family)
    {
        return {m_server->connection(), {.table = table, .family = family}};
    }
    /// What is fetched for the first letter.
    static QString fetched(TableReader& reader)
    {
        const auto& record = reader.sink.first().record;
        const auto letter = reader.source->fetch({record.id, record.offset}, 1000, Duration(20'000));
        if (!letter)
            return QString::fromStdString(toString(letter.error()));
        return QString::fromStdString(letter->record.key.value_or("-") + " = " + letter->record.value.value_or("-"));
    }

private slots:
    void initTestCase()
    {
        m_server = startPostgres();
        m_writer = std::make_unique<Writer>(m_server->connection());
    }

    void wolverine_data()
    {
        QTest::addColumn<QString>("table");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("reference");
        QTest::newRow("identity is the id") << "w1.wolverine_dead_letters"
                                            << "id"
                                            << "w1.wolverine_dead_letters#0190c2a0-0000-7000-8000-000000000001";
        QTest::newRow("identity is id and destination")
            << "w2.wolverine_dead_letters"
            << "id, received_at"
            << "w2.wolverine_dead_letters#0190c2a0-0000-7000-8000-000000000001,kafka%3A%2F%2Ftopic%2Forders";
    }
    void wolverine()
    {
        QFETCH(QString, table);
        QFETCH(QString, key);
        QFETCH(QString, reference);
        const std::string name = table.toStdString();
        m_writer->run({"CREATE SCHEMA " + name.substr(0, 2),
                       "CREATE TABLE " + name +
                           " (id uuid NOT NULL, execution_time timestamp with time zone DEFAULT NULL, "
                           "body bytea NOT NULL, message_type varchar NOT NULL, received_at varchar, source varchar, "
                           "exception_type varchar, exception_message varchar, sent_at timestamp with time zone, "
                           "replayable boolean, CONSTRAINT pkey PRIMARY KEY (" +
                           key.toStdString() + "))",
                       "INSERT INTO " + name +
                           " VALUES ('0190c2a0-0000-7000-8000-000000000001', NULL, '\\x7b7d', 'Acme.OrderPlaced', "
                           "'kafka://topic/orders', 'billing', 'Acme.OrderRejected', 'order 17', "
                           "'2026-11-21 14:02:11.042+00', false)"});
        auto reader = readerOf(name, LetterTableFamily::Wolverine);
        QVERIFY2(reader.readAll(), qPrintable(reader.trouble()));
        QCOMPARE(decodedText(reader.sink.first()),
                 QString("Wolverine table | from orders - - |  | Acme.OrderRejected | order 17 | Acme.OrderPlaced "
                         "0190c2a0-0000-7000-8000-000000000001 | -"));
        QVERIFY(reader.sink.first().record.timestamp == TimePoint(Duration(1'795'269'731'042)));
        QCOMPARE(fetched(reader), QString("- = {}"));
        const auto& record = reader.sink.first().record;
        QCOMPARE(QString::fromStdString(reader.source->reference({record.id, record.offset})), reference);
        // Marked for replay: the row changes, and soon the agent takes it away.
        m_writer->run({"UPDATE " + name + " SET replayable = true"});
        QVERIFY(reader.readUntil([&] { return reader.sink.all("replayable").count("true") == 1; }));
        m_writer->run({"DELETE FROM " + name});
        QVERIFY(reader.readUntil([&] { return reader.sink.letters.empty(); }));
    }
    void axonByJdbc()
    {
        m_writer->run(
            {("CREATE TABLE DeadLetterEntry (deadLetterId VARCHAR(255) NOT NULL, processingGroup VARCHAR(255) NOT "
              "NULL, "
              "sequenceIdentifier VARCHAR(255) NOT NULL, sequenceIndex BIGINT NOT NULL, "
              "messageType VARCHAR(255) NOT NULL, eventIdentifier VARCHAR(255) NOT NULL, "
              "timeStamp VARCHAR(255) NOT NULL, payloadType VARCHAR(255) NOT NULL, payloadRevision VARCHAR(255), "
              "payload bytea NOT NULL, metaData bytea, type VARCHAR(255), aggregateIdentifier VARCHAR(255), "
              "sequenceNumber BIGINT, tokenType VARCHAR(255), token bytea, enqueuedAt VARCHAR(255) NOT NULL, "
              "lastTouched VARCHAR(255), processingStarted VARCHAR(255), causeType VARCHAR(255), "
              "causeMessage VARCHAR(1023), diagnostics bytea, CONSTRAINT PK PRIMARY KEY (deadLetterId), "
              "CONSTRAINT sequenceIndex_INDEX UNIQUE (processingGroup,sequenceIdentifier,sequenceIndex))"),
             ("INSERT INTO DeadLetterEntry VALUES ('d-1', 'billing', 's-1', 0, 'EventMessage', 'e-1', "
              "'2026-11-21T14:02:11.042Z', 'com.acme.OrderPlaced', NULL, '\\x7b22726f77223a317d', '\\x3c6d2f3e', "
              "'Order', "
              "'o-17', 3, NULL, NULL, '2026-11-21T14:02:12.042Z', '2026-11-21T14:02:12.042Z', NULL, 'com.acme.Boom', "
              "'no', NULL)")});
        auto reader = readerOf("DeadLetterEntry", LetterTableFamily::Axon);
        QVERIFY2(reader.readAll(), qPrintable(reader.trouble()));
        QCOMPARE(decodedText(reader.sink.first()),
                 QString("Axon | from  - - | billing | com.acme.Boom | no | com.acme.OrderPlaced e-1 | -"));
        QCOMPARE(fetched(reader), QString("o-17 = {\"row\":1}"));
        QCOMPARE(reader.sink.all("metadata"), (std::multiset<std::string>{"<m/>"}));
    }
    void axonByJpa()
    {
        m_writer->run(
            {("create table dead_letter_entry (dead_letter_id varchar(255) not null, cause_message varchar(1023), "
              "cause_type varchar(255), diagnostics oid, enqueued_at timestamp(6) with time zone not null, "
              "last_touched timestamp(6) with time zone, aggregate_identifier varchar(255), "
              "event_identifier varchar(255) not null, message_type varchar(255) not null, meta_data oid, "
              "payload oid not null, payload_revision varchar(255), payload_type varchar(255) not null, "
              "sequence_number bigint, time_stamp varchar(255) not null, token oid, token_type varchar(255), "
              "type varchar(255), processing_group varchar(255) not null, "
              "processing_started timestamp(6) with time zone, sequence_identifier varchar(255) not null, "
              "sequence_index bigint not null, primary key (dead_letter_id))"),
             ("INSERT INTO dead_letter_entry (dead_letter_id, cause_type, cause_message, enqueued_at, "
              "event_identifier, "
              "message_type, meta_data, payload, payload_type, time_stamp, processing_group, sequence_identifier, "
              "sequence_index, aggregate_identifier) VALUES ('a-whole', 'com.acme.Boom', 'no', now(), 'e-1', "
              "'EventMessage', lo_from_bytea(0, '<m/>'), lo_from_bytea(0, convert_to(repeat('0123456789', 500), "
              "'UTF8')), "
              "'com.acme.OrderPlaced', '2026-11-21T14:02:11.042Z', 'billing', 's-1', 0, 'o-17'), ('b-orphan', NULL, "
              "NULL, "
              "now(), 'e-2', 'EventMessage', 1, 2, 'com.acme.OrderPaid', '2026-11-21T14:02:11.042Z', 'billing', 's-1', "
              "1, 'o-17')")});
        auto reader = readerOf("public.dead_letter_entry", LetterTableFamily::AxonJpa);
        QVERIFY2(reader.readAll(), qPrintable(reader.trouble()));
        QCOMPARE(reader.sink.letters.size(), std::size_t{2});
        const auto& whole = reader.sink.first();
        QCOMPARE(decodedText(whole),
                 QString("Axon | from  - - | billing | com.acme.Boom | no | com.acme.OrderPlaced e-1 | -"));
        QVERIFY(whole.record.value && whole.record.value->starts_with("0123456789") &&
                whole.record.value->size() < 1024);
        QCOMPARE(whole.valueSize, std::size_t{5000});
        QVERIFY(!reader.sink.letters.at(1).stored.record.value); // its large object is gone
        const auto all = reader.source->fetch({whole.record.id, whole.record.offset}, 10'000, Duration(20'000));
        QVERIFY2(all, all ? "" : toString(all.error()).c_str());
        QCOMPARE(all->record.value->size(), std::size_t{5000});
        const auto& headers = all->record.headers;
        QVERIFY(std::any_of(headers.begin(), headers.end(),
                            [](const Header& header) { return header.name == "meta_data" && header.value == "<m/>"; }));
        // Who may not read the objects is told what is missing.
        m_writer->run({"CREATE ROLE jpa LOGIN", "GRANT SELECT ON dead_letter_entry TO jpa"});
        TableReader other(m_server->connection() + " user=jpa",
                          {.table = "dead_letter_entry", .family = LetterTableFamily::AxonJpa});
        QVERIFY(other.readUntil([&] { return other.progress().error.has_value(); }));
        QVERIFY2(other.trouble().contains("GRANT SELECT ON LARGE OBJECT"), qPrintable(other.trouble()));
    }
    void marten_data()
    {
        QTest::addColumn<QString>("schema");
        QTest::addColumn<bool>("events");
        QTest::addColumn<QString>("decoded");
        QTest::addColumn<QString>("payload");
        QTest::newRow("with its events")
            << "marten1" << true
            << "Marten | from  - 42 | Billing | OrderRejectedException | no total | order_placed "
               "0190c2a0-0000-7000-8000-000000000002 | -"
            << "0190c2a0-0000-7000-8000-0000000000aa = {\"total\": 7}";
        QTest::newRow("alone") << "marten2" << false
                               << "Marten | from  - 42 | Billing | OrderRejectedException | no total |  "
                                  "0190c2a0-0000-7000-8000-000000000002 | -"
                               << "- = -";
    }
    void marten()
    {
        QFETCH(QString, schema);
        QFETCH(bool, events);
        QFETCH(QString, decoded);
        QFETCH(QString, payload);
        const std::string name = schema.toStdString();
        m_writer->run(
            {"CREATE SCHEMA " + name,
             "CREATE TABLE " + name +
                 ".mt_doc_deadletterevent (id uuid NOT NULL, data jsonb NOT NULL, mt_last_modified timestamp with time "
                 "zone NULL DEFAULT (transaction_timestamp()), mt_version uuid NOT NULL DEFAULT (md5(random()::text || "
                 "clock_timestamp()::text)::uuid), mt_dotnet_type varchar NULL, "
                 "CONSTRAINT pkey_mt_doc_deadletterevent_id PRIMARY KEY (id))",
             "INSERT INTO " + name +
                 ".mt_doc_deadletterevent (id, data, mt_dotnet_type) VALUES ('0190c2a0-0000-7000-8000-000000000002', "
                 "'{\"Id\": \"0190c2a0-0000-7000-8000-000000000002\", \"ShardName\": \"All\", \"Timestamp\": "
                 "\"2026-11-21T14:02:11.042+00:00\", \"ProjectionName\": \"Billing\", \"ExceptionType\": "
                 "\"OrderRejectedException\", \"EventSequence\": 42, \"ExceptionMessage\": \"no total\"}', "
                 "'JasperFx.Events.Daemon.DeadLetterEvent')"});
        if (events)
            m_writer->run({"CREATE TABLE " + name +
                               ".mt_events (seq_id bigint NOT NULL PRIMARY KEY, id uuid NOT NULL, stream_id uuid, "
                               "version bigint NOT NULL, data jsonb NOT NULL, type varchar(500) NOT NULL, timestamp "
                               "timestamptz NOT NULL DEFAULT now())",
                           "INSERT INTO " + name +
                               ".mt_events VALUES (42, gen_random_uuid(), '0190c2a0-0000-7000-8000-0000000000aa', 3, "
                               "'{\"total\":7}', 'order_placed')"});
        auto reader = readerOf(name + ".mt_doc_deadletterevent", LetterTableFamily::Marten);
        QVERIFY2(reader.readAll(), qPrintable(reader.trouble()));
        QCOMPARE(decodedText(reader.sink.first()), decoded);
        QCOMPARE(fetched(reader), payload);
    }
    void massTransit()
    {
        m_writer->run(
            {"CREATE SCHEMA transport", "CREATE SEQUENCE transport.topology_seq AS bigint",
             ("CREATE TABLE transport.queue (id bigint not null primary key default nextval('transport.topology_seq'), "
              "updated timestamptz not null default (now()), name text not null, type integer not null, auto_delete "
              "integer)"),
             ("CREATE TABLE transport.message (transport_message_id uuid not null primary key, content_type text, "
              "message_type text, body jsonb, binary_body bytea, message_id uuid, correlation_id uuid, conversation_id "
              "uuid, request_id uuid, initiator_id uuid, scheduling_token_id uuid, source_address text, "
              "destination_address text, response_address text, fault_address text, sent_time timestamptz NOT NULL "
              "DEFAULT (now()), headers jsonb, host jsonb)"),
             ("CREATE TABLE transport.message_delivery (message_delivery_id bigserial not null primary key, "
              "transport_message_id uuid not null REFERENCES transport.message ON DELETE CASCADE, queue_id bigint not "
              "null, priority smallint not null, enqueue_time timestamptz not null, expiration_time timestamptz, "
              "partition_key text, routing_key text, consumer_id uuid, lock_id uuid, delivery_count int not null, "
              "max_delivery_count int not null, last_delivered timestamptz, transport_headers jsonb)"),
             "INSERT INTO transport.queue (name, type) VALUES ('orders', 1), ('orders', 2), ('orders', 3)",
             ("INSERT INTO transport.message (transport_message_id, message_type, body, message_id, headers) SELECT "
              "('0190c2a0-0000-7000-8000-00000000000' || n)::uuid, 'urn:message:Acme:OrderPlaced', "
              "'{\"message\":{\"order\":17}}', ('0190c2a0-0000-7000-8000-0000000000a' || n)::uuid, "
              "'{\"tenant\":\"t1\"}' "
              "FROM generate_series(1, 3) n"),
             ("INSERT INTO transport.message_delivery (transport_message_id, queue_id, priority, enqueue_time, "
              "partition_key, delivery_count, max_delivery_count, transport_headers) SELECT "
              "('0190c2a0-0000-7000-8000-00000000000' || n)::uuid, n, 100, now(), 'o-17', 4, 10, "
              "'{\"MT-Reason\":\"fault\","
              "\"MT-Fault-ExceptionType\":\"Acme.OrderRejected\",\"MT-Fault-Message\":\"no\",\"MT-Fault-Timestamp\":"
              "\"2026-11-21T14:02:11.042Z\",\"MT-Fault-ConsumerType\":\"Acme.Billing\",\"MT-Fault-StackTrace\":\"   at "
              "Acme.Billing.Consume(ConsumeContext context) in /src/Billing.cs:line 17\",\"MT-Fault-MessageType\":"
              "\"urn:message:Acme:OrderPlaced\"}' FROM generate_series(1, 2) n")});
        auto reader = readerOf("transport.message_delivery", LetterTableFamily::MassTransit);
        QVERIFY2(reader.readAll(), qPrintable(reader.trouble()));
        QCOMPARE(reader.sink.all("message_delivery_id"), (std::multiset<std::string>{"2"})); // 1 waits to be consumed
        QVERIFY2(decodedText(reader.sink.first())
                     .endsWith("| Acme.Billing | Acme.OrderRejected | no | Acme:OrderPlaced "
                               "0190c2a0-0000-7000-8000-0000000000a2 | 4"),
                 qPrintable(decodedText(reader.sink.first())));
        QCOMPARE(fetched(reader), QString("o-17 = {\"message\": {\"order\": 17}}"));
        // What fails is moved, not inserted; what is retried is moved back.
        m_writer->run({"UPDATE transport.message_delivery SET queue_id = 3 WHERE message_delivery_id = 1"});
        QVERIFY(reader.readUntil([&] { return reader.sink.letters.size() == 2; }));
        m_writer->run({"UPDATE transport.message_delivery SET queue_id = 1"});
        QVERIFY(reader.readUntil([&] { return reader.sink.letters.empty(); }));
        auto wrong = readerOf("transport.queue", LetterTableFamily::MassTransit);
        QVERIFY(wrong.readUntil([&] { return wrong.trouble().contains("transport.message_delivery"); }));
    }
    void pgmqQueueAndArchive()
    {
        const std::string columns =
            "read_ct INT DEFAULT 0 NOT NULL, enqueued_at TIMESTAMP WITH TIME ZONE DEFAULT now() "
            "NOT NULL, last_read_at TIMESTAMP WITH TIME ZONE, ";
        m_writer->run(
            {"CREATE SCHEMA pgmq",
             "CREATE TABLE pgmq.q_orders_dlq (msg_id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY, " + columns +
                 "vt TIMESTAMP WITH TIME ZONE NOT NULL, message JSONB, headers JSONB)",
             "CREATE TABLE pgmq.a_orders_dlq (msg_id BIGINT NOT NULL, " + columns +
                 "archived_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, vt TIMESTAMP WITH TIME ZONE NOT NULL, "
                 "message JSONB, headers JSONB) PARTITION BY RANGE (msg_id)",
             "CREATE TABLE pgmq.a_orders_dlq_default PARTITION OF pgmq.a_orders_dlq DEFAULT",
             ("INSERT INTO pgmq.q_orders_dlq (vt, read_ct, message, headers) VALUES (now(), 5, '{\"order\":17}', "
              "'{\"exception-type\":\"Boom\",\"event-type\":\"OrderPlaced\",\"event-id\":\"e-1\"}')")});
        auto queue = readerOf("pgmq.q_orders_dlq", LetterTableFamily::Pgmq);
        auto archive = readerOf("pgmq.a_orders_dlq", LetterTableFamily::Pgmq);
        QVERIFY2(queue.readAll() && archive.readAll(), qPrintable(queue.trouble() + archive.trouble()));
        QVERIFY2(decodedText(queue.sink.first()).contains("OrderPlaced e-1 | 5"),
                 qPrintable(decodedText(queue.sink.first())));
        QCOMPARE(fetched(queue), QString("- = {\"order\": 17}"));
        m_writer->run(
            {("WITH gone AS (DELETE FROM pgmq.q_orders_dlq RETURNING msg_id, read_ct, enqueued_at, vt, message) "
              "INSERT INTO pgmq.a_orders_dlq (msg_id, read_ct, enqueued_at, vt, message) SELECT * FROM gone")});
        QVERIFY(queue.readUntil([&] { return queue.sink.letters.empty(); }));
        QVERIFY(archive.readUntil([&] { return archive.sink.letters.size() == 1; }));
        QVERIFY(archive.sink.first().record.timestamp);
    }
    void theSandboxsOwn()
    {
        m_writer->run(
            {"CREATE SCHEMA sandbox",
             ("CREATE TABLE sandbox.dead_letter (id bigserial PRIMARY KEY, failed_at timestamptz NOT NULL, projection "
              "text "
              "NOT NULL, topic text NOT NULL, partition int NOT NULL, position bigint NOT NULL, key text, type text "
              "NOT "
              "NULL, payload bytea, headers jsonb NOT NULL, exception text NOT NULL, message text NOT NULL, stack text "
              "NOT "
              "NULL, attempts int NOT NULL)"),
             ("INSERT INTO sandbox.dead_letter (failed_at, projection, topic, partition, position, key, type, payload, "
              "headers, exception, message, stack, attempts) VALUES (now(), 'ops_console', 'parcels', 3, 17, 'p-1', "
              "'ParcelScanned', '\\x7b7d', '{\"type\":\"ParcelScanned\",\"trace\":null}', 'demo.NoDepot', 'no depot', "
              "'demo.NoDepot: no depot', 2)")});
        auto reader = readerOf("sandbox.dead_letter", LetterTableFamily::Sandbox);
        QVERIFY2(reader.readAll(), qPrintable(reader.trouble()));
        QCOMPARE(decodedText(reader.sink.first()),
                 QString("Sandbox | from parcels 3 17 | ops_console | demo.NoDepot | no depot | ParcelScanned  | 2"));
        QCOMPARE(fetched(reader), QString("p-1 = {}"));
        QCOMPARE(reader.sink.all("trace"), (std::multiset<std::string>{"NULL"}));
    }
};

QTEST_APPLESS_MAIN(TestTableFrameworks)
#include "tst_tableframeworks.moc"
