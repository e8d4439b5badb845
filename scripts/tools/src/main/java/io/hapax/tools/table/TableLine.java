package io.hapax.tools.table;

import java.util.Map;
import java.util.Optional;

/** One line of a table: a row, or a line that cannot be read as a row. */
public sealed interface TableLine {
    /** Number of the line in the file, from 1; of a row that spans lines, the first. */
    long number();

    /**
     * A row with as many cells as the header.
     *
     * @param cells cell by field, without the empty ones
     */
    record Row(long number, Map<String, String> cells) implements TableLine {
        public Row {
            cells = Map.copyOf(cells);
        }

        public Optional<String> cell(String field) {
            return Optional.ofNullable(cells.get(field));
        }
    }

    /** A line whose meaning is in doubt. */
    record Malformed(long number, String why) implements TableLine {}
}
