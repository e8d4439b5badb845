package io.hapax.tools.reconcile;

import io.hapax.tools.Terminal;
import java.io.PrintWriter;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** For whom a command's result is: a person, who sees how far it is, or a program. */
final class OutputOptions {
    @Option(names = "--json", description = "Prints the result as one JSON document, and no progress.")
    private boolean json;

    boolean isForPeople() {
        return !json;
    }

    Progress progress() {
        return new Progress(!json && Terminal.isThere());
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
