package io.hapax.stream.records;

import java.io.File;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.BatchingStateRestoreCallback;
import org.apache.kafka.streams.processor.CommitCallback;
import org.apache.kafka.streams.processor.StateRestoreCallback;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** The context that Streams gives a store when it opens it. */
record ContextOfATask(Path folder, BiConsumer<StateStore, BatchingStateRestoreCallback> registered)
        implements StateStoreContext {
    @Override
    public String applicationId() {
        return "hapax";
    }

    @Override
    public TaskId taskId() {
        return new TaskId(0, 0);
    }

    @Override
    public Optional<RecordMetadata> recordMetadata() {
        return Optional.empty();
    }

    @Override
    public Serde<?> keySerde() {
        return Serdes.ByteArray();
    }

    @Override
    public Serde<?> valueSerde() {
        return Serdes.ByteArray();
    }

    @Override
    public File stateDir() {
        return folder.toFile();
    }

    @Override
    public StreamsMetrics metrics() {
        throw new UnsupportedOperationException("the stores count for themselves");
    }

    @Override
    public void register(StateStore store, StateRestoreCallback callback) {
        registered.accept(store, (BatchingStateRestoreCallback) callback);
    }

    @Override
    public void register(StateStore store, StateRestoreCallback callback, CommitCallback committed) {
        register(store, callback);
    }

    @Override
    public Map<String, Object> appConfigs() {
        return Map.of(RocksMemory.MEMORY_MB, "32");
    }

    @Override
    public Map<String, Object> appConfigsWithPrefix(String prefix) {
        return Map.of();
    }
}
