package io.hapax.tools.cli;

import java.io.PrintWriter;
import java.util.Map;

/**
 * How much of something there was; its name in JSON is a stable identifier.
 *
 * @param what what was counted, in words
 */
public record Count(String what, long count) {
    /**
     * Prints a line for each.
     *
     * @param width of the words
     */
    public static void print(PrintWriter out, Map<String, Count> counted, int width) {
        out.println("Counted:");
        counted.values().forEach(each -> out.printf("  %-" + width + "s %,14d%n", each.what(), each.count()));
    }

    public Count plus(long more) {
        return new Count(what, count + more);
    }
}
