package io.hapax.ledger.posting;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The reservations of a batch while it is worked through, and the clocks of its partitions. */
final class OpenReservations {
    /** The order in which those end whose time is over: nobody may depend on how they were found. */
    private static final Comparator<Reservation> BY_END =
            Comparator.comparing(Reservation::expiresAt).thenComparing(Reservation::id);

    private final Map<Integer, Instant> clocks;
    private final Map<UUID, Reservation> open;
    private final Map<String, NavigableSet<Reservation>> byDebtor = new HashMap<>();
    private final Map<UUID, ReservationEnd.How> ended;
    private final Set<UUID> opened = new HashSet<>();
    private final Map<UUID, Reservation> closed = new HashMap<>();
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

    /** What was open under this id before the batch or since; null if nothing was. */
    @Nullable Reservation find(UUID id) {
        Reservation found = open.get(id);
        return found == null ? closed.get(id) : found;
    }

    ReservationState state(Reservation found) {
        return closed.containsKey(found.id())
                ? new ReservationState.Ended(requireNonNull(ended.get(found.id())))
                : new ReservationState.Open(found);
    }

    /** What became of a reservation before the batch, given the result of the request for it. */
    ReservationState ended(UUID id, PaymentResult result) {
        return result instanceof PaymentResult.Failed
                ? new ReservationState.NeverHeld()
                : new ReservationState.Ended(requireNonNull(ended.get(id), "a reservation is open or has ended"));
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

    void begin(Reservation reservation) {
        opened.add(reservation.id());
        put(reservation);
    }

    void put(Reservation reservation) {
        forget(reservation.id());
        open.put(reservation.id(), reservation);
        index(reservation);
        changed.put(reservation.id(), reservation);
    }

    void end(ReservationEnd end) {
        Reservation before = forget(end.reservationId());
        if (before != null) {
            closed.put(before.id(), before);
        }
        changed.remove(end.reservationId());
        ended.put(end.reservationId(), end.how());
        ends.add(end);
    }

    private void index(Reservation reservation) {
        byDebtor.computeIfAbsent(reservation.debtor(), none -> new TreeSet<>(BY_END))
                .add(reservation);
    }

    private @Nullable Reservation forget(UUID id) {
        Reservation before = open.remove(id);
        if (before != null) {
            requireNonNull(byDebtor.get(before.debtor())).remove(before);
        }
        return before;
    }

    HoldChanges changes() {
        Map<Boolean, List<Reservation>> isNew =
                changed.values().stream().collect(Collectors.partitioningBy(each -> opened.contains(each.id())));
        return new HoldChanges(
                Map.copyOf(moved),
                List.copyOf(isNew.getOrDefault(true, List.of())),
                List.copyOf(isNew.getOrDefault(false, List.of())),
                List.copyOf(ends));
    }
}
