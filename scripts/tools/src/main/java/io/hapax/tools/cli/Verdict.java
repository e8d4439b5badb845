package io.hapax.tools.cli;

/** What a comparison came to, with the exit code that says so. */
public enum Verdict {
    AGREE(0),
    DIFFER(1),
    /** Nothing differs in what could be seen, and not all could be seen. */
    COULD_NOT_TELL(2);

    private final int exitCode;

    Verdict(int exitCode) {
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }

    /** A difference is one, however much else can't be told. */
    public static Verdict of(boolean differs, boolean allSeen) {
        if (differs) {
            return DIFFER;
        }
        return allSeen ? AGREE : COULD_NOT_TELL;
    }
}
