package io.hapax.stream.gateway.journey;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FeedProgressTest {
    private long nanos = 5;
    private final FeedProgress progress = new FeedProgress(() -> nanos);

    @Test
    void shouldPassWhileDecisionsAreReadSoonAfterTheyAreMade() {
        progress.at(0);
        later(29);
        progress.at(9_000);
        later(29);
        assertTrue(progress.check().passes());
    }

    @Test
    void shouldFailWhenItDoesNotCatchUp() {
        progress.at(0);
        for (int second = 0; second < 31; second++) {
            later(1);
            progress.at(50_000);
        }
        assertFalse(progress.check().passes());
        assertTrue(progress.check().detail().contains("50000 behind"), progress.check()::detail);
        progress.at(10);
        assertTrue(progress.check().passes());
    }

    @Test
    void shouldFailWhenReadingStandsStill() {
        progress.at(0);
        later(31);
        assertFalse(progress.check().passes());
    }

    @Test
    void shouldFailAtOnceWhenNobodyReads() {
        progress.at(0);
        assertFalse(progress.dead().passes());
    }

    private void later(int seconds) {
        nanos += Duration.ofSeconds(seconds).toNanos();
    }
}
