package io.hapax.tools.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Option;

/** The option {@code --lines}: the number of lines of a long list that a command shows. */
public final class LinesOption {
    @Option(
            names = "--lines",
            defaultValue = "100",
            converter = Positive.class,
            description = "Largest number of lines to show. Default: ${DEFAULT-VALUE}.")
    private int lines;

    public int lines() {
        return lines;
    }

    /** Says how to go on where the list may be longer. */
    public void tellOfMore(PrintWriter out, List<?> shown, Object last) {
        if (shown.size() == lines) {
            out.println("there may be more: --after " + last);
        }
    }
}
