package io.hapax.lab.simulation;

import static java.util.Objects.requireNonNull;

import io.hapax.ledger.posting.Account;
import io.hapax.ledger.posting.PaymentResult;
import io.hapax.ledger.posting.PostingBatch;
import io.hapax.ledger.posting.RecordedPayment;
import io.hapax.ledger.posting.ReservationEnd;
import io.hapax.ledger.posting.ReservationEnd.How;
import io.hapax.stream.decision.Cancellation;
import io.hapax.stream.decision.Capture;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.Payload;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.Reservation;
import io.hapax.stream.decision.Result;
import io.hapax.stream.decision.Voiding;
import io.hapax.topics.PaymentKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A witness of held money, outside of the ledger's rule. It reads what the ledger reads, one event after the other,
 * whatever the ledger does with batches. It knows the log and no other clock.
 */
final class HoldsWitness implements SimulatedLedger.Observer {
    private static final String COMPLETED = "COMPLETED";

    private final Map<String, Long> balances;
    private final Map<Integer, Long> clocks = new HashMap<>();
    private final Map<UUID, Hold> open = new HashMap<>();
    private final Map<UUID, How> ended = new HashMap<>();
    private final Set<UUID> neverHeld = new HashSet<>();

    /** The debtor of each reservation that the ledger has dealt with. */
    private final Map<UUID, String> debtors = new HashMap<>();

    private final Set<UUID> known = new HashSet<>();
    private final Map<String, Integer> counts = new TreeMap<>();

    /** A reservation that holds money. */
    private static final class Hold {
        private final UUID id;
        private final int partition;
        private final Reservation terms;
        private final long overAtMs;
        private long leftMinor;

        Hold(UUID id, int partition, Reservation terms, long overAtMs) {
            this.id = id;
            this.partition = partition;
            this.terms = terms;
            this.overAtMs = overAtMs;
            this.leftMinor = terms.amountMinor();
        }
    }

    /** @param openingBalances minor units, by account */
    HoldsWitness(Map<String, Long> openingBalances) {
        this.balances = new HashMap<>(openingBalances);
    }

    /** Number of reservations by their ends. */
    Map<String, Integer> counts() {
        return counts;
    }

    @Override
    public void posted(
            int partition, List<Log.Entry<LedgerMessage>> read, PostingBatch posted, Map<String, Account> accounts) {
        Map<UUID, RecordedPayment> results = new HashMap<>();
        posted.payments().forEach(payment -> results.put(payment.request().paymentId(), payment));
        List<UUID> ends = new ArrayList<>();
        for (Log.Entry<LedgerMessage> entry : read) {
            switch (entry.value()) {
                case LedgerMessage.TimePassed(var at) -> {
                    moveClock(partition, at.toEpochMilli());
                    ends.addAll(over(partition, null, at.toEpochMilli()));
                }
                case LedgerMessage.Event event -> {
                    moveClock(partition, entry.timestampMs());
                    if (!LedgerInputs.isInquiry(event) && known.add(event.paymentId())) {
                        judge(event, partition, result(results.get(event.paymentId())), ends);
                    }
                }
            }
        }
        demandSameEnds(ends, posted.holds().ends());
        accounts.forEach((id, account) -> demand(
                account.heldMinor() == held(id),
                "held money is that of open reservations",
                id + " has " + account.heldMinor() + " instead of " + held(id)));
    }

    /** Checks the end of a run, long after the last hold was over. */
    void end() {
        demand(
                open.isEmpty(),
                "a hold that nobody ends is released",
                open.keySet().toString());
    }

    private void judge(LedgerMessage.Event event, int partition, String result, List<UUID> ends) {
        Pending pending = event.pending();
        Payload payload = pending.payload();
        if (payload instanceof Payload.OfDebtor debit) {
            ends.addAll(over(partition, debit.debtorAccount(), clock(partition)));
        }
        String expected = expected(pending, partition);
        if (!result.equals(expected)) {
            throw new BrokenPromiseException(
                    promise(payload, result, expected),
                    payload + " at " + clock(partition) + " is " + result + " instead of " + expected);
        }
        if (payload instanceof Reservation reservation) {
            debtors.put(event.paymentId(), reservation.debtorAccount());
        }
        if (!result.equals(COMPLETED)) {
            neverHeld.add(event.paymentId());
            return;
        }
        switch (payload) {
            case Payment payment -> move(payment.debtorAccount(), payment.creditorAccount(), payment.amountMinor());
            case Reservation reservation ->
                open.put(
                        event.paymentId(),
                        new Hold(event.paymentId(), partition, reservation, overAtMs(pending, reservation)));
            case Capture capture -> {
                Hold hold = requireNonNull(open.get(reservation(pending, capture.reservationKey())));
                move(hold.terms.debtorAccount(), hold.terms.creditorAccount(), capture.amountMinor());
                hold.leftMinor -= capture.amountMinor();
                if (!capture.moreWillFollow() || hold.leftMinor == 0) {
                    end(hold, How.CAPTURED, ends);
                }
            }
            case Voiding voiding ->
                end(requireNonNull(open.get(reservation(pending, voiding.reservationKey()))), How.VOIDED, ends);
            case Cancellation cancel -> throw new IllegalStateException("a cancel completes nothing");
        }
    }

    /** The words of the promise that such a result breaks. */
    private static String promise(Payload payload, String result, String expected) {
        if (!result.equals(COMPLETED)) {
            return "a step fails for the reason that the log gives";
        }
        return switch (expected) {
            case "INSUFFICIENT_FUNDS" -> "what is held is not spent";
            case "AMOUNT_ABOVE_RESERVATION" -> "no capture moves more than is held";
            default ->
                payload instanceof Capture
                        ? "nothing is captured once its reservation has ended"
                        : "a reservation ends once";
        };
    }

    private String expected(Pending pending, int partition) {
        return switch (pending.payload()) {
            case Payment payment -> funds(payment.debtorAccount(), payment.amountMinor());
            case Reservation reservation ->
                clock(partition) >= overAtMs(pending, reservation)
                        ? "RESERVATION_EXPIRED"
                        : funds(reservation.debtorAccount(), reservation.amountMinor());
            case Capture capture -> {
                UUID id = reservation(pending, capture.reservationKey());
                Hold hold = open.get(id);
                if (hold == null || !hold.terms.debtorAccount().equals(capture.debtorAccount())) {
                    yield whyNot(id, capture.debtorAccount());
                }
                if (capture.moreWillFollow() && !hold.terms.multiple()) {
                    yield "RESERVATION_NOT_MULTIPLE";
                }
                yield capture.amountMinor() > hold.leftMinor ? "AMOUNT_ABOVE_RESERVATION" : COMPLETED;
            }
            case Voiding voiding -> {
                UUID id = reservation(pending, voiding.reservationKey());
                Hold hold = open.get(id);
                yield hold != null && hold.terms.debtorAccount().equals(voiding.debtorAccount())
                        ? COMPLETED
                        : whyNot(id, voiding.debtorAccount());
            }
            case Cancellation cancel -> Result.CANCELLED;
        };
    }

    private String funds(String debtor, long amountMinor) {
        return requireNonNull(balances.get(debtor)) - held(debtor) >= amountMinor ? COMPLETED : "INSUFFICIENT_FUNDS";
    }

    private String whyNot(UUID reservation, String debtor) {
        String debtorOfIt = debtors.get(reservation);
        if (!debtor.equals(debtorOfIt)) {
            return "RESERVATION_NOT_FOUND";
        }
        return neverHeld.contains(reservation) ? "RESERVATION_FAILED" : "RESERVATION_" + ended.get(reservation);
    }

    /** Ends what is over by then, of an account or of all. */
    private List<UUID> over(int partition, @Nullable String debtor, long atMs) {
        List<UUID> ends = new ArrayList<>();
        List<Hold> over = open.values().stream()
                .filter(hold -> hold.partition == partition && hold.overAtMs <= atMs)
                .filter(hold -> debtor == null || hold.terms.debtorAccount().equals(debtor))
                .sorted(Comparator.comparingLong((Hold hold) -> hold.overAtMs).thenComparing(hold -> hold.id))
                .toList();
        over.forEach(hold -> end(hold, How.EXPIRED, ends));
        return ends;
    }

    private void end(Hold hold, How how, List<UUID> ends) {
        open.remove(hold.id);
        ended.put(hold.id, how);
        counts.merge("RESERVATION_" + how, 1, Integer::sum);
        ends.add(hold.id);
    }

    private void demandSameEnds(List<UUID> expected, List<ReservationEnd> ends) {
        List<UUID> actual = ends.stream().map(ReservationEnd::reservationId).toList();
        demand(actual.equals(expected), "a reservation ends once", actual + " instead of " + expected);
        for (ReservationEnd end : ends) {
            demand(
                    end.how() == ended.get(end.reservationId()),
                    "a reservation ends once",
                    end + " instead of " + ended.get(end.reservationId()));
        }
    }

    private long held(String account) {
        return open.values().stream()
                .filter(hold -> hold.terms.debtorAccount().equals(account))
                .mapToLong(hold -> hold.leftMinor)
                .sum();
    }

    private void move(String debtor, String creditor, long amountMinor) {
        balances.merge(debtor, -amountMinor, Long::sum);
        balances.merge(creditor, amountMinor, Long::sum);
    }

    private void moveClock(int partition, long toMs) {
        clocks.merge(partition, toMs, Math::max);
    }

    private long clock(int partition) {
        return requireNonNull(clocks.get(partition));
    }

    private static long overAtMs(Pending pending, Reservation reservation) {
        return reservation.heldUntil(pending.first().seenAt()).toEpochMilli();
    }

    private static UUID reservation(Pending pending, String reservationKey) {
        return new PaymentKey(pending.key().clientId(), reservationKey).paymentId();
    }

    private static String result(@Nullable RecordedPayment recorded) {
        return switch (recorded == null ? null : recorded.settlement()) {
            case null -> "nothing";
            case PaymentResult.Completed completed -> COMPLETED;
            case PaymentResult.Failed failed -> failed.reason().name();
        };
    }

    private static void demand(boolean holds, String promise, String what) {
        if (!holds) {
            throw new BrokenPromiseException(promise, what);
        }
    }
}
