package io.hapax.sandbox;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A child process that cannot outlive this JVM. A shell stands between: it waits for the child, and it reads a pipe
 * that this JVM holds open. However this JVM ends, by {@code kill -9} as well, the pipe closes and the shell ends the
 * child. Shell and child are in a session of their own where {@code setsid} exists, so that Ctrl-C in a terminal
 * reaches only this JVM, which then stops its children in order.
 */
public final class GuardedProcess {
    /** Arguments: log file, signal for an orphan, command. Prints the child's pid, ends with the child's exit code. */
    private static final String GUARDED = """
            log=$1; signal=$2; shift 2
            trap : HUP INT TERM
            exec 3<&0
            "$@" </dev/null >>"$log" 2>&1 3<&- &
            child=$!
            echo "$child"
            exec >/dev/null 2>&1
            { while read -r _; do :; done <&3; kill -s "$signal" "$child"; kill -s CONT "$child"; } &
            watch=$!
            wait "$child"; code=$?
            while kill -0 "$child"; do wait "$child"; code=$?; done
            kill "$watch"
            exit "$code"
            """;

    /** The same without the pipe: the child is the shell's own process and nothing watches it. */
    private static final String DETACHED = """
            log=$1; shift 2
            echo $$
            exec "$@" </dev/null >>"$log" 2>&1
            """;

    private static final Optional<Path> SETSID = onPath("setsid");

    private final Process shell;
    private final long pid;

    private GuardedProcess(Process shell, long pid) {
        this.shell = shell;
        this.pid = pid;
    }

    /**
     * Starts a command.
     *
     * @param log file that its output is appended to
     * @param orphanSignal what ends the child once this JVM is gone
     * @param detached true: the child may outlive this JVM
     */
    public static GuardedProcess start(
            List<String> command, Path folder, Path log, String orphanSignal, boolean detached) throws IOException {
        List<String> guarded = new ArrayList<>();
        SETSID.ifPresent(setsid -> guarded.add(setsid.toString()));
        guarded.addAll(List.of("sh", "-c", detached ? DETACHED : GUARDED, "hapax-guard", log.toString(), orphanSignal));
        guarded.addAll(command);
        Process shell = new ProcessBuilder(guarded)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        BufferedReader out = shell.inputReader();
        String pid = out.readLine();
        if (pid == null) {
            throw new IOException("no process came of " + command);
        }
        return new GuardedProcess(shell, Long.parseLong(pid));
    }

    public long pid() {
        return pid;
    }

    public boolean isAlive() {
        return shell.isAlive();
    }

    /** Of the process that ended. */
    public int exitCode() {
        return shell.exitValue();
    }

    /** Sends a signal, for example {@code TERM}. */
    public void signal(String name) {
        if (isAlive()) {
            Signals.send(name, List.of(pid));
        }
    }

    /** To the process and all that it started. */
    public void signalAll(String name) {
        if (isAlive()) {
            Signals.send(
                    name,
                    Stream.concat(Stream.of(pid), descendants().map(ProcessHandle::pid))
                            .toList());
        }
    }

    /** {@code kill -9} for the process and all that it started. */
    public void kill() {
        signalAll("KILL");
    }

    /** Waits for the process to end. Returns true when it ended within that time. */
    public boolean awaitEnd(Duration atMost) {
        try {
            return shell.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted while process " + pid + " was to end", e);
        }
    }

    private Stream<ProcessHandle> descendants() {
        return ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants);
    }

    private static Optional<Path> onPath(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
