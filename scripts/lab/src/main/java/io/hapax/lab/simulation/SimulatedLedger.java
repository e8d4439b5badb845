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
import io.hapax.stream.decision.Payload;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.Result;
import io.hapax.topics.LogPosition;
import io.hapax.topics.Partitions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The ledger consumer: one worker per partition, a database that keeps all commits, and outcomes that may be lost.
 */
final class SimulatedLedger {
    private final Topics topics;
    private final Witness witness;
    private Map<UUID, RecordedPayment> recorded;
    private Map<String, Account> accounts;
    private final List<Long> offsets;

    /** The ledger, as a value. */
    record Content(Map<UUID, RecordedPayment> recorded, Map<String, Account> accounts, List<Long> offsets) {
        /** A ledger in which nothing was posted. */
        static Content of(int partitions, Map<String, Long> openingBalances) {
            Map<String, Account> accounts = new HashMap<>();
            openingBalances.forEach(
                    (id, balance) -> accounts.put(id, new Account(id, "EUR", AccountKind.CUSTOMER, 0, true, balance)));
            return new Content(Map.of(), Map.copyOf(accounts), Collections.nCopies(partitions, 0L));
        }
    }

    SimulatedLedger(Topics topics, Witness witness, Content content) {
        this.topics = topics;
        this.witness = witness;
        this.recorded = content.recorded();
        this.accounts = content.accounts();
        this.offsets = new ArrayList<>(content.offsets());
    }

    Content content() {
        return new Content(recorded, accounts, List.copyOf(offsets));
    }

    /** The offset from which the worker of the partition reads on. */
    long offset(int partition) {
        return offsets.get(partition);
    }

    boolean hasInput() {
        for (int partition = 0; partition < offsets.size(); partition++) {
            if (unread(partition) > 0) {
                return true;
            }
        }
        return false;
    }

    /** Number of events that the worker of the partition has not read. */
    int unread(int partition) {
        return (int) (topics.events.get(partition).end() - offset(partition));
    }

    /**
     * The fate of a batch after the database has committed it.
     *
     * @param published number of outcomes at most that are published before the process dies
     * @param lost place of the outcome in the batch that never arrives, −1 for none
     * @param dies the process dies, and its offsets are not committed
     */
    record Fate(int published, int lost, boolean dies) {
        static final Fate GOOD = losing(-1);

        static Fate losing(int lost) {
            return new Fate(Integer.MAX_VALUE, lost, false);
        }

        static Fate dyingAfter(int published) {
            return new Fate(published, -1, true);
        }
    }

    /** One poll: decide, commit to the database, publish, commit offsets; up to where the process dies. */
    void work(int partition, int atMost, Fate fate) {
        Log<LedgerMessage> log = topics.events.get(partition);
        List<Log.Entry<LedgerMessage>> batch = new ArrayList<>();
        for (long offset = offset(partition); log.has(offset) && batch.size() < atMost; offset++) {
            batch.add(log.at(offset));
        }
        if (batch.isEmpty()) {
            return;
        }
        List<PostingRequest> requests =
                batch.stream().map(entry -> request(entry, partition)).toList();
        PostingBatch posted = PostingBatch.decide(requests, recorded, accounts);
        write(posted);
        for (int i = 0; i < batch.size() && i < fate.published; i++) {
            if (i != fate.lost) {
                publish(batch.get(i), posted.answers().get(i));
            }
        }
        if (!fate.dies) {
            offsets.set(partition, offset(partition) + batch.size());
        }
    }

    /** Deletes the next event before the ledger has read it. */
    void loseNext(int partition) {
        if (unread(partition) > 0) {
            offsets.set(partition, offset(partition) + 1);
        }
    }

    /** A rebalance or an operator sets the worker back: it reads again what it has read. */
    void setBack(int partition, int by) {
        offsets.set(partition, Math.max(0, offset(partition) - by));
    }

    private void write(PostingBatch posted) {
        if (posted.payments().isEmpty()) {
            return;
        }
        Map<UUID, RecordedPayment> more = new HashMap<>(recorded);
        for (RecordedPayment payment : posted.payments()) {
            more.put(payment.request().paymentId(), payment);
            witness.recorded(payment);
        }
        Map<String, Account> after = new HashMap<>(accounts);
        for (BalanceChange change : posted.balances()) {
            Account before = requireNonNull(after.get(change.accountId()));
            after.put(change.accountId(), before.after(change.afterMinor() - before.balanceMinor()));
        }
        recorded = Map.copyOf(more);
        accounts = Map.copyOf(after);
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
        return new PostingRequest(
                message.inquiry() ? PostingRequest.Kind.INQUIRE : PostingRequest.Kind.POST,
                message.paymentId(),
                pending.key().clientId(),
                pending.key().idempotencyKey(),
                content(pending.payload()),
                pending.first().attempt(),
                pending.first().seenAt(),
                new LogPosition(
                        pending.first().origin().partition(),
                        pending.first().origin().offset()),
                new LogPosition(partition, entry.offset()));
    }

    private static PaymentContent content(Payload payload) {
        return switch (payload) {
            case Payment payment ->
                new PaymentContent(
                        payment.debtorAccount(),
                        payment.creditorAccount(),
                        payment.amountMinor(),
                        payment.currency(),
                        payment.reference());
            default -> throw new IllegalStateException("no client of this world asks for it: " + payload);
        };
    }
}
