package io.hapax.sandbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;

/**
 * Records in a broker's log that look as if it had stamped them, with a clock of another time: what a topic with
 * {@code CreateTime} was sent keeps its times, and is marked as a topic with {@code LogAppendTime} marks it.
 */
final class StampedRecords {
    private StampedRecords() {}

    /** Marks all that is in the topic now. The broker may run: nothing moves, and no size changes. */
    static void mark(Path data, String topic) throws IOException {
        try (Stream<Path> partitions = Files.list(data)) {
            for (Path partition : partitions
                    .filter(folder -> folder.getFileName().toString().matches(topic + "-\\d+"))
                    .toList()) {
                try (Stream<Path> files = Files.list(partition)) {
                    List<Path> segments = files.filter(
                                    file -> file.getFileName().toString().endsWith(".log"))
                            .toList();
                    for (Path segment : segments) {
                        mark(segment);
                    }
                }
            }
        }
    }

    private static void mark(Path segment) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(segment));
        for (MutableRecordBatch batch : MemoryRecords.readableRecords(bytes).batches()) {
            batch.setMaxTimestamp(TimestampType.LOG_APPEND_TIME, batch.maxTimestamp());
        }
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            bytes.rewind();
            while (bytes.hasRemaining()) {
                file.write(bytes, bytes.position());
            }
        }
    }
}
