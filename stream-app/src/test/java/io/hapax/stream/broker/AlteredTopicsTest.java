package io.hapax.stream.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.Verdict;
import io.hapax.stream.PaymentStreams;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Topics that others alter, and leave in a bad state, while the app runs: an instance with a gateway, and one
 * without.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class) // One world, which the methods use one after the other.
class AlteredTopicsTest {
    private static final int PAYMENTS = 24;

    private static GatewayInstances instances;
    private static BrokerJourney journey;
    private static PaymentStreams withoutGateway;
    private static Admin admin;

    @BeforeAll
    static void startBoth() {
        // Producers notice new partitions within a second, as they would within five minutes.
        instances = new GatewayInstances(1, Map.of("gateway.wait", "20s", "kafka.metadata.max.age.ms", "1000"));
        journey = instances.journey();
        admin = Admin.create(Map.of("bootstrap.servers", journey.bootstrapServers()));
        Map<String, String> settings = journey.settings("without-gateway", "classic");
        settings.put("kafka.metadata.max.age.ms", "1000");
        withoutGateway = journey.startApp(settings);
        BrokerJourney.await(() -> instances.told(0, "/metrics").contains("hapax_tasks_active 2.0"));
        BrokerJourney.await(() -> withoutGateway.activeTasks() == 2);
    }

    @AfterAll
    static void stop() {
        admin.close();
        instances.close();
    }

    /**
     * The partition count was taken from the instances that have an address: half of the keys were looked for in a
     * wrong place.
     */
    @Test
    @Order(1)
    void shouldNeverSayThatAPaymentIsUnknownWhenItsOwnerCannotBeAsked() throws Exception {
        PayingClient client = instances.client();
        String url = instances.urls().getFirst();
        for (int n = 0; n < PAYMENTS; n++) {
            assertEquals(n % 2 == 0 ? 201 : 402, client.pay(0, key(n), body(n)).statusCode());
        }
        Map<Integer, List<String>> answers = new TreeMap<>();
        for (int n = 0; n < PAYMENTS; n++) {
            HttpResponse<String> answer = client.lookUp(url, key(n)).orElseThrow();
            answers.computeIfAbsent(answer.statusCode(), status -> new ArrayList<>())
                    .add(key(n) + " " + answer.body());
        }
        assertEquals(Set.of(200, 503), answers.keySet(), answers::toString);
    }

    @Test
    @Order(2)
    void shouldAnswerOverHttpWhenDecisionsAreSpreadOverMorePartitions() throws Exception {
        admin.createPartitions(Map.of(
                        Topic.PAYMENT_DECISIONS.topicName(), NewPartitions.increaseTo(2 * BrokerJourney.PARTITIONS)))
                .all()
                .get();
        PayingClient client = instances.client();
        int[] n = {1_000};
        Set<Integer> added = new HashSet<>();
        BrokerJourney.await(() -> {
            HttpResponse<String> answer = send(client, n[0]);
            assertEquals(n[0] % 2 == 0 ? 201 : 402, answer.statusCode(), answer::body);
            int partition = Partitions.of(new PaymentKey("acme", key(n[0]++)), 2 * BrokerJourney.PARTITIONS);
            if (partition >= BrokerJourney.PARTITIONS && endOfDecisions(partition) > 0) {
                added.add(partition);
            }
            return added.size() == BrokerJourney.PARTITIONS;
        });
    }

    @Test
    @Order(3)
    void shouldTellOfCommandsBehindATransactionThatAClientHasLeftOpen() throws Exception {
        TopicPartition stuck = new TopicPartition(Topic.PAYMENT_COMMANDS.topicName(), 0);
        BrokerJourney.await(() -> undecided("hapax_commands_undecided", 0) == 0);
        Producer<byte[], byte[]> dead = new KafkaProducer<>(
                Map.of("bootstrap.servers", journey.bootstrapServers(), "transactional.id", "a-client"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        dead.initTransactions();
        dead.beginTransaction();
        dead.send(new ProducerRecord<>(stuck.topic(), stuck.partition(), null, new byte[] {1}))
                .get();
        journey.sendByMurmur2(on(0, 0, Instant.now()));
        journey.flush();

        BrokerJourney.await(() ->
                undecided("hapax_commands_undecided", 0) == 2 && undecided("hapax_commands_undecided_seconds", 0) >= 5);
        assertEquals(0, undecided("hapax_commands_undecided", 1));
        BrokerJourney.await(() -> undecided("hapax_unreadable_seconds", 0) >= 5);
        assertEquals(0, undecided("hapax_unreadable_seconds", 1));

        // As the runbook says.
        ProducerState open =
                admin.describeProducers(List.of(stuck)).partitionResult(stuck).get().activeProducers().stream()
                        .filter(producer ->
                                producer.currentTransactionStartOffset().isPresent())
                        .findFirst()
                        .orElseThrow();
        admin.abortTransaction(new AbortTransactionSpec(
                        stuck,
                        open.producerId(),
                        (short) open.producerEpoch(),
                        open.coordinatorEpoch().orElse(0)))
                .all()
                .get();
        BrokerJourney.await(() ->
                undecided("hapax_commands_undecided", 0) == 0 && undecided("hapax_commands_undecided_seconds", 0) == 0);
        BrokerJourney.await(() -> undecided("hapax_unreadable_seconds", 0) == 0);
        dead.close(Duration.ZERO);
    }

    @Test
    @Order(4)
    void shouldDecideNothingOnCommandsThatTheirProducersStampAndNotBeMovedByThemAfterwards() throws Exception {
        int commands = TopicReader.readBytes(journey, Topic.PAYMENT_COMMANDS).size();
        List<PaymentDecision> before = journey.awaitAnswers(commands).decisions();
        alterTimestampType("CreateTime");
        Instant ahead = Instant.now().plus(Duration.ofMinutes(55));
        PaymentCommand forged = on(0, 1, null);
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", journey.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int partition = 0; partition < BrokerJourney.PARTITIONS; partition++) {
                PaymentCommand command = partition == 0 ? forged : on(partition, 1, null);
                producer.send(new ProducerRecord<>(
                                Topic.PAYMENT_COMMANDS.topicName(),
                                partition,
                                ahead.toEpochMilli(),
                                key(command).topicKey().getBytes(UTF_8),
                                journey.bytes(command)))
                        .get();
            }
        }
        assertEquals(OptionalInt.of(1), instances.process(0).awaitExit(Duration.ofMinutes(1)));
        String log = Files.readString(instances.process(0).log());
        assertTrue(log.contains("stopping: refusing to run, the cluster breaks the guarantee"), log);
        assertTrue(log.contains("message.timestamp.type is CreateTime, must be LogAppendTime; to mend:"), log);
        boolean inOrder = assertTimeoutPreemptively(
                Duration.ofMinutes(1), withoutGateway::awaitEnd, "it works on commands that their producers stamped");
        assertFalse(inOrder, "it went on");
        journey.stopApp(withoutGateway);
        assertEquals(before, journey.evidence().decisions());

        alterTimestampType("LogAppendTime");
        instances.process(0).start();
        journey.sendByMurmur2(on(0, 2, Instant.now()));
        journey.flush();
        List<PaymentDecision> later = journey.awaitAnswers(commands + BrokerJourney.PARTITIONS + 1).decisions().stream()
                .filter(decision -> !before.contains(decision))
                .toList();
        assertEquals(BrokerJourney.PARTITIONS + 1, later.size());
        for (PaymentDecision decision : later) {
            assertEquals(Verdict.SETTLED, decision.getVerdict(), decision.toString());
            assertTrue(decision.getDecidedAt().isBefore(Instant.now().plusSeconds(1)), decision.toString());
        }
    }

    private static HttpResponse<String> send(PayingClient client, int n) {
        try {
            return client.send(instances.urls().getFirst(), key(n), body(n));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static long endOfDecisions(int partition) {
        TopicPartition of = new TopicPartition(Topic.PAYMENT_DECISIONS.topicName(), partition);
        try {
            return admin.listOffsets(Map.of(of, OffsetSpec.latest()))
                    .all()
                    .get()
                    .get(of)
                    .offset();
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static double undecided(String metric, int partition) {
        Matcher sample = Pattern.compile(
                        metric + "\\{partition=\"" + partition + "\",topic=\"payment-commands\"} (\\S+)")
                .matcher(instances.told(0, "/metrics"));
        return sample.find() ? Double.parseDouble(sample.group(1)) : -1;
    }

    private static void alterTimestampType(String type) throws Exception {
        String name = "message.timestamp.type";
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, Topic.PAYMENT_COMMANDS.topicName());
        AlterConfigOp set = new AlterConfigOp(new ConfigEntry(name, type), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(topic, List.of(set))).all().get();
        BrokerJourney.await(() -> {
            try {
                return admin.describeConfigs(List.of(topic))
                        .all()
                        .get()
                        .get(topic)
                        .get(name)
                        .value()
                        .equals(type);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    /** A payment that belongs on the partition, and whose amount the ledger of these tests has funds for. */
    private static PaymentCommand on(int partition, int number, Instant sentAt) {
        return IntStream.iterate(100_000 * (number + 1), n -> n + 2)
                .mapToObj(n -> BrokerJourney.command(n, sentAt))
                .filter(command -> Partitions.of(key(command), BrokerJourney.PARTITIONS) == partition)
                .findFirst()
                .orElseThrow();
    }

    private static PaymentKey key(PaymentCommand command) {
        return new PaymentKey(command.getClientId(), command.getIdempotencyKey());
    }

    private static String key(int n) {
        return "order-" + n;
    }

    private static String body(int n) {
        return "{\"debtorAccount\":\"debtor-%d\",\"creditorAccount\":\"creditor-%d\",\"amountMinor\":%d,\"currency\":\"EUR\"}"
                .formatted(n % 101, n % 53, 100 + n);
    }
}
