package io.hapax.lab.demo;

import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.ReservationStatus;
import io.hapax.schemas.ReservationStep;
import io.hapax.schemas.VoidCommand;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.topics.LogPosition;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/** A client of the topics that sends again what {@link ReservationRows} sent over HTTP. */
final class ReservationTopic implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final DemoWorld world;
    private final WireReader<SpecificRecord> reader;
    private final Producer<String, SpecificRecord> producer;

    ReservationTopic(DemoWorld world) {
        this.world = world;
        this.reader = WireReader.ofAny(world.format(), List.of(PaymentDecision.class, ReservationDecision.class));
        this.producer = new KafkaProducer<>(
                world.kafka(), new StringSerializer(), world.format().serializer());
    }

    /** The commands of some rows, by their names. */
    Map<String, SpecificRecord> repeated() {
        Map<String, SpecificRecord> sent = new LinkedHashMap<>();
        sent.put(
                "held",
                new ReservationCommand(Sample.CLIENT, "r-1", "alice", "bob", 500L, "EUR", null, null, 600_000L, false));
        sent.put("captured", capture("r-1", "x-7", 300));
        sent.put("captured twice", capture("r-1", "x-8", 100));
        sent.put("captured before it was reserved", capture("r-3", "x-13", 1));
        sent.put("voided", new VoidCommand(Sample.CLIENT, "v-2", "r-3", "alice", null));
        sent.put("voided twice", new VoidCommand(Sample.CLIENT, "v-3", "r-3", "alice", null));
        return sent;
    }

    private static CaptureCommand capture(String reservation, String key, long amountMinor) {
        return new CaptureCommand(Sample.CLIENT, key, reservation, "alice", amountMinor, "EUR", false, null, null);
    }

    /** Sends it, and waits for the decision on just that command: in the words of {@link GatewayAnswer#told}. */
    String answer(SpecificRecord command) throws Exception {
        RecordMetadata taken = producer.send(new ProducerRecord<>(Topic.PAYMENT_COMMANDS.topicName(), command))
                .get();
        LogPosition place = new LogPosition(taken.partition(), taken.offset());
        Instant deadline = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(deadline)) {
            List<String> found = new ArrayList<>();
            TopicTail.readWhole(world.kafka(), Topic.PAYMENT_DECISIONS, each -> {
                if (reader.read(each.topic(), each.value()) instanceof Decoded.Value<SpecificRecord>(var decision)
                        && decision instanceof ReservationDecision answer
                        && place.equals(new LogPosition(answer.getCommandPartition(), answer.getCommandOffset()))) {
                    found.add(told(answer));
                }
            });
            if (!found.isEmpty()) {
                return String.join("\n", found);
            }
        }
        throw new AssertionError("not answered within " + PATIENCE + ": " + place);
    }

    private static String told(ReservationDecision decision) {
        String status = decision.getStatus() == ReservationStatus.FAILED ? "FAILED" : done(decision.getStep());
        return String.join(
                " ",
                decision.getStep().name(),
                status,
                decision.getFailureReason() == null ? "" : decision.getFailureReason(),
                decision.getHeldUntil() == null ? "" : decision.getHeldUntil().toString());
    }

    private static String done(ReservationStep step) {
        return switch (step) {
            case RESERVE -> "HELD";
            case CAPTURE -> "CAPTURED";
            case VOID -> "VOIDED";
        };
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
