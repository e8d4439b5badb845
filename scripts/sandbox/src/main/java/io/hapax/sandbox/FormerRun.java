package io.hapax.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The traces that an earlier process of a part left in the part's folder. A detached sandbox is stopped by them. They
 * also find a process that its guard could not end because both were killed.
 */
final class FormerRun {
    private static final Duration POLL = Duration.ofMillis(50);

    private final Server server;
    private final Path pidFile;
    private final Path detachedMark;

    FormerRun(Server server) {
        this.server = server;
        this.pidFile = server.folder().resolveSibling(server.label() + ".pid");
        this.detachedMark = server.folder().resolveSibling(server.label() + ".detached");
    }

    void record(long pid, boolean detached) throws IOException {
        Files.writeString(pidFile, Long.toString(pid));
        if (detached) {
            Files.writeString(detachedMark, "");
        }
    }

    void forget() {
        try {
            Files.deleteIfExists(pidFile);
            Files.deleteIfExists(detachedMark);
        } catch (IOException e) {
            throw SandboxException.about(server, "ended, but its pid file stays", e);
        }
    }

    boolean isDetached() {
        return Files.exists(detachedMark) && process().isPresent();
    }

    /** Sends the signal and waits for the end; says whether there was a process to end. */
    boolean end(String signal) {
        Optional<ProcessHandle> running = process();
        if (running.isPresent()) {
            ProcessHandle process = running.get();
            Signals.send(signal, List.of(process.pid()));
            if (!Wait.until(() -> !process.isAlive(), PartProcess.END, POLL)) {
                throw SandboxException.about(server, "still runs after SIG" + signal + " as " + process.pid(), null);
            }
        }
        forget();
        return running.isPresent();
    }

    /**
     * The recorded process if it runs and its command line names this folder: the pid alone may be somebody else's by
     * now.
     */
    private Optional<ProcessHandle> process() {
        try {
            return Files.exists(pidFile)
                    ? ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()))
                            .filter(ProcessHandle::isAlive)
                            .filter(this::isOfThisFolder)
                    : Optional.empty();
        } catch (IOException e) {
            throw SandboxException.about(server, "may still run, its pid file is unreadable", e);
        }
    }

    private boolean isOfThisFolder(ProcessHandle process) {
        return (process.info().commandLine().orElse("") + " ").contains(server.marker() + " ");
    }
}
