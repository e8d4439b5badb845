package io.hapax.app.health;

import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps by which a process ends after SIGTERM or SIGINT. They run in order, all of them within a bound, then the
 * exit code is 0. A step that does not end in time is left behind: exactly-once makes that harmless, but waiting for
 * ever is not.
 */
public final class ShutdownSequence {
    private static final Logger LOG = LoggerFactory.getLogger(ShutdownSequence.class);

    /** One thing to end. */
    public record Step(String name, Runnable action) {}

    private final Duration within;
    private final List<Step> steps;
    private volatile int exitCode;

    private ShutdownSequence(Duration within, List<Step> steps) {
        this.within = within;
        this.steps = steps;
    }

    /** From now on, this process ends by these steps. */
    public static ShutdownSequence by(Duration within, Step... steps) {
        ShutdownSequence end = new ShutdownSequence(within, List.of(steps));
        Runtime.getRuntime().addShutdownHook(new Thread(end::run, "shutdown"));
        return end;
    }

    /** Ends the process by the same steps, with that exit code. Does not return. */
    public void exit(int code) {
        exitCode = code;
        System.exit(code);
    }

    private void run() {
        Thread worker = Thread.ofPlatform().name("stopping").daemon().start(this::takeSteps);
        boolean inTime = false;
        try {
            inTime = worker.join(within);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!inTime) {
            LOG.warn("not stopped within {} s; what is open is rolled back or repeated", within.toSeconds());
        }
        // Without it, a JVM that is told to stop ends with 143, which supervisors take for a failure.
        Runtime.getRuntime().halt(inTime ? exitCode : Math.max(exitCode, 1));
    }

    private void takeSteps() {
        for (Step step : steps) {
            try {
                step.action().run();
            } catch (RuntimeException e) {
                LOG.warn("stopping: {} failed", step.name(), e);
            }
        }
        LOG.info("stopped exitCode={}", exitCode);
    }
}
