package io.hapax.storm.history;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** Reads files of compressed JSON, a record a line. A file that ends early is no file: what is missing is unknown. */
final class LineReader {
    private static final int BUFFER = 1 << 16;

    private LineReader() {}

    static <T> void read(Path file, Class<T> type, Consumer<T> each) {
        ObjectReader reader = RunFolder.JSON.readerFor(type);
        long line = 0;
        try (InputStream bytes = new GZIPInputStream(Files.newInputStream(file), BUFFER);
                MappingIterator<T> records = reader.readValues(bytes)) {
            while (records.hasNextValue()) {
                line++;
                each.accept(records.nextValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file + " can't be read after line " + line + ": " + e.getMessage(), e);
        }
    }
}
