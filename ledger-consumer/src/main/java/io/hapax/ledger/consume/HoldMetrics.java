package io.hapax.ledger.consume;

import io.hapax.ledger.book.OpenHolds;
import io.hapax.ledger.posting.ReservationEnd;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The gauges of the money that is held in this instance's partitions, and the counters of how holds ended. */
public final class HoldMetrics {
    private static final OpenHolds NOTHING = new OpenHolds(0, Map.of(), null);

    private final MeterRegistry registry;
    private final Map<ReservationEnd.How, Counter> ended = new EnumMap<>(ReservationEnd.How.class);
    private final Set<String> currencies = new HashSet<>();
    private volatile OpenHolds holds = NOTHING;
    private volatile double overdueSeconds;

    HoldMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (ReservationEnd.How how : ReservationEnd.How.values()) {
            ended.put(
                    how,
                    Counter.builder("hapax.ledger.reservations.ended")
                            .description("Reservations that ended, by how")
                            .tag("how", how.name())
                            .register(registry));
        }
        Gauge.builder("hapax.ledger.reservations.open", () -> holds.reservations())
                .description("Reservations of this instance's partitions that hold money")
                .register(registry);
        Gauge.builder("hapax.ledger.reservations.overdue.seconds", () -> overdueSeconds)
                .description("How long the time of the oldest open reservation has been over")
                .register(registry);
    }

    /** They ended now: what is read again ends nothing. */
    public void ended(List<ReservationEnd> ends) {
        for (ReservationEnd end : ends) {
            Counter counter = ended.get(end.how());
            if (counter != null) counter.increment();
        }
    }

    /** What is held at this moment. */
    void open(OpenHolds now, Instant at) {
        holds = now;
        overdueSeconds = overdue(now.firstEnd(), at);
        now.heldMinor().keySet().forEach(this::register);
    }

    private static double overdue(@Nullable Instant firstEnd, Instant at) {
        return firstEnd == null ? 0 : Math.max(0, Duration.between(firstEnd, at).toMillis() / 1_000.0);
    }

    private void register(String currency) {
        if (!currencies.add(currency)) return;
        Gauge.builder("hapax.ledger.held.minor", () -> holds.heldMinor().getOrDefault(currency, BigDecimal.ZERO))
                .description("Money that is held, in minor units of the currency")
                .tag("currency", currency)
                .register(registry);
    }
}
