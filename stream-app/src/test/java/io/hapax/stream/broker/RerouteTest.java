package io.hapax.stream.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.schemas.PaymentCommand;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Producers that do not agree on a partitioner. */
class RerouteTest {
    private static final int KEYS = 5_000;
    private static final int SENDS_PER_KEY = 4;

    @ParameterizedTest
    @ValueSource(strings = {"classic", "streams"})
    void shouldPostEachPaymentOnceThoughItsCommandsLieOnSeveralPartitions(String groupProtocol) {
        Random random = new Random(7);
        try (BrokerJourney journey = new BrokerJourney()) {
            journey.startApp("a", groupProtocol);
            try (FakeLedger ledger = new FakeLedger(journey)) {
                Instant sentAt = Instant.now();
                for (int i = 0; i < KEYS * SENDS_PER_KEY; i++) {
                    PaymentCommand command = BrokerJourney.command(random.nextInt(KEYS), sentAt);
                    if (i < KEYS) {
                        command = BrokerJourney.command(i, sentAt);
                    }
                    if (i % 2 == 0) {
                        journey.sendByMurmur2(command);
                    } else {
                        journey.sendAnywhere(command, random);
                    }
                }
                journey.flush();
                BrokerEvidence evidence = journey.awaitAnswers(KEYS * SENDS_PER_KEY);
                evidence.verify(KEYS * SENDS_PER_KEY, KEYS);
                assertEquals(KEYS, ledger.payments());
                double rerouted = journey.count("hapax.commands.rerouted");
                // Half of the commands go anywhere, and three in four of those to a partition that is not theirs.
                double expected = KEYS * SENDS_PER_KEY / 2 * 0.75;
                assertTrue(Math.abs(rerouted - expected) < expected * 0.1, rerouted + " rerouted");
                assertEquals(rerouted / (KEYS * SENDS_PER_KEY), journey.gauge("hapax.commands.rerouted.share"), 1e-9);
            }
        }
    }

    /** A record is bounded by its compressed size, and what is sent on is never smaller than what came. */
    @Test
    void shouldNotStandStillForRecordsThatDoNotFitWhenTheyAreSentOn() throws Exception {
        byte[] much = new byte[20 * 1024 * 1024];
        try (BrokerJourney journey = new BrokerJourney();
                FakeLedger ledger = new FakeLedger(journey)) {
            journey.startApp("a", "classic");
            Instant sentAt = Instant.now();
            PaymentCommand command = BrokerJourney.command(0, sentAt);
            int own = Partitions.of(
                    new PaymentKey(command.getClientId(), command.getIdempotencyKey()), BrokerJourney.PARTITIONS);
            int elsewhere = (own + 1) % BrokerJourney.PARTITIONS;
            try (Producer<byte[], byte[]> producer = compressing(journey)) {
                // Sent on: a command with so many headers. Buried: a value, a key and headers of that size.
                producer.send(record(elsewhere, null, journey.bytes(command), much))
                        .get();
                producer.send(record(elsewhere, much, new byte[] {1}, much)).get();
                producer.send(record(elsewhere, null, much, much)).get();
                producer.send(record(elsewhere, null, Arrays.copyOf(journey.bytes(command), much.length), null))
                        .get();
            }
            journey.sendByMurmur2(BrokerJourney.command(1, sentAt));
            journey.sendAnywhere(BrokerJourney.command(0, sentAt), new Random(1));
            journey.flush();
            journey.awaitAnswers(3).verify(3, 2);
            assertEquals(3, TopicReader.readBytes(journey, Topic.DEAD_LETTERS).size());
            assertEquals(2, ledger.payments());
        }
    }

    private static Producer<byte[], byte[]> compressing(BrokerJourney journey) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        journey.bootstrapServers(),
                        "compression.type",
                        "gzip",
                        "max.request.size",
                        128 * 1024 * 1024,
                        "buffer.memory",
                        256L * 1024 * 1024),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static ProducerRecord<byte[], byte[]> record(int partition, byte[] key, byte[] value, byte[] header) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(Topic.PAYMENT_COMMANDS.topicName(), partition, key, value);
        if (header != null) {
            record.headers().add("traceparent", header);
        }
        return record;
    }
}
