package io.hapax.storm.collect;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The batches of one replica of a partition, as they lie in its segments. Kafka's format: offset of the first record
 * (8 bytes), length of the rest (4), leader epoch (4), version (1), checksum of the rest (4), attributes (2), number
 * of the last record (4), and more.
 */
final class LogBatches {
    /** Where a batch has the number of its last record, behind its length. */
    private static final int LAST_RECORD = 11;

    private LogBatches() {}

    /** A visitor of batches. */
    @FunctionalInterface
    private interface Visit {
        /** False to stop. */
        boolean batch(long first, long last, byte[] rest);
    }

    /** The first offset that a replica still has; 0 if it has none. */
    static long firstOffset(Path partition) {
        long[] first = {0};
        walk(partition, (offset, last, rest) -> {
            first[0] = offset;
            return false;
        });
        return first[0];
    }

    /** A digest of the batches that begin at or after one offset and end before another. */
    static String digest(Path partition, long from, long before) {
        MessageDigest digest = sha256();
        long[] batches = {0};
        walk(partition, (first, last, rest) -> {
            if (first >= from && last < before) {
                batches[0]++;
                digest.update(HexFormat.of().toHexDigits(first).getBytes(US_ASCII));
                digest.update(rest);
            }
            return last < before;
        });
        return batches[0] + ":" + HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    private static void walk(Path partition, Visit visit) {
        for (Path segment : segments(partition)) {
            try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(segment)))) {
                while (true) {
                    long first = in.readLong();
                    int length = in.readInt();
                    if (length <= 0) {
                        // The rest is reserved and not written.
                        break;
                    }
                    byte[] rest = in.readNBytes(length);
                    if (rest.length < length) {
                        throw new EOFException(segment + " ends within the batch of offset " + first);
                    }
                    if (!visit.batch(first, first + lastRecord(rest), rest)) {
                        return;
                    }
                }
            } catch (EOFException end) {
                if (end.getMessage() != null) {
                    throw new UncheckedIOException(end);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static int lastRecord(byte[] rest) {
        return ByteBuffer.wrap(rest).getInt(LAST_RECORD);
    }

    private static List<Path> segments(Path partition) {
        try (Stream<Path> files = Files.list(partition)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }
}
