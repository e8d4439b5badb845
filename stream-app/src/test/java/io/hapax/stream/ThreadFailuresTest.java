package io.hapax.stream;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ThreadFailuresTest {
    private final AtomicLong clock = new AtomicLong();
    private final ThreadFailures failures = new ThreadFailures(2, clock::get, () -> {});

    @Test
    void shouldReplaceThreadsUntilTooManyDiedInAShortTime() {
        for (int i = 0; i < 10; i++) {
            assertEquals(REPLACE_THREAD, failures.handle(new IllegalStateException("fault " + i)));
        }
        assertEquals(SHUTDOWN_CLIENT, failures.handle(new IllegalStateException("one too many")));
    }

    @Test
    void shouldForgetFaultsThatPassed() {
        for (int i = 0; i < 100; i++) {
            assertEquals(REPLACE_THREAD, failures.handle(new IllegalStateException("fault " + i)));
            clock.addAndGet(TimeUnit.MINUTES.toNanos(1) + 1);
        }
    }
}
