package io.hapax.tools.table;

import java.nio.file.Path;

/** The refusal of a file that cannot be read as rows. The message names the file, the place in it and the fault. */
public final class TableRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TableRefusedException(Path file, String why) {
        super(file + ": " + why);
    }
}
