package io.hapax.stream.schedules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The search finds races that are there: without that, schedules that hold would prove nothing. */
class SchedulesTest {
    private final Object one = new Object();
    private final Object other = new Object();

    @Test
    void shouldFindAPlaceThatIsGivenTwice() {
        assumeTrue(Schedules.areExplored());
        Throwable found = assertThrows(
                Throwable.class,
                () -> Schedules.allHold(() -> {
                    AtomicInteger free = new AtomicInteger(1);
                    AtomicInteger given = new AtomicInteger();
                    Schedules.Scenario taker = () -> {
                        if (free.get() > 0) {
                            free.decrementAndGet();
                            given.incrementAndGet();
                        }
                    };
                    Schedules.together(taker, taker);
                    assertEquals(1, given.get(), "places given");
                }));
        assertTrue(String.valueOf(found.getMessage()).contains("places given"), found.toString());
    }

    @Test
    void shouldFindThreadsThatWaitForEachOther() {
        assumeTrue(Schedules.areExplored());
        Throwable found = assertThrows(
                Throwable.class,
                () -> Schedules.allHold(() -> Schedules.together(() -> inside(one, other), () -> inside(other, one))));
        assertTrue(found.toString().contains("Deadlock"), found.toString());
    }

    private static void inside(Object first, Object second) {
        synchronized (first) {
            synchronized (second) {
                assertEquals(first, first);
            }
        }
    }

    @Test
    void shouldFailWithWhatFailedInAThread() {
        AssertionError failure = assertThrows(
                AssertionError.class,
                () -> Schedules.together(() -> {}, () -> {
                    throw new IllegalStateException("paid twice");
                }));
        assertEquals("java.lang.IllegalStateException: paid twice", failure.getMessage());
    }
}
