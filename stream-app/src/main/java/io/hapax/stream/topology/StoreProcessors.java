package io.hapax.stream.topology;

import io.hapax.stream.records.IdempotencyStores;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/** Suppliers of processors that declare the idempotency stores, which Streams then connects to them. */
final class StoreProcessors {
    private StoreProcessors() {}

    static <I, V> ProcessorSupplier<I, V, Object, Object> supplier(
            IdempotencyStores stores, Supplier<Processor<I, V, Object, Object>> processors) {
        Set<StoreBuilder<?>> builders = stores.builders();
        return new ProcessorSupplier<>() {
            @Override
            public Processor<I, V, Object, Object> get() {
                return processors.get();
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return builders;
            }
        };
    }
}
