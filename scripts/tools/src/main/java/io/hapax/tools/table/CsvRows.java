package io.hapax.tools.table;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * The rows of a CSV file (RFC 4180): a header, then rows with the same number of cells. Spaces around a cell count
 * only inside quotes.
 */
final class CsvRows {
    private static final CSVFormat FORMAT = CSVFormat.RFC4180
            .builder()
            .setIgnoreEmptyLines(false)
            .setIgnoreSurroundingSpaces(true)
            .get();

    private final Path file;
    private final Columns columns;
    private final Consumer<TableLine> receiver;

    CsvRows(Path file, Columns columns, Consumer<TableLine> receiver) {
        this.file = file;
        this.columns = columns;
        this.receiver = receiver;
    }

    void read(BufferedReader text) throws IOException {
        try (CSVParser parser = CSVParser.parse(text, FORMAT)) {
            Rows rows = new Rows(parser);
            if (!rows.next()) {
                throw new TableRefusedException(file, "it is empty; its first line must name the columns");
            }
            List<String> header = rows.cells();
            check(header);
            Map<String, String> fields = columns.fields();
            while (rows.next()) {
                receiver.accept(line(rows, header, fields));
            }
        }
    }

    private void check(List<String> header) {
        columns.obstacle(header).ifPresent(why -> {
            String only = header.getFirst();
            boolean otherSeparator = header.size() == 1 && (only.indexOf(';') >= 0 || only.indexOf('\t') >= 0);
            throw new TableRefusedException(
                    file, "line 1: " + why + (otherSeparator ? ". Columns are separated by commas" : ""));
        });
    }

    private static TableLine line(Rows rows, List<String> header, Map<String, String> fields) {
        List<String> cells = rows.cells();
        if (cells.size() != header.size()) {
            return new TableLine.Malformed(
                    rows.number(),
                    "it has " + cells.size() + " cells, the header " + header.size()
                            + (cells.size() > header.size() ? "; a comma inside a value needs quotes around it" : ""));
        }
        Map<String, String> byField = new HashMap<>();
        for (int i = 0; i < header.size(); i++) {
            String field = fields.get(header.get(i));
            if (field != null && !cells.get(i).isEmpty()) {
                byField.put(field, cells.get(i));
            }
        }
        return new TableLine.Row(rows.number(), byField);
    }

    /** The rows, each with the line on which it begins. Blank lines are skipped. */
    private final class Rows {
        private final CSVParser parser;
        private final Iterator<CSVRecord> records;
        private long number;
        private List<String> cells = List.of();

        Rows(CSVParser parser) {
            this.parser = parser;
            this.records = parser.iterator();
        }

        boolean next() {
            do {
                number = parser.getCurrentLineNumber() + 1;
                try {
                    if (!records.hasNext()) {
                        return false;
                    }
                    cells = records.next().toList();
                } catch (UncheckedIOException | NoSuchElementException e) {
                    // Behind a quote that is out of place, nobody can tell one row from the next.
                    throw new TableRefusedException(
                            file,
                            "line " + number + ": a quote is not closed, or text follows the quote that closes a value;"
                                    + " a quote inside quotes is doubled");
                }
            } while (cells.size() == 1 && cells.getFirst().isBlank());
            return true;
        }

        long number() {
            return number;
        }

        List<String> cells() {
            return cells;
        }
    }
}
