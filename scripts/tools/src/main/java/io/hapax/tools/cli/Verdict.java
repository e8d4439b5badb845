package io.hapax.tools.cli;

import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;

/** The result of a comparison, with the exit code for it. */
public enum Verdict {
    AGREE(0),
    DIFFER(1),
    /** Nothing differs in the part that could be read, but not everything could be read. */
    COULD_NOT_TELL(2);

    private final int exitCode;

    Verdict(int exitCode) {
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }

    /** Tells what could not be seen, and then the verdict, in the words of the comparison. */
    public void print(PrintWriter out, List<String> unproved, String agree, String differ) {
        tellUnproved(out, unproved);
        out.println(
                switch (this) {
                    case AGREE -> agree;
                    case DIFFER -> differ;
                    case COULD_NOT_TELL -> "No difference found, but not all could be told.";
                });
    }

    /** Tells what could not be seen, a line each. */
    public static void tellUnproved(PrintWriter out, Collection<String> reasons) {
        reasons.forEach(reason -> out.println("Could not tell: " + reason));
        out.flush();
    }

    /** A difference is one, however much else can't be told. */
    public static Verdict of(boolean differs, boolean allSeen) {
        if (differs) {
            return DIFFER;
        }
        return allSeen ? AGREE : COULD_NOT_TELL;
    }
}
