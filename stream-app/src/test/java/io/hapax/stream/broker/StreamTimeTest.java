package io.hapax.stream.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.Verdict;
import io.hapax.stream.PaymentStreams;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Brokers whose clocks are ahead: of three partitions by more than Kafka lets pass unless told (an hour), of the
 * fourth not. A task's clock does not go back, not even when the task comes to another instance: what it has
 * forgotten would be new again.
 */
class StreamTimeTest {
    private static final List<Duration> AHEAD =
            List.of(Duration.ofHours(2), Duration.ofHours(25), Duration.ofDays(400), Duration.ZERO);
    private static final int RIGHT = 3;

    @ParameterizedTest
    @ValueSource(strings = {"classic", "streams"})
    void shouldRefuseNewPaymentsOnPartitionsWhoseBrokerIsAheadAndOnNoOthers(String groupProtocol) throws Exception {
        try (BrokerJourney journey = BrokerJourney.onItsOwnBroker();
                FakeLedger ledger = new FakeLedger(journey)) {
            Instant now = Instant.now();
            stampedByBrokers(journey, sentOn -> {
                for (int partition = 0; partition < RIGHT; partition++) {
                    // Without a time of its own: it is accepted at whatever time it came.
                    sentOn.send(command(partition, 0, null), partition, now);
                    sentOn.send(command(RIGHT, partition, now), partition, now);
                }
            });
            PaymentStreams first = start(journey, "a", groupProtocol);
            List<PaymentDecision> accepted = journey.awaitAnswers(2 * RIGHT).decisions();
            for (PaymentDecision decision : accepted) {
                assertEquals(Verdict.SETTLED, decision.getVerdict(), decision.toString());
                assertDecidedAt(now, decision);
            }
            assertEquals(2 * RIGHT, ledger.payments());
            journey.stopApp(first);

            start(journey, "b", groupProtocol);
            for (int partition = 0; partition <= RIGHT; partition++) {
                journey.sendByMurmur2(command(partition, 100, Instant.now()));
            }
            journey.flush();
            List<PaymentDecision> later = journey.awaitAnswers(2 * RIGHT + 4).decisions().stream()
                    .filter(decision -> !accepted.contains(decision))
                    .toList();
            for (PaymentDecision decision : later) {
                assertEquals(
                        partitionOf(decision) == RIGHT ? Verdict.SETTLED : Verdict.EXPIRED,
                        decision.getVerdict(),
                        decision.toString());
                assertDecidedAt(now, decision);
            }
        }
    }

    /**
     * By its own task's clock, as the broker of its partition stamped the first command; where that is right, by the
     * true time.
     */
    private static void assertDecidedAt(Instant now, PaymentDecision decision) {
        Duration ahead = AHEAD.get(partitionOf(decision));
        if (ahead.isZero()) {
            assertTrue(decision.getDecidedAt().isBefore(Instant.now().plusSeconds(1)), decision.toString());
        } else {
            assertEquals(now.plus(ahead).toEpochMilli(), decision.getDecidedAt().toEpochMilli());
        }
    }

    private static PaymentStreams start(BrokerJourney journey, String instance, String groupProtocol) {
        Map<String, String> settings = journey.settings(instance, groupProtocol);
        settings.put("retention", "5m");
        return journey.startApp(settings);
    }

    /** Puts a command on a partition as its broker, whose clock may be ahead, stamps it. */
    private interface Brokers {
        void send(PaymentCommand command, int partition, Instant now);
    }

    /** A record keeps its time when the topic is stamped by the one broker again whose clock is right. */
    private static void stampedByBrokers(BrokerJourney journey, Consumer<Brokers> commands) throws Exception {
        String commandsTopic = Topic.PAYMENT_COMMANDS.topicName();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", journey.bootstrapServers()));
                Producer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", journey.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            alter(admin, Map.of("message.timestamp.after.max.ms", String.valueOf(Long.MAX_VALUE)));
            alter(admin, Map.of("message.timestamp.type", "CreateTime"));
            List<ProducerRecord<byte[], byte[]>> stamped = new ArrayList<>();
            commands.accept((command, partition, now) -> stamped.add(new ProducerRecord<>(
                    commandsTopic,
                    partition,
                    now.plus(AHEAD.get(partition)).toEpochMilli(),
                    key(command).topicKey().getBytes(UTF_8),
                    journey.bytes(command))));
            for (ProducerRecord<byte[], byte[]> record : stamped) {
                assertEquals(record.timestamp(), producer.send(record).get().timestamp());
            }
            alter(admin, Map.of("message.timestamp.type", "LogAppendTime"));
            journey.sandbox().stampedByBroker(commandsTopic);
        }
    }

    private static void alter(Admin admin, Map<String, String> settings) throws Exception {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, Topic.PAYMENT_COMMANDS.topicName());
        List<AlterConfigOp> all = settings.entrySet().stream()
                .map(each ->
                        new AlterConfigOp(new ConfigEntry(each.getKey(), each.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        admin.incrementalAlterConfigs(Map.of(topic, all)).all().get();
        BrokerJourney.await(() -> settings.entrySet().stream().allMatch(each -> {
            try {
                return admin.describeConfigs(List.of(topic))
                        .all()
                        .get()
                        .get(topic)
                        .get(each.getKey())
                        .value()
                        .equals(each.getValue());
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }));
    }

    /** The first payment from that number on whose key belongs on the partition. */
    private static PaymentCommand command(int partition, int number, Instant sentAt) {
        return IntStream.iterate(number * 1_000, n -> n + 1)
                .mapToObj(n -> BrokerJourney.command(n, sentAt))
                .filter(command -> Partitions.of(key(command), BrokerJourney.PARTITIONS) == partition)
                .findFirst()
                .orElseThrow();
    }

    private static int partitionOf(PaymentDecision decision) {
        return Partitions.of(
                new PaymentKey(decision.getClientId(), decision.getIdempotencyKey()), BrokerJourney.PARTITIONS);
    }

    private static PaymentKey key(PaymentCommand command) {
        return new PaymentKey(command.getClientId(), command.getIdempotencyKey());
    }
}
