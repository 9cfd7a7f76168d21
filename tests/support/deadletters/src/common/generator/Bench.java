// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
package generator;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The broker, the events that will fail, and the letters that came of them. */
final class Bench implements AutoCloseable {
    final String servers;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, Truth> truths = new LinkedHashMap<>(); // by event id
    private int events = 0;

    Bench(String servers) {
        this.servers = servers;
        admin = Admin.create(Map.of("bootstrap.servers", servers));
        producer = new KafkaProducer<>(Map.of("bootstrap.servers", servers), new ByteArraySerializer(),
                                       new ByteArraySerializer());
    }

    void topics(int partitions, String... names) throws Exception {
        List<NewTopic> topics = new ArrayList<>();
        for (String name : names)
            topics.add(new NewTopic(name, partitions, (short) 1));
        admin.createTopics(topics).all().get();
    }

    record Event(String topic, int partition, String key, String value, String type) {}

    /** Sends it with its type and id as headers, and remembers what is true of the letter that it will become. */
    RecordMetadata send(Event event, Truth truth) throws Exception {
        String id = "event-" + ++events;
        var record = new ProducerRecord<>(event.topic(), event.partition(), bytes(event.key()), bytes(event.value()));
        record.headers().add("event-type", bytes(event.type())).add("event-id", bytes(id));
        RecordMetadata at = producer.send(record).get();
        truth.fact("type", event.type()).fact("id", id).fact("eventTime", at.timestamp());
        truths.put(id, truth);
        return at;
    }

    static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    /** Waits until every event that was sent lies in one of the topics, and writes them all. */
    void write(Path file, String note, int partitions, String... topics) throws Exception {
        Map<String, ConsumerRecord<byte[], byte[]>> letters = new LinkedHashMap<>();
        List<TopicPartition> all = new ArrayList<>();
        for (String topic : topics)
            for (int i = 0; i < partitions; ++i)
                all.add(new TopicPartition(topic, i));
        try (var consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", servers), new ByteArrayDeserializer(),
                                                new ByteArrayDeserializer())) {
            consumer.assign(all);
            consumer.seekToBeginning(all);
            long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
            while (letters.size() < truths.size() && System.nanoTime() < end)
                for (var record : consumer.poll(Duration.ofMillis(100)))
                    letters.put(idOf(record), record);
        }
        for (String id : truths.keySet())
            if (!letters.containsKey(id))
                throw new IllegalStateException("No letter of " + id + ": " + truths.get(id).facts);
        try (var out = new PrintWriter(file.toFile(), StandardCharsets.UTF_8)) {
            out.println(Json.of(Map.of("note", note)));
            truths.forEach((id, truth) -> out.println(lineOf(letters.get(id), truth)));
        }
        truths.clear();
    }

    private static String idOf(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.headers().lastHeader("event-id").value(), StandardCharsets.UTF_8);
    }

    private static String lineOf(ConsumerRecord<byte[], byte[]> record, Truth truth) {
        Map<String, Object> letter = new LinkedHashMap<>();
        letter.put("topic", record.topic());
        letter.put("partition", record.partition());
        letter.put("offset", record.offset());
        letter.put("timestamp", record.timestamp());
        letter.put("key", record.key());
        letter.put("value", record.value());
        List<Object> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            List<Object> pair = new ArrayList<>();
            pair.add(header.key());
            pair.add(header.value());
            headers.add(pair);
        }
        letter.put("headers", headers);
        truth.fact("readAt", System.currentTimeMillis());
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("truth", truth.facts);
        line.put("letter", letter);
        return Json.of(line);
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
