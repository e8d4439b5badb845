package io.hapax.storm.world;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A small disk in memory, mounted on a folder, which a fault can fill. Only root of a Linux machine may have one. */
public final class SmallDisk implements AutoCloseable {
    private static final int CHUNK_BYTES = 64 * 1_024;
    private static final long WITHIN_SECONDS = 10;

    /**
     * Mounts the disk, says so, and takes it away when this JVM is gone, by whatever it ended: then the pipe closes
     * that it reads. Ctrl-C in a terminal is for this JVM alone.
     */
    private static final String GUARDED = """
            trap '' HUP INT TERM
            mount -t tmpfs -o "size=$2m" tmpfs "$1" || exit 1
            echo mounted
            while read -r _; do :; done
            umount -l "$1"
            """;

    private final Path folder;
    private final Process guard;

    private SmallDisk(Path folder, Process guard) {
        this.folder = folder;
        this.guard = guard;
    }

    /** Empty where this machine does not let us mount one. */
    static Optional<SmallDisk> on(Path folder, int megabytes) throws IOException {
        Files.createDirectories(folder);
        Process guard = new ProcessBuilder(
                        "sh", "-c", GUARDED, "hapax-disk", folder.toString(), String.valueOf(megabytes))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return "mounted".equals(guard.inputReader().readLine())
                ? Optional.of(new SmallDisk(folder, guard))
                : Optional.empty();
    }

    /** Fills it to the last byte. */
    public void fill() {
        try (OutputStream out = Files.newOutputStream(filler())) {
            byte[] chunk = new byte[CHUNK_BYTES];
            while (true) {
                out.write(chunk);
            }
        } catch (IOException full) {
            // That is what was wanted.
        }
    }

    /** Gives the space back. */
    public void free() throws IOException {
        Files.deleteIfExists(filler());
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    @Override
    public void close() throws IOException {
        guard.getOutputStream().close();
        try {
            if (!guard.waitFor(WITHIN_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(folder + " is still mounted");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
