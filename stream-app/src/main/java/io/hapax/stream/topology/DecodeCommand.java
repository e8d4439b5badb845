package io.hapax.stream.topology;

import static io.hapax.stream.topology.PaymentTopology.TO_DEAD_LETTERS;
import static io.hapax.stream.topology.PaymentTopology.TO_PLACE;
import static java.util.Objects.requireNonNull;

import io.hapax.schemas.PaymentCommand;
import io.hapax.serde.Decoded;
import io.hapax.serde.UnreadableReason;
import io.hapax.serde.WireReader;
import io.hapax.stream.decision.ReceivedCommand;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.wire.Commands;
import io.hapax.topics.LogPosition;
import io.hapax.topics.Topic;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The processor that decodes commands. Bytes that are no command go to the dead letters, and the partition moves on.
 */
final class DecodeCommand extends ContextualProcessor<byte[], byte @Nullable [], Object, Object> {
    private final WireReader<SpecificRecord> reader;
    private final JourneyMetrics metrics;

    DecodeCommand(WireReader<SpecificRecord> reader, JourneyMetrics metrics) {
        this.reader = reader;
        this.metrics = metrics;
    }

    @Override
    public void process(Record<byte[], byte @Nullable []> incoming) {
        RecordMetadata metadata = context().recordMetadata().orElseThrow();
        boolean rerouted = metadata.topic().equals(Topic.PAYMENT_COMMANDS_REROUTED.topicName());
        LogPosition origin = rerouted
                ? ReroutedOrigin.read(incoming.headers())
                : new LogPosition(metadata.partition(), metadata.offset());
        if (origin == null) {
            bury(incoming, metadata, UnreadableReason.NO_ORIGIN, "the headers do not say where the command was");
            return;
        }
        switch (reader.read(metadata.topic(), incoming.value())) {
            case Decoded.Value<SpecificRecord>(var command) -> {
                byte[] bytes = requireNonNull(incoming.value());
                ReceivedCommand received = command instanceof PaymentCommand payment && reader.isInOurSchema(bytes)
                        ? Commands.received(payment, origin, bytes, WireReader.HEADER_BYTES)
                        : Commands.received(command, origin);
                place(incoming, new Arrival(received, bytes, rerouted));
            }
            case Decoded.Unreadable<SpecificRecord>(var reason, var detail) -> bury(incoming, metadata, reason, detail);
        }
    }

    private void place(Record<byte[], byte @Nullable []> incoming, Arrival arrival) {
        context().forward(incoming.withValue(arrival), TO_PLACE);
    }

    private void bury(
            Record<byte[], byte @Nullable []> incoming,
            RecordMetadata metadata,
            UnreadableReason reason,
            String detail) {
        metrics.deadLetter(reason);
        context().forward(DeadLetters.of(incoming, metadata, reason, detail), TO_DEAD_LETTERS);
    }
}
