package io.hapax.lab.bench;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.PaymentCommand;
import io.hapax.serde.AvroFormat;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Other deduplication topologies that people use: the same commands in and the same ledger events out. They run on
 * Kafka Streams' defaults, and have another memory or none.
 */
final class DedupVariants {
    private static final String STORE = "seen";
    private static final String DEDUPLICATE = "deduplicate";

    private DedupVariants() {}

    /** Decodes and encodes and remembers nothing: what Kafka lets be. */
    static Topology passThrough(AvroFormat format) {
        return topology(format, (key, time) -> true);
    }

    /** Remembers every key for ever. */
    static Topology keyValue(AvroFormat format) {
        Topology topology = topology(format, new KeyValueMemory());
        return topology.addStateStore(
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.Long()),
                DEDUPLICATE);
    }

    /** The published recipe: a window store, and a range fetch around the record's time. */
    static Topology recipe(AvroFormat format, Duration window) {
        Topology topology = topology(format, new WindowMemory(window));
        StoreBuilder<WindowStore<String, Long>> store = Stores.windowStoreBuilder(
                Stores.persistentWindowStore(STORE, window, window, false), Serdes.String(), Serdes.Long());
        return topology.addStateStore(store, DEDUPLICATE);
    }

    private static Topology topology(AvroFormat format, Memory memory) {
        Topology topology = new Topology();
        topology.addSource(
                AutoOffsetReset.earliest(),
                "commands",
                new ByteArrayDeserializer(),
                format.deserializer(PaymentCommand.class),
                Topic.PAYMENT_COMMANDS.topicName());
        topology.addProcessor(DEDUPLICATE, () -> new Deduplicate(memory.ofTask()), "commands");
        topology.addSink(
                "events", Topic.LEDGER_EVENTS.topicName(), new StringSerializer(), format.serializer(), DEDUPLICATE);
        return topology;
    }

    /** The memory of a task: the keys that it has seen. */
    @FunctionalInterface
    private interface Memory {
        boolean isNew(String key, long time);

        default Memory ofTask() {
            return this;
        }

        default void open(ProcessorContext<String, LedgerEvent> context) {}
    }

    private static final class KeyValueMemory implements Memory {
        @SuppressWarnings("NullAway.Init")
        private KeyValueStore<String, Long> seen;

        @Override
        public Memory ofTask() {
            return new KeyValueMemory();
        }

        @Override
        public void open(ProcessorContext<String, LedgerEvent> context) {
            seen = context.getStateStore(STORE);
        }

        @Override
        public boolean isNew(String key, long time) {
            boolean isNew = seen.get(key) == null;
            if (isNew) {
                seen.put(key, time);
            }
            return isNew;
        }
    }

    private static final class WindowMemory implements Memory {
        private final Duration window;

        @SuppressWarnings("NullAway.Init")
        private WindowStore<String, Long> seen;

        WindowMemory(Duration window) {
            this.window = window;
        }

        @Override
        public Memory ofTask() {
            return new WindowMemory(window);
        }

        @Override
        public void open(ProcessorContext<String, LedgerEvent> context) {
            seen = context.getStateStore(STORE);
        }

        @Override
        public boolean isNew(String key, long time) {
            long half = window.toMillis() / 2;
            boolean isNew;
            try (var found = seen.fetch(key, time - half, time + half)) {
                isNew = !found.hasNext();
            }
            seen.put(key, time, time);
            return isNew;
        }
    }

    private static final class Deduplicate extends ContextualProcessor<byte[], PaymentCommand, String, LedgerEvent> {
        private final Memory memory;

        Deduplicate(Memory memory) {
            this.memory = memory;
        }

        @Override
        public void init(ProcessorContext<String, LedgerEvent> context) {
            super.init(context);
            memory.open(context);
        }

        @Override
        public void process(Record<byte[], PaymentCommand> incoming) {
            PaymentCommand command = incoming.value();
            PaymentKey key = new PaymentKey(command.getClientId(), command.getIdempotencyKey());
            if (memory.isNew(key.topicKey(), incoming.timestamp())) {
                context()
                        .forward(new Record<>(
                                command.getDebtorAccount(),
                                event(key, command),
                                incoming.timestamp(),
                                new RecordHeaders()));
            }
        }

        private LedgerEvent event(PaymentKey key, PaymentCommand command) {
            var source = context().recordMetadata().orElseThrow();
            return new LedgerEvent(
                    LedgerEventKind.POST,
                    key.paymentId(),
                    key.clientId(),
                    key.idempotencyKey(),
                    command.getDebtorAccount(),
                    command.getCreditorAccount(),
                    command.getAmountMinor(),
                    command.getCurrency(),
                    command.getReference(),
                    1,
                    Instant.ofEpochMilli(context().currentStreamTimeMs()),
                    source.partition(),
                    source.offset());
        }
    }
}
