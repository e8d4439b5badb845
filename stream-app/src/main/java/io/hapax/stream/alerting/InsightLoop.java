package io.hapax.stream.alerting;

import io.hapax.app.health.Check;
import io.hapax.app.health.Health;
import io.hapax.insight.Alert;
import io.hapax.insight.KeyInsight;
import io.hapax.insight.UsageFact;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.RetentionPolicy;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.stream.alerting.InsightSettings.Adaptive;
import io.hapax.stream.decision.CheckedCommand;
import io.hapax.stream.decision.CommandCheck;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.ReceivedCommand;
import io.hapax.stream.wire.Commands;
import io.hapax.topics.LogPosition;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of the insight app: it reads decisions, asks {@link KeyInsight}, and publishes alerts.
 *
 * <p>Alerts, what is known of the clients they came from, and how far was read are one Kafka transaction: whoever
 * takes over knows every incident that was told, and tells none twice.
 */
public final class InsightLoop implements AutoCloseable, Health {
    private static final Logger LOG = LoggerFactory.getLogger(InsightLoop.class);
    private static final Duration POLL = Duration.ofMillis(200);

    /** Longer than taking over many clients, or a broker that is slow to commit. */
    private static final Duration SILENT_AT_MOST = Duration.ofMinutes(2);

    private static final Duration END_WITHIN = Duration.ofSeconds(20);

    /**
     * With the default of {@code allowed.skew}: commands that are refused and times that can't be true tell nothing
     * of lateness.
     */
    private static final CommandCheck CHECK = new CommandCheck(Duration.ofMinutes(1));

    private final InsightSettings settings;
    private final InsightMetrics metrics;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final InsightTransaction transaction;
    private final WireReader<PaymentDecision> reader;
    private final WireReader<PaymentCommand> commandReader;
    private final AdaptiveRetention adaptive;
    private final UsageFacts facts;
    private final List<Alert> untold = new ArrayList<>();
    private final Set<String> unsaved = new HashSet<>();

    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile long polledNanos = System.nanoTime();

    private KeyInsight insight;
    private long committedNanos = System.nanoTime();
    private Map<TopicPartition, OffsetAndMetadata> committed = Map.of();

    public InsightLoop(InsightSettings settings, InsightMetrics metrics) {
        this.settings = settings;
        this.metrics = metrics;
        this.consumer = new KafkaConsumer<>(
                InsightClients.consumer(settings), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.transaction = new InsightTransaction(settings);
        this.reader = new WireReader<>(settings.format(), PaymentDecision.class);
        this.commandReader = new WireReader<>(settings.format(), PaymentCommand.class);
        this.adaptive = new AdaptiveRetention(settings.advisor());
        this.facts = new UsageFacts(
                consumer.partitionsFor(Topic.PAYMENT_COMMANDS.topicName()).size());
        this.insight = empty();
    }

    /**
     * Works until {@link #close} is called; a fault is thrown, and whoever starts next goes on from the last commit.
     */
    public void run() {
        try {
            consumer.subscribe(topics(), new TakingOver());
            while (true) {
                polledNanos = System.nanoTime();
                for (ConsumerRecord<byte[], byte[]> found : consumer.poll(POLL)) {
                    if (found.topic().equals(Topic.PAYMENT_COMMANDS.topicName())) {
                        readCommand(found);
                    } else {
                        read(found);
                    }
                }
                if (System.nanoTime() - committedNanos
                        >= settings.commitInterval().toNanos()) {
                    commit();
                }
            }
        } catch (WakeupException told) {
            commit();
        } finally {
            consumer.close();
            transaction.close();
            ended.countDown();
        }
    }

    /** Ends {@link #run}, and waits until it has committed; called from another thread. */
    @Override
    public void close() {
        consumer.wakeup();
        try {
            if (!ended.await(END_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("not ended within {} s; what is open is rolled back", END_WITHIN.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public List<Check> liveness() {
        long silentSeconds = (System.nanoTime() - polledNanos) / 1_000_000_000;
        return List.of(
                silentSeconds <= SILENT_AT_MOST.toSeconds()
                        ? Check.passed("loop", "turns")
                        : Check.failed("loop", "has not turned for " + silentSeconds + " s"));
    }

    @Override
    public List<Check> readiness() {
        return liveness();
    }

    private void read(ConsumerRecord<byte[], byte[]> incoming) {
        switch (reader.read(incoming.topic(), incoming.value())) {
            case Decoded.Unreadable<PaymentDecision> unreadable -> metrics.unreadable();
            case Decoded.Value<PaymentDecision>(var decision)
            when !UsageFacts.isAboutAKey(decision) -> metrics.unreadable();
            case Decoded.Value<PaymentDecision>(var decision) -> observe(facts.fact(decision, incoming.timestamp()));
        }
    }

    /** Commands only tell how late they came: what was decided on them is told by decisions. */
    private List<String> topics() {
        return settings.adaptive() == Adaptive.OFF
                ? List.of(Topic.PAYMENT_DECISIONS.topicName())
                : List.of(Topic.PAYMENT_DECISIONS.topicName(), Topic.PAYMENT_COMMANDS.topicName());
    }

    private void readCommand(ConsumerRecord<byte[], byte[]> incoming) {
        if (commandReader.read(incoming.topic(), incoming.value())
                instanceof Decoded.Value<PaymentCommand>(var command)) {
            ReceivedCommand received =
                    Commands.received(command, new LogPosition(incoming.partition(), incoming.offset()));
            if (CHECK.check(received, Instant.ofEpochMilli(incoming.timestamp()))
                    instanceof CheckedCommand.Valid(var valid)) {
                sent(valid.key().clientId(), incoming.timestamp(), valid.firstSentAt());
            }
        }
    }

    private void sent(String clientId, long atMs, @Nullable Instant firstSentAt) {
        // A client may write any time into its commands; one before the epoch is late enough.
        Long firstSentMs = firstSentAt == null ? null : Math.max(0, firstSentAt.toEpochMilli());
        insight.sent(clientId, atMs, firstSentMs);
        unsaved.add(clientId);
        if (settings.adaptive() == Adaptive.ON) {
            adaptive.pass(atMs, insight);
            if (firstSentMs != null) {
                adaptive.sent(clientId, atMs, atMs - firstSentMs);
            }
        }
    }

    private void observe(UsageFact fact) {
        metrics.fact(fact);
        unsaved.add(fact.clientId());
        for (Alert alert : insight.observe(fact)) {
            metrics.alert(alert);
            untold.add(alert);
            unsaved.add(alert.clientId());
            LOG.info(
                    "incident={} phase={} client={} cause={}",
                    alert.incidentId(),
                    alert.phase(),
                    alert.clientId(),
                    alert.cause());
        }
    }

    private void commit() {
        committedNanos = System.nanoTime();
        metrics.now(insight);
        Map<TopicPartition, OffsetAndMetadata> positions = positions();
        // What aborted transactions wrote and what can't be read takes offsets as well: whoever measures lag must see
        // that it was read.
        if (unsaved.isEmpty() && positions.equals(committed)) {
            return;
        }
        if (adaptive.wantsAny()) {
            // Somebody may have published meanwhile: that counts.
            adaptive.read(policies());
        }
        Map<PolicyScope, RetentionPolicy> adapted = adaptive.take();
        adapted.forEach((scope, policy) -> LOG.info(
                "retention scope={} retentionMs={} evidence={}",
                scope.key(),
                policy.getRetentionMs(),
                policy.getEvidence()));
        Map<String, byte @Nullable []> saved = new LinkedHashMap<>();
        unsaved.forEach(clientId -> saved.put(clientId, insight.save(clientId)));
        insight.takeForgotten().forEach(clientId -> saved.put(clientId, null));
        transaction.commit(adapted, untold, saved, positions, consumer.groupMetadata());
        committed = positions;
        untold.clear();
        unsaved.clear();
    }

    private Map<TopicPartition, OffsetAndMetadata> positions() {
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        for (TopicPartition partition : consumer.assignment()) {
            positions.put(partition, new OffsetAndMetadata(consumer.position(partition)));
        }
        return positions;
    }

    private void restore(String clientId, byte[] saved) {
        if (!insight.restore(clientId, saved)) {
            metrics.unreadable();
            LOG.warn("saved state of client={} is broken; it is watched as a new one", clientId);
        }
    }

    private Map<PolicyScope, RetentionPolicy> policies() {
        return PublishedRetention.read(settings.kafka(), settings.format()).byScope();
    }

    private KeyInsight empty() {
        return new KeyInsight(settings.mostClients(), settings.rememberedPayments());
    }

    /**
     * The listener that passes partitions from one instance to the next. Facts that were read and not committed
     * belong to the instance that reads them next. Facts that were committed are read back from the topic.
     */
    private final class TakingOver implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (!partitions.isEmpty()) {
                commit();
                insight = empty();
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            untold.clear();
            unsaved.clear();
            insight = empty();
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (partitions.isEmpty()) {
                return;
            }
            committed = Map.of();
            transaction.takeOver();
            SavedClients.read(settings.kafka(), InsightLoop.this::restore);
            if (settings.adaptive() == Adaptive.ON) {
                adaptive.read(policies());
            }
            LOG.info("watching clients={} partitions={}", insight.clients(), partitions.size());
        }
    }
}
