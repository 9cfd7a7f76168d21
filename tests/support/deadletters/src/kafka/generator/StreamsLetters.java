// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
package generator;

import com.example.shop.AmountReader;
import com.example.shop.Orders;

import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/** The dead-letter queue of KIP-1034, written by the handlers that Kafka Streams brings. */
public final class StreamsLetters {
    private static final String dlq = "order-stream-dlq";

    private StreamsLetters() {}

    private static final class Apply extends ContextualFixedKeyProcessor<String, String, String> {
        @Override
        public void process(FixedKeyRecord<String, String> record) {
            var type = new String(record.headers().lastHeader("event-type").value(), StandardCharsets.UTF_8);
            Orders.apply(type, Orders.numberIn(record.value()));
            context().forward(record);
        }
    }

    private static KStream<String, String> applied(KStream<String, String> stream) {
        return stream.processValues(Apply::new);
    }

    private static KafkaStreams start(String servers, Path work) {
        Serde<String> text = Serdes.String();
        StreamsBuilder builder = new StreamsBuilder();
        applied(builder.stream("s-orders", Consumed.with(text, text))).to("s-out", Produced.with(text, text));
        applied(builder.stream("s-rekeyed", Consumed.with(text, text))
                    .selectKey((key, value) -> "other-" + key)
                    .repartition(Repartitioned.with(text, text).withName("by-other").withNumberOfPartitions(1)))
            .to("s-out", Produced.with(text, text));
        builder.stream("s-amounts", Consumed.with(text, Serdes.serdeFrom(text.serializer(), new AmountReader())))
            .to("s-out", Produced.with(text, text));
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "order-stream");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, work.toString());
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        settings.put("auto.offset.reset", "earliest");
        settings.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, dlq);
        settings.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndContinueExceptionHandler.class);
        settings.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
                     LogAndContinueProcessingExceptionHandler.class);
        KafkaStreams streams = new KafkaStreams(builder.build(), settings);
        streams.start();
        return streams;
    }

    public static void main(String[] args) throws Exception {
        Path work = Files.createTempDirectory("streams");
        try (Bench bench = new Bench(args[0])) {
            bench.topics(2, "s-orders", "s-rekeyed", "s-amounts", "s-out", dlq);
            send(bench);
            try (KafkaStreams streams = start(args[0], work)) {
                bench.write(Path.of(args[1]), "Kafka Streams 4.3.1, errors.dead.letter.queue.topic.name", 2, dlq);
            }
        }
        System.exit(0);
    }

    private static void send(Bench bench) throws Exception {
        long number = 50;
        for (String type : List.of("OrderPlaced", "OrderPlaced", "OrderPaid", "OrderClosed")) {
            ++number;
            Truth truth = Causes.of(type, number);
            failed(bench, new Bench.Event("s-orders", (int) (number % 2), "c" + number, Causes.order(number), type), truth);
        }
        Truth tombstone = Causes.of("OrderReturned", 0);
        failed(bench, new Bench.Event("s-orders", 0, "c9", null, "OrderReturned"), tombstone);
        failed(bench, new Bench.Event("s-amounts", 1, null, "several", "AmountRead"), Causes.unreadable("several"));
        // The record that failed is the one in the topic between, at its beginning.
        Truth between = Causes.of("OrderShipped", 60).untold("consumer", "attempts");
        bench.send(new Bench.Event("s-rekeyed", 1, "c60", Causes.order(60), "OrderShipped"), between);
        between.hop("Kafka Streams", "order-stream-by-other-repartition", 0, 0, "order-stream");
    }

    private static void failed(Bench bench, Bench.Event event, Truth truth) throws Exception {
        var at = bench.send(event, truth);
        truth.hop("Kafka Streams", at.topic(), at.partition(), at.offset(), "order-stream").untold("consumer", "attempts");
    }
}
