package io.hapax.insight;

import io.hapax.insight.UsageFact.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** Facts of one client at times that a test chooses, and the alerts they make. */
final class Facts {
    static final long MINUTE = 60_000;
    static final long HOUR = 60 * MINUTE;
    static final long DAY = 24 * HOUR;

    /** A Monday. */
    private static final long BEGIN = 1_780_272_000_000L;

    private final String clientId;
    private final List<Alert> alerts = new ArrayList<>();
    private KeyInsight insight = newInsight();
    private long payloads = 1;

    Facts(String clientId) {
        this.clientId = clientId;
    }

    static KeyInsight newInsight() {
        return new KeyInsight(1_000, 1 << 12);
    }

    void accepted(String key, long at) {
        paid(key, at, payloads++);
    }

    void paid(String key, long at, long payload) {
        add(Kind.ACCEPTED, key, at, at, payload, true, List.of());
    }

    void replayed(String key, long at, long firstSeen) {
        add(Kind.REPLAYED, key, at, firstSeen, 1, true, List.of());
    }

    void replayedFromElsewhere(String key, long at, long firstSeen) {
        add(Kind.REPLAYED, key, at, firstSeen, 1, false, List.of());
    }

    void expired(String key, long at) {
        add(Kind.EXPIRED, key, at, -1, 0, true, List.of());
    }

    /** Forgotten by the service, and known to the ledger. */
    void lookedUp(String key, long at, long firstSeen) {
        add(Kind.CAUGHT_BY_LEDGER, key, at, firstSeen, 1, true, List.of());
    }

    void of(Kind kind, String key, long at) {
        add(kind, key, at, at, payloads++, true, List.of());
    }

    void conflict(String key, long at, String... differing) {
        add(Kind.CONFLICT, key, at, 0, 1, true, List.of(differing));
    }

    private void add(
            Kind kind, String key, long at, long firstSeen, long payload, boolean own, List<String> differing) {
        alerts.addAll(insight.observe(new UsageFact(
                clientId, key, kind, BEGIN + at, firstSeen < 0 ? 0 : BEGIN + firstSeen, payload, own, differing)));
    }

    /** Another instance takes over, with what this one has saved. */
    void moveToAnotherInstance() {
        byte[] saved = insight.save(clientId);
        insight = newInsight();
        insight.restore(clientId, Objects.requireNonNull(saved));
    }

    KeyInsight insight() {
        return insight;
    }

    List<Alert> alerts() {
        return alerts;
    }

    List<Cause> opened() {
        return alerts.stream()
                .filter(alert -> alert.phase() == Alert.Phase.OPENED)
                .map(Alert::cause)
                .toList();
    }

    static String newKey() {
        return UUID.randomUUID().toString();
    }
}
