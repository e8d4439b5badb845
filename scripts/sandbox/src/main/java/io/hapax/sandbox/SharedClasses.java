package io.hapax.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;

/**
 * An archive of the classes that a server's JVM loads while it starts (class data sharing). A start with it takes half
 * the processor time. The first server that has started tells which classes they are; the archive is then made once
 * and kept in the {@link Cache}. A JVM that can't use the archive starts without it.
 */
final class SharedClasses {
    private static final long AT_MOST_S = 60;

    private final Path cache;
    private final String classPath;
    private final Path archive;

    /**
     * @param name of the server, the first part of the archive's name
     * @param classPath jars that the class path of each such server begins with: what follows them is not archived
     */
    SharedClasses(Path cache, String name, String classPath) {
        this.cache = cache;
        this.classPath = classPath;
        CRC32 sum = new CRC32();
        sum.update(
                (System.getProperty("java.vm.version") + Java.program() + classPath).getBytes(StandardCharsets.UTF_8));
        this.archive = cache.resolve(name + "-" + Long.toHexString(sum.getValue()) + ".jsa");
    }

    /** Options of a JVM that is about to start: to use the archive or, while there is none, to list its classes. */
    List<String> options(Path list) throws IOException {
        if (!Files.exists(archive)) {
            return List.of("-XX:DumpLoadedClassList=" + list);
        }
        return Files.size(archive) == 0 ? List.of() : List.of("-XX:SharedArchiveFile=" + archive);
    }

    /**
     * Makes the archive if there is a list and nobody makes an archive at this moment, and deletes the list. If the JVM
     * refuses, the archive is an empty file, so that it is not tried at each start.
     */
    void makeFrom(Path list) {
        if (!Files.exists(list)) {
            return;
        }
        try {
            Files.createDirectories(cache);
            makeAlone(list);
            Files.delete(list);
        } catch (IOException fullDisk) {
            // The server runs without it, and the next one tries again.
            return;
        }
    }

    @SuppressWarnings("try") // The lock is held, not used.
    private void makeAlone(Path list) throws IOException {
        Optional<FolderLock> free = FolderLock.ifFree(cache);
        if (free.isPresent()) {
            try (FolderLock held = free.get()) {
                make(list);
            }
        }
    }

    private void make(Path list) throws IOException {
        if (Files.exists(archive)) {
            return;
        }
        Path classes = list.resolveSibling(list.getFileName() + ".whole");
        Path whole = Files.createTempFile(cache, archive.getFileName().toString(), ".part");
        try {
            // The server still writes its list: the last line may be half a line.
            String listed = Files.readString(list);
            Files.writeString(classes, listed.substring(0, listed.lastIndexOf('\n') + 1));
            if (write(classes, whole)) {
                Files.move(whole, archive, StandardCopyOption.ATOMIC_MOVE);
            }
        } finally {
            Files.deleteIfExists(whole);
            Files.deleteIfExists(classes);
        }
    }

    /** Returns false if it took too long. */
    private boolean write(Path classes, Path whole) throws IOException {
        Process java = new ProcessBuilder(
                        Java.program(),
                        "-Xshare:dump",
                        "-XX:+UseSerialGC",
                        "-XX:SharedClassListFile=" + classes,
                        "-XX:SharedArchiveFile=" + whole,
                        "-cp",
                        classPath)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!java.waitFor(AT_MOST_S, TimeUnit.SECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted while classes are archived", e);
        } finally {
            java.destroyForcibly();
        }
        if (java.exitValue() != 0) {
            Files.write(whole, new byte[0]);
        }
        return true;
    }
}
