package io.hapax.tools.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Tests of sessions, of guesses of passwords, and of pages whose parts are away. */
class DoorsTest {
    private Instant now = Instant.parse("2026-01-31T00:00:00Z");

    @Test
    void shouldEndASessionThatIsNotUsedAndOneThatIsOld() {
        Sessions sessions = new Sessions(() -> now);
        String token = sessions.begin(login()).token();
        now = now.plus(Sessions.IDLE);
        assertTrue(sessions.find(token).isPresent());
        now = now.plus(Sessions.IDLE).plusMillis(1);
        assertFalse(sessions.find(token).isPresent());

        String busy = sessions.begin(login()).token();
        Instant end = now.plus(Sessions.LONGEST);
        while (now.plus(Sessions.IDLE).isBefore(end)) {
            now = now.plus(Sessions.IDLE);
            assertTrue(sessions.find(busy).isPresent());
        }
        now = end.plusMillis(1);
        assertFalse(sessions.find(busy).isPresent());
    }

    @Test
    void shouldMakeWhoGuessesWaitLongerAndLonger() {
        LoginThrottle throttle = new LoginThrottle(() -> now);
        for (int guess = 1; guess < 5; guess++) {
            throttle.failed("ada", "10.0.0.1");
            assertFalse(throttle.mustWait("ada", "10.0.0.1"), "after " + guess);
        }
        throttle.failed("ada", "10.0.0.1");
        assertTrue(throttle.mustWait("ada", "10.0.0.2"), "from elsewhere");
        assertFalse(throttle.mustWait("bob", "10.0.0.1"), "another person");
        now = now.plusSeconds(10);
        assertFalse(throttle.mustWait("ada", "10.0.0.1"));
        throttle.failed("ada", "10.0.0.1");
        now = now.plusSeconds(10);
        assertTrue(throttle.mustWait("ada", "10.0.0.1"), "twice as long");
        throttle.succeeded("ada");
        assertFalse(throttle.mustWait("ada", "10.0.0.1"));
    }

    @Test
    void shouldMakeAnAddressWaitThatGuessesAtManyNames() {
        LoginThrottle throttle = new LoginThrottle(() -> now);
        for (int guess = 0; guess < 20; guess++) {
            throttle.failed("name-" + guess, "10.0.0.1");
        }
        assertTrue(throttle.mustWait("ada", "10.0.0.1"));
        assertFalse(throttle.mustWait("ada", "10.0.0.2"));
    }

    @Test
    void shouldSayWhatItCannotSeeAndNotWait() {
        CountDownLatch never = new CountDownLatch(1);
        Page away = new BoundedPage(
                asked -> {
                    never.await();
                    return View.of();
                },
                Duration.ofMillis(50));
        assertEquals(List.of("no answer within 0 s"), away.look(Map.of()).cannotSee());
        Page broken = new BoundedPage(
                asked -> {
                    throw new IllegalStateException("the database is in another castle");
                },
                Duration.ofSeconds(10));
        assertEquals(
                List.of("the database is in another castle"),
                broken.look(Map.of()).cannotSee());
    }

    @Test
    void shouldShowTextsFromOutsideWithAllThatIsInThem() {
        View.Table table = new View.Rows("t", "c").add("a\u202eb", null, 7).table("");
        assertEquals(List.of(List.of("a\\u202eb", "", "7")), table.rows());
    }

    private static Login login() {
        return new Login("ada", Role.LOOK, PasswordHash.OF_NOBODY);
    }
}
