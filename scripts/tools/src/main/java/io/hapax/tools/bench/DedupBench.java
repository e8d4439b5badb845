package io.hapax.tools.bench;

import io.hapax.sandbox.Folders;
import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.schemas.PaymentCommand;
import io.hapax.serde.AvroFormat;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.settings.GuaranteedConfig;
import io.hapax.stream.settings.StreamSettings;
import io.hapax.stream.topology.PaymentTopology;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicLayout;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/**
 * The deduplication stage: commands in, ledger events out, exactly once, on a broker of its own. The commands are there
 * before a variant starts; its rate counts from its first commit to the last.
 */
final class DedupBench {
    private static final int PARTITIONS = 4;
    private static final int THREADS = 2;
    private static final double DUPLICATES = 0.05;
    private static final double RETRIES = 0.3;
    private static final Duration RETENTION = Duration.ofHours(24);
    private static final Duration COMMIT_INTERVAL = Duration.ofMillis(100);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Bench bench;
    private final Random random;
    private final int commands;
    private int trial;

    DedupBench(Bench bench) {
        this.bench = bench;
        this.random = new Random(bench.seed());
        this.commands = bench.quick() ? 150_000 : 1_000_000;
    }

    void run(Path folder) {
        try (Sandbox sandbox = Sandbox.start(folder.resolve("sandbox"), Part.KAFKA);
                InMemoryRegistry registry = InMemoryRegistry.start();
                Admin admin = Admin.create(Map.of("bootstrap.servers", sandbox.bootstrapServers()))) {
            new TopicLayout(PARTITIONS, (short) 1).create(admin);
            AvroFormat format = AvroFormat.onRegistry(registry.url());
            Stage stage = new Stage(sandbox, admin, format, folder);
            Bench.Rounds rounds = bench.rounds("dedup", "commands/s");
            rounds.variant("passThrough", () -> stage.rate(DedupVariants.passThrough(format), false, DUPLICATES));
            rounds.variant("recipe", () -> stage.rate(DedupVariants.recipe(format, RETENTION), false, DUPLICATES));
            rounds.variant("keyValue", () -> stage.rate(DedupVariants.keyValue(format), false, DUPLICATES));
            rounds.variant("hapax", () -> stage.rate(stage.hapax(), true, DUPLICATES));
            rounds.variant("hapaxWithRetries", () -> stage.rate(stage.hapax(), true, RETRIES));
            rounds.run();
            bench.ratio("dedup.vsPassThrough", rounds, "hapax", "passThrough");
            bench.ratio("dedup.vsRecipe", rounds, "hapax", "recipe");
            bench.ratio("dedup.vsKeyValue", rounds, "hapax", "keyValue");
            bench.ratio("dedup.retriesVsPassThrough", rounds, "hapaxWithRetries", "passThrough");
        }
    }

    /** One broker, on which variants take turns with the same topics. */
    private final class Stage {
        private final Sandbox sandbox;
        private final Admin admin;
        private final AvroFormat format;
        private final Path folder;

        Stage(Sandbox sandbox, Admin admin, AvroFormat format, Path folder) {
            this.sandbox = sandbox;
            this.admin = admin;
            this.format = format;
            this.folder = folder;
        }

        Topology hapax() {
            return new PaymentTopology(
                            settings("topology").policy(),
                            format,
                            PARTITIONS,
                            new JourneyMetrics(new SimpleMeterRegistry()))
                    .build();
        }

        /** Commands per second of a topology that starts with no memory. */
        double rate(Topology topology, boolean withOurSettings, double duplicates)
                throws ExecutionException, InterruptedException, IOException {
            String application = "bench-" + trial++;
            long start = emptyTopics();
            send(duplicates);
            StreamSettings settings = settings(application);
            try (KafkaStreams streams = new KafkaStreams(
                    topology, withOurSettings ? GuaranteedConfig.properties(settings) : defaults(settings))) {
                streams.start();
                return awaitAll(application, start);
            } finally {
                Folders.delete(settings.stateDir());
            }
        }

        private StreamSettings settings(String application) {
            Map<String, String> texts = new HashMap<>();
            texts.put("kafka.bootstrap.servers", sandbox.bootstrapServers());
            texts.put("schema.registry.url", String.valueOf(format.config().get(AvroFormat.REGISTRY_URL)));
            texts.put("application.id", application);
            texts.put("state.dir", folder.resolve(application).toString());
            texts.put("topics.replication", "1");
            texts.put("threads", String.valueOf(THREADS));
            texts.put("commit.interval", COMMIT_INTERVAL.toMillis() + "ms");
            texts.put("retention", RETENTION.toHours() + "h");
            return StreamSettings.read(texts);
        }

        /** Streams' own, but for what makes the variants do the same. */
        private Properties defaults(StreamSettings settings) {
            Properties properties = new Properties();
            properties.putAll(settings.kafka());
            properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
            properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir().toString());
            properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
            properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, THREADS);
            properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL.toMillis());
            properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
            return properties;
        }

        /** Deletes all records of all topics; returns the sum of the commands' offsets. */
        private long emptyTopics() throws ExecutionException, InterruptedException {
            Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
            long commandsBefore = 0;
            for (Topic topic : Topic.values()) {
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    TopicPartition place = new TopicPartition(topic.topicName(), partition);
                    long end = admin.listOffsets(Map.of(place, OffsetSpec.latest()))
                            .partitionResult(place)
                            .get()
                            .offset();
                    all.put(place, RecordsToDelete.beforeOffset(end));
                    commandsBefore += topic == Topic.PAYMENT_COMMANDS ? end : 0;
                }
            }
            admin.deleteRecords(all).all().get();
            return commandsBefore;
        }

        /** On the partitions of their keys; a duplicate comes at a random later place. */
        private void send(double duplicates) {
            Serializer<PaymentCommand> serializer = format.serializer();
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", sandbox.bootstrapServers(), "linger.ms", 20, "batch.size", 262_144),
                    new ByteArraySerializer(),
                    new ByteArraySerializer())) {
                Instant now = Instant.now();
                UUID[] keys = new UUID[commands];
                for (int i = 0; i < commands; i++) {
                    boolean again = i > 0 && random.nextDouble() < duplicates;
                    keys[i] = again ? keys[random.nextInt(i)] : new UUID(random.nextLong(), random.nextLong());
                    PaymentCommand command = command(keys[i], now);
                    var unused = producer.send(new ProducerRecord<>(
                            Topic.PAYMENT_COMMANDS.topicName(),
                            new PaymentKey(command.getClientId(), command.getIdempotencyKey())
                                    .topicKey()
                                    .getBytes(StandardCharsets.UTF_8),
                            serializer.serialize(Topic.PAYMENT_COMMANDS.topicName(), command)));
                }
            }
        }

        private static PaymentCommand command(UUID key, Instant now) {
            int hash = key.hashCode() & 0xFFFF;
            return new PaymentCommand(
                    "client-" + hash % 50,
                    key.toString(),
                    "account-" + hash % 10_000,
                    "account-" + (hash + 1) % 10_000,
                    100L + hash,
                    "EUR",
                    null,
                    now);
        }

        /** From the first commit seen to the one that covers all. */
        private double awaitAll(String group, long start) throws ExecutionException, InterruptedException {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            long firstNanos = 0;
            long first = 0;
            while (System.nanoTime() < deadline) {
                long done = committed(group) - start;
                if (done > 0 && first == 0) {
                    first = done;
                    firstNanos = System.nanoTime();
                }
                if (done >= commands) {
                    return (commands - first) / ((System.nanoTime() - firstNanos) / 1e9);
                }
                Thread.sleep(POLL);
            }
            throw new IllegalStateException("not done within " + PATIENCE);
        }

        private long committed(String group) throws ExecutionException, InterruptedException {
            Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            return offsets.entrySet().stream()
                    .filter(each -> each.getKey().topic().equals(Topic.PAYMENT_COMMANDS.topicName()))
                    .mapToLong(each ->
                            each.getValue() == null ? 0 : each.getValue().offset())
                    .sum();
        }
    }
}
