package io.hapax.insight;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * All clients and what is unusual about how they use their keys. Facts go in, in about the order of their times,
 * alerts come out: one when an incident is opened, one when it is closed.
 *
 * <p>Holds a bounded number of clients, and forgets those that were quiet the longest.
 */
public final class KeyInsight {
    /** Time between two looks for incidents that are over. */
    private static final long LOOK_MS = 60_000;

    private final RecentPayments recent;
    private final Forest forest = new Forest();
    private final LinkedHashMap<String, WatchedClient> clients;
    private final Map<String, WatchedClient> withIncidents = new HashMap<>();
    private final Set<String> forgotten = new HashSet<>();
    private long nowMs = Long.MIN_VALUE;
    private long lookedMs = Long.MIN_VALUE;

    /**
     * @param mostClients clients that are watched at the same time
     * @param places payments remembered to find the same one under another key; a power of two
     */
    public KeyInsight(int mostClients, int places) {
        recent = new RecentPayments(places);
        clients = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, WatchedClient> eldest) {
                boolean tooMany = size() > mostClients;
                if (tooMany && !eldest.getValue().hasOpenIncidents()) {
                    forgotten.add(eldest.getKey());
                }
                return tooMany;
            }
        };
    }

    /** Takes a fact in; alerts come as the fact makes them, and as its time closes others. */
    public List<Alert> observe(UsageFact fact) {
        nowMs = Math.max(nowMs, fact.atMs());
        List<Alert> alerts = closeWhatIsOver();
        WatchedClient client = client(fact.clientId());
        List<Alert> opened = client.observe(fact);
        if (!opened.isEmpty()) {
            withIncidents.put(fact.clientId(), client);
            alerts.addAll(opened);
        }
        return alerts;
    }

    private WatchedClient client(String clientId) {
        WatchedClient client = clients.get(clientId);
        if (client == null) {
            // An open incident outlives the bound on clients: who has one is not forgotten.
            client = withIncidents.get(clientId);
            if (client == null) {
                client = new WatchedClient(clientId, recent, forest);
            }
            clients.put(clientId, client);
            forgotten.remove(clientId);
        }
        return client;
    }

    private List<Alert> closeWhatIsOver() {
        List<Alert> closed = new ArrayList<>(0);
        if (lookedMs != Long.MIN_VALUE && nowMs - lookedMs < LOOK_MS) {
            return closed;
        }
        lookedMs = nowMs;
        withIncidents.values().removeIf(client -> {
            closed.addAll(client.close(nowMs));
            return !client.hasOpenIncidents();
        });
        return closed;
    }

    /** Clients that were given up since the last call, for whom nothing needs to be saved any more. */
    public List<String> takeForgotten() {
        List<String> taken = List.copyOf(forgotten);
        forgotten.clear();
        return taken;
    }

    /** The number of clients that are watched. */
    public int clients() {
        return clients.size();
    }

    /** The number of open incidents of a kind. */
    public int openIncidents(MisuseKind kind) {
        return (int) withIncidents.values().stream()
                .filter(client -> client.hasOpen(kind))
                .count();
    }

    /** The use that a client makes of its keys. Null when nothing is known of the client. */
    public @Nullable ClientUsage usage(String clientId) {
        WatchedClient client = clients.get(clientId);
        return client == null ? null : client.usage();
    }

    /** Every client that is watched. */
    public void forEach(BiConsumer<String, ClientUsage> each) {
        clients.forEach((clientId, client) -> each.accept(clientId, client.usage()));
    }

    /** A receiver of the facts by which a client's retention is judged. */
    interface RetentionView {
        void see(String clientId, ClientUsage usage, boolean misusedOldKeys);
    }

    void forEachRetention(RetentionView view) {
        clients.forEach((clientId, client) -> view.see(clientId, client.usage(), client.misusedOldKeys()));
    }

    /**
     * A command came; what was decided on it is another fact.
     *
     * @param firstSentMs when it was first sent, as it says; null if it does not
     */
    public void sent(String clientId, long atMs, @Nullable Long firstSentMs) {
        client(clientId).usage().lateness().sent(atMs, firstSentMs);
    }

    /** All that is known of a client, as bytes; null when nothing is. */
    public byte @Nullable [] save(String clientId) {
        WatchedClient client = clients.get(clientId);
        if (client == null) {
            client = withIncidents.get(clientId);
        }
        return client == null ? null : client.write();
    }

    /**
     * Takes over what another instance saved.
     *
     * @return false if the bytes are broken; the client then starts anew, as one that nothing is known of
     */
    public boolean restore(String clientId, byte[] saved) {
        WatchedClient client = new WatchedClient(clientId, recent, forest);
        if (!client.read(saved)) {
            return false;
        }
        clients.put(clientId, client);
        if (client.hasOpenIncidents()) {
            withIncidents.put(clientId, client);
        }
        return true;
    }
}
