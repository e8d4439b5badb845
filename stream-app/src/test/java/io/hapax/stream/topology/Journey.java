package io.hapax.stream.topology;

import io.hapax.app.health.AdminSettings;
import io.hapax.sandbox.Folders;
import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.LedgerOutcomeStatus;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.RetentionPolicy;
import io.hapax.serde.AvroFormat;
import io.hapax.stream.decision.PaymentRules;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.SwitchedOn;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.records.IdempotencyStores;
import io.hapax.stream.settings.GuaranteedConfig;
import io.hapax.stream.settings.StreamSettings;
import io.hapax.stream.topology.PaymentTopology.PaymentIds;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/**
 * The topology on Streams' test driver, with real RocksDB stores: a test sends commands at times of its choice,
 * answers for the ledger, and reads what came out.
 *
 * <p>More than 300 lines: it is the one fixture of all journeys: what is sent, what comes out, and how a record looks.
 */
final class Journey implements AutoCloseable {
    static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    static final RetentionSchedule POLICY =
            new RetentionSchedule(Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofSeconds(30));

    static final int MEMORY_MB = 64;

    private final InMemoryRegistry registry = InMemoryRegistry.start();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Path stateDir;
    private final AvroFormat format;
    private final TopologyTestDriver driver;
    private final Serializer<PaymentCommand> commandSerializer;
    private final Serializer<LedgerOutcome> outcomeSerializer;
    private final TestInputTopic<byte[], byte[]> commands;
    private final TestInputTopic<byte[], byte[]> outcomes;
    private final Serializer<RetentionPolicy> policySerializer;
    private final TestInputTopic<String, byte[]> policies;
    private final TestOutputTopic<String, LedgerEvent> events;
    private final TestOutputTopic<String, PaymentDecision> decisions;
    private final TestOutputTopic<byte[], byte[]> deadLetters;

    private Instant now = NOON;

    Journey() {
        this(POLICY);
    }

    Journey(RetentionSchedule policy) {
        this(policy, policy.retention());
    }

    /** @param longestRetention that a published policy can have */
    Journey(RetentionSchedule policy, Duration longestRetention) {
        this(policy, longestRetention, 1, false);
    }

    /**
     * @param commandPartitions of {@code payment-commands}; this is the task of the first
     * @param allOn whether all that an operator switches on is on
     */
    Journey(RetentionSchedule policy, Duration longestRetention, int commandPartitions, boolean allOn) {
        this(newFolder(), policy, longestRetention, commandPartitions, allOn);
    }

    /** One that goes on with what is in its folder. */
    Journey(Path stateDir, boolean allOn) {
        this(stateDir, POLICY, POLICY.retention(), 1, allOn);
    }

    private Journey(
            Path stateDir, RetentionSchedule policy, Duration longestRetention, int commandPartitions, boolean allOn) {
        this.stateDir = stateDir;
        format = AvroFormat.onRegistry(registry.url());
        driver = new TopologyTestDriver(
                new PaymentTopology(
                                policy,
                                longestRetention,
                                format,
                                commandPartitions,
                                new JourneyMetrics(meters),
                                PaymentIds.BY_KEY,
                                PaymentRules.RIGHT,
                                switchedOn(allOn))
                        // A look of the sweep takes no time, however slow the machine is.
                        .build(() -> 0),
                GuaranteedConfig.properties(settings(policy, longestRetention, allOn)),
                NOON);
        commandSerializer = format.serializer();
        outcomeSerializer = format.serializer();
        var bytesIn = new ByteArraySerializer();
        commands = driver.createInputTopic(Topic.PAYMENT_COMMANDS.topicName(), bytesIn, bytesIn);
        outcomes = driver.createInputTopic(Topic.LEDGER_OUTCOMES.topicName(), bytesIn, bytesIn);
        policySerializer = format.serializer();
        policies = driver.createInputTopic(Topic.RETENTION_POLICIES.topicName(), new StringSerializer(), bytesIn);
        events = driver.createOutputTopic(
                Topic.LEDGER_EVENTS.topicName(), new StringDeserializer(), format.deserializer(LedgerEvent.class));
        decisions = driver.createOutputTopic(
                Topic.PAYMENT_DECISIONS.topicName(),
                new StringDeserializer(),
                format.deserializer(PaymentDecision.class));
        deadLetters = driver.createOutputTopic(
                Topic.DEAD_LETTERS.topicName(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static SwitchedOn switchedOn(boolean all) {
        return all ? SwitchedOn.ALL : SwitchedOn.NOTHING;
    }

    private static Path newFolder() {
        try {
            return Files.createTempDirectory("journey-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private StreamSettings settings(RetentionSchedule policy, Duration longestRetention, boolean allOn) {
        return new StreamSettings(
                policy,
                longestRetention,
                format,
                "journey",
                stateDir,
                1,
                0,
                Duration.ofMillis(100),
                "classic",
                (short) 1,
                MEMORY_MB,
                100,
                switchedOn(allOn),
                new AdminSettings("127.0.0.1", OptionalInt.empty(), Duration.ofSeconds(30)),
                null,
                Map.of("bootstrap.servers", "no-broker:1"));
    }

    /** From here on commands are appended at this time, and the process's clock shows it. */
    Journey at(Instant time) {
        driver.advanceWallClockTime(Duration.between(now, time));
        now = time;
        return this;
    }

    Journey after(Duration duration) {
        return at(now.plus(duration));
    }

    Instant now() {
        return now;
    }

    /** What was sent to a topic since it was last read here, all of which must be of the type. */
    <T extends SpecificRecord> List<T> sent(Topic topic, Class<T> type) {
        Deserializer<T> reader = format.deserializer(type);
        return sentBytes(topic).stream()
                .map(bytes -> reader.deserialize(topic.topicName(), bytes))
                .toList();
    }

    List<byte[]> sentBytes(Topic topic) {
        return driver.createOutputTopic(topic.topicName(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readValuesToList();
    }

    byte[] bytesOf(Topic topic, SpecificRecord value) {
        return format.<SpecificRecord>serializer().serialize(topic.topicName(), value);
    }

    /** A payment of 10.00 EUR from alice to bob, sent now. */
    PaymentCommand.Builder command(String idempotencyKey) {
        return PaymentCommand.newBuilder()
                .setClientId("acme")
                .setIdempotencyKey(idempotencyKey)
                .setDebtorAccount("alice")
                .setCreditorAccount("bob")
                .setAmountMinor(1000)
                .setCurrency("EUR")
                .setReference(null)
                .setSentAt(now);
    }

    Journey send(PaymentCommand command) {
        return sendStamped(command, now);
    }

    /** Appended at another time than the process's clock shows. */
    Journey sendStamped(PaymentCommand command, Instant appendedAt) {
        sendBytes(commandSerializer.serialize(Topic.PAYMENT_COMMANDS.topicName(), command), appendedAt);
        return this;
    }

    void sendBytes(byte[] value) {
        sendBytes(value, now);
    }

    private void sendBytes(byte[] value, Instant appendedAt) {
        commands.pipeInput(new TestRecord<>(null, value, appendedAt));
    }

    /** Somebody publishes a retention. */
    Journey publish(PolicyScope scope, Duration retention) {
        return publish(scope, retention, Duration.ZERO);
    }

    /** @param recall how old an unknown key may be to be looked up in the ledger */
    Journey publish(PolicyScope scope, Duration retention, Duration recall) {
        return publish(scope, retention, recall, null);
    }

    /** @param keyForm as it is published, null for none */
    Journey publish(PolicyScope scope, Duration retention, Duration recall, String keyForm) {
        RetentionPolicy policy = RetentionPolicy.newBuilder()
                .setRetentionMs(retention.toMillis())
                .setRecallMs(recall.toMillis())
                .setPublishedAt(now)
                .setPublishedBy("OPERATOR")
                .setKeyForm(keyForm)
                .build();
        publishBytes(scope.key(), policySerializer.serialize(Topic.RETENTION_POLICIES.topicName(), policy));
        return this;
    }

    /** Somebody publishes a window for suspected duplicates. */
    void publishWindow(PolicyScope scope, Duration window) {
        RetentionPolicy policy = RetentionPolicy.newBuilder()
                .setRetentionMs(POLICY.retention().toMillis())
                .setDuplicateWindowMs(window.toMillis())
                .setPublishedAt(now)
                .setPublishedBy("OPERATOR")
                .build();
        publishBytes(scope.key(), policySerializer.serialize(Topic.RETENTION_POLICIES.topicName(), policy));
    }

    Journey takeBack(PolicyScope scope) {
        publishBytes(scope.key(), null);
        return this;
    }

    void publishBytes(String key, byte[] policy) {
        policies.pipeInput(new TestRecord<>(key, policy, now));
    }

    /** The ledger answers an event, as of the event's time. */
    void ledgerAnswers(LedgerEvent event, LedgerOutcomeStatus status, String failureReason) {
        publish(outcome(event, status, failureReason));
    }

    LedgerOutcome outcome(LedgerEvent event, LedgerOutcomeStatus status, String failureReason) {
        return LedgerOutcome.newBuilder()
                .setPaymentId(event.getPaymentId())
                .setClientId(event.getClientId())
                .setIdempotencyKey(event.getIdempotencyKey())
                .setStatus(status)
                .setFailureReason(failureReason)
                .setAttempt(event.getAttempt())
                .setAcceptedAt(event.getAcceptedAt())
                .setCommandPartition(event.getCommandPartition())
                .setCommandOffset(event.getCommandOffset())
                .build();
    }

    void publish(LedgerOutcome outcome) {
        publishBytes(outcomeSerializer.serialize(Topic.LEDGER_OUTCOMES.topicName(), outcome), outcome.getAcceptedAt());
    }

    void publishBytes(byte[] outcome, Instant stampedAt) {
        outcomes.pipeInput(new TestRecord<>(null, outcome, stampedAt));
    }

    void ledgerCompletes(List<LedgerEvent> posts) {
        posts.forEach(post -> ledgerAnswers(post, LedgerOutcomeStatus.COMPLETED, null));
    }

    /** Sends a command, lets the ledger complete it, and drops what came out. */
    void complete(PaymentCommand command) {
        send(command);
        ledgerCompletes(events());
        decisions();
    }

    List<LedgerEvent> events() {
        return events.readValuesToList();
    }

    List<PaymentDecision> decisions() {
        return decisions.readValuesToList();
    }

    /** Verdict by verdict, with the status where there is one. */
    List<String> verdicts() {
        return decisions().stream()
                .map(d -> d.getStatus() == null ? d.getVerdict().name() : d.getVerdict() + " " + d.getStatus())
                .toList();
    }

    List<TestRecord<byte[], byte[]>> deadLetters() {
        return deadLetters.readRecordsToList();
    }

    byte[] bytesOf(PaymentCommand command) {
        return commandSerializer.serialize(Topic.PAYMENT_COMMANDS.topicName(), command);
    }

    int register(String schema) {
        return registry.register(schema);
    }

    double metric(String name) {
        return meters.find(name).counters().stream().mapToDouble(c -> c.count()).sum()
                + meters.find(name).gauges().stream()
                        .mapToDouble(g -> g.value())
                        .sum();
    }

    static String topicKey(PaymentDecision decision) {
        return new PaymentKey(decision.getClientId(), decision.getIdempotencyKey()).topicKey();
    }

    /** The driver keeps what was written to changelogs until somebody reads it; in a long run that is much. */
    void dropChangelogs() {
        for (String store : List.of(IdempotencyStores.PENDING, IdempotencyStores.ENDED)) {
            driver.createOutputTopic(
                            "journey-" + store + "-changelog", new ByteArrayDeserializer(), new ByteArrayDeserializer())
                    .readRecordsToList();
        }
    }

    /**
     * The bytes that RocksDB holds in memory for all stores: blocks, indexes, filters and, charged to the same cache,
     * write buffers.
     */
    long bytesInMemory() {
        return (long) metric("hapax.store.memory.bytes");
    }

    /** Bytes of all files of the stores. */
    long bytesOnDisk() {
        for (int attempt = 1; ; attempt++) {
            try {
                return Folders.bytes(stateDir);
            } catch (IOException e) {
                // RocksDB deletes files while we look, but not for ever.
                if (attempt == 100) {
                    throw new IllegalStateException("no look at " + stateDir, e);
                }
            }
        }
    }

    @Override
    public void close() {
        driver.close();
        registry.close();
        try (Stream<Path> files = Files.walk(stateDir)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
