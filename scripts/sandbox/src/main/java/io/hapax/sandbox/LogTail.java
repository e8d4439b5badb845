package io.hapax.sandbox;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The end of a log file: enough to see why a process gave up. */
final class LogTail {
    private static final int BYTES = 4_000;

    private LogTail() {}

    /** Begins with what to say about it, so that it can follow the file's name in a message. */
    static String of(Path log) {
        if (!Files.exists(log)) {
            return " was not written";
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long start = Math.max(0, file.length() - BYTES);
            byte[] tail = new byte[(int) (file.length() - start)];
            file.seek(start);
            file.readFully(tail);
            return " ends:\n" + new String(tail, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return " is unreadable: " + e.getMessage();
        }
    }
}
