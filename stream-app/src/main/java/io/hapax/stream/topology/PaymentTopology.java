package io.hapax.stream.topology;

import static io.hapax.topics.Topic.DEAD_LETTERS;
import static io.hapax.topics.Topic.LEDGER_EVENTS;
import static io.hapax.topics.Topic.LEDGER_OUTCOMES;
import static io.hapax.topics.Topic.PAYMENT_COMMANDS;
import static io.hapax.topics.Topic.PAYMENT_COMMANDS_REROUTED;
import static io.hapax.topics.Topic.PAYMENT_DECISIONS;
import static io.hapax.topics.Topic.RETENTION_POLICIES;

import io.hapax.schemas.CancelCommand;
import io.hapax.schemas.CancelOutcome;
import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.ReservationOutcome;
import io.hapax.schemas.RetentionPolicy;
import io.hapax.schemas.VoidCommand;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.WireReader;
import io.hapax.stream.decision.CommandCheck;
import io.hapax.stream.decision.PaymentRules;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.SwitchedOn;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.records.IdempotencyStores;
import io.hapax.stream.wire.LedgerEventSerializer;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * The journey on one page.
 *
 * <pre>
 * payment-commands ──────────┐
 * payment-commands-rerouted ─┴► decode-command ► place-command ► decide ─┬► ledger-events
 *                                     │               │ │          │     │
 *                                     ▼               │ └──────────┴─────┼► payment-decisions
 *                                dead-letters ◄───────┤                  │
 *                                     ▲               └► payment-commands-rerouted
 *                                     │                                  │
 * ledger-outcomes ─────────────► decode-outcome ► settle (and sweep) ────┘
 *
 * retention-policies ──────────► hear-policy (one for all tasks of an instance)
 * </pre>
 *
 * One sub-topology: decide and settle share the stores, so that a payment's commands and its outcome meet in one
 * task, and what is remembered and what is emitted are one Kafka transaction.
 */
public final class PaymentTopology {
    static final String TO_PLACE = "place-command";
    static final String TO_DECIDE = "decide";
    static final String TO_SETTLE = "settle";
    static final String TO_LEDGER = "to-ledger-events";
    static final String TO_DECISIONS = "to-payment-decisions";
    static final String TO_REROUTED = "to-payment-commands-rerouted";
    static final String TO_DEAD_LETTERS = "to-dead-letters";

    private static final String FROM_COMMANDS = "from-payment-commands";
    private static final String FROM_OUTCOMES = "from-ledger-outcomes";
    private static final String DECODE_COMMAND = "decode-command";
    private static final String DECODE_OUTCOME = "decode-outcome";
    private static final String FROM_POLICIES = "from-retention-policies";
    private static final String HEAR_POLICY = "hear-policy";

    /** Streams wants a store behind what all tasks read; nothing is kept in it, see {@link PublishedPolicies}. */
    private static final String POLICIES_STORE = "published-policies";

    private final RetentionSchedule policy;
    private final Duration longestRetention;
    private final AvroFormat format;
    private final int commandPartitions;
    private final JourneyMetrics metrics;
    private final PaymentIds paymentIds;
    private final PaymentRules rules;
    private final SwitchedOn switchedOn;
    private final IdempotencyStores stores;

    /** A function from a command to the id of its payment. */
    public interface PaymentIds extends BiFunction<PaymentKey, LogPosition, UUID> {
        /** The only right way: from client and key alone. */
        PaymentIds BY_KEY = (key, origin) -> key.paymentId();
    }

    /**
     * @param commandPartitions partition count of {@code payment-commands}, on which the place of every key depends
     */
    public PaymentTopology(RetentionSchedule policy, AvroFormat format, int commandPartitions, JourneyMetrics metrics) {
        this(
                policy,
                policy.retention(),
                format,
                commandPartitions,
                metrics,
                PaymentIds.BY_KEY,
                PaymentRules.RIGHT,
                SwitchedOn.NOTHING);
    }

    /**
     * @param policy of those for whom nothing is published
     * @param longestRetention that is followed, whatever is published
     * @param paymentIds for harnesses that must show that they notice when payments are not deduplicated
     * @param rules for harnesses that must show that they notice a wrong rule
     * @param switchedOn what may be new besides payments in one step
     */
    public PaymentTopology(
            RetentionSchedule policy,
            Duration longestRetention,
            AvroFormat format,
            int commandPartitions,
            JourneyMetrics metrics,
            PaymentIds paymentIds,
            PaymentRules rules,
            SwitchedOn switchedOn) {
        this.policy = policy;
        this.longestRetention = longestRetention;
        this.format = format;
        this.commandPartitions = commandPartitions;
        this.metrics = metrics;
        this.paymentIds = paymentIds;
        this.rules = rules;
        this.switchedOn = switchedOn;
        this.stores = new IdempotencyStores(policy, longestRetention);
    }

    /** The stores of its tasks. */
    public IdempotencyStores stores() {
        return stores;
    }

    /** The topology, every operator, store and topic named: names are part of what a running app has stored. */
    public Topology build() {
        return build(System::nanoTime);
    }

    /** @param nanoClock what a look of the sweep may take is measured by it */
    Topology build(LongSupplier nanoClock) {
        PublishedPolicies published =
                new PublishedPolicies(policy.allowedSkew(), longestRetention, switchedOn.guards());
        metrics.stores(stores::figures);
        CommandCheck check = new CommandCheck(policy.allowedSkew(), switchedOn);
        WireReader<SpecificRecord> commands = WireReader.ofAny(
                format,
                List.of(
                        PaymentCommand.class,
                        ReservationCommand.class,
                        CaptureCommand.class,
                        VoidCommand.class,
                        CancelCommand.class));
        WireReader<SpecificRecord> outcomes =
                WireReader.ofAny(format, List.of(LedgerOutcome.class, ReservationOutcome.class, CancelOutcome.class));

        Topology topology = new Topology();
        topology.addSource(
                AutoOffsetReset.earliest(),
                FROM_COMMANDS,
                new RecordTime(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                PAYMENT_COMMANDS.topicName(),
                PAYMENT_COMMANDS_REROUTED.topicName());
        topology.addProcessor(DECODE_COMMAND, () -> new DecodeCommand(commands, metrics), FROM_COMMANDS);
        topology.addProcessor(
                TO_PLACE, () -> new PlaceCommand(check, policy, commandPartitions, metrics), DECODE_COMMAND);
        topology.addProcessor(TO_DECIDE, () -> new Decide(published, stores, paymentIds, rules, metrics), TO_PLACE);

        topology.addSource(
                AutoOffsetReset.earliest(),
                FROM_OUTCOMES,
                new RecordTime(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                LEDGER_OUTCOMES.topicName());
        topology.addProcessor(DECODE_OUTCOME, () -> new DecodeOutcome(outcomes, metrics), FROM_OUTCOMES);
        topology.addProcessor(
                TO_SETTLE,
                () -> new Settle(published, stores, rules, policy.lease(), metrics, nanoClock),
                DECODE_OUTCOME);

        WireReader<RetentionPolicy> policies = new WireReader<>(format, RetentionPolicy.class);
        topology.addGlobalStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(POLICIES_STORE), Serdes.String(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                FROM_POLICIES,
                new StringDeserializer(),
                new ByteArrayDeserializer(),
                RETENTION_POLICIES.topicName(),
                HEAR_POLICY,
                () -> new LoadPolicies(policies, published));

        stores.builders().forEach(store -> topology.addStateStore(store, TO_DECIDE, TO_SETTLE));

        topology.addSink(
                TO_LEDGER,
                LEDGER_EVENTS.topicName(),
                new StringSerializer(),
                new LedgerEventSerializer(format.serializer()),
                TO_DECIDE,
                TO_SETTLE);
        topology.addSink(
                TO_DECISIONS,
                PAYMENT_DECISIONS.topicName(),
                new StringSerializer(),
                format.serializer(),
                TO_PLACE,
                TO_DECIDE,
                TO_SETTLE);
        topology.addSink(
                TO_REROUTED,
                PAYMENT_COMMANDS_REROUTED.topicName(),
                new StringSerializer(),
                new ByteArraySerializer(),
                TO_PLACE);
        topology.addSink(
                TO_DEAD_LETTERS,
                DEAD_LETTERS.topicName(),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                DECODE_COMMAND,
                TO_PLACE,
                DECODE_OUTCOME);
        return topology;
    }
}
