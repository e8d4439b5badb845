package io.hapax.stream.topology;

import io.hapax.stream.decision.Now;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/** The two clocks of a decision, read from a task. */
final class Clocks {
    private Clocks() {}

    static Now now(ProcessorContext<?, ?> context) {
        return new Now(
                Instant.ofEpochMilli(context.currentStreamTimeMs()),
                Instant.ofEpochMilli(context.currentSystemTimeMs()));
    }
}
