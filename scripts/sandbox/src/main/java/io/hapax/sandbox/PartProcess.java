package io.hapax.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One part's life on its folder: started, ended in one way or another, started again. */
final class PartProcess {
    /** Slow machines take a multiple of the usual 2 to 5 s. */
    private static final Duration START = Duration.ofSeconds(90);

    private static final Duration END = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int PORT_ATTEMPTS = 5;

    private final Server server;
    private final Remembered remembered;
    private final Path log;
    private final PidFile pidFile;
    private final boolean detached;
    private @Nullable GuardedProcess process;

    PartProcess(Server server, Remembered remembered, boolean detached) {
        this.server = server;
        this.remembered = remembered;
        this.detached = detached;
        this.log = server.folder().resolveSibling(server.part().label() + ".log");
        this.pidFile = new PidFile(server.folder().resolveSibling(server.part().label() + ".pid"), server.marker());
    }

    Path log() {
        return log;
    }

    synchronized boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Starts the part unless it runs and returns when it answers. */
    synchronized void start() {
        if (isRunning()) {
            return;
        }
        try {
            Files.createDirectories(server.folder());
            killLeftover();
            startOnRememberedPorts();
        } catch (IOException e) {
            throw failed("did not start", e);
        }
    }

    /** Asks the process to end and waits; one that does not end in time is killed and reported. */
    synchronized void stop() {
        end(server.endSignal());
    }

    synchronized void end(String signal) {
        if (process == null) {
            return;
        }
        process.signal(signal);
        if (!process.awaitEnd(END)) {
            kill();
            throw failed("was killed: it did not end within " + END.toSeconds() + " s of SIG" + signal, null);
        }
        ended();
    }

    synchronized void kill() {
        if (process == null) {
            return;
        }
        process.kill();
        if (!process.awaitEnd(END)) {
            throw failed("still runs " + END.toSeconds() + " s after SIGKILL, as process " + process.pid(), null);
        }
        ended();
    }

    synchronized void signalAll(String signal) {
        if (process == null || !process.isAlive()) {
            throw failed("does not run", null);
        }
        process.signalAll(signal);
    }

    private void ended() {
        process = null;
        forgetPid();
    }

    private void forgetPid() {
        try {
            pidFile.delete();
        } catch (IOException e) {
            throw failed("ended, but its pid file stays", e);
        }
    }

    boolean runsDetached() {
        return remembered.knows(detachedFact()) && leftover().isPresent();
    }

    /** Stops what a former JVM started detached; says whether it ran. */
    synchronized boolean stopLeftover() {
        Optional<ProcessHandle> leftover = leftover();
        leftover.ifPresent(running -> end(running, server.endSignal()));
        return leftover.isPresent();
    }

    /** Of a former run whose guard was killed with it: nobody else ends it, and it holds the ports. */
    private void killLeftover() {
        leftover().ifPresent(running -> end(running, "KILL"));
    }

    private void end(ProcessHandle running, String signal) {
        Signals.send(signal, List.of(running.pid()));
        if (!Wait.until(() -> !running.isAlive(), END, POLL)) {
            throw failed("still runs as process " + running.pid() + " after SIG" + signal, null);
        }
        forgetPid();
    }

    private Optional<ProcessHandle> leftover() {
        try {
            return pidFile.running();
        } catch (IOException e) {
            throw failed("may run, its pid file is unreadable", e);
        }
    }

    /** On a folder that never ran, a port may be taken between picking it and binding it; then others are picked. */
    private void startOnRememberedPorts() throws IOException {
        String ranOnce = server.part().label() + ".ran";
        for (int attempt = 1; ; attempt++) {
            try {
                launchAndAwait();
                remembered.fact(ranOnce, () -> "true");
                return;
            } catch (SandboxException failure) {
                if (remembered.knows(ranOnce) || attempt == PORT_ATTEMPTS || !someoneElseHasAPort()) {
                    throw failure;
                }
                server.portNames().forEach(name -> remembered.forget(name + ".port"));
            }
        }
    }

    private boolean someoneElseHasAPort() {
        return server.portNames().stream().anyMatch(name -> !LocalPort.isFree(remembered.port(name)));
    }

    private void launchAndAwait() throws IOException {
        server.prepare();
        GuardedProcess launched =
                GuardedProcess.start(server.command(), server.folder(), log, server.orphanSignal(), detached);
        process = launched;
        pidFile.write(launched.pid());
        rememberDetached();
        try {
            awaitReady(launched);
        } catch (RuntimeException e) {
            kill();
            throw e;
        }
    }

    private void rememberDetached() {
        if (detached) {
            remembered.fact(detachedFact(), () -> "true");
        } else {
            remembered.forget(detachedFact());
        }
    }

    private String detachedFact() {
        return server.part().label() + ".detached";
    }

    private void awaitReady(GuardedProcess launched) {
        Answer answer = new Answer();
        boolean over =
                Wait.until(() -> !launched.isAlive() || (portsAreAnswered() && answer.isReady(server)), START, POLL);
        if (!launched.isAlive()) {
            throw failed("ended while starting" + takenPorts(), answer.lastFailure);
        }
        if (!over) {
            throw failed("was not ready after " + START.toSeconds() + " s", answer.lastFailure);
        }
    }

    /** A knock is cheaper than the real question, which some clients log each time nobody is there. */
    private boolean portsAreAnswered() {
        return server.portNames().stream().allMatch(name -> LocalPort.isAnswered(remembered.port(name)));
    }

    private String takenPorts() {
        StringBuilder taken = new StringBuilder();
        for (String name : server.portNames()) {
            int port = remembered.port(name);
            if (!LocalPort.isFree(port)) {
                taken.append("; port ")
                        .append(port)
                        .append(" is taken (remembered in ")
                        .append(remembered.file())
                        .append(')');
            }
        }
        return taken.toString();
    }

    private SandboxException failed(String what, @Nullable Throwable cause) {
        String message = server.part() + " in " + server.folder() + " " + what + "; its log " + log + LogTail.of(log);
        return cause == null ? new SandboxException(message) : new SandboxException(message, cause);
    }

    /** Remembers why the part did not answer yet: the most telling cause when it never does. */
    private static final class Answer {
        private @Nullable Throwable lastFailure;

        boolean isReady(Server server) {
            try {
                return server.isReady();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SandboxException("interrupted while starting " + server.part(), e);
            } catch (Exception notYet) {
                lastFailure = notYet;
                return false;
            }
        }
    }
}
