package io.hapax.stream.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final RateLimits limits = new RateLimits(3, 2, nanos::get);

    @Test
    void shouldLetABurstPassAndThenTheRate() {
        assertEquals(3, taken("a", 10));
        pass(Duration.ofMillis(499));
        assertEquals(TokenBucket.NONE, limits.take("a"));
        pass(Duration.ofMillis(1));
        assertEquals(0, limits.take("a"));
        assertEquals(TokenBucket.NONE, limits.take("a"));
        pass(Duration.ofHours(1));
        assertEquals(2, limits.take("a"));
        assertEquals(2, taken("a", 10));
    }

    @Test
    void shouldNotTakeOneClientsTurnsFromAnother() {
        assertEquals(3, taken("a", 10));
        assertEquals(3, taken("b", 10));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            quoteCharacter = '\0',
            value = {
                "-                      | 10 | false",
                "wait=3                 | 3  | true",
                "respond-async, wait=3  | 3  | true",
                "WAIT = 0;foo           | 0  | true",
                "wait=3600              | 30 | true",
                "wait=-1                | 10 | false",
                "wait=999999            | 30 | true",
                "wait=1000000           | 30 | true",
                "wait=99999999999999999999999 | 30 | true",
                "wait=00000000000000000002 | 2 | true",
                "wait=\"2\"            | 2  | true",
                "wait = \"2\" ; x=y   | 2  | true",
                "wait=2.5               | 10 | false",
                "wait=\"               | 10 | false",
                "wait                   | 10 | false",
                "wait=1, wait=2         | 1  | true",
                "x=\", wait=3\"       | 10 | false",
                "await=3                | 10 | false"
            })
    void shouldWaitAsTheClientPrefersWithinTheBound(String prefer, long seconds, boolean preferred) {
        assertEquals(
                new WaitPreference(Duration.ofSeconds(seconds), preferred),
                WaitPreference.of(
                        prefer == null ? List.of() : List.of(prefer), Duration.ofSeconds(10), Duration.ofSeconds(30)));
    }

    private int taken(String client, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += limits.take(client) == TokenBucket.NONE ? 0 : 1;
        }
        return taken;
    }

    private void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }
}
