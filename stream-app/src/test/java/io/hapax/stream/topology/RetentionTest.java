package io.hapax.stream.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.PaymentCommand;
import io.hapax.stream.decision.RetentionSchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ten times the retention passes on the real store, with many keys. */
class RetentionTest {
    private static final Duration RETENTION = Duration.ofMinutes(10);
    private static final RetentionSchedule POLICY =
            new RetentionSchedule(RETENTION, Duration.ofMinutes(1), Duration.ofSeconds(30));
    private static final int PERIODS = 10;

    /** With the payments that the ledger posted: each id once, whatever is sent. */
    private final Set<UUID> posted = new HashSet<>();

    @Test
    void shouldForgetWhatHasExpiredAndKeepTheDiskBounded() {
        run(100_000);
    }

    @Tag("long")
    @Test
    void shouldForgetAMillionKeysAndKeepTheDiskBounded() {
        run(1_000_000);
    }

    private void run(int keys) {
        try (Journey journey = new Journey(POLICY)) {
            List<Long> bytesAfterPeriod = new ArrayList<>();
            for (int period = 0; period < PERIODS; period++) {
                pass(journey, period, keys / PERIODS);
                bytesAfterPeriod.add(journey.bytesOnDisk());
            }
            assertEquals(keys, posted.size());
            long inMemory = journey.bytesInMemory();
            assertTrue(inMemory > 0 && inMemory < 1.1 * Journey.MEMORY_MB * 1024 * 1024, inMemory + " bytes in memory");
            // The store keeps two retentions and drops by the segment, which is one more: from then on it must not
            // grow.
            long steady = bytesAfterPeriod.get(4);
            assertTrue(bytesAfterPeriod.getLast() < 1.3 * steady, bytesAfterPeriod.toString());
            // Bytes of the keys that may be known, were nothing dropped: all of them.
            long dropped =
                    bytesAfterPeriod.stream().mapToLong(Long::longValue).max().orElseThrow();
            assertTrue(dropped < (long) keys * 150, "grows with all keys: " + bytesAfterPeriod);

            answersExpired(journey);
            leavesAFalseTimeToTheLedger(journey);
            assertEquals(keys, posted.size());
        }
    }

    private void pass(Journey journey, int period, int keys) {
        Instant start = Journey.NOON.plus(RETENTION.multipliedBy(period));
        for (int i = 0; i < keys; i++) {
            if (i % 1_000 == 0) {
                journey.at(start.plus(RETENTION.multipliedBy(i).dividedBy(keys)));
                journey.decisions();
                journey.dropChangelogs();
            }
            journey.send(journey.command("p" + period + "-" + i).build());
            deal(journey);
        }
    }

    private void deal(Journey journey) {
        List<LedgerEvent> events = journey.events();
        events.forEach(event -> posted.add(event.getPaymentId()));
        journey.ledgerCompletes(events);
    }

    private static void answersExpired(Journey journey) {
        journey.decisions();
        PaymentCommand first = journey.command("p0-0").setSentAt(Journey.NOON).build();
        journey.send(first);
        assertEquals(List.of("EXPIRED"), journey.verdicts());
    }

    private void leavesAFalseTimeToTheLedger(Journey journey) {
        journey.send(journey.command("p0-0").setSentAt(journey.now()).build());
        deal(journey);
        assertEquals(List.of("SETTLED COMPLETED"), journey.verdicts());
    }
}
