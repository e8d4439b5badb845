package io.hapax.tools.table;

import java.util.Map;
import java.util.Optional;

/** One line of a table: a row, or one that can't be told to be one. */
public sealed interface TableLine {
    /** Number of the line in the file, from 1; of a row that spans lines, the first. */
    long number();

    /**
     * A row with as many cells as the header has.
     *
     * @param cells by field; those that are empty are left out
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
