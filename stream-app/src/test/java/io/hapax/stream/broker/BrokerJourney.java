package io.hapax.stream.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.Folders;
import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.sandbox.LentBroker;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.schemas.PaymentCommand;
import io.hapax.serde.AvroFormat;
import io.hapax.stream.PaymentStreams;
import io.hapax.stream.StreamApp;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.settings.StreamSettings;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicLayout;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/** An empty broker with all topics, instances of the app on it, and commands sent to it. */
final class BrokerJourney implements AutoCloseable {
    static final int PARTITIONS = 4;

    /** Beyond every time-out that a fault may have to wait for, on a busy machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Path folder;
    private final Optional<Sandbox> own;
    private final Optional<LentBroker> lent;
    private final InMemoryRegistry registry = InMemoryRegistry.start();
    private final AvroFormat format = AvroFormat.onRegistry(registry.url());
    private final Serializer<PaymentCommand> serializer = format.serializer();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final JourneyMetrics metrics = new JourneyMetrics(meters);
    private final List<PaymentStreams> running = new ArrayList<>();
    private final List<AppProcess> processes = new ArrayList<>();
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicInteger unsent = new AtomicInteger();

    /** On a broker that others use before and after. */
    BrokerJourney() {
        this(false);
    }

    private BrokerJourney(boolean onItsOwnBroker) {
        try {
            folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "journey-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        own = onItsOwnBroker ? Optional.of(Sandbox.start(folder.resolve("sandbox"), Part.KAFKA)) : Optional.empty();
        lent = onItsOwnBroker ? Optional.empty() : Optional.of(LentBroker.lend());
        admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
        new TopicLayout(PARTITIONS, (short) 1).create(admin);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers(), "linger.ms", "5"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** On a broker of its own, which the test may stop, kill and {@linkplain #sandbox() more}. */
    static BrokerJourney onItsOwnBroker() {
        return new BrokerJourney(true);
    }

    String bootstrapServers() {
        return lent.map(LentBroker::bootstrapServers).orElseGet(() -> sandbox().bootstrapServers());
    }

    AvroFormat format() {
        return format;
    }

    /** Of the broker that is its own. */
    Sandbox sandbox() {
        return own.orElseThrow(() -> new IllegalStateException("the broker is lent: no test may touch it"));
    }

    /** Settings of an instance, by name: each has a state folder of its own. */
    Map<String, String> settings(String instance, String groupProtocol) {
        Map<String, String> texts = new HashMap<>();
        texts.put("kafka.bootstrap.servers", bootstrapServers());
        texts.put("schema.registry.url", registry.url());
        texts.put("state.dir", stateFolder(instance).toString());
        texts.put("topics.replication", "1");
        texts.put("threads", "1");
        texts.put("group.protocol", groupProtocol);
        texts.put("pending.lease", "5s");
        // No test here is about latency, and each instance that waits in vain asks the broker a hundred times a second.
        texts.put("kafka.main.consumer.fetch.max.wait.ms", "50");
        texts.put("store.memory.mb", "64");
        if (groupProtocol.equals("classic")) {
            // A test does not wait for as long as production does until a killed instance counts as gone.
            texts.put("kafka.session.timeout.ms", "6000");
        }
        return texts;
    }

    PaymentStreams startApp(String instance, String groupProtocol) {
        return startApp(settings(instance, groupProtocol));
    }

    PaymentStreams startApp(Map<String, String> settings) {
        PaymentStreams app = PaymentStreams.start(StreamSettings.read(settings), metrics);
        running.add(app);
        return app;
    }

    /** An instance in a JVM of its own, which can be killed. */
    AppProcess startProcess(String instance, Map<String, String> settings) {
        AppProcess process = process("stream-app-" + instance, StreamApp.class, settings);
        process.start();
        return process;
    }

    /** An app in a JVM of its own, not started yet. */
    AppProcess process(String name, Class<?> main, Map<String, String> settings) {
        AppProcess process = new AppProcess(name, main, folder, settings);
        processes.add(process);
        return process;
    }

    Path stateFolder(String instance) {
        return folder.resolve("state-" + instance);
    }

    void stopApp(PaymentStreams app) {
        app.close();
        running.remove(app);
    }

    /** The {@code n}-th payment: always the same, whoever sends it. */
    static PaymentCommand command(int n, Instant sentAt) {
        return PaymentCommand.newBuilder()
                .setClientId("client-" + n % 7)
                .setIdempotencyKey("order-" + n)
                .setDebtorAccount("debtor-" + n % 101)
                .setCreditorAccount("creditor-" + n % 53)
                .setAmountMinor(100 + n)
                .setCurrency("EUR")
                .setReference(null)
                .setSentAt(sentAt)
                .build();
    }

    /** Sends a command like Kafka's Java producer when it is given the payment's key. */
    void sendByMurmur2(PaymentCommand command) {
        byte[] key = (command.getClientId() + "/" + command.getIdempotencyKey()).getBytes(UTF_8);
        send(new ProducerRecord<>(Topic.PAYMENT_COMMANDS.topicName(), key, bytes(command)));
    }

    /** Sends a command like a producer with another partitioner, or with none. */
    void sendAnywhere(PaymentCommand command, Random random) {
        send(new ProducerRecord<>(
                Topic.PAYMENT_COMMANDS.topicName(), random.nextInt(PARTITIONS), null, bytes(command)));
    }

    private void send(ProducerRecord<byte[], byte[]> command) {
        producer.send(command, (sent, failure) -> {
            if (failure != null) {
                unsent.incrementAndGet();
            }
        });
    }

    private String brokerLog() {
        try {
            List<String> lines = Files.readAllLines(
                    lent.map(LentBroker::log).orElseGet(() -> sandbox().log(Part.KAFKA)));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void flush() {
        producer.flush();
    }

    /** Waits until a monitor of consumer groups sees that all of the topic was read. */
    void awaitNoLag(String group, Topic topic) {
        await(() -> {
            try {
                Map<TopicPartition, OffsetAndMetadata> read = admin.listConsumerGroupOffsets(group)
                        .partitionsToOffsetAndMetadata()
                        .get();
                return TopicReader.ends(admin, topic).entrySet().stream()
                        .allMatch(end -> read.get(end.getKey()) != null
                                && read.get(end.getKey()).offset() == end.getValue());
            } catch (ExecutionException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    byte[] bytes(PaymentCommand command) {
        return serializer.serialize(Topic.PAYMENT_COMMANDS.topicName(), command);
    }

    BrokerEvidence evidence() {
        return BrokerEvidence.read(this);
    }

    double count(String counter) {
        return meters.find(counter).counters().stream()
                .mapToDouble(c -> c.count())
                .sum();
    }

    double gauge(String name) {
        return meters.get(name).gauge().value();
    }

    /** False if there can't be so many answers yet. To ask this is cheaper than to read them all. */
    boolean mayBeAnswered(int commands) {
        return TopicReader.ends(admin, Topic.PAYMENT_DECISIONS).values().stream()
                        .mapToLong(end -> end)
                        .sum()
                >= commands;
    }

    /** Waits until every command has its answer and returns what the topics say then. */
    BrokerEvidence awaitAnswers(int commands) {
        BrokerEvidence[] last = new BrokerEvidence[1];
        await(
                () -> {
                    if (mayBeAnswered(commands)) {
                        last[0] = evidence();
                    }
                    return last[0] != null && last[0].answeredCommands() >= commands;
                },
                () -> evidence().answeredCommands() + " of " + commands + " commands answered, "
                        + evidence().firstPosts().size() + " payments posted, " + unsent.get()
                        + " not sent; the broker: "
                        + brokerLog());
        return last[0];
    }

    static void await(BooleanSupplier condition) {
        await(condition, () -> "");
    }

    private static void await(BooleanSupplier condition, Supplier<String> found) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + PATIENCE + ": " + found.get());
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        List.copyOf(running).forEach(this::stopApp);
        processes.forEach(AppProcess::kill);
        admin.close();
        own.ifPresent(Sandbox::close);
        lent.ifPresent(LentBroker::close);
        registry.close();
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
