package io.hapax.stream.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFilterTest {
    /** One chunk, its brim, and several chunks. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10_000, 1 << 20, (1 << 20) + 1, 2_000_000})
    void shouldNeverDenyAnIdThatWasAddedAndSeldomAdmitAnother(int ids) {
        KeyFilter filter = new KeyFilter();
        Random added = new Random(1);
        for (int i = 0; i < ids; i++) {
            filter.add(added.nextLong(), added.nextLong());
        }

        Random again = new Random(1);
        for (int i = 0; i < ids; i++) {
            assertTrue(filter.mayContain(again.nextLong(), again.nextLong()), "id " + i);
        }
        assertEquals(ids, filter.added());
        Random others = new Random(2);
        int wrong = 0;
        for (int i = 0; i < 100_000; i++) {
            if (filter.mayContain(others.nextLong(), others.nextLong())) {
                wrong++;
            }
        }
        // 3 in 100 of each full chunk, and there are at most three.
        assertTrue(wrong < 10_000, wrong + " of 100000 unknown ids may be contained");
        assertTrue(filter.bytes() <= Math.max(1 << 20, 2L * ids), filter.bytes() + " bytes for " + ids);
    }
}
