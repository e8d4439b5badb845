package io.hapax.stream.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.Verdict;
import io.hapax.stream.PaymentStreams;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.RecordHeaders;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A task's clock does not go back when the task comes to another instance: what it has forgotten would be new again. */
class StreamTimeTest {
    /** Further ahead of the commands' own times than the retention, and within what the broker lets pass. */
    private static final Duration AHEAD = Duration.ofMinutes(50);

    @ParameterizedTest
    @ValueSource(strings = {"classic", "streams"})
    void shouldGoOnFromTheTimeThatTheTaskHadReached(String groupProtocol) throws Exception {
        try (BrokerJourney journey = new BrokerJourney()) {
            Instant now = Instant.now();
            List<PaymentCommand> commands = ofOnePartition(now);
            PaymentStreams first = start(journey, "a", groupProtocol);
            try (Producer<byte[], byte[]> producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", journey.bootstrapServers()),
                    new ByteArraySerializer(),
                    new ByteArraySerializer())) {
                producer.send(rerouted(journey, commands.get(0), now.plus(AHEAD)))
                        .get();
            }
            BrokerJourney.await(() -> journey.evidence().firstPosts().size() == 1);
            journey.stopApp(first);

            start(journey, "b", groupProtocol);
            journey.sendByMurmur2(commands.get(1));
            journey.flush();
            List<PaymentDecision> answers = journey.awaitAnswers(1).decisions();
            assertEquals(Verdict.EXPIRED, answers.getFirst().getVerdict());
            assertEquals(
                    now.plus(AHEAD).toEpochMilli(),
                    answers.getFirst().getDecidedAt().toEpochMilli());
        }
    }

    private static PaymentStreams start(BrokerJourney journey, String instance, String groupProtocol) {
        Map<String, String> settings = journey.settings(instance, groupProtocol);
        settings.put("retention", "5m");
        return journey.startApp(settings);
    }

    private static List<PaymentCommand> ofOnePartition(Instant sentAt) {
        return IntStream.range(0, 100)
                .mapToObj(n -> BrokerJourney.command(n, sentAt))
                .filter(command -> Partitions.of(key(command), BrokerJourney.PARTITIONS) == 0)
                .limit(2)
                .toList();
    }

    /** As the app sends a command on; this topic keeps the times that it is given. */
    private static ProducerRecord<byte[], byte[]> rerouted(BrokerJourney journey, PaymentCommand command, Instant at) {
        PaymentCommand timeless =
                PaymentCommand.newBuilder(command).setSentAt(null).build();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                Topic.PAYMENT_COMMANDS_REROUTED.topicName(),
                0,
                at.toEpochMilli(),
                key(command).topicKey().getBytes(UTF_8),
                journey.bytes(timeless));
        record.headers().add(RecordHeaders.PARTITION, "1".getBytes(UTF_8));
        record.headers().add(RecordHeaders.OFFSET, "0".getBytes(UTF_8));
        return record;
    }

    private static PaymentKey key(PaymentCommand command) {
        return new PaymentKey(command.getClientId(), command.getIdempotencyKey());
    }
}
