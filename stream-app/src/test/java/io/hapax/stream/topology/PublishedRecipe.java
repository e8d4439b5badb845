package io.hapax.stream.topology;

import java.time.Duration;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The deduplication that everybody copies, as a test double: a window store, looked into by a range fetch around the
 * record's own time. Written after the published tutorials' description, to show what it does with payments.
 */
final class PublishedRecipe {
    static final String IN = "recipe-in";
    static final String OUT = "recipe-out";
    private static final String STORE = "seen";

    private PublishedRecipe() {}

    /** Keys are payment keys, values payloads; what comes out would be executed. */
    static Topology topology(Duration window) {
        Topology topology = new Topology();
        topology.addSource("in", new StringDeserializer(), new StringDeserializer(), IN);
        topology.addProcessor("deduplicate", () -> new Deduplicate(window), "in");
        topology.addStateStore(
                Stores.windowStoreBuilder(
                        Stores.persistentWindowStore(STORE, window, window, false), Serdes.String(), Serdes.Long()),
                "deduplicate");
        topology.addSink("out", OUT, new StringSerializer(), new StringSerializer(), "deduplicate");
        return topology;
    }

    private static final class Deduplicate extends ContextualProcessor<String, String, String, String> {
        private final long half;
        private WindowStore<String, Long> seen;

        Deduplicate(Duration window) {
            // Both sides of the record's time have to fit into the window.
            this.half = window.toMillis() / 2;
        }

        @Override
        public void init(ProcessorContext<String, String> context) {
            super.init(context);
            seen = context.getStateStore(STORE);
        }

        @Override
        public void process(Record<String, String> incoming) {
            long time = incoming.timestamp();
            try (var found = seen.fetch(incoming.key(), time - half, time + half)) {
                if (found.hasNext()) {
                    seen.put(incoming.key(), time, time);
                    return;
                }
            }
            seen.put(incoming.key(), time, time);
            context().forward(incoming);
        }
    }
}
