// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
package generator;

import org.apache.kafka.connect.cli.ConnectStandalone;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Connect in standalone mode with a few sinks, whose letters bear context headers. */
public final class ConnectLetters {
    private static final String text = "org.apache.kafka.connect.storage.StringConverter";
    private static final String json = "org.apache.kafka.connect.json.JsonConverter";

    private ConnectLetters() {}

    private static String worker(String servers, Path work) {
        return String.join("\n", "bootstrap.servers=" + servers, "listeners=http://127.0.0.1:0",
                           "key.converter=" + text, "value.converter=" + text,
                           "offset.storage.file.filename=" + work.resolve("offsets"), "consumer.auto.offset.reset=earliest",
                           "plugin.discovery=only_scan");
    }

    private static String sink(String name, String topic, String queue, String... more) {
        return String.join("\n", "name=" + name, "connector.class=com.example.shop.ShopSink", "tasks.max=1",
                           "topics=" + topic, "errors.tolerance=all", "errors.deadletterqueue.topic.name=" + queue,
                           "errors.deadletterqueue.topic.replication.factor=1",
                           "errors.deadletterqueue.context.headers.enable=true", String.join("\n", more));
    }

    private static String[] start(String servers, Path work) throws Exception {
        String[] enrich = {"transforms=enrich", "transforms.enrich.type=com.example.shop.Enrich"};
        List<String> files = new ArrayList<>();
        for (String settings : List.of(worker(servers, work), sink("enriching", "c-orders", "connect-dlq", enrich),
                                       sink("storing", "c-stored", "connect-dlq", "storing=true"),
                                       sink("documents", "c-documents", "connect-dlq", "value.converter=" + json),
                                       sink("first", "c-twice", "c-twice-dlq", "value.converter=" + json),
                                       sink("second", "c-twice-dlq", "connect-dlq", "value.converter=" + json))) {
            Path file = work.resolve("settings" + files.size());
            Files.writeString(file, settings);
            files.add(file.toString());
        }
        return files.toArray(String[]::new);
    }

    public static void main(String[] args) throws Exception {
        Path work = Files.createTempDirectory("connect");
        try (Bench bench = new Bench(args[0])) {
            bench.topics(2, "c-orders", "c-stored", "c-documents", "c-twice");
            bench.topics(1, "c-twice-dlq", "connect-dlq");
            send(bench);
            String[] settings = start(args[0], work);
            Thread connect = new Thread(() -> ConnectStandalone.main(settings));
            connect.setDaemon(true);
            connect.start();
            bench.write(Path.of(args[1]), "Kafka Connect 4.3.1", 1, "connect-dlq");
        }
        Runtime.getRuntime().halt(0);
    }

    private static void send(Bench bench) throws Exception {
        long number = 70;
        for (String type : List.of("OrderPlaced", "OrderPlaced", "OrderPaid", "OrderShipped", "OrderClosed")) {
            ++number;
            failed(bench, new Bench.Event("c-orders", (int) (number % 2), "c" + number, Causes.order(number), type),
                   Causes.of(type, number), "connect-enriching");
        }
        for (String type : List.of("OrderPlaced", "OrderClosed")) {
            ++number;
            failed(bench, new Bench.Event("c-stored", (int) (number % 2), null, Causes.order(number), type),
                   Causes.of(type, number), "connect-storing");
        }
        failed(bench, new Bench.Event("c-stored", 1, "c9", null, "OrderReturned"), Causes.of("OrderReturned", 0),
               "connect-storing");
        failed(bench, new Bench.Event("c-documents", 1, "d", "{not json", "DocumentFiled"), Causes.noJson(),
               "connect-documents");
        Truth twice = Causes.noJson();
        failed(bench, new Bench.Event("c-twice", 1, "d", "{no json either", "DocumentFiled"), twice, "connect-first");
        twice.hop("Kafka Connect", "c-twice-dlq", 0, 0, "connect-second");
    }

    private static void failed(Bench bench, Bench.Event event, Truth truth, String consumer) throws Exception {
        var at = bench.send(event, truth);
        truth.hop("Kafka Connect", at.topic(), at.partition(), at.offset(), consumer).untold("attempts");
    }
}
