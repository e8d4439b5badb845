package io.hapax.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A folder with the unpacked archives of another build, as {@code scripts/older} makes it.
 *
 * @param folder with one folder for each archive
 */
public record UnpackedArchives(Path folder) {
    public static final String STREAM_APP = "hapax-stream-app";
    public static final String LEDGER_CONSUMER = "hapax-ledger-consumer";
    public static final String TOOLS = "hapax-tools";

    /**
     * The class path of an archive's program.
     *
     * @param archive its name as it begins
     */
    public String classPath(String archive) throws IOException {
        return of(archive).resolve("lib").resolve("*").toString();
    }

    /** The folder of an archive. */
    public Path of(String archive) throws IOException {
        try (Stream<Path> found = Files.list(folder.toAbsolutePath())) {
            return found.filter(each -> each.getFileName().toString().startsWith(archive))
                    .filter(each -> Files.isDirectory(each.resolve("lib")))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            folder + " has no unpacked archive " + archive + "* with a folder lib"));
        }
    }
}
