package io.hapax.tools.insight;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.schemas.IncidentPhase;
import io.hapax.schemas.KeyUsageAlert;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class InsightCommandTest {
    @Test
    void shouldTellIncidentsInTheOrderOfTimeWhateverTheirPartition() {
        KeyUsageAlert first = alert(1, "a", IncidentPhase.OPENED);
        KeyUsageAlert opened = alert(2, "b", IncidentPhase.OPENED);
        KeyUsageAlert closed = alert(2, "b", IncidentPhase.CLOSED);
        KeyUsageAlert last = alert(3, "c", IncidentPhase.OPENED);
        assertEquals(
                List.of(first, opened, closed, last), InsightCommand.inOrder(List.of(last, closed, first, opened)));
    }

    private static KeyUsageAlert alert(long second, String client, IncidentPhase phase) {
        return KeyUsageAlert.newBuilder()
                .setIncidentId(new UUID(0, second))
                .setPhase(phase)
                .setClientId(client)
                .setKind("RETRY_LOOP")
                .setCause("LOOP_WITH_FIXED_DELAY")
                .setReason("because")
                .setAt(Instant.ofEpochSecond(second))
                .setOpenedAt(Instant.ofEpochSecond(second))
                .setEvidence(Map.of())
                .build();
    }
}
