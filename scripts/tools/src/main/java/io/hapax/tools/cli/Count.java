package io.hapax.tools.cli;

import java.io.PrintWriter;
import java.util.Map;

/**
 * A number of things of one kind. The name under which it stands in JSON is a stable identifier.
 *
 * @param what words for the things that were counted
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
