package io.hapax.app.health;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class BackgroundChecksTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void shouldTellTheLastAnswerAndWhyThereIsNone() {
        try (BackgroundChecks checks = new BackgroundChecks()
                .with("broker", Duration.ofMillis(10), SOON, () -> "answers")
                .with("database", Duration.ofMillis(10), SOON, () -> {
                    throw new IllegalStateException("connection refused");
                })) {
            await(checks, List.of(Check.passed("broker", "answers"), Check.failed("database", "connection refused")));
        }
    }

    @Test
    void shouldFailWhatHangs() {
        CountDownLatch first = new CountDownLatch(1);
        try (BackgroundChecks checks = new BackgroundChecks()
                .with("broker", Duration.ofMillis(1), Duration.ofSeconds(1), () -> {
                    if (first.getCount() == 0) {
                        new CountDownLatch(1).await();
                    }
                    first.countDown();
                    return "answers";
                })) {
            await(checks, List.of(Check.passed("broker", "answers")));
            await(checks, List.of(Check.failed("broker", "no answer for 1 s")));
        }
    }

    private static void await(BackgroundChecks checks, List<Check> expected) {
        assertTimeoutPreemptively(SOON, () -> {
            while (!checks.last().equals(expected)) {
                Thread.onSpinWait();
            }
        });
    }
}
