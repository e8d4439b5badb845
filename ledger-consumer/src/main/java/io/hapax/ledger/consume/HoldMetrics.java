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
    private static final OpenHolds NOTHING = new OpenHolds(0, Map.of());

    private final MeterRegistry registry;
    private final Map<ReservationEnd.How, Counter> ended = new EnumMap<>(ReservationEnd.How.class);
    private final Set<String> currencies = new HashSet<>();

    /** Null while it is not known. */
    private volatile @Nullable OpenHolds holds = NOTHING;

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
        Gauge.builder("hapax.ledger.reservations.open", this, HoldMetrics::reservations)
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

    /** The first of all open holds ends then; null if there is none. */
    void firstEnds(@Nullable Instant firstEnd, Instant now) {
        overdueSeconds = firstEnd == null
                ? 0
                : Math.max(0, Duration.between(firstEnd, now).toMillis() / 1_000.0);
    }

    /** What is held at this moment; null if it could not be found out. */
    void held(@Nullable OpenHolds now) {
        holds = now;
        if (now != null) now.heldMinor().keySet().forEach(this::register);
    }

    private double reservations() {
        OpenHolds known = holds;
        return known == null ? Double.NaN : known.reservations();
    }

    private double heldMinor(String currency) {
        OpenHolds known = holds;
        return known == null
                ? Double.NaN
                : known.heldMinor().getOrDefault(currency, BigDecimal.ZERO).doubleValue();
    }

    private void register(String currency) {
        if (!currencies.add(currency)) return;
        Gauge.builder("hapax.ledger.held.minor", this, metrics -> metrics.heldMinor(currency))
                .description("Money that is held, in minor units of the currency")
                .tag("currency", currency)
                .register(registry);
    }
}
