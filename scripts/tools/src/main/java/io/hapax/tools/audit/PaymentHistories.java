package io.hapax.tools.audit;

import io.hapax.topics.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.FlushOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteOptions;

/**
 * Records of all topics, sorted on disk by the payment that they are about. Memory holds one payment at a time, and
 * a fixed amount outside the heap. The files are temporary: no log protects them, and they are deleted at the end.
 */
final class PaymentHistories implements AutoCloseable {
    private static final int KEY_BYTES = Long.BYTES * 2 + 1 + Integer.BYTES + Long.BYTES;

    /** The topics of a history, in the order of a payment's journey. */
    private static final List<Topic> TOPICS = List.of(
            Topic.PAYMENT_COMMANDS,
            Topic.PAYMENT_COMMANDS_REROUTED,
            Topic.LEDGER_EVENTS,
            Topic.LEDGER_OUTCOMES,
            Topic.PAYMENT_DECISIONS);

    /** Memory for records that are not on the disk yet, in bytes. */
    private static final long WRITE_BYTES = 64L << 20;

    /**
     * Memory for blocks read from the disk, in bytes. It includes the index of the files, which would grow with
     * them.
     */
    private static final long READ_BYTES = 64L << 20;

    private final Path folder;
    private final LRUCache cache;
    private final Options options;
    private final WriteOptions writes;
    private final RocksDB store;

    /** A record as it was read. */
    @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
    record Stored(Topic topic, int partition, long offset, long timestampMs, byte[] value) {}

    /** All records about one payment, by topic, partition and offset. */
    record History(UUID paymentId, List<Stored> records) {}

    PaymentHistories() throws IOException {
        this(Files.createTempDirectory("hapax-audit-"));
    }

    /** @param folder its own, which it deletes in the end */
    PaymentHistories(Path folder) throws IOException {
        RocksDB.loadLibrary();
        this.folder = folder;
        cache = new LRUCache(READ_BYTES);
        options = new Options()
                .setCreateIfMissing(true)
                .optimizeUniversalStyleCompaction(WRITE_BYTES)
                .setTableFormatConfig(
                        new BlockBasedTableConfig().setBlockCache(cache).setCacheIndexAndFilterBlocks(true));
        writes = new WriteOptions().setDisableWAL(true);
        try {
            store = RocksDB.open(options, folder.toString());
        } catch (RocksDBException e) {
            throw new IOException("no scratch store in " + folder, e);
        }
    }

    void add(UUID paymentId, Topic topic, ConsumerRecord<byte[], byte[]> found) {
        add(paymentId, topic, found.partition(), found.offset(), found.timestamp(), found.value());
    }

    void add(UUID paymentId, Topic topic, int partition, long offset, long timestampMs, byte[] bytes) {
        ByteBuffer key = ByteBuffer.allocate(KEY_BYTES)
                .putLong(paymentId.getMostSignificantBits())
                .putLong(paymentId.getLeastSignificantBits())
                .put((byte) TOPICS.indexOf(topic))
                .putInt(partition)
                .putLong(offset);
        ByteBuffer value = ByteBuffer.allocate(Long.BYTES + bytes.length)
                .putLong(timestampMs)
                .put(bytes);
        try {
            store.put(writes, key.array(), value.array());
        } catch (RocksDBException e) {
            throw new IllegalStateException("the scratch store in " + folder + " failed", e);
        }
    }

    void forEach(Consumer<History> receiver) {
        try (FlushOptions flush = new FlushOptions();
                RocksIterator each = store.newIterator()) {
            store.flush(flush);
            UUID current = null;
            List<Stored> records = new ArrayList<>();
            for (each.seekToFirst(); each.isValid(); each.next()) {
                ByteBuffer key = ByteBuffer.wrap(each.key());
                UUID paymentId = new UUID(key.getLong(), key.getLong());
                if (current != null && !current.equals(paymentId)) {
                    receiver.accept(new History(current, records));
                    records = new ArrayList<>();
                }
                current = paymentId;
                records.add(stored(key, ByteBuffer.wrap(each.value())));
            }
            // Else a block that can't be read looks like the end, and the payments behind it like none.
            each.status();
            if (current != null) {
                receiver.accept(new History(current, records));
            }
        } catch (RocksDBException e) {
            throw new IllegalStateException("the scratch store in " + folder + " failed", e);
        }
    }

    private static Stored stored(ByteBuffer key, ByteBuffer value) {
        Topic topic = TOPICS.get(key.get());
        int partition = key.getInt();
        long offset = key.getLong();
        long timestampMs = value.getLong();
        byte[] bytes = new byte[value.remaining()];
        value.get(bytes);
        return new Stored(topic, partition, offset, timestampMs, bytes);
    }

    @Override
    public void close() throws IOException {
        store.close();
        try {
            RocksDB.destroyDB(folder.toString(), options);
        } catch (RocksDBException e) {
            throw new IOException("the scratch store in " + folder + " could not be deleted", e);
        } finally {
            writes.close();
            options.close();
            cache.close();
        }
        Files.deleteIfExists(folder);
    }
}
