package io.hapax.ledger.book;

import io.hapax.ledger.posting.LedgerInput;
import io.hapax.ledger.posting.Likeness;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.Step;
import io.hapax.topics.LogPosition;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The names in the inputs of a batch, and so all that has to be locked or read.
 *
 * @param accounts by id, those of reservations that are only named not among them
 * @param payments asked about
 * @param reservations that captures and releases name
 * @param likenesses of guarded payments
 * @param times the latest time read from each partition
 * @param told the latest of the times that were told for themselves, by partition
 */
record BatchNames(
        Set<String> accounts,
        Set<UUID> payments,
        Set<UUID> reservations,
        Set<Likeness> likenesses,
        Map<Integer, Instant> times,
        Map<Integer, Instant> told) {

    static BatchNames of(List<? extends LedgerInput> inputs) {
        BatchNames names = new BatchNames(
                new HashSet<>(), new HashSet<>(), new HashSet<>(), new HashSet<>(), new HashMap<>(), new HashMap<>());
        for (LedgerInput input : inputs) {
            switch (input) {
                case PostingRequest request -> names.add(request);
                case LedgerInput.TimePassed(var partition, var at) -> {
                    names.times.merge(partition, at, BatchNames::later);
                    names.told.merge(partition, at, BatchNames::later);
                }
                case LedgerInput.TimeRead(var partition, var at) -> names.times.merge(partition, at, BatchNames::later);
            }
        }
        return names;
    }

    private void add(PostingRequest request) {
        payments.add(request.paymentId());
        addNamed(request.content());
        if (request.guard().isOn()) likenesses.add(Likeness.of(request));
        if (!request.event().equals(LogPosition.NONE)) {
            times.merge(request.event().partition(), request.eventTime(), BatchNames::later);
        }
    }

    /** A cancel names no account. */
    private void addNamed(PaymentContent content) {
        switch (content.step()) {
            case Step.Cancel cancel -> {}
            case Step.Capture(var reservationId, var moreWillFollow) -> {
                accounts.add(content.debtorAccount());
                reservations.add(reservationId);
            }
            case Step.Release(var reservationId) -> {
                accounts.add(content.debtorAccount());
                reservations.add(reservationId);
            }
            case null, default -> {
                accounts.add(content.debtorAccount());
                accounts.add(content.creditorAccount());
            }
        }
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
