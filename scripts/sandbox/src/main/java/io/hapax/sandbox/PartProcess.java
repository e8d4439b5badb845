package io.hapax.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One server's life on its folder: started, ended in one way or another, started again. */
public final class PartProcess {
    static final Duration END = Duration.ofSeconds(20);

    private final Server server;
    private final Startup startup;
    private final FormerRun formerRun;
    private @Nullable GuardedProcess process;

    PartProcess(Server server, Remembered remembered, boolean detached) {
        this.server = server;
        this.startup = new Startup(server, remembered, detached);
        this.formerRun = new FormerRun(server);
    }

    Part part() {
        return server.part();
    }

    public synchronized boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** The file that it writes its log to. */
    public Path log() {
        return server.log();
    }

    /** Of the process that runs. */
    public synchronized long pid() {
        return running().pid();
    }

    boolean ranDetachedAndStillRuns() {
        return formerRun.isDetached();
    }

    /** Says whether a process of a former run was there to stop. */
    synchronized boolean stopFormerRun() {
        return formerRun.end(server.closeSignal());
    }

    /** Starts it unless it runs and returns when it answers. */
    public synchronized void start() {
        if (isRunning()) {
            return;
        }
        try {
            Files.createDirectories(server.folder());
            formerRun.end("KILL");
            process = startup.run(formerRun);
        } catch (IOException e) {
            throw SandboxException.about(server, "did not start", e);
        }
    }

    /** Asks the process to end and waits; one that does not end in time is killed and reported. */
    synchronized void end(String signal) {
        GuardedProcess ending = process;
        if (ending == null) {
            return;
        }
        ending.signal(signal);
        // A paused process hears nothing else.
        ending.signalAll("CONT");
        if (!ending.awaitEnd(END)) {
            kill();
            throw SandboxException.about(server, "had to be killed after SIG" + signal, null);
        }
        ended();
    }

    /** Asks it to end in order, and waits for it. */
    public synchronized void stop() {
        end(server.endSignal());
    }

    /** Ends it where all of its kind end at the same time. */
    void close() {
        end(server.closeSignal());
    }

    /** {@code kill -9}, for PostgreSQL of its backends as well; returns when it is gone. */
    public synchronized void kill() {
        GuardedProcess ending = process;
        if (ending == null) {
            return;
        }
        ending.kill();
        if (!ending.awaitEnd(END)) {
            throw SandboxException.about(server, "still runs after SIGKILL as process " + ending.pid(), null);
        }
        ended();
    }

    /** Freezes it ({@code SIGSTOP}): connections stay open and nobody answers. */
    public void pause() {
        signalAll("STOP");
    }

    /** Lets it go on after {@link #pause()}. */
    public void resume() {
        signalAll("CONT");
    }

    /** To the process and all that it started. */
    private synchronized void signalAll(String signal) {
        running().signalAll(signal);
    }

    private GuardedProcess running() {
        GuardedProcess running = process;
        if (running == null || !running.isAlive()) {
            throw SandboxException.about(server, "does not run", null);
        }
        return running;
    }

    private void ended() {
        process = null;
        formerRun.forget();
    }
}
