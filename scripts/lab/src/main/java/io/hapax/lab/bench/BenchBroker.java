package io.hapax.lab.bench;

import static java.util.stream.Collectors.toMap;

import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.serde.AvroFormat;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The broker and the registry of a benchmark, with the topics of the journey. Other parts start when they are asked
 * for.
 */
final class BenchBroker implements AutoCloseable {
    /** Broker settings with which deleted records leave the disk before the next variant writes. */
    private static final Map<String, String> DELETES_AT_ONCE = Map.of(
            "log.segment.delete.delay.ms",
            "0",
            "log.retention.check.interval.ms",
            "2000",
            "log.segment.bytes",
            "134217728");

    private static final long TO_END = -1;

    private final Sandbox sandbox;
    private final Admin admin;
    private final TopicLayout layout;

    private BenchBroker(Sandbox sandbox, Admin admin, TopicLayout layout) {
        this.sandbox = sandbox;
        this.admin = admin;
        this.layout = layout;
    }

    static BenchBroker start(Path folder, int partitions, Part... further) {
        return start(folder, partitions, 1, further);
    }

    /** On several brokers, each of which has all records. */
    static BenchBroker start(Path folder, int partitions, int brokers, Part... further) {
        Sandbox sandbox = Sandbox.builder(folder)
                .brokers(brokers)
                .with(Part.KAFKA, Part.REGISTRY)
                .with(further)
                .brokerOptions(DELETES_AT_ONCE)
                .forLongRuns()
                .start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", sandbox.bootstrapServers()));
        TopicLayout layout = new TopicLayout(partitions, (short) brokers);
        layout.create(admin);
        return new BenchBroker(sandbox, admin, layout);
    }

    Sandbox sandbox() {
        return sandbox;
    }

    /** Settings of a Kafka client. */
    Map<String, Object> client() {
        return Map.of("bootstrap.servers", sandbox.bootstrapServers());
    }

    /** A producer that writes many records at once. */
    Producer<byte[], byte[]> bulkProducer() {
        Map<String, Object> config = new HashMap<>(client());
        config.put("linger.ms", 20);
        config.put("batch.size", 262_144);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A consumer of the records that are committed to the topic from now on. */
    KafkaConsumer<byte[], byte[]> consumerAtEnd(Topic topic) {
        Map<String, Object> config = new HashMap<>(client());
        config.put("isolation.level", "read_committed");
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = places(topic).toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        return consumer;
    }

    AvroFormat format() {
        return AvroFormat.onRegistry(sandbox.registryUrl());
    }

    int partitions() {
        return layout.partitions();
    }

    /** Makes topics empty, as new. */
    void empty(List<Topic> topics) {
        get(admin.deleteTopics(topics.stream().map(Topic::topicName).toList()).all());
        layout.create(admin);
    }

    /** Deletes the application's changelogs. */
    void forget(String application) {
        List<String> internal = get(admin.listTopics().names()).stream()
                .filter(name -> name.startsWith(application + "-"))
                .toList();
        get(admin.deleteTopics(internal).all());
    }

    /** Deletes the records that topics have so far; their offsets go on. */
    void trim(List<Topic> topics) {
        Map<TopicPartition, RecordsToDelete> all = topics.stream()
                .flatMap(this::places)
                .collect(toMap(place -> place, place -> RecordsToDelete.beforeOffset(TO_END)));
        get(admin.deleteRecords(all).all());
    }

    /** Records that a topic without transactions has ever taken, over all partitions. */
    long end(Topic topic) {
        return Arrays.stream(ends(topic)).sum();
    }

    /** The end offsets of the topic, by partition. */
    long[] ends(Topic topic) {
        var ends = admin.listOffsets(places(topic).collect(toMap(place -> place, place -> OffsetSpec.latest())));
        return places(topic)
                .mapToLong(place -> get(ends.partitionResult(place)).offset())
                .toArray();
    }

    /** The number of records of a topic that a group has committed, over all partitions. */
    long committed(String group, Topic topic) {
        var offsets = get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        return places(topic)
                .map(offsets::get)
                .mapToLong(offset -> offset == null ? 0 : offset.offset())
                .sum();
    }

    @Override
    public void close() {
        admin.close();
        sandbox.close();
    }

    private Stream<TopicPartition> places(Topic topic) {
        return IntStream.range(0, layout.partitions()).mapToObj(p -> new TopicPartition(topic.topicName(), p));
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new KafkaException("the broker did not do as told: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
