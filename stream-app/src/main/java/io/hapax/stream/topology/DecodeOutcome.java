package io.hapax.stream.topology;

import static io.hapax.stream.topology.PaymentTopology.TO_DEAD_LETTERS;
import static io.hapax.stream.topology.PaymentTopology.TO_SETTLE;

import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.stream.metrics.JourneyMetrics;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The processor that decodes outcomes. Bytes that are no outcome go to the dead letters, and the payment is settled
 * by an inquiry.
 */
final class DecodeOutcome extends ContextualProcessor<byte[], byte @Nullable [], Object, Object> {
    private final WireReader<SpecificRecord> reader;
    private final JourneyMetrics metrics;

    DecodeOutcome(WireReader<SpecificRecord> reader, JourneyMetrics metrics) {
        this.reader = reader;
        this.metrics = metrics;
    }

    @Override
    public void process(Record<byte[], byte @Nullable []> incoming) {
        RecordMetadata metadata = context().recordMetadata().orElseThrow();
        switch (reader.read(metadata.topic(), incoming.value())) {
            case Decoded.Value<SpecificRecord>(var outcome) ->
                context().forward(incoming.withValue(outcome), TO_SETTLE);
            case Decoded.Unreadable<SpecificRecord>(var reason, var detail) -> {
                metrics.deadLetter(reason);
                context().forward(DeadLetters.of(incoming, metadata, reason, detail), TO_DEAD_LETTERS);
            }
        }
    }
}
