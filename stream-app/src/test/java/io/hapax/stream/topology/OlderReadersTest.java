package io.hapax.stream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.ReservationOutcome;
import io.hapax.schemas.ReservationOutcomeStatus;
import io.hapax.schemas.ReservationStep;
import io.hapax.schemas.VoidCommand;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.WireReader;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.RecordHeaders;
import io.hapax.topics.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The topology of a program that knows payments alone meets reservations, captures and voidings: each is a dead letter.
 * To take one for a payment would pay what is only to be held.
 */
class OlderReadersTest {
    private static final String GONE_ON = "gone-on";

    private final InMemoryRegistry registry = InMemoryRegistry.start();
    private final AvroFormat format = AvroFormat.onRegistry(registry.url());
    private final JourneyMetrics metrics = new JourneyMetrics(new SimpleMeterRegistry());

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void shouldBuryEachCommandOfTwoStepsAndGoOnWithAPayment() {
        WireReader<SpecificRecord> older = WireReader.ofAny(format, List.of(PaymentCommand.class));
        List<String> reasons = buried(
                Topic.PAYMENT_COMMANDS,
                PaymentTopology.TO_PLACE,
                () -> new DecodeCommand(older, metrics),
                reserve(),
                capture(),
                voiding(),
                payment());
        assertEquals(List.of("WRONG_SCHEMA", "WRONG_SCHEMA", "WRONG_SCHEMA", GONE_ON), reasons);
    }

    @Test
    void shouldBuryEachOutcomeOfTwoSteps() {
        WireReader<SpecificRecord> older = WireReader.ofAny(format, List.of(LedgerOutcome.class));
        SpecificRecord[] outcomes = Stream.of(ReservationStep.values())
                .map(OlderReadersTest::outcome)
                .toArray(SpecificRecord[]::new);
        List<String> reasons = buried(
                Topic.LEDGER_OUTCOMES, PaymentTopology.TO_SETTLE, () -> new DecodeOutcome(older, metrics), outcomes);
        assertEquals(List.of("WRONG_SCHEMA", "WRONG_SCHEMA", "WRONG_SCHEMA"), reasons);
    }

    /** The reasons of all dead letters, and what became of the values that are none. */
    private List<String> buried(
            Topic topic,
            String next,
            ProcessorSupplier<byte[], byte[], Object, Object> decode,
            SpecificRecord... values) {
        Topology topology = new Topology();
        topology.addSource("from", new ByteArrayDeserializer(), new ByteArrayDeserializer(), topic.topicName());
        topology.addProcessor("decode", decode, "from");
        topology.addSink(
                next, GONE_ON, new ByteArraySerializer(), (name, arrival) -> GONE_ON.getBytes(UTF_8), "decode");
        topology.addSink(
                PaymentTopology.TO_DEAD_LETTERS,
                Topic.DEAD_LETTERS.topicName(),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                "decode");
        try (TopologyTestDriver driver = new TopologyTestDriver(topology, new Properties())) {
            var in = driver.createInputTopic(topic.topicName(), new ByteArraySerializer(), new ByteArraySerializer());
            for (SpecificRecord value : values) {
                in.pipeInput(format.<SpecificRecord>serializer().serialize(topic.topicName(), value));
            }
            List<String> seen = new ArrayList<>();
            driver.createOutputTopic(
                            Topic.DEAD_LETTERS.topicName(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
                    .readRecordsToList()
                    .forEach(letter -> seen.add(reason(letter)));
            driver.createOutputTopic(GONE_ON, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                    .readValuesToList()
                    .forEach(value -> seen.add(new String(value, UTF_8)));
            return seen;
        }
    }

    private static String reason(TestRecord<byte[], byte[]> letter) {
        return new String(letter.headers().lastHeader(RecordHeaders.REASON).value(), UTF_8);
    }

    private static PaymentCommand payment() {
        return new PaymentCommand("acme", "order-1", "alice", "bob", 1000L, "EUR", null, Journey.NOON, null, null);
    }

    private static ReservationCommand reserve() {
        return new ReservationCommand(
                "acme", "order-1", "alice", "bob", 1000L, "EUR", null, Journey.NOON, 3_600_000L, false);
    }

    private static CaptureCommand capture() {
        return new CaptureCommand("acme", "order-1", "hold-1", "alice", 1000L, "EUR", false, null, Journey.NOON);
    }

    private static VoidCommand voiding() {
        return new VoidCommand("acme", "order-1", "hold-1", "alice", Journey.NOON);
    }

    private static ReservationOutcome outcome(ReservationStep step) {
        return new ReservationOutcome(
                new PaymentKey("acme", "order-1").paymentId(),
                "acme",
                "order-1",
                step,
                ReservationOutcomeStatus.COMPLETED,
                null,
                null,
                List.of(),
                1,
                Journey.NOON,
                0,
                0L);
    }
}
