package io.hapax.tools.table;

import java.nio.file.Path;

/** A file can't be read as rows at all. The message names the file, the place in it, and what is wrong there. */
public final class TableRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TableRefusedException(Path file, String why) {
        super(file + ": " + why);
    }
}
