package io.hapax.app.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AssignmentCheckTest {
    private final AtomicLong clock = new AtomicLong();
    private final AssignmentCheck tasks = new AssignmentCheck("tasks", Duration.ofSeconds(60), clock::get);

    @Test
    void shouldBeReadyWithAShare() {
        assertEquals(Check.passed("tasks", "3 assigned"), tasks.check(3));
    }

    @Test
    void shouldNotBeReadyWithoutOneWhileADeadInstanceMayStillHaveIt() {
        assertFalse(tasks.check(0).passes());
        clock.addAndGet(Duration.ofSeconds(59).toNanos());
        assertFalse(tasks.check(0).passes());
    }

    @Test
    void shouldStandByWhenOthersHaveAllOfTheWork() {
        tasks.check(0);
        clock.addAndGet(Duration.ofSeconds(60).toNanos());
        assertTrue(tasks.check(0).passes());
    }

    @Test
    void shouldWaitAnewWhenItHadAShareOrWasAway() {
        tasks.check(0);
        clock.addAndGet(Duration.ofSeconds(59).toNanos());
        tasks.check(1);
        clock.addAndGet(Duration.ofSeconds(59).toNanos());
        assertFalse(tasks.check(0).passes());
        clock.addAndGet(Duration.ofSeconds(59).toNanos());
        assertFalse(tasks.absent().passes());
        clock.addAndGet(Duration.ofSeconds(59).toNanos());
        assertFalse(tasks.check(0).passes());
    }
}
