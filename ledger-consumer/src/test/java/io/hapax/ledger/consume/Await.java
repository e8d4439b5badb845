package io.hapax.ledger.consume;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/** Waiting that ends. */
final class Await {
    private static final Duration BETWEEN = Duration.ofMillis(100);

    private Await() {}

    /** The first value that satisfies the condition; fails with the last one if none does in time. */
    static <T> T until(Duration atMost, Callable<T> value, Predicate<T> condition) throws Exception {
        long deadline = System.nanoTime() + atMost.toNanos();
        T last = value.call();
        while (!condition.test(last)) {
            if (System.nanoTime() - deadline > 0) throw new AssertionError("not within " + atMost + ": " + last);
            Thread.sleep(BETWEEN);
            last = value.call();
        }
        return last;
    }
}
