package io.hapax.ledger.posting;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.UUID;

/** The reservations of a batch while it is worked through, and the clocks of its partitions. */
final class OpenReservations {
    /** The order in which those end whose time is over: nobody may depend on how they were found. */
    private static final Comparator<Reservation> BY_END =
            Comparator.comparing(Reservation::expiresAt).thenComparing(Reservation::id);

    private final Map<Integer, Instant> clocks;
    private final Map<UUID, Reservation> open;
    private final Map<String, NavigableSet<Reservation>> byDebtor = new HashMap<>();
    private final Map<UUID, ReservationEnd.How> ended;
    private final Map<Integer, Instant> moved = new HashMap<>();
    private final Map<UUID, Reservation> changed = new LinkedHashMap<>();
    private final List<ReservationEnd> ends = new ArrayList<>();

    OpenReservations(Holds before) {
        clocks = new HashMap<>(before.clocks());
        open = new HashMap<>(before.open());
        open.values().forEach(this::index);
        ended = new HashMap<>(before.ended());
    }

    /** The clock of a partition once a time was read from it. It never goes back. */
    Instant clock(int partition, Instant read) {
        Instant now = clocks.merge(partition, read, (before, next) -> next.isAfter(before) ? next : before);
        moved.put(partition, now);
        return now;
    }

    Reservation open(UUID id) {
        return requireNonNull(open.get(id));
    }

    /** What a step that names a reservation finds, given what is on record under its id. */
    ReservationState state(UUID id, PaymentContent named, PaymentResult became) {
        if (!(named.step() instanceof Step.Reserve)) return new ReservationState.Unknown();
        if (became instanceof PaymentResult.Failed) return new ReservationState.NeverHeld();
        Reservation found = open.get(id);
        return found == null
                ? new ReservationState.Ended(requireNonNull(ended.get(id), "a reservation is open or has ended"))
                : new ReservationState.Open(found);
    }

    /** Those of an account that are over by now, in the order in which they end. */
    List<Reservation> overOf(String debtor, int partition, Instant clock) {
        NavigableSet<Reservation> all = byDebtor.get(debtor);
        return all == null
                ? List.of()
                : all.stream()
                        .takeWhile(each -> each.isOverAt(clock))
                        .filter(each -> each.partition() == partition)
                        .toList();
    }

    /** Those of a partition that are over at that time, in the order in which they end. */
    List<Reservation> overIn(int partition, Instant at) {
        return open.values().stream()
                .filter(each -> each.partition() == partition && each.isOverAt(at))
                .sorted(BY_END)
                .toList();
    }

    void put(Reservation reservation) {
        forget(reservation.id());
        open.put(reservation.id(), reservation);
        index(reservation);
        changed.put(reservation.id(), reservation);
    }

    void end(ReservationEnd end) {
        forget(end.reservationId());
        changed.remove(end.reservationId());
        ended.put(end.reservationId(), end.how());
        ends.add(end);
    }

    private void index(Reservation reservation) {
        byDebtor.computeIfAbsent(reservation.debtor(), none -> new TreeSet<>(BY_END))
                .add(reservation);
    }

    private void forget(UUID id) {
        Reservation before = open.remove(id);
        if (before != null) {
            requireNonNull(byDebtor.get(before.debtor())).remove(before);
        }
    }

    HoldChanges changes() {
        return new HoldChanges(Map.copyOf(moved), List.copyOf(changed.values()), List.copyOf(ends));
    }
}
