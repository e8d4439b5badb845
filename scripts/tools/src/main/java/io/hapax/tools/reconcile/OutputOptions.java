package io.hapax.tools.reconcile;

import java.io.PrintWriter;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** For whom a command's result is: a person, who sees how far it is, or a program. */
final class OutputOptions {
    /** Property: whether the script's error output is a terminal, which Java 21 can't tell. */
    private static final String TERMINAL = "hapax.terminal";

    @Option(names = "--json", description = "Prints the result as one JSON document, and no progress.")
    private boolean json;

    boolean isForPeople() {
        return !json;
    }

    /** For people at a terminal: in a file, a bar is noise. */
    Progress progress() {
        return new Progress(!json && Boolean.getBoolean(TERMINAL));
    }

    /** @param text how a person reads it */
    <T> void print(PrintWriter out, T result, Consumer<PrintWriter> text) {
        if (json) {
            Json.print(out, result);
        } else {
            text.accept(out);
            out.flush();
        }
    }
}
