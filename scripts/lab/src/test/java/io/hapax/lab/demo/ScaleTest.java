package io.hapax.lab.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.ledger.book.AccountTerms;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.LedgerOutcomeStatus;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.Verdict;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many payments, posted by the live ledger; reconciled, audited and rebuilt in a heap of 512 MB, the rebuild killed
 * on the way.
 */
@Tag("long")
class ScaleTest {
    private static final int EVENTS = Integer.getInteger("hapax.scale.events", 5_000_000);
    private static final int ACCOUNTS = 10_000;

    @TempDir
    private Path folder;

    @Test
    void shouldReconcileAuditAndRebuildMillionsOfPaymentsInLittleMemory() throws Exception {
        try (LiveDemo demo = LiveDemo.idle(folder.resolve("demo"), accounts())) {
            sendCommands(demo);
            acceptAll(demo);
            double live = EVENTS / postAll(demo);
            settleAll(demo);

            String reconciled = run(demo, 0, "reconcile");
            String audited = run(demo, 0, "audit");
            String rebuiltAfterKill = killAndRunAgain(demo);
            String rebuilt = run(demo, 0, "rebuild", "--start-over");
            double rate = number(rebuilt, "\\(([\\d,]+) events/s\\)");
            System.out.printf(
                    "%,d events: live posting %,.0f/s, rebuild %,.0f/s, ratio %.1f%n%s%n%s%n%s%n%s%n",
                    EVENTS, live, rate, rate / live, reconciled, audited, rebuiltAfterKill, rebuilt);
            assertTrue(rate >= 3 * live, "rebuild " + rate + "/s, live posting " + live + "/s");
        }
    }

    private static List<AccountTerms> accounts() {
        List<AccountTerms> terms = new ArrayList<>();
        for (int i = 0; i < ACCOUNTS; i++) {
            terms.add(AccountTerms.customer("account-" + i, "EUR", 30_000_00));
        }
        return terms;
    }

    private static void sendCommands(LiveDemo demo) {
        Random random = new Random(1);
        String topic = Topic.PAYMENT_COMMANDS.topicName();
        Serializer<PaymentCommand> serializer = demo.world().format().serializer();
        try (Producer<byte[], byte[]> producer = producer(demo)) {
            for (int i = 0; i < EVENTS; i++) {
                int debtor = random.nextInt(ACCOUNTS);
                int creditor = (debtor + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
                PaymentKey key = new PaymentKey("scale", "payment-" + i);
                PaymentCommand command = new PaymentCommand(
                        key.clientId(),
                        key.idempotencyKey(),
                        "account-" + debtor,
                        "account-" + creditor,
                        1 + random.nextLong(1_000_00),
                        "EUR",
                        null,
                        null,
                        null,
                        null);
                var unused = producer.send(new ProducerRecord<>(
                        topic, key.topicKey().getBytes(UTF_8), serializer.serialize(topic, command)));
            }
        }
    }

    /** Accepts every command and commits it as read, as the stream app would. */
    private static void acceptAll(LiveDemo demo) throws ExecutionException, InterruptedException {
        String topic = Topic.LEDGER_EVENTS.topicName();
        Serializer<LedgerEvent> serializer = demo.world().format().serializer();
        WireReader<PaymentCommand> reader = new WireReader<>(demo.world().format(), PaymentCommand.class);
        try (Producer<byte[], byte[]> producer = producer(demo);
                TopicTail commands = new TopicTail(demo.world().kafka(), Topic.PAYMENT_COMMANDS)) {
            commands.readToEnd(found -> {
                if (reader.read(found.topic(), found.value()) instanceof Decoded.Value<PaymentCommand>(var command)) {
                    var unused = producer.send(new ProducerRecord<>(
                            topic,
                            command.getDebtorAccount().getBytes(UTF_8),
                            serializer.serialize(topic, accepted(command, found))));
                }
            });
            noteAsRead(demo, commands);
        }
    }

    private static LedgerEvent accepted(PaymentCommand command, ConsumerRecord<byte[], byte[]> found) {
        return new LedgerEvent(
                LedgerEventKind.POST,
                new PaymentKey(command.getClientId(), command.getIdempotencyKey()).paymentId(),
                command.getClientId(),
                command.getIdempotencyKey(),
                command.getDebtorAccount(),
                command.getCreditorAccount(),
                command.getAmountMinor(),
                command.getCurrency(),
                command.getReference(),
                1,
                Instant.ofEpochMilli(found.timestamp()),
                found.partition(),
                found.offset());
    }

    private static void noteAsRead(LiveDemo demo, TopicTail tail) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> read = new HashMap<>();
        tail.positions()
                .forEach((partition, offset) -> read.put(
                        new TopicPartition(tail.topic().topicName(), partition), new OffsetAndMetadata(offset)));
        try (Admin admin = Admin.create(demo.world().kafka())) {
            admin.alterConsumerGroupOffsets("hapax-stream", read).all().get();
        }
    }

    /** Seconds that the live ledger takes. */
    private static double postAll(LiveDemo demo) throws ExecutionException, InterruptedException {
        demo.world().ledgerConsumer().start();
        try (Admin admin = Admin.create(demo.world().kafka())) {
            long start = 0;
            long seen = 0;
            long begun = 0;
            long done = 0;
            while (done < EVENTS) {
                done =
                        admin
                                .listConsumerGroupOffsets("hapax-ledger")
                                .partitionsToOffsetAndMetadata()
                                .get()
                                .values()
                                .stream()
                                .mapToLong(OffsetAndMetadata::offset)
                                .sum();
                if (start == 0 && done > 0) {
                    // From here on, so that starting up does not count.
                    start = System.nanoTime();
                    begun = done;
                }
                if (done - seen > EVENTS / 10) {
                    seen = done;
                    System.out.printf("posted %,d%n", done);
                }
                LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            }
            demo.world().ledgerConsumer().stop();
            return (System.nanoTime() - start) / 1e9 * EVENTS / (EVENTS - begun);
        }
    }

    /** Writes a decision for every outcome and commits it as read, as the stream app would. */
    private static void settleAll(LiveDemo demo) throws ExecutionException, InterruptedException {
        String topic = Topic.PAYMENT_DECISIONS.topicName();
        Serializer<PaymentDecision> serializer = demo.world().format().serializer();
        WireReader<LedgerOutcome> reader = new WireReader<>(demo.world().format(), LedgerOutcome.class);
        try (Producer<byte[], byte[]> producer = producer(demo);
                TopicTail outcomes = new TopicTail(demo.world().kafka(), Topic.LEDGER_OUTCOMES)) {
            outcomes.readToEnd(found -> {
                if (reader.read(found.topic(), found.value()) instanceof Decoded.Value<LedgerOutcome>(var outcome)) {
                    var unused = producer.send(
                            new ProducerRecord<>(topic, found.key(), serializer.serialize(topic, settled(outcome))));
                }
            });
            noteAsRead(demo, outcomes);
        }
    }

    private static PaymentDecision settled(LedgerOutcome outcome) {
        boolean completed = outcome.getStatus() == LedgerOutcomeStatus.COMPLETED;
        return PaymentDecision.newBuilder()
                .setClientId(outcome.getClientId())
                .setIdempotencyKey(outcome.getIdempotencyKey())
                .setPaymentId(outcome.getPaymentId())
                .setVerdict(Verdict.SETTLED)
                .setStatus(completed ? PaymentStatus.COMPLETED : PaymentStatus.FAILED)
                .setFailureReason(outcome.getFailureReason())
                .setFailedAccount(outcome.getFailedAccount())
                .setFirstSeenAt(outcome.getAcceptedAt())
                .setExpiresAt(outcome.getAcceptedAt().plus(Duration.ofDays(1)))
                .setDecidedAt(outcome.getAcceptedAt())
                .setCommandPartition(outcome.getCommandPartition())
                .setCommandOffset(outcome.getCommandOffset())
                .build();
    }

    private String killAndRunAgain(LiveDemo demo) throws Exception {
        Process killed = demo.process(folder.resolve("killed.out"), "rebuild");
        String halfway = "SELECT 1 FROM hapax_rebuild.step WHERE name = 'posted' AND done > " + EVENTS / 2;
        while (demo.query("SELECT 1 FROM pg_tables WHERE schemaname = 'hapax_rebuild' AND tablename = 'step'")
                        .isEmpty()
                || demo.query(halfway).isEmpty()) {
            assertTrue(killed.isAlive(), "it ended before it was killed");
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        killed.destroyForcibly().waitFor();
        return run(demo, 0, "rebuild");
    }

    private String run(LiveDemo demo, int exitCode, String... command) throws IOException, InterruptedException {
        Path output = folder.resolve(command[0] + ".out");
        Process process = demo.process(output, command);
        int exited = process.waitFor();
        String text = Files.readString(output).replaceAll(".*\r", "");
        assertEquals(exitCode, exited, text);
        return text;
    }

    private static double number(String text, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertTrue(found.find(), text);
        return Double.parseDouble(found.group(1).replace(",", ""));
    }

    private static Producer<byte[], byte[]> producer(LiveDemo demo) {
        Map<String, Object> config = new HashMap<>(demo.world().kafka());
        config.put("acks", "all");
        config.put("linger.ms", "20");
        config.put("batch.size", 128 * 1024);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
