package io.hapax.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.stream.UndecidedCommands.Progress;
import org.junit.jupiter.api.Test;

class UndecidedCommandsTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void shouldTellForHowLongAPartitionHasStoodStillWithCommandsOnIt() {
        Progress first = new Progress(10, 12, 0);
        assertEquals(2, first.undecided());
        Progress later = first.then(10, 15, 5 * SECOND).then(10, 15, 10 * SECOND);
        assertEquals(5, later.undecided());
        assertEquals(10, later.standsStillSeconds(10 * SECOND));
    }

    @Test
    void shouldNotTakeAPartitionForStuckOnWhichCommandsAreDecidedAllTheTime() {
        Progress busy = new Progress(10, 1_000, 0).then(500, 1_500, 5 * SECOND).then(501, 9_000, 10 * SECOND);
        assertEquals(8_499, busy.undecided());
        assertEquals(0, busy.standsStillSeconds(10 * SECOND));
    }

    @Test
    void shouldCountFromTheCommandThatCameAfterARest() {
        Progress rested = new Progress(10, 10, 0).then(10, 10, 100 * SECOND).then(10, 11, 105 * SECOND);
        assertEquals(0, rested.standsStillSeconds(105 * SECOND));
        assertEquals(5, rested.then(10, 11, 110 * SECOND).standsStillSeconds(110 * SECOND));
        assertEquals(0, rested.then(11, 11, 110 * SECOND).standsStillSeconds(120 * SECOND));
    }

    /** Offsets that were set ahead by hand. */
    @Test
    void shouldNotCountLessThanNothing() {
        assertEquals(0, new Progress(12, 10, 0).undecided());
    }
}
