package io.hapax.lab.operations;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.lab.LabRun;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A transaction that ends while a partition of it has no leader, on three brokers: Kafka leaves the partition out
 * (KAFKA-20734), and the tool ends what hangs. Where a Kafka without the fault makes this test fail, the runbook "A
 * transaction that nobody ends" is of older brokers alone.
 */
class UnendedTransactionTest {
    private static final String DECISIONS = Topic.PAYMENT_DECISIONS.topicName();
    private static final int AWAY = 2;
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    @Tag("long")
    @Test
    void shouldEndATransactionWhoseEndKafkaHasLeftOutSoThatReadersGoOn() throws Exception {
        try (Sandbox sandbox = Sandbox.builder(folder)
                        .brokers(3)
                        .brokerHeap("384m")
                        .with(Part.KAFKA)
                        .start();
                Admin admin = Admin.create(Map.of("bootstrap.servers", sandbox.bootstrapServers()))) {
            NewTopic onOneBroker = new NewTopic(DECISIONS, Map.of(0, List.of(AWAY)));
            admin.createTopics(List.of(onOneBroker)).all().get();
            topics(sandbox, "create", "--partitions", "1");
            try (var leftOut = transactional(sandbox, "left-out");
                    var ongoing = transactional(sandbox, "ongoing")) {
                leftOut.send(decision("committed")).get();
                sandbox.broker(AWAY).stop();
                awaitLeader(admin, false);
                leftOut.commitTransaction();
                sandbox.broker(AWAY).start();
                awaitLeader(admin, true);
                ongoing.send(new ProducerRecord<>(Topic.LEDGER_EVENTS.topicName(), 0, null, new byte[] {1}))
                        .get();
                try (var plain = new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", sandbox.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
                    plain.send(decision("behind it")).get();
                }
                assertEquals(0, readableEnd(admin), "this Kafka does not have the fault");

                LabRun listed = topics(sandbox, "transactions");
                assertEquals(1, listed.exitCode(), listed.output());
                assertTrue(listed.output().contains("HANGING     " + DECISIONS + " 0@0: "), listed.output());
                assertTrue(
                        listed.output()
                                .contains("transactional id left-out: to its coordinator it is over, CompleteCommit"),
                        listed.output());
                assertTrue(listed.output().contains("IN_PROGRESS ledger-events 0@0: "), listed.output());

                LabRun dry = topics(sandbox, "transactions", "--end");
                assertEquals(0, dry.exitCode(), dry.output());
                assertEquals(0, readableEnd(admin), "a dry run has ended it");

                LabRun ended = topics(sandbox, "transactions", "--end", "--execute");
                assertEquals(0, ended.exitCode(), ended.output());
                assertTrue(ended.output().contains("1 ended, 1 stay"), ended.output());
                assertEquals(List.of("behind it"), readable(sandbox));
                ongoing.commitTransaction();
                // Its producer goes on as well.
                leftOut.beginTransaction();
                leftOut.send(decision("later")).get();
                leftOut.commitTransaction();
                assertEquals(List.of("behind it", "later"), readable(sandbox));
                assertEquals(0, topics(sandbox, "transactions").exitCode());
            }
        }
    }

    private static ProducerRecord<byte[], byte[]> decision(String text) {
        return new ProducerRecord<>(DECISIONS, 0, null, text.getBytes(UTF_8));
    }

    private static KafkaProducer<byte[], byte[]> transactional(Sandbox sandbox, String id) {
        var begun = new KafkaProducer<>(
                Map.<String, Object>of(
                        "bootstrap.servers",
                        sandbox.bootstrapServers(),
                        "transactional.id",
                        id,
                        "transaction.timeout.ms",
                        600_000),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        begun.initTransactions();
        begun.beginTransaction();
        return begun;
    }

    private static LabRun topics(Sandbox sandbox, String... words) {
        return LabRun.of(Stream.concat(Stream.of("topics"), Stream.of(words)).toArray(String[]::new))
                .with("--bootstrap-servers", sandbox.bootstrapServers());
    }

    private static long readableEnd(Admin admin) throws Exception {
        TopicPartition partition = new TopicPartition(DECISIONS, 0);
        return admin.listOffsets(
                        Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .partitionResult(partition)
                .get()
                .offset();
    }

    /** What readers of committed records get. */
    private static List<String> readable(Sandbox sandbox) {
        List<String> found = new ArrayList<>();
        TopicTail.readWhole(
                Map.of("bootstrap.servers", sandbox.bootstrapServers()),
                Topic.PAYMENT_DECISIONS,
                each -> found.add(new String(each.value(), UTF_8)));
        return found;
    }

    private static void awaitLeader(Admin admin, boolean there) throws Exception {
        Instant deadline = Instant.now().plus(SOON);
        while (leader(admin).isPresent() != there) {
            assertTrue(Instant.now().isBefore(deadline), "its leader is " + leader(admin));
            Thread.onSpinWait();
        }
    }

    private static Optional<Node> leader(Admin admin) throws Exception {
        return Optional.ofNullable(admin.describeTopics(List.of(DECISIONS))
                        .topicNameValues()
                        .get(DECISIONS)
                        .get()
                        .partitions()
                        .getFirst()
                        .leader())
                .filter(node -> !node.isEmpty());
    }
}
