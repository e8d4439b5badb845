package io.hapax.stream.alerting;

import io.hapax.insight.Alert;
import io.hapax.insight.KeyInsight;
import io.hapax.insight.MisuseKind;
import io.hapax.insight.UsageFact;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** Counters of all clients together; one client's figures are in the table of {@code scripts/insight}. */
public final class InsightMetrics {
    private final Map<UsageFact.Kind, Counter> facts = new EnumMap<>(UsageFact.Kind.class);
    private final Map<MisuseKind, Counter> opened = new EnumMap<>(MisuseKind.class);
    private final Map<MisuseKind, AtomicInteger> open = new EnumMap<>(MisuseKind.class);
    private final Counter unreadable;
    private final AtomicInteger clients;

    public InsightMetrics(MeterRegistry registry) {
        for (UsageFact.Kind kind : UsageFact.Kind.values()) {
            facts.put(kind, registry.counter("hapax.key.usage", "kind", kind.name()));
        }
        for (MisuseKind kind : MisuseKind.values()) {
            opened.put(kind, registry.counter("hapax.incidents.opened", "kind", kind.name()));
            AtomicInteger count = new AtomicInteger();
            Gauge.builder("hapax.incidents.open", count::get)
                    .tag("kind", kind.name())
                    .register(registry);
            open.put(kind, count);
        }
        unreadable = registry.counter("hapax.key.usage.unreadable");
        clients = new AtomicInteger();
        Gauge.builder("hapax.clients.watched", clients::get).register(registry);
    }

    void facts(UsageFact.Kind kind, int count) {
        Objects.requireNonNull(facts.get(kind)).increment(count);
    }

    void alert(Alert alert) {
        if (alert.phase() == Alert.Phase.OPENED) {
            Objects.requireNonNull(opened.get(alert.cause().kind())).increment();
        }
    }

    /** Sets the numbers of open incidents and watched clients. */
    void now(KeyInsight insight) {
        open.forEach((kind, count) -> count.set(insight.openIncidents(kind)));
        clients.set(insight.clients());
    }

    void unreadable(int count) {
        unreadable.increment(count);
    }
}
