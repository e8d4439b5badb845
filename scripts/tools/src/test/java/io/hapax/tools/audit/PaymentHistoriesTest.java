package io.hapax.tools.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hapax.topics.Topic;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scratch store of an audit. */
class PaymentHistoriesTest {
    private static final int PAYMENTS = 20_000;

    @TempDir
    Path folder;

    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Else the audit would find nothing wrong with the payments that it has not looked at. */
    @Test
    void shouldFailRatherThanLeaveOutPaymentsThatCannotBeReadBack() throws IOException {
        Random random = new Random(1);
        try (PaymentHistories histories = new PaymentHistories(folder.resolve("scratch"))) {
            byte[] value = new byte[100];
            for (int i = 0; i < PAYMENTS; i++) {
                random.nextBytes(value);
                UUID id = new UUID(random.nextLong(), random.nextLong());
                histories.add(id, Topic.PAYMENT_COMMANDS, 0, i, 0, value.clone());
            }
            // On disk, and but for its first block not read yet.
            assertThrows(
                    Stop.class,
                    () -> histories.forEach(history -> {
                        throw new Stop();
                    }));
            flipTheMiddleOf(table());
            List<UUID> read = new ArrayList<>();
            assertThrows(
                    IllegalStateException.class, () -> histories.forEach(history -> read.add(history.paymentId())));
        }
    }

    @Test
    void shouldGiveBackEachPaymentOnce() throws IOException {
        try (PaymentHistories histories = new PaymentHistories(folder.resolve("scratch"))) {
            for (int i = 0; i < 100; i++) {
                histories.add(new UUID(i % 10, 7), Topic.LEDGER_EVENTS, 0, i, 0, new byte[] {1});
            }
            List<Integer> sizes = new ArrayList<>();
            histories.forEach(history -> sizes.add(history.records().size()));
            assertEquals(List.of(10, 10, 10, 10, 10, 10, 10, 10, 10, 10), sizes);
        }
    }

    private Path table() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("scratch"))) {
            return files.filter(file -> file.toString().endsWith(".sst"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void flipTheMiddleOf(Path file) throws IOException {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.seek(opened.length() / 2);
            int before = opened.read();
            opened.seek(opened.length() / 2);
            opened.write(before ^ 1);
        }
    }
}
