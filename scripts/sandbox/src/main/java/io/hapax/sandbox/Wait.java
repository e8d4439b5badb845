package io.hapax.sandbox;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting that ends: for a condition, at most so long. */
final class Wait {
    private Wait() {}

    /**
     * Waits until the condition holds. Returns true when it came true in time. The condition is asked at least once.
     */
    static boolean until(BooleanSupplier condition, Duration atMost, Duration poll) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            pause(poll);
        }
        return true;
    }

    private static void pause(Duration poll) {
        try {
            Thread.sleep(poll);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted while waiting", e);
        }
    }
}
