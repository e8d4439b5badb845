package io.hapax.lab.simulation;

import static java.util.Objects.requireNonNull;

import io.hapax.ledger.posting.Account;
import io.hapax.ledger.posting.AccountKind;
import io.hapax.ledger.posting.BalanceChange;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PaymentResult;
import io.hapax.ledger.posting.PostingAnswer;
import io.hapax.ledger.posting.PostingBatch;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.PostingResult;
import io.hapax.ledger.posting.RecordedPayment;
import io.hapax.stream.decision.Outcome;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.Result;
import io.hapax.topics.LogPosition;
import io.hapax.topics.Partitions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * The ledger consumer: one worker per partition, a database that keeps all commits, and outcomes that may be lost.
 */
final class SimulatedLedger {
    private final Topics topics;
    private final Witness witness;
    private final Map<UUID, RecordedPayment> recorded = new HashMap<>();
    private final Map<String, Account> accounts = new HashMap<>();
    private final long[] offsets;

    SimulatedLedger(Topics topics, Witness witness, Map<String, Long> openingBalances) {
        this.topics = topics;
        this.witness = witness;
        this.offsets = new long[topics.partitions];
        openingBalances.forEach(
                (id, balance) -> accounts.put(id, new Account(id, "EUR", AccountKind.CUSTOMER, 0, true, balance)));
    }

    boolean hasInput() {
        for (int partition = 0; partition < offsets.length; partition++) {
            if (topics.events.get(partition).has(offsets[partition])) {
                return true;
            }
        }
        return false;
    }

    /** The point in a batch at which the process dies. */
    enum Death {
        NEVER,
        BEFORE_COMMIT,
        BEFORE_OUTCOMES,
        AMID_OUTCOMES,
        BEFORE_OFFSETS
    }

    /**
     * One poll: decide, commit to the database, publish, commit offsets; up to where it dies.
     *
     * @param losesOutcome whether an outcome of this batch never arrives
     */
    void work(int partition, int atMost, Death death, boolean losesOutcome, Random random) {
        Log<LedgerMessage> log = topics.events.get(partition);
        List<Log.Entry<LedgerMessage>> batch = new ArrayList<>();
        for (long offset = offsets[partition]; log.has(offset) && batch.size() < atMost; offset++) {
            batch.add(log.at(offset));
        }
        if (batch.isEmpty() || death == Death.BEFORE_COMMIT) {
            return;
        }
        List<PostingRequest> requests =
                batch.stream().map(entry -> request(entry, partition)).toList();
        PostingBatch posted = PostingBatch.decide(requests, recorded, accounts);
        write(posted);
        if (death == Death.BEFORE_OUTCOMES) {
            return;
        }
        int published = death == Death.AMID_OUTCOMES ? random.nextInt(batch.size()) : batch.size();
        int lost = losesOutcome ? random.nextInt(batch.size()) : -1;
        for (int i = 0; i < published; i++) {
            if (i != lost) {
                publish(batch.get(i), posted.answers().get(i));
            }
        }
        if (death == Death.NEVER) {
            offsets[partition] += batch.size();
        }
    }

    /** Deletes the next event before the ledger has read it. */
    void loseNext(int partition) {
        if (topics.events.get(partition).has(offsets[partition])) {
            offsets[partition]++;
        }
    }

    /** A rebalance or an operator sets the worker back: it reads again what it has read. */
    void setBack(int partition, int by) {
        offsets[partition] = Math.max(0, offsets[partition] - by);
    }

    private void write(PostingBatch posted) {
        for (RecordedPayment payment : posted.payments()) {
            recorded.put(payment.request().paymentId(), payment);
            witness.recorded(payment);
        }
        for (BalanceChange change : posted.balances()) {
            Account before = requireNonNull(accounts.get(change.accountId()));
            accounts.put(change.accountId(), before.after(change.afterMinor() - before.balanceMinor()));
        }
        witness.balances(accounts.values());
    }

    private void publish(Log.Entry<LedgerMessage> entry, PostingAnswer answer) {
        LedgerMessage message = entry.value();
        int partition = Partitions.of(message.pending().key(), topics.partitions);
        topics.outcomes
                .get(partition)
                .append(
                        entry.timestampMs(),
                        new OutcomeMessage(
                                message.paymentId(), message.pending().key(), outcome(message, answer.result())));
    }

    private static Outcome outcome(LedgerMessage message, PostingResult result) {
        var command = message.pending().first().origin();
        return switch (result) {
            case PostingResult.Settled settled -> dealt(command, settled.payment());
            case PostingResult.AlreadySettled already -> dealt(command, already.payment());
            case PostingResult.Conflict conflict -> new Outcome.KeyTaken(command, conflict.differingFields());
            case PostingResult.NotFound notFound ->
                new Outcome.NotFound(command, message.pending().first().attempt());
        };
    }

    private static Outcome dealt(LogPosition command, RecordedPayment payment) {
        return new Outcome.Resolved(command, result(payment), payment.request().acceptedAt());
    }

    static Result result(RecordedPayment payment) {
        return switch (payment.settlement()) {
            case PaymentResult.Completed completed -> new Result.Completed();
            case PaymentResult.Failed failed ->
                new Result.Failed(failed.reason().name(), failed.account());
        };
    }

    private static PostingRequest request(Log.Entry<LedgerMessage> entry, int partition) {
        LedgerMessage message = entry.value();
        var pending = message.pending();
        Payment payment = pending.payment();
        return new PostingRequest(
                message.inquiry() ? PostingRequest.Kind.INQUIRE : PostingRequest.Kind.POST,
                message.paymentId(),
                pending.key().clientId(),
                pending.key().idempotencyKey(),
                new PaymentContent(
                        payment.debtorAccount(),
                        payment.creditorAccount(),
                        payment.amountMinor(),
                        payment.currency(),
                        payment.reference()),
                pending.first().attempt(),
                pending.first().seenAt(),
                new LogPosition(
                        pending.first().origin().partition(),
                        pending.first().origin().offset()),
                new LogPosition(partition, entry.offset()));
    }
}
