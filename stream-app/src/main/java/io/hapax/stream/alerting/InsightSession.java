package io.hapax.stream.alerting;

import io.hapax.insight.Alert;
import io.hapax.insight.KeyInsight;
import io.hapax.insight.UsageFact;
import io.hapax.schemas.CancelDecision;
import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.RetentionPolicy;
import io.hapax.schemas.VoidCommand;
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
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The insight app's membership in its group, up to a fault. It reads decisions, asks {@link KeyInsight}, and
 * publishes alerts.
 *
 * <p>Alerts, what is known of the clients they came from, and how far was read are one Kafka transaction: whoever
 * takes over knows every incident that was told, and tells none twice. What is not committed is forgotten at the end:
 * whoever reads next finds it again.
 */
final class InsightSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InsightSession.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    /**
     * With the default of {@code allowed.skew}: commands that are refused and times that can't be true tell nothing
     * of lateness.
     */
    private static final CommandCheck CHECK = new CommandCheck(Duration.ofMinutes(1));

    private final InsightSettings settings;
    private final InsightMetrics metrics;
    private final UsageFacts facts;
    private final InsightTransaction transaction;
    private final WireReader<SpecificRecord> reader;
    private final WireReader<SpecificRecord> commandReader;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AdaptiveRetention adaptive;
    private final Uncommitted uncommitted = new Uncommitted();

    private KeyInsight insight;
    private long committedNanos = System.nanoTime();
    private Map<TopicPartition, OffsetAndMetadata> committed = Map.of();
    private boolean ending;

    InsightSession(InsightSettings settings, InsightMetrics metrics, UsageFacts facts) {
        this.settings = settings;
        this.metrics = metrics;
        this.facts = facts;
        this.insight = emptyInsight();
        this.adaptive = new AdaptiveRetention(settings.advisor());
        this.transaction = new InsightTransaction(settings);
        this.reader = WireReader.ofAny(
                settings.format(), List.of(PaymentDecision.class, ReservationDecision.class, CancelDecision.class));
        this.commandReader = WireReader.ofAny(
                settings.format(),
                List.of(PaymentCommand.class, ReservationCommand.class, CaptureCommand.class, VoidCommand.class));
        this.consumer = new KafkaConsumer<>(
                InsightClients.consumer(settings), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(topics(), new TakingOver());
    }

    /** Reads what has come, and commits if it is time to. */
    void turn() {
        for (ConsumerRecord<byte[], byte[]> found : consumer.poll(POLL)) {
            if (found.topic().equals(Topic.PAYMENT_COMMANDS.topicName())) {
                readCommand(found);
            } else {
                read(found);
            }
        }
        if (System.nanoTime() - committedNanos >= settings.commitInterval().toNanos()) {
            commit();
        }
    }

    void commit() {
        committedNanos = System.nanoTime();
        metrics.now(insight);
        Map<TopicPartition, OffsetAndMetadata> positions = positions();
        // What aborted transactions wrote and what can't be read takes offsets as well: whoever measures lag must see
        // that it was read.
        if (uncommitted.clients().isEmpty() && positions.equals(committed)) {
            return;
        }
        if (adaptive.wantsAny()) {
            // Somebody may have published meanwhile: that counts.
            adaptive.read(policies());
        }
        Map<PolicyScope, RetentionPolicy> adapted = adaptive.take();
        Map<String, byte @Nullable []> saved = new LinkedHashMap<>();
        uncommitted.clients().forEach(clientId -> saved.put(clientId, insight.save(clientId)));
        insight.takeForgotten().forEach(clientId -> saved.put(clientId, null));
        transaction.commit(adapted, uncommitted.alerts(), saved, positions, consumer.groupMetadata());
        committed = positions;
        tell(adapted);
        uncommitted.committed(metrics);
    }

    private void tell(Map<PolicyScope, RetentionPolicy> adapted) {
        adapted.forEach((scope, policy) -> LOG.info(
                "retention scope={} retentionMs={} evidence={}",
                scope.key(),
                policy.getRetentionMs(),
                policy.getEvidence()));
        for (Alert alert : uncommitted.alerts()) {
            LOG.info(
                    "incident={} phase={} client={} cause={}",
                    alert.incidentId(),
                    alert.phase(),
                    alert.clientId(),
                    alert.cause());
        }
    }

    /** Leaves the group without a commit: after a fault, nothing can be committed any more. */
    @Override
    public void close() {
        ending = true;
        try (transaction) {
            consumer.close(CloseOptions.timeout(CLOSE_WITHIN));
        }
    }

    /** Commands only tell how late they came: what was decided on them is told by decisions. */
    private List<String> topics() {
        return settings.adaptive() == Adaptive.OFF
                ? List.of(Topic.PAYMENT_DECISIONS.topicName())
                : List.of(Topic.PAYMENT_DECISIONS.topicName(), Topic.PAYMENT_COMMANDS.topicName());
    }

    private void read(ConsumerRecord<byte[], byte[]> incoming) {
        switch (reader.read(incoming.topic(), incoming.value())) {
            case Decoded.Unreadable<SpecificRecord> unreadable -> uncommitted.addUnreadable();
            // A cancel is no attempt to pay: it tells nothing of how a client retries.
            case Decoded.Value<SpecificRecord>(CancelDecision cancel) -> {}
            case Decoded.Value<SpecificRecord>(var decision)
            when !UsageFacts.isAboutAKey(decision) -> uncommitted.addUnreadable();
            case Decoded.Value<SpecificRecord>(var decision) -> observe(facts.fact(decision, incoming.timestamp()));
        }
    }

    private void observe(UsageFact fact) {
        uncommitted.add(fact);
        insight.observe(fact).forEach(uncommitted::add);
    }

    private void readCommand(ConsumerRecord<byte[], byte[]> incoming) {
        if (commandReader.read(incoming.topic(), incoming.value())
                instanceof Decoded.Value<SpecificRecord>(var command)) {
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
        uncommitted.add(clientId);
        if (settings.adaptive() == Adaptive.ON) {
            adaptive.pass(atMs, insight);
            if (firstSentMs != null) {
                adaptive.sent(clientId, atMs, atMs - firstSentMs);
            }
        }
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
            metrics.unreadable(1);
            LOG.warn("saved state of client={} is broken; it is watched as a new one", clientId);
        }
    }

    private Map<PolicyScope, RetentionPolicy> policies() {
        return PublishedRetention.read(settings.kafka(), settings.format()).byScope();
    }

    private KeyInsight emptyInsight() {
        return new KeyInsight(settings.mostClients(), settings.rememberedPayments());
    }

    /** What is not committed belongs to the instance that reads next, and what is known is read back from the topic. */
    private void forget() {
        uncommitted.clear();
        committed = Map.of();
        insight = emptyInsight();
        adaptive.forget();
    }

    /** The listener that passes partitions from one instance to the next. */
    private final class TakingOver implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (!partitions.isEmpty() && !ending) {
                commit();
                forget();
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            forget();
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (partitions.isEmpty()) {
                return;
            }
            transaction.takeOver();
            SavedClients.read(settings.kafka(), InsightSession.this::restore);
            if (settings.adaptive() == Adaptive.ON) {
                adaptive.read(policies());
            }
            LOG.info("watching clients={} partitions={}", insight.clients(), partitions.size());
        }
    }
}
