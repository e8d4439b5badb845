package io.hapax.ledger.posting;

import static java.util.Objects.requireNonNull;

import io.hapax.ledger.posting.PaymentResult.Completed;
import io.hapax.ledger.posting.PostingResult.Settled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The effect of a batch of requests on the ledger: the answers in the order of the requests, and all rows to write.
 * It is the same as if each request had been handled alone, one after the other.
 *
 * <p>The clock of a partition of the log is the greatest time read from it so far. So what is over when a request is
 * judged depends on the log alone, and a rebuild finds the same. Before a request is judged, the holds of its debtor
 * that are over by then have ended.
 *
 * @param answers one per request, in their order
 * @param payments payments dealt with for the first time, in order
 * @param entries two per completed payment, in order, debit first
 * @param balances accounts that entries were made on, or of which more or less is held, in the order of their ids
 * @param holds what happened to reservations
 * @param recent the latest guarded payments of their likeness that were completed by the batch
 */
public record PostingBatch(
        List<PostingAnswer> answers,
        List<RecordedPayment> payments,
        List<Entry> entries,
        List<BalanceChange> balances,
        HoldChanges holds,
        Map<Likeness, Recent> recent) {

    /**
     * Decides each request in order, seeing what those before it did, in a ledger without reservations.
     *
     * @param recorded payments on record among those asked about, by payment id
     * @param accounts accounts named by the requests as they stand before the batch, by account id
     */
    public static PostingBatch decide(
            List<PostingRequest> requests, Map<UUID, RecordedPayment> recorded, Map<String, Account> accounts) {
        return decide(requests, recorded, accounts, Holds.NONE, Map.of());
    }

    /**
     * Deals with each input in order, seeing what those before it did.
     *
     * @param recorded payments on record among those asked about, and named reservations that are not open; by id
     * @param accounts accounts named by the inputs or by their reservations, as they stand before the batch, by id
     * @param recent the latest guarded payments of the likenesses in the batch, before it
     */
    public static PostingBatch decide(
            List<? extends LedgerInput> inputs,
            Map<UUID, RecordedPayment> recorded,
            Map<String, Account> accounts,
            Holds holds,
            Map<Likeness, Recent> recent) {
        return decide(inputs, recorded, accounts, holds, recent, (request, decided) -> decided);
    }

    /**
     * The same, where another than the rule has the last word.
     *
     * @param lastWord asked about each payment that is not on record yet
     */
    public static PostingBatch decide(
            List<? extends LedgerInput> inputs,
            Map<UUID, RecordedPayment> recorded,
            Map<String, Account> accounts,
            Holds holds,
            Map<Likeness, Recent> recent,
            LastWord lastWord) {
        Book book = new Book(recorded, accounts, holds, recent, lastWord);
        List<PostingAnswer> answers = new ArrayList<>(inputs.size());
        for (LedgerInput input : inputs) {
            switch (input) {
                case PostingRequest request -> answers.add(new PostingAnswer(request, book.apply(request)));
                case LedgerInput.TimePassed passed -> book.apply(passed);
                case LedgerInput.TimeRead read -> book.apply(read);
            }
        }
        return new PostingBatch(
                List.copyOf(answers),
                List.copyOf(book.payments),
                List.copyOf(book.entries),
                book.changes(accounts),
                book.reservations.changes(),
                book.recent.changed());
    }

    /** The last word on what became of a payment, given what the rule decides. */
    public interface LastWord {
        /** The result that counts. What it completes must be possible: its accounts exist, its hold is open. */
        PaymentResult settled(PostingRequest request, PaymentResult decided);
    }

    /** The part of the ledger that a batch touches, while it is worked through. */
    private static final class Book {
        private final Map<UUID, RecordedPayment> recorded;
        private final Map<String, Account> accounts;
        private final OpenReservations reservations;
        private final RecentPayments recent;
        private final LastWord lastWord;
        private final List<RecordedPayment> payments = new ArrayList<>();
        private final List<Entry> entries = new ArrayList<>();
        private final Set<String> held = new LinkedHashSet<>();

        Book(
                Map<UUID, RecordedPayment> recorded,
                Map<String, Account> accounts,
                Holds holds,
                Map<Likeness, Recent> recent,
                LastWord lastWord) {
            this.recorded = new HashMap<>(recorded);
            this.accounts = new HashMap<>(accounts);
            this.reservations = new OpenReservations(holds);
            this.recent = new RecentPayments(recent);
            this.lastWord = lastWord;
        }

        /** What is over by the time that was told, and not by the clock: read again after a crash, that is later. */
        void apply(LedgerInput.TimePassed passed) {
            Instant clock = reservations.clock(passed.partition(), passed.at());
            expire(reservations.overIn(passed.partition(), passed.at()), clock);
        }

        void apply(LedgerInput.TimeRead read) {
            reservations.clock(read.partition(), read.at());
        }

        PostingResult apply(PostingRequest request) {
            Instant clock = clock(request);
            PostingResult result = PostingRule.decide(
                    request,
                    recorded.get(request.paymentId()),
                    () -> lastWord.settled(request, settle(request, clock)));
            if (!(result instanceof Settled settled)) return result;
            RecordedPayment payment = named(settled.payment());
            write(payment, clock);
            return new Settled(payment);
        }

        /** An opening balance is in no log. */
        private Instant clock(PostingRequest request) {
            return request.isOpening()
                    ? Instant.MIN
                    : reservations.clock(request.event().partition(), request.eventTime());
        }

        private PaymentResult settle(PostingRequest request, Instant clock) {
            PaymentContent content = request.content();
            expire(reservations.overOf(content.debtorAccount(), request.event().partition(), clock), clock);
            Account debtor = accounts.get(content.debtorAccount());
            return switch (content.step()) {
                case null ->
                    PostingRule.settle(
                            request, debtor, accounts.get(content.creditorAccount()), recent.suspicion(request, clock));
                case Step.Reserve reserve ->
                    ReservationRule.reserve(
                            request,
                            debtor,
                            accounts.get(content.creditorAccount()),
                            request.acceptedAt().plus(reserve.hold()),
                            clock);
                case Step.Capture capture -> {
                    ReservationState state = state(capture.reservationId(), request);
                    Account creditor =
                            state instanceof ReservationState.Open(var open) ? accounts.get(open.creditor()) : null;
                    yield ReservationRule.capture(content, capture, state, creditor);
                }
                case Step.Release release -> ReservationRule.release(state(release.reservationId(), request));
                case Step.Cancel cancel -> new PaymentResult.Failed(FailureReason.CANCELLED, null);
            };
        }

        /** Another client's or debtor's reservation, or one of another partition, is none that the request can mean. */
        private ReservationState state(UUID reservationId, PostingRequest request) {
            Reservation known = reservations.find(reservationId);
            if (known != null) {
                return known.isMeantBy(request) ? reservations.state(known) : new ReservationState.Unknown();
            }
            RecordedPayment named = recorded.get(reservationId);
            if (named == null
                    || !(named.request().content().step() instanceof Step.Reserve terms)
                    || !Reservation.of(named.request(), terms).isMeantBy(request)) {
                return new ReservationState.Unknown();
            }
            return reservations.ended(reservationId, named.settlement());
        }

        /** A capture that moved money names whom it paid. */
        private RecordedPayment named(RecordedPayment payment) {
            PostingRequest request = payment.request();
            return payment.settlement() instanceof Completed
                            && request.content().step() instanceof Step.Capture capture
                    ? new RecordedPayment(
                            request.about(request.content()
                                    .paidTo(reservations
                                            .open(capture.reservationId())
                                            .creditor())),
                            payment.settlement())
                    : payment;
        }

        private void write(RecordedPayment payment, Instant clock) {
            recorded.put(payment.request().paymentId(), payment);
            payments.add(payment);
            if (!(payment.settlement() instanceof Completed)) return;
            PaymentContent content = payment.request().content();
            switch (content.step()) {
                case null -> {
                    move(payment, content);
                    recent.completed(payment.request(), clock);
                }
                case Step.Reserve reserve -> hold(Reservation.of(payment.request(), reserve));
                case Step.Capture capture -> {
                    capture(payment, capture, clock);
                    move(payment, content);
                }
                case Step.Release release ->
                    end(
                            reservations.open(release.reservationId()),
                            ReservationEnd.How.VOIDED,
                            payment.request().paymentId(),
                            clock);
                case Step.Cancel cancel -> throw new IllegalStateException("a cancel completes nothing");
            }
        }

        private void move(RecordedPayment payment, PaymentContent content) {
            enter(payment, content.debtorAccount(), -content.amountMinor());
            enter(payment, content.creditorAccount(), content.amountMinor());
        }

        private void hold(Reservation reservation) {
            holding(reservation.debtor(), reservation.remainingMinor());
            reservations.begin(reservation);
        }

        private void capture(RecordedPayment payment, Step.Capture capture, Instant clock) {
            PaymentContent content = payment.request().content();
            Reservation before = reservations.open(capture.reservationId());
            Reservation left = before.less(content.amountMinor());
            holding(before.debtor(), -content.amountMinor());
            if (capture.moreWillFollow() && left.remainingMinor() > 0) {
                reservations.put(left);
            } else {
                end(left, ReservationEnd.How.CAPTURED, payment.request().paymentId(), clock);
            }
        }

        private void expire(List<Reservation> over, Instant clock) {
            for (Reservation each : over) {
                end(each, ReservationEnd.How.EXPIRED, null, clock);
            }
        }

        private void end(Reservation left, ReservationEnd.How how, @Nullable UUID by, Instant clock) {
            holding(left.debtor(), -left.remainingMinor());
            reservations.end(new ReservationEnd(left.id(), how, by, left.remainingMinor(), clock));
        }

        private void holding(String accountId, long amountMinor) {
            accounts.put(accountId, requireNonNull(accounts.get(accountId)).holding(amountMinor));
            held.add(accountId);
        }

        private void enter(RecordedPayment payment, String accountId, long amountMinor) {
            Account after = requireNonNull(accounts.get(accountId)).after(amountMinor);
            accounts.put(accountId, after);
            entries.add(new Entry(payment.request().paymentId(), accountId, amountMinor, after.balanceMinor()));
        }

        List<BalanceChange> changes(Map<String, Account> before) {
            return Stream.concat(entries.stream().map(Entry::accountId), held.stream())
                    .distinct()
                    .sorted()
                    .map(id -> change(requireNonNull(before.get(id)), requireNonNull(accounts.get(id))))
                    .toList();
        }

        private static BalanceChange change(Account before, Account after) {
            return new BalanceChange(
                    before.id(), before.balanceMinor(), after.balanceMinor(), before.heldMinor(), after.heldMinor());
        }
    }
}
