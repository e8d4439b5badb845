package io.hapax.stream.schedules;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import kotlin.Unit;
import org.jspecify.annotations.Nullable;
import org.pastalab.fray.core.observers.TimelineCoverageType;
import org.pastalab.fray.core.randomness.ControlledRandomProvider;
import org.pastalab.fray.core.scheduler.POSScheduler;
import org.pastalab.fray.junit.plain.FrayInTestLauncher;

/**
 * The runs of a scenario under many schedules of its threads. {@code scripts/schedules} runs the tests on a JDK in
 * which Fray decides at each lock, volatile field and atomic which thread goes on. On any other JDK the same scenario
 * runs a few times as its threads happen to go.
 */
public final class Schedules {
    private static final boolean EXPLORED = isJdkOfFray();
    private static final int RUNS_WITHOUT_FRAY = 20;
    private static final int SCHEDULES = Integer.getInteger("hapax.schedules", 1_000);

    /** Fray ends without a failure when it is over: so it never is. */
    private static final int TIMEOUT_SECONDS = Integer.MAX_VALUE;

    private Schedules() {}

    /** Threads that do something together, and what must hold of it. It is run again and again, from the start. */
    public interface Scenario {
        void run() throws Exception;
    }

    /** True when Fray chooses the schedules: then each race that a scenario can meet will be met. */
    public static boolean areExplored() {
        return EXPLORED;
    }

    /**
     * Runs a scenario under many schedules.
     *
     * @throws AssertionError with what failed, if it does under one of them
     */
    public static void allHold(Scenario scenario) {
        if (EXPLORED) {
            FrayInTestLauncher.INSTANCE.launchFray(
                    () -> once(scenario),
                    new POSScheduler(),
                    new ControlledRandomProvider(),
                    SCHEDULES,
                    TIMEOUT_SECONDS,
                    false,
                    TimelineCoverageType.RESOURCE_ORDERING,
                    config -> Unit.INSTANCE);
        } else {
            for (int run = 0; run < RUNS_WITHOUT_FRAY; run++) {
                once(scenario);
            }
        }
    }

    /** Runs threads together until all have ended, and fails if one of them failed. */
    public static void together(Scenario... works) throws InterruptedException {
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (Scenario work : works) {
            Thread thread = new Thread(() -> {
                Throwable failure = failureOf(work);
                if (failure != null) {
                    failures.add(failure);
                }
            });
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        for (Throwable failure : failures) {
            throw new AssertionError(failure);
        }
    }

    private static void once(Scenario scenario) {
        Throwable failure = failureOf(scenario);
        if (failure != null) {
            throw new AssertionError(failure);
        }
    }

    @SuppressWarnings("CatchingUnchecked")
    private static @Nullable Throwable failureOf(Scenario scenario) {
        try {
            scenario.run();
            return null;
        } catch (Exception | AssertionError e) {
            return e;
        }
    }

    private static boolean isJdkOfFray() {
        try {
            return Files.readString(Path.of(System.getProperty("java.home"), "release"))
                    .contains("IMPLEMENTOR=Fray");
        } catch (IOException e) {
            return false;
        }
    }
}
