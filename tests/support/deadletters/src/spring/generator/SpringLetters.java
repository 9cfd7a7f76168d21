// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
package generator;

import com.example.shop.AmountReader;
import com.example.shop.Orders;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.EnableKafka;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.annotation.RetryableTopic;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.BatchListenerFailedException;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.retrytopic.TopicSuffixingStrategy;
import org.springframework.kafka.support.serializer.DelegatingByTypeSerializer;
import org.springframework.kafka.support.serializer.ErrorHandlingDeserializer;
import org.springframework.kafka.support.serializer.JsonDeserializer;
import org.springframework.retry.annotation.Backoff;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.util.backoff.FixedBackOff;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

@Configuration
@EnableKafka
@org.springframework.kafka.annotation.EnableKafkaRetryTopic
public class SpringLetters {
    private static String servers;

    @Bean
    TaskScheduler scheduler() {
        return new ThreadPoolTaskScheduler();
    }

    @Bean
    KafkaAdmin admin() {
        return new KafkaAdmin(Map.of("bootstrap.servers", servers));
    }

    @Bean
    @SuppressWarnings({"unchecked", "rawtypes"})
    KafkaTemplate<Object, Object> defaultRetryTopicKafkaTemplate() {
        // Bytes where a deserializer failed, else text.
        var serializer = new DelegatingByTypeSerializer(
            Map.of(byte[].class, new ByteArraySerializer(), String.class, new StringSerializer()));
        return new KafkaTemplate<>(new DefaultKafkaProducerFactory<>(Map.of("bootstrap.servers", servers),
                                                                     (org.apache.kafka.common.serialization.Serializer) serializer,
                                                                     (org.apache.kafka.common.serialization.Serializer) serializer));
    }

    private <T> ConcurrentKafkaListenerContainerFactory<Object, T> reading(Deserializer<?> keys, Deserializer<?> values) {
        var factory = new ConcurrentKafkaListenerContainerFactory<Object, T>();
        factory.setConsumerFactory(new DefaultKafkaConsumerFactory(
            Map.of("bootstrap.servers", servers, "auto.offset.reset", "earliest"), keys, values));
        factory.getContainerProperties().setDeliveryAttemptHeader(true);
        return factory;
    }

    private DefaultErrorHandler threeTimes() {
        return new DefaultErrorHandler(new DeadLetterPublishingRecoverer(defaultRetryTopicKafkaTemplate()),
                                       new FixedBackOff(10, 2));
    }

    @Bean
    ConcurrentKafkaListenerContainerFactory<Object, String> kafkaListenerContainerFactory() {
        var factory = this.<String>reading(new StringDeserializer(), new StringDeserializer());
        factory.setCommonErrorHandler(threeTimes());
        return factory;
    }

    @Bean
    ConcurrentKafkaListenerContainerFactory<Object, String> batches() {
        var factory = this.<String>reading(new StringDeserializer(), new StringDeserializer());
        factory.getContainerProperties().setDeliveryAttemptHeader(false);
        factory.setBatchListener(true);
        factory.setCommonErrorHandler(threeTimes());
        return factory;
    }

    @Bean
    ConcurrentKafkaListenerContainerFactory<Object, String> retried() {
        var factory = this.<String>reading(new StringDeserializer(), new StringDeserializer());
        factory.getContainerProperties().setDeliveryAttemptHeader(false);
        return factory;
    }

    @Bean
    ConcurrentKafkaListenerContainerFactory<Object, String> amounts() {
        var factory = this.<String>reading(new ErrorHandlingDeserializer<>(new AmountReader()),
                                           new ErrorHandlingDeserializer<>(new AmountReader()));
        factory.setCommonErrorHandler(threeTimes());
        return factory;
    }

    @Bean
    ConcurrentKafkaListenerContainerFactory<Object, Map<?, ?>> documents() {
        var factory = this.<Map<?, ?>>reading(new StringDeserializer(),
                                              new ErrorHandlingDeserializer<>(new JsonDeserializer<>(Map.class)));
        factory.setCommonErrorHandler(threeTimes());
        return factory;
    }

    private static void apply(ConsumerRecord<?, String> record) {
        var type = new String(record.headers().lastHeader("event-type").value(), StandardCharsets.UTF_8);
        Orders.apply(type, Orders.numberIn(record.value()));
    }

    @KafkaListener(topics = {"orders", "invoices"}, groupId = "billing")
    void orders(ConsumerRecord<String, String> record) {
        apply(record);
    }

    @KafkaListener(topics = "invoices-dlt", groupId = "second-line")
    void secondLine(ConsumerRecord<String, String> record) {
        Orders.apply("OrderShipped", Orders.numberIn(record.value()));
    }

    @KafkaListener(topics = "bulk", groupId = "warehouse", containerFactory = "batches")
    void bulk(List<ConsumerRecord<String, String>> records) {
        for (int i = 0; i < records.size(); ++i)
            try {
                apply(records.get(i));
            } catch (RuntimeException e) {
                throw new BatchListenerFailedException("not stored", e, i);
            }
    }

    @KafkaListener(topics = "amounts", groupId = "scales", containerFactory = "amounts")
    void amounts(ConsumerRecord<String, String> record) {}

    @KafkaListener(topics = "documents", groupId = "archive", containerFactory = "documents")
    void documents(ConsumerRecord<String, Map<?, ?>> record) {}

    @RetryableTopic(attempts = "3", backoff = @Backoff(delay = 100, multiplier = 2), numPartitions = "2",
                    topicSuffixingStrategy = TopicSuffixingStrategy.SUFFIX_WITH_INDEX_VALUE,
                    kafkaTemplate = "defaultRetryTopicKafkaTemplate")
    @KafkaListener(topics = "payments", groupId = "bank", containerFactory = "retried")
    void payments(ConsumerRecord<String, String> record) {
        apply(record);
    }

    public static void main(String[] args) throws Exception {
        servers = args[0];
        try (Bench bench = new Bench(servers)) {
            bench.topics(2, "orders", "orders-dlt", "invoices", "invoices-dlt", "invoices-dlt-dlt", "bulk", "bulk-dlt",
                         "amounts", "amounts-dlt", "documents", "documents-dlt", "payments");
            sendOrders(bench);
            sendOthers(bench);
            try (var context = new AnnotationConfigApplicationContext(SpringLetters.class)) {
                bench.write(Path.of(args[1]), "Spring Kafka 3.3.16", 2, "orders-dlt", "invoices-dlt-dlt", "bulk-dlt",
                            "amounts-dlt", "documents-dlt", "payments-dlt");
            }
        }
        System.exit(0);
    }

    private static void sendOrders(Bench bench) throws Exception {
        long number = 16;
        for (String type : List.of("OrderPlaced", "OrderPlaced", "OrderPaid", "OrderPaid", "OrderShipped", "OrderClosed")) {
            ++number;
            Truth truth = Causes.of(type, number).fact("attempts", 3);
            var key = number % 2 == 0 ? "customer-" + number : null;
            failed(truth, bench.send(new Bench.Event("orders", (int) (number % 2), key, Causes.order(number), type), truth),
                   "billing");
        }
        Truth tombstone = Causes.of("OrderReturned", 0).fact("attempts", 3);
        failed(tombstone, bench.send(new Bench.Event("orders", 1, "customer-9", null, "OrderReturned"), tombstone), "billing");
    }

    private static void sendOthers(Bench bench) throws Exception {
        Truth twice = Causes.of("OrderShipped", 31).fact("cause", "no number in a placed order").fact("attempts", 3);
        failed(twice, bench.send(new Bench.Event("invoices", 1, "customer-31", Causes.order(31), "OrderPlaced"), twice),
               "billing");
        twice.hop("Spring Kafka", "invoices-dlt", 1, 0, "second-line");
        Truth batch = Causes.of("OrderPlaced", 32).fact("attempts", 3).untold("attempts");
        failed(batch, bench.send(new Bench.Event("bulk", 0, "customer-32", Causes.order(32), "OrderPlaced"), batch),
               "warehouse");
        Truth value = Causes.unreadable("many").fact("attempts", 1);
        failed(value, bench.send(new Bench.Event("amounts", 0, null, "many", "AmountRead"), value), "scales");
        Truth key = Causes.unreadable("one").fact("attempts", 1);
        failed(key, bench.send(new Bench.Event("amounts", 1, "one", "{}", "AmountRead"), key), "scales");
        Truth json = Causes.noJson().fact("attempts", 1);
        failed(json, bench.send(new Bench.Event("documents", 0, "d", "{not json", "DocumentFiled"), json), "archive");
        for (long number : new long[] {41, 42}) {
            var type = number == 41 ? "OrderPaid" : "OrderPlaced";
            Truth retried = Causes.of(type, number).fact("attempts", 1);
            var at = bench.send(new Bench.Event("payments", 1, "customer-" + number, Causes.order(number), type), retried);
            retried.hop("Spring @RetryableTopic", at.topic(), at.partition(), at.offset(), "bank");
            for (int attempt = 2; attempt <= 3; ++attempt)
                retried.fact("attempts", attempt).countedHop("Spring @RetryableTopic");
        }
    }

    private static void failed(Truth truth, RecordMetadata at, String consumer) {
        truth.hop("Spring Kafka", at.topic(), at.partition(), at.offset(), consumer);
    }
}
