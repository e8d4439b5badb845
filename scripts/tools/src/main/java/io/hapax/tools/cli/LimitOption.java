package io.hapax.tools.cli;

import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Option;

/** The option {@code --limit}: the number of differences of each kind that a command shows. */
public final class LimitOption {
    @Option(
            names = "--limit",
            defaultValue = "20",
            description = "Number of differences of each kind to show. All differences are counted. Default:"
                    + " ${DEFAULT-VALUE}.")
    private int limit;

    public int limit() {
        return limit;
    }

    /** Says so when less is shown than was counted. */
    public static void tellOfMore(PrintWriter out, Map<?, Long> counted, int shown) {
        long all = counted.values().stream().mapToLong(Long::longValue).sum();
        if (shown < all) {
            out.printf("  ... %,d of %,d shown; --limit shows more of each kind%n", shown, all);
        }
    }
}
