package io.hapax.storm.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.QuoteMode;
import org.jspecify.annotations.Nullable;

/** A table of the database as COPY wrote it: CSV with a header; what is NULL is empty and not quoted. */
final class CsvTable {
    private static final CSVFormat POSTGRES = CSVFormat.POSTGRESQL_CSV
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setNullString("")
            .setQuoteMode(QuoteMode.ALL_NON_NULL)
            .get();

    private CsvTable() {}

    static void read(Path file, Consumer<Row> each) {
        try (CSVParser rows = POSTGRES.parse(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file), 1 << 16), UTF_8))) {
            for (CSVRecord row : rows) {
                each.accept(new Row(row, file));
            }
        } catch (IOException | UncheckedIOException e) {
            throw new UncheckedIOException(file + " can't be read: " + e.getMessage(), new IOException(e));
        }
    }

    /** A row of the table. */
    record Row(CSVRecord values, Path file) {
        String text(String column) {
            String value = textOrNull(column);
            if (value == null) {
                throw new BrokenHistoryException(
                        file.getFileName() + " line " + values.getRecordNumber() + " has no " + column);
            }
            return value;
        }

        @Nullable String textOrNull(String column) {
            if (!values.isMapped(column)) {
                throw new BrokenHistoryException(file.getFileName() + " has no column " + column);
            }
            return values.get(column);
        }

        long number(String column) {
            return Long.parseLong(text(column));
        }
    }
}
