package io.hapax.stream.alerting;

import io.hapax.insight.Alert;
import io.hapax.insight.UsageFact;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The findings since the last commit. Without a commit they are made again. So they are counted when they are
 * committed.
 */
final class Uncommitted {
    private final List<Alert> alerts = new ArrayList<>();
    private final Set<String> clients = new HashSet<>();
    private final Map<UsageFact.Kind, Integer> facts = new EnumMap<>(UsageFact.Kind.class);
    private int unreadable;

    void add(UsageFact fact) {
        facts.merge(fact.kind(), 1, Integer::sum);
        clients.add(fact.clientId());
    }

    void add(Alert alert) {
        alerts.add(alert);
        clients.add(alert.clientId());
    }

    /** Something else is known of that client now. */
    void add(String clientId) {
        clients.add(clientId);
    }

    void addUnreadable() {
        unreadable++;
    }

    List<Alert> alerts() {
        return alerts;
    }

    /** The clients of whom something else is known than before. */
    Set<String> clients() {
        return clients;
    }

    /** Counts all of it, and forgets it. */
    void committed(InsightMetrics metrics) {
        facts.forEach(metrics::facts);
        alerts.forEach(metrics::alert);
        metrics.unreadable(unreadable);
        clear();
    }

    void clear() {
        alerts.clear();
        clients.clear();
        facts.clear();
        unreadable = 0;
    }
}
