package io.hapax.storm.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/**
 * A file that records are appended to: compressed JSON, a record a line. It can be read once it is closed.
 *
 * @param <T> the record
 */
public final class LineWriter<T> implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final BufferedWriter lines;

    private LineWriter(BufferedWriter lines) {
        this.lines = lines;
    }

    static <T> LineWriter<T> to(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            return new LineWriter<>(new BufferedWriter(
                    new OutputStreamWriter(new GZIPOutputStream(Files.newOutputStream(file), BUFFER), UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void append(T value) {
        try {
            String line = RunFolder.JSON.writeValueAsString(value);
            synchronized (lines) {
                lines.write(line);
                lines.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            synchronized (lines) {
                lines.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
