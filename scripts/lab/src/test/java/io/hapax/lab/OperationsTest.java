package io.hapax.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.VoidCommand;
import io.hapax.serde.AvroFormat;
import io.hapax.topics.RecordHeaders;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the work that an operator does by hand, on a real broker. */
class OperationsTest {
    private static Sandbox sandbox;
    private static InMemoryRegistry registry;
    private static KafkaProducer<byte[], byte[]> producer;

    @BeforeAll
    static void startBrokerAndCreateTopics(@TempDir Path folder) {
        sandbox = Sandbox.start(folder, Part.KAFKA);
        registry = InMemoryRegistry.start();
        LabRun created = run("topics", "create", "--partitions", "2", "--replication", "1");
        assertEquals(0, created.exitCode(), created.output());
        assertTrue(created.output().contains("created payment-commands\n"), created.output());
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", sandbox.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        registry.close();
        sandbox.close();
    }

    @Test
    void shouldVerifyTopicsAndNameWhatBreaksTheGuarantee() throws Exception {
        LabRun sound = run("topics", "verify", "--replication", "1");
        assertEquals(0, sound.exitCode(), sound.output());

        LabRun lacksReplicas = run("topics", "verify");
        assertEquals(1, lacksReplicas.exitCode());
        assertTrue(
                lacksReplicas.output().contains("payment-commands: replication factor is 1, must be at least 3"),
                lacksReplicas.output());

        set("cleanup.policy", "compact");
        LabRun compacted = run("topics", "verify", "--replication", "1");
        assertEquals(1, compacted.exitCode(), compacted.output());
        assertTrue(
                compacted
                        .output()
                        .contains("topic ledger-outcomes: cleanup.policy is compact, must be delete; to mend:"),
                compacted.output());
        set("cleanup.policy", "delete");
    }

    @Test
    void shouldSayWhenAPolicyIsNotWhatTasksWillFollowOrIsNotThere() throws Exception {
        LabRun early = policies("set", "--client", "acme", "--retention", "PT720H");
        assertEquals("published client/acme: 30d\n", early.output(), "no app has run yet");

        try (Admin admin = Admin.create(Map.of("bootstrap.servers", sandbox.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("hapax-stream-ended-payments-changelog", 1, (short) 1)
                            .configs(Map.of("retention.ms", String.valueOf(2 * 24 * 3_600_000L)))))
                    .all()
                    .get();
        }
        assertEquals(
                "published client/acme: 24h\n",
                policies("set", "--client", "acme", "--retention", "24h").output());
        assertTrue(policies("set", "--client", "acme", "--retention", "25h")
                .output()
                .contains("WARNING: 25h is more than stream-app's retention.max, 24h, and 24h is what tasks follow"));
        LabRun recall = policies("set", "--client", "acme", "--retention", "24h", "--recall", "12h");
        assertEquals(2, recall.exitCode(), recall.output());

        LabRun unknown = policies("remove", "--client", "acne");
        assertEquals(1, unknown.exitCode(), unknown.output());
        assertEquals(
                "nothing is published for client/acne, nothing removed; published are client/acme\n", unknown.output());
        assertEquals(
                "removed client/acme\n", policies("remove", "--client", "acme").output());
        assertEquals(
                "nothing is published for client/acme, nothing removed; no policy is published\n",
                policies("remove", "--client", "acme").output());
    }

    /** One that hangs is made by UnendedTransactionTest, on three brokers. */
    @Test
    void shouldListATransactionThatIsInProgressAndNeverEndIt() throws Exception {
        assertEquals(2, run("topics", "transactions", "--execute").exitCode(), "--end is not given");
        try (var writing = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", sandbox.bootstrapServers(), "transactional.id", "writing"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            writing.initTransactions();
            writing.beginTransaction();
            writing.send(new ProducerRecord<>(Topic.PAYMENT_DECISIONS.topicName(), 0, null, new byte[] {1}))
                    .get();
            LabRun listed = run("topics", "transactions");
            assertEquals(0, listed.exitCode(), listed.output());
            assertTrue(listed.output().contains("IN_PROGRESS payment-decisions 0@0: "), listed.output());
            assertTrue(listed.output().contains(", transactional id writing: "), listed.output());
            LabRun left = run("topics", "transactions", "--end", "--execute");
            assertEquals(0, left.exitCode(), left.output());
            assertTrue(left.output().contains("payment-decisions 0@0 stays, it is IN_PROGRESS: "), left.output());
            assertTrue(left.output().contains("0 ended, 1 stay"), left.output());
            writing.commitTransaction();
        }
    }

    private static LabRun policies(String... words) {
        return LabRun.of("policies")
                .with(Stream.concat(
                                Stream.of(words),
                                Stream.of(
                                        "--bootstrap-servers",
                                        sandbox.bootstrapServers(),
                                        "--registry",
                                        registry.url()))
                        .toArray(String[]::new));
    }

    @Test
    void shouldListDeadLettersAndSendAgainThoseThatCanBeReadByNow() throws Exception {
        byte[] command = AvroFormat.onRegistry(registry.url())
                .<PaymentCommand>serializer()
                .serialize(Topic.PAYMENT_COMMANDS.topicName(), command());
        letter("UNKNOWN_SCHEMA", "payment-commands", 7, command);
        letter("NO_ORIGIN", "payment-commands-rerouted", 8, command);
        letter("WRONG_MAGIC", "payment-commands", 9, "{\"not\":\"avro\"}".getBytes(UTF_8));
        byte[] voiding = AvroFormat.onRegistry(registry.url())
                .<SpecificRecord>serializer()
                .serialize(
                        Topic.PAYMENT_COMMANDS.topicName(), new VoidCommand("acme", "void-1", "hold-1", "alice", null));
        letter("WRONG_SCHEMA", "payment-commands", 10, voiding);

        forgedLetter("many", command);
        forgedLetter("999", command);

        LabRun listed = run("dead-letters", "list");
        assertEquals(0, listed.exitCode(), listed.output());
        assertTrue(listed.output().contains("UNKNOWN_SCHEMA     from payment-commands 1@7"), listed.output());
        assertTrue(
                listed.output()
                        .contains("in all MALFORMED 2, NO_ORIGIN 1, UNKNOWN_SCHEMA 1, WRONG_MAGIC 1, WRONG_SCHEMA 1"),
                listed.output());
        assertFalse(listed.output().contains("not\":"), "content is shown");

        LabRun dry = run("dead-letters", "resend", "--registry", registry.url(), "--reason", "UNKNOWN_SCHEMA");
        assertEquals(0, dry.exitCode(), dry.output());
        assertTrue(dry.output().contains("would be sent to payment-commands 1"), dry.output());
        assertEquals(List.of(), commands());

        LabRun sent = run("dead-letters", "resend", "--registry", registry.url(), "--execute");
        assertEquals(1, sent.exitCode(), "three letters stay: " + sent.output());
        assertTrue(sent.output().contains("3 sent, 3 stay"), sent.output());
        assertTrue(sent.output().contains("stays: its headers do not say where it was"), sent.output());
        assertTrue(sent.output().contains("stays: payment-commands has no partition 999"), sent.output());
        assertTrue(sent.output().contains("stays: still WRONG_MAGIC"), sent.output());
        assertEquals(3, commands().size(), "a step that an older program did not know is sent as well");
        for (ConsumerRecord<byte[], byte[]> again : commands()) {
            assertEquals(1, again.partition());
            assertEquals("theirs", again.headers().iterator().next().key());
            assertEquals(1, again.headers().toArray().length, "headers of the letter are sent on");
        }
    }

    private static LabRun run(String... command) {
        return LabRun.of(command).with("--bootstrap-servers", sandbox.bootstrapServers());
    }

    private static List<ConsumerRecord<byte[], byte[]>> commands() {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        TopicTail.readWhole(
                Map.of("bootstrap.servers", sandbox.bootstrapServers()), Topic.PAYMENT_COMMANDS, found::add);
        return found;
    }

    private static void letter(String reason, String topic, long offset, byte[] value) throws Exception {
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(Topic.DEAD_LETTERS.topicName(), 0, "key".getBytes(UTF_8), value);
        letter.headers().add("theirs", new byte[0]);
        Map.of(
                        RecordHeaders.REASON,
                        reason,
                        RecordHeaders.DETAIL,
                        "a detail",
                        RecordHeaders.TOPIC,
                        topic,
                        RecordHeaders.PARTITION,
                        "1",
                        RecordHeaders.OFFSET,
                        String.valueOf(offset),
                        RecordHeaders.TIMESTAMP,
                        "1767225600000")
                .forEach((name, text) -> letter.headers().add(name, text.getBytes(UTF_8)));
        producer.send(letter).get();
    }

    /** Writes a dead letter as another program might. One of its headers has no value. */
    private static void forgedLetter(String partition, byte[] value) throws Exception {
        ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(Topic.DEAD_LETTERS.topicName(), 0, null, value);
        letter.headers().add(RecordHeaders.REASON, "MALFORMED".getBytes(UTF_8));
        letter.headers().add(RecordHeaders.TOPIC, "payment-commands".getBytes(UTF_8));
        letter.headers().add(RecordHeaders.PARTITION, partition.getBytes(UTF_8));
        letter.headers().add(RecordHeaders.DETAIL, null);
        producer.send(letter).get();
    }

    private static PaymentCommand command() {
        return PaymentCommand.newBuilder()
                .setClientId("acme")
                .setIdempotencyKey("order-1")
                .setDebtorAccount("alice")
                .setCreditorAccount("bob")
                .setAmountMinor(100)
                .setCurrency("EUR")
                .setReference(null)
                .setSentAt(Instant.parse("2026-01-01T12:00:00Z"))
                .build();
    }

    /** On ledger-outcomes; returns when the broker shows it. */
    private static void set(String name, String value) throws Exception {
        ConfigResource outcomes = new ConfigResource(ConfigResource.Type.TOPIC, Topic.LEDGER_OUTCOMES.topicName());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", sandbox.bootstrapServers()))) {
            admin.incrementalAlterConfigs(Map.of(
                            outcomes,
                            List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
            while (!admin.describeConfigs(List.of(outcomes))
                    .all()
                    .get()
                    .get(outcomes)
                    .get(name)
                    .value()
                    .equals(value)) {
                Thread.onSpinWait();
            }
        }
    }
}
