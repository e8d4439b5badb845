package io.hapax.storm.faults;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/** The seeded chance of one fault: who is hit, and for how long. */
final class Chance {
    private final Random random;
    private final Duration longest;

    /** @param longest the longest that something may stand still */
    Chance(Random random, Duration longest) {
        this.random = random;
        this.longest = longest;
    }

    <T> T of(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    boolean once(int times) {
        return random.nextInt(times) == 0;
    }

    Random random() {
        return random;
    }

    /** Lets some seconds pass. */
    void pass(int leastSeconds, int mostSeconds) throws InterruptedException {
        Thread.sleep(
                Duration.ofMillis(1_000L * leastSeconds + random.nextInt(1 + 1_000 * (mostSeconds - leastSeconds))));
    }

    /** Lets 5 to 20 s pass, and once in four times up to the longest. */
    void stand() throws InterruptedException {
        if (once(4)) {
            pass(5, (int) Math.max(5, longest.toSeconds()));
        } else {
            pass(5, (int) Math.max(5, Math.min(20, longest.toSeconds())));
        }
    }
}
