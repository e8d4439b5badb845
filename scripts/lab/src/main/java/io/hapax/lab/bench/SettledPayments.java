package io.hapax.lab.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.sandbox.AppProcess;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.LedgerOutcomeStatus;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.Verdict;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Payments that a stream app is brought to remember without a ledger. This class writes the outcome that each
 * payment is completed in the ledger's place. It reads no events for that, since it knows the commands.
 */
final class SettledPayments implements AutoCloseable {
    /** Written at a time. */
    private static final int CHUNK = 500_000;

    private static final List<Topic> DEALT_WITH =
            List.of(Topic.PAYMENT_COMMANDS, Topic.LEDGER_EVENTS, Topic.LEDGER_OUTCOMES, Topic.PAYMENT_DECISIONS);

    private final BenchBroker broker;
    private final String application;
    private final NumberedCommands commands;
    private final Random random;
    private final CommandWriter writer;
    private final Serializer<LedgerOutcome> serializer;
    private final Producer<byte[], byte[]> producer;
    private long asked;
    private long settled;

    SettledPayments(BenchBroker broker, String application, long seed) {
        this.broker = broker;
        this.application = application;
        this.commands = new NumberedCommands(seed, null);
        this.random = new Random(seed);
        this.writer = new CommandWriter(broker);
        this.serializer = broker.format().serializer();
        this.producer = broker.bulkProducer();
    }

    /** The number of settled payments. */
    long count() {
        return settled;
    }

    NumberedCommands commands() {
        return commands;
    }

    /**
     * Adds payments up to a number.
     *
     * @param still whether the app is stopped while they are written
     */
    void fill(AppProcess app, long target, boolean still) throws InterruptedException {
        while (settled < target) {
            add(app, (int) Math.min(CHUNK, target - settled), still);
        }
    }

    /**
     * Rates in payments per second.
     *
     * @param decided payments whose command was decided
     * @param settled payments whose outcome was settled
     */
    record Rates(double decided, double settled) {}

    /** Adds payments, first the commands of all, then the outcomes. */
    Rates add(AppProcess app, int count, boolean still) throws InterruptedException {
        long[] places = broker.ends(Topic.PAYMENT_COMMANDS);
        write(app, still, () -> writer.write(commands, asked, asked + count));
        double decided = rate(app, Topic.PAYMENT_COMMANDS);
        write(app, still, () -> writeOutcomes(asked, asked + count, places));
        asked += count;
        settled = asked;
        Rates rates = new Rates(decided, rate(app, Topic.LEDGER_OUTCOMES));
        broker.trim(DEALT_WITH);
        return rates;
    }

    /** Sends commands of remembered payments again; returns their rate. It fails on any answer but the stored one. */
    double retry(AppProcess app, int count) throws InterruptedException {
        new BenchProgress(() -> broker.committed(application, Topic.PAYMENT_COMMANDS), List.of(app))
                .await(broker.end(Topic.PAYMENT_COMMANDS));
        broker.trim(DEALT_WITH);
        write(app, true, () -> writer.writeRetries(commands, settled, count, random));
        double rate = rate(app, Topic.PAYMENT_COMMANDS);
        refuseIfForgotten(count);
        return rate;
    }

    @Override
    public void close() {
        writer.close();
        producer.close();
    }

    /** @param still whether the app stands still meanwhile */
    private static void write(AppProcess app, boolean still, Runnable writing) {
        if (!still) {
            writing.run();
            return;
        }
        app.pause();
        try {
            writing.run();
        } finally {
            app.resume();
        }
    }

    /** The rate of the app on the uncommitted records of a topic, without the first commit. */
    private double rate(AppProcess app, Topic topic) throws InterruptedException {
        BenchProgress progress = new BenchProgress(() -> broker.committed(application, topic), List.of(app));
        long end = broker.end(topic);
        return progress.rate(Math.min(broker.committed(application, topic) + 1, end), end);
    }

    private void writeOutcomes(long from, long to, long[] places) {
        String topic = Topic.LEDGER_OUTCOMES.topicName();
        Instant now = Instant.now();
        for (long number = from; number < to; number++) {
            PaymentKey key = commands.key(number);
            int partition = Partitions.of(key, broker.partitions());
            LedgerOutcome outcome = completed(key, now, partition, places[partition]++);
            var unused = producer.send(new ProducerRecord<>(
                    topic,
                    partition,
                    now.toEpochMilli(),
                    key.topicKey().getBytes(UTF_8),
                    serializer.serialize(topic, outcome)));
        }
        producer.flush();
    }

    private static LedgerOutcome completed(PaymentKey key, Instant acceptedAt, int partition, long offset) {
        return LedgerOutcome.newBuilder()
                .setPaymentId(key.paymentId())
                .setClientId(key.clientId())
                .setIdempotencyKey(key.idempotencyKey())
                .setStatus(LedgerOutcomeStatus.COMPLETED)
                .setAttempt(1)
                .setAcceptedAt(acceptedAt)
                .setCommandPartition(partition)
                .setCommandOffset(offset)
                .build();
    }

    /** A memory that has forgotten proves nothing. */
    private void refuseIfForgotten(int retries) {
        Deserializer<PaymentDecision> deserializer = broker.format().deserializer(PaymentDecision.class);
        Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
        TopicTail.readWhole(
                broker.client(),
                Topic.PAYMENT_DECISIONS,
                decision -> verdicts.merge(
                        deserializer
                                .deserialize(decision.topic(), decision.value())
                                .getVerdict(),
                        1,
                        Integer::sum));
        if (!verdicts.equals(Map.of(Verdict.REPLAYED, retries))) {
            throw new IllegalStateException(retries + " retries of settled payments were answered " + verdicts);
        }
    }
}
