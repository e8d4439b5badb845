package io.hapax.tools.table;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A reader of rows from a file. A name that ends in {@code .jsonl} or {@code .ndjson} means JSON lines, any other
 * name CSV with a header. Cells are texts, exactly as written. The reader does not interpret numbers.
 */
public final class TableReader {
    private TableReader() {}

    /**
     * Gives each line that is not blank to the receiver, in order.
     *
     * @throws TableRefusedException if the file is not text, has other columns, or the end of a row is in doubt.
     *     The receiver may have got some lines before.
     */
    public static void read(Path file, Columns columns, Consumer<TableLine> receiver) throws IOException {
        String name = file.getFileName().toString();
        try (BufferedReader text = StrictText.open(file)) {
            if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
                new JsonLines(columns, receiver).read(text);
            } else {
                new CsvRows(file, columns, receiver).read(text);
            }
        }
    }
}
