package io.hapax.lab;

import java.io.StringWriter;
import java.util.stream.Stream;

/** One run of the command line, as a person sees it. */
public record LabRun(int exitCode, String output) {
    /** A command with the options that it always has. */
    public record Prepared(String... arguments) {
        public LabRun with(String... more) {
            StringWriter screen = new StringWriter();
            int exitCode = Lab.commandLine(screen, screen)
                    .execute(
                            Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new));
            return new LabRun(exitCode, screen.toString());
        }
    }

    public static Prepared of(String... arguments) {
        return new Prepared(arguments);
    }
}
