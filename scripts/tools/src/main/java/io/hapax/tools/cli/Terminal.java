package io.hapax.tools.cli;

/** The terminal of the process. Progress is shown on a terminal and left out of a file. */
public final class Terminal {
    private Terminal() {}

    /** True if the error output is a terminal. The script sets the property, since Java 21 cannot tell. */
    public static boolean isThere() {
        return Boolean.getBoolean("hapax.terminal");
    }
}
