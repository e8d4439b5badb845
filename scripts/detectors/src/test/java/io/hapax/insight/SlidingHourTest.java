package io.hapax.insight;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlidingHourTest {
    private static final long NOW_MS = 1_767_225_600_000L;
    private static final long STEP_MS = 5 * 60_000L;

    @Test
    void shouldCountTheLastHourStepByStep() {
        SlidingHour hour = new SlidingHour();
        for (int step = 0; step < 30; step++) hour.add(NOW_MS + step * STEP_MS);
        assertEquals(12, hour.total(NOW_MS + 29 * STEP_MS));
        assertEquals(11, hour.total(NOW_MS + 30 * STEP_MS));
        assertEquals(1, hour.total(NOW_MS + 40 * STEP_MS));
        assertEquals(0, hour.total(NOW_MS + 41 * STEP_MS));
    }

    /** A bit that flips in what was saved makes any number of it. Step by step from there takes for ever. */
    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MIN_VALUE / 2, -1, 0, NOW_MS})
    void shouldGoOnAtOnceFromWhateverTimeWasSaved(long newest) throws IOException {
        SlidingHour hour = saved(newest);
        assertTimeoutPreemptively(ofSeconds(5), () -> hour.total(NOW_MS));
        assertTimeoutPreemptively(ofSeconds(5), () -> hour.add(Long.MAX_VALUE));
        assertEquals(1, hour.total(Long.MAX_VALUE));
    }

    private static SlidingHour saved(long newest) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(newest);
        for (int step = 0; step < 12; step++) out.writeInt(0);
        SlidingHour hour = new SlidingHour();
        hour.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        return hour;
    }
}
