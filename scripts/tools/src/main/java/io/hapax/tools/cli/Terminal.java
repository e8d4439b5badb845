package io.hapax.tools.cli;

/** Whether a person looks on: in a file, progress is noise. */
public final class Terminal {
    private Terminal() {}

    /** Whether the error output is a terminal; the script says so, since Java 21 can't tell. */
    public static boolean isThere() {
        return Boolean.getBoolean("hapax.terminal");
    }
}
