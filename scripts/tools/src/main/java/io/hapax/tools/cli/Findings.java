package io.hapax.tools.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The findings of a comparison, printed for a person: the number of each kind, and the first ones. */
public final class Findings {
    private Findings() {}

    /**
     * Prints nothing where nothing was found.
     *
     * @param first those that are shown; all are counted
     */
    public static <T> void print(
            PrintWriter out, String title, Map<?, Long> kinds, List<T> first, Function<T, String> line) {
        if (kinds.isEmpty()) {
            return;
        }
        out.println(title + ": " + Tally.text(kinds));
        first.forEach(found -> out.println("  " + line.apply(found)));
        LimitOption.tellOfMore(out, kinds, first.size());
    }
}
