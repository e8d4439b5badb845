package io.hapax.insight;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * The news that an incident is opened or closed.
 *
 * @param incidentId the same in both; follows from client, kind and opening time, so that facts read again tell the
 *     same
 * @param atMs event time
 * @param openedAtMs event time of the opening
 * @param evidence what was seen when it was opened; empty when it is closed
 */
public record Alert(
        UUID incidentId,
        Phase phase,
        String clientId,
        Cause cause,
        long atMs,
        long openedAtMs,
        List<Evidence> evidence) {
    /** The phase of an incident that an alert reports. */
    public enum Phase {
        OPENED,
        CLOSED
    }

    static Alert opened(String clientId, Finding finding, long atMs) {
        return new Alert(
                incidentId(clientId, finding.cause().kind(), atMs),
                Phase.OPENED,
                clientId,
                finding.cause(),
                atMs,
                atMs,
                finding.evidence());
    }

    static Alert closed(String clientId, Incident incident, long atMs) {
        return new Alert(
                incidentId(clientId, incident.cause().kind(), incident.openedAtMs()),
                Phase.CLOSED,
                clientId,
                incident.cause(),
                atMs,
                incident.openedAtMs(),
                List.of());
    }

    /** The explanation that a person reads. */
    public String reason() {
        return clientId + " " + cause.sentence();
    }

    private static UUID incidentId(String clientId, MisuseKind kind, long openedAtMs) {
        return UUID.nameUUIDFromBytes((clientId + "/" + kind + "/" + openedAtMs).getBytes(StandardCharsets.UTF_8));
    }
}
