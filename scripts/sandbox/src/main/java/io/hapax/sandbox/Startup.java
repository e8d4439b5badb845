package io.hapax.sandbox;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The way of one part from its command line to its first answer. */
final class Startup {
    /** Slow machines take a multiple of the usual 2 to 5 s. */
    private static final Duration AT_MOST = Duration.ofSeconds(90);

    private static final Duration POLL = Duration.ofMillis(50);
    private static final int PORT_ATTEMPTS = 5;

    private final Server server;
    private final Remembered remembered;
    private final boolean detached;

    Startup(Server server, Remembered remembered, boolean detached) {
        this.server = server;
        this.remembered = remembered;
        this.detached = detached;
    }

    /** On a folder that never ran, a port may be taken between picking it and binding it; then others are picked. */
    GuardedProcess run(FormerRun record) throws IOException {
        String ranOnce = server.label() + ".ran";
        for (int attempt = 1; ; attempt++) {
            try {
                GuardedProcess ready = launch(record);
                remembered.fact(ranOnce, () -> "true");
                return ready;
            } catch (SandboxException failure) {
                if (remembered.knows(ranOnce)
                        || attempt == PORT_ATTEMPTS
                        || takenPorts().isEmpty()) {
                    throw failure;
                }
                server.portNames().forEach(remembered::forgetPort);
            }
        }
    }

    private GuardedProcess launch(FormerRun record) throws IOException {
        server.prepare();
        GuardedProcess launched =
                GuardedProcess.start(server.command(), server.folder(), server.log(), server.orphanSignal(), detached);
        try {
            record.record(launched.pid(), detached);
            awaitAnswer(launched);
            server.started();
            return launched;
        } catch (RuntimeException | IOException e) {
            launched.kill();
            launched.awaitEnd(PartProcess.END);
            record.forget();
            throw e;
        }
    }

    private void awaitAnswer(GuardedProcess launched) {
        Question question = new Question();
        boolean over = Wait.until(() -> !launched.isAlive() || question.isAnswered(), AT_MOST, POLL);
        if (!launched.isAlive()) {
            throw SandboxException.about(server, "ended while starting" + takenPorts(), question.lastFailure);
        }
        if (!over) {
            throw SandboxException.about(
                    server, "did not answer within " + AT_MOST.toSeconds() + " s", question.lastFailure);
        }
    }

    private String takenPorts() {
        return server.portNames().stream()
                .map(remembered::port)
                .filter(port -> !LocalPort.isFree(port))
                .map(port -> ": port " + port + ", remembered in " + remembered.file() + ", is taken")
                .collect(Collectors.joining());
    }

    /**
     * The repeated question whether the part is ready. It keeps the last failure, to name as the cause if the part
     * never is.
     */
    private final class Question {
        private @Nullable Throwable lastFailure;

        boolean isAnswered() {
            try {
                return portsAreAnswered() && server.isReady();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SandboxException("interrupted while starting " + server.part(), e);
            } catch (Exception notYet) {
                lastFailure = notYet;
                return false;
            }
        }

        /** A knock is cheaper than the question, and the question's clients log each time nobody is there. */
        private boolean portsAreAnswered() {
            return server.portNames().stream().allMatch(name -> LocalPort.isAnswered(remembered.port(name)));
        }
    }
}
