package io.hapax.tools.trail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.schemas.ActionPhase;
import io.hapax.schemas.OperatorAction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class OperatorTrailTest {
    private static final Intent CLOSING =
            new Intent("ada", Intent.CLI, "accounts close", "alice", "she moved", "close it");

    private final List<OperatorAction> written = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-31T00:00:00Z");
    private boolean isAway;

    private final OperatorTrail trail = new OperatorTrail() {
        @Override
        public void write(UUID actionId, ActionPhase phase, Intent intent, String detail) {
            if (isAway) {
                throw new KafkaException("away");
            }
            now = now.plusSeconds(1);
            written.add(new OperatorAction(
                    actionId,
                    phase,
                    now,
                    intent.operator(),
                    "root@host",
                    intent.through(),
                    intent.action(),
                    intent.target(),
                    intent.reason(),
                    detail));
        }

        @Override
        public void close() {}
    };

    @Test
    void shouldDoNothingThatCouldNotBeWrittenDownBefore() {
        isAway = true;
        List<String> done = new ArrayList<>();
        assertThrows(KafkaException.class, () -> {
            try (Attempt attempt = trail.begin(CLOSING)) {
                done.add("closed");
                attempt.done("closed");
            }
        });
        assertEquals(List.of(), done);
    }

    @Test
    void shouldTellABeginningAndAnEndAsOneAction() {
        try (Attempt attempt = trail.begin(CLOSING)) {
            assertEquals(ActionPhase.TRIED, written.getLast().getPhase());
            attempt.done("closed");
        }
        assertEquals(2, written.size());
        PastAction past = PastAction.of(written).getFirst();
        assertEquals(ActionPhase.DONE, past.end());
        assertEquals("close it", past.asked());
        assertEquals("closed", past.result());
        assertEquals("she moved", past.reason());
    }

    @Test
    void shouldTellAFaultWhereNoEndWasTold() {
        assertThrows(IllegalStateException.class, () -> {
            try (Attempt attempt = trail.begin(CLOSING)) {
                if (written.size() == 1) {
                    throw new IllegalStateException("the database went away");
                }
                attempt.done("closed");
            }
        });
        assertEquals(
                List.of(ActionPhase.TRIED, ActionPhase.FAILED),
                written.stream().map(OperatorAction::getPhase).toList());
    }

    @Test
    void shouldShowTheNewestFirstAndSayWhereNoEndWasRecorded() {
        trail.refused(CLOSING, "the login may only look");
        trail.begin(CLOSING);
        List<PastAction> past = PastAction.of(written);
        assertEquals(
                List.of(ActionPhase.TRIED, ActionPhase.REFUSED),
                past.stream().map(PastAction::end).toList());
        assertEquals("", past.getFirst().result());
        assertEquals("the login may only look", past.getLast().result());
        assertEquals("", past.getLast().asked());
    }

    @Test
    void shouldBoundWhatAnOperatorTypes() {
        Intent endless = new Intent("ada", Intent.CLI, "accounts close", "alice", " " + "x".repeat(300_000), "");
        assertTrue(endless.reason().length() < 2_100, "the record would not fit");
    }
}
