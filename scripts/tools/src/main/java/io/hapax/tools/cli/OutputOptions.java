package io.hapax.tools.cli;

import java.io.PrintWriter;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options for the reader of a command's result: a person, who also sees the progress, or a program. */
public final class OutputOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--json", description = "Prints the result as one JSON document, without progress.")
    private boolean json;

    public boolean isForPeople() {
        return !json;
    }

    public Progress progress() {
        return new Progress(!json && Terminal.isThere());
    }

    /** @param text how a person reads it */
    public <T> void print(T result, Consumer<PrintWriter> text) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, result);
        } else {
            text.accept(out);
            out.flush();
        }
    }
}
