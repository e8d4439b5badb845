package io.hapax.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The file that tells which process a part runs as, read by the next run on the folder and by {@code stop}. */
record PidFile(Path file, String marker) {

    void write(long pid) throws IOException {
        Files.writeString(file, Long.toString(pid));
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    /** The recorded process if it runs and its command line carries the marker: a pid alone may be somebody else's by now. */
    Optional<ProcessHandle> running() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                .filter(ProcessHandle::isAlive)
                .filter(process -> (process.info().commandLine().orElse("") + " ").contains(marker + " "));
    }
}
