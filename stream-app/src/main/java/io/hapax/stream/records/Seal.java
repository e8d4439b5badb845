package io.hapax.stream.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A description of a store at the moment at which a version before closed it in order: its end in the changelog,
 * RocksDB's count of writes, and the files in its folder. It is read once, after the upgrade.
 *
 * @param offsets last record of the changelog that is in the store, by partition, as Streams told them
 * @param writes that RocksDB has taken since it was made, by its sequence number
 * @param buckets by their numbers, see {@link BucketRows}; the default family, which is {@link BucketKey#NO_BUCKET},
 *     first
 * @param files one line each, as {@link StoreFolder} describes them
 */
record Seal(Map<TopicPartition, Long> offsets, long writes, List<Long> buckets, List<String> files) {
    private static final String VERSION = "hapax store seal 1";
    private static final String OFFSET = "offset ";
    private static final String WRITES = "writes ";
    private static final String BUCKET = "bucket ";
    private static final String FILE = "file ";
    private static final String CHECKSUM = "checksum ";

    /** Null when these are not the bytes of a seal, whole and unchanged. */
    static @Nullable Seal of(byte[] bytes) {
        String text = new String(bytes, UTF_8);
        int end = text.lastIndexOf(CHECKSUM);
        if (end < 0
                || !text.startsWith(VERSION + '\n')
                || !text.substring(end).equals(checksumLine(text.substring(0, end)))) {
            return null;
        }
        Map<TopicPartition, Long> offsets = new HashMap<>();
        List<Long> buckets = new ArrayList<>();
        List<String> files = new ArrayList<>();
        long writes = 0;
        for (String line : text.substring(0, end).lines().toList()) {
            if (line.startsWith(OFFSET)) {
                String[] parts = line.split(" ", -1);
                offsets.put(new TopicPartition(parts[1], Integer.parseInt(parts[2])), Long.parseLong(parts[3]));
            } else if (line.startsWith(WRITES)) {
                writes = Long.parseLong(line.substring(WRITES.length()));
            } else if (line.startsWith(BUCKET)) {
                buckets.add(Long.parseLong(line.substring(BUCKET.length())));
            } else if (line.startsWith(FILE)) {
                files.add(line.substring(FILE.length()));
            }
        }
        return new Seal(offsets, writes, buckets, files);
    }

    private static String checksumLine(String before) {
        CRC32C sum = new CRC32C();
        sum.update(before.getBytes(UTF_8));
        return CHECKSUM + Long.toHexString(sum.getValue()) + '\n';
    }
}
