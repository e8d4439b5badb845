package io.hapax.tools.console;

import io.hapax.tools.cli.TerminalText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a page shows.
 *
 * @param cannotSee what is missing, and why; empty if all is shown
 */
record View(List<Table> tables, List<String> cannotSee) {
    /**
     * A table of texts.
     *
     * @param empty what stands there if no row does
     */
    record Table(String title, List<String> columns, List<List<String>> rows, String empty) {}

    /** The rows of a table, as they are found. */
    static final class Rows {
        private final String title;
        private final List<String> columns;
        private final List<List<String>> rows = new ArrayList<>();

        Rows(String title, String... columns) {
            this.title = title;
            this.columns = List.of(columns);
        }

        /** Texts from outside are shown with everything in them visible. */
        Rows add(@Nullable Object... cells) {
            rows.add(Stream.of(cells)
                    .map(cell -> cell == null ? "" : TerminalText.of(String.valueOf(cell)))
                    .toList());
            return this;
        }

        Table table(String empty) {
            return new Table(title, columns, List.copyOf(rows), empty);
        }
    }

    static View of(Table... tables) {
        return new View(List.of(tables), List.of());
    }
}
