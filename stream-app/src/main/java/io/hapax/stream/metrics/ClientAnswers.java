package io.hapax.stream.metrics;

import static java.util.Objects.requireNonNull;

import io.hapax.schemas.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The counters of answers by kind and client. Clients beyond the bound are counted together, as {@link #OTHER}.
 * Whoever may send commands may name any number of clients, and each costs memory here and in Prometheus.
 */
final class ClientAnswers {
    static final String OTHER = "other";

    private final MeterRegistry registry;
    private final int mostClients;
    private final Map<String, Map<Verdict, Counter>> byClient = new ConcurrentHashMap<>();
    private final Map<Verdict, Counter> others;

    ClientAnswers(MeterRegistry registry, int mostClients) {
        this.registry = registry;
        this.mostClients = mostClients;
        this.others = counters(OTHER);
    }

    void count(Verdict verdict, String client) {
        requireNonNull(counters(verdict, client).get(verdict)).increment();
    }

    private Map<Verdict, Counter> counters(Verdict verdict, String client) {
        Map<Verdict, Counter> known = byClient.get(client);
        if (known != null) {
            return known;
        }
        // The client of an invalid command may be any text.
        if (verdict == Verdict.INVALID || byClient.size() >= mostClients) {
            return others;
        }
        return byClient.computeIfAbsent(client, this::counters);
    }

    private Map<Verdict, Counter> counters(String client) {
        Map<Verdict, Counter> counters = new EnumMap<>(Verdict.class);
        for (Verdict verdict : Verdict.values()) {
            counters.put(
                    verdict,
                    Counter.builder("hapax.answers")
                            .description("Commands answered, by answer and client")
                            .tag("answer", verdict.name())
                            .tag("client", client)
                            .register(registry));
        }
        return counters;
    }
}
