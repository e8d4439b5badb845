package io.hapax.lab.simulation;

import static java.util.Objects.requireNonNull;

import io.hapax.ledger.posting.Account;
import io.hapax.ledger.posting.AccountKind;
import io.hapax.ledger.posting.BalanceChange;
import io.hapax.ledger.posting.HoldChanges;
import io.hapax.ledger.posting.Holds;
import io.hapax.ledger.posting.LedgerInput;
import io.hapax.ledger.posting.PaymentResult;
import io.hapax.ledger.posting.PostingAnswer;
import io.hapax.ledger.posting.PostingBatch;
import io.hapax.ledger.posting.PostingResult;
import io.hapax.ledger.posting.RecordedPayment;
import io.hapax.ledger.posting.ReservationEnd;
import io.hapax.ledger.posting.Step;
import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.Outcome;
import io.hapax.stream.decision.Result;
import io.hapax.topics.LogPosition;
import io.hapax.topics.Partitions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The ledger consumer: one worker per partition, a database that keeps all commits, and outcomes that may be lost.
 */
final class SimulatedLedger {
    /** The time that is told is behind the clock of the process by this, so that a clock that is ahead ends little. */
    private static final Duration BEHIND_OWN_CLOCK = Duration.ofMinutes(1);

    private final Topics topics;
    private final Witness witness;
    private Map<UUID, RecordedPayment> recorded;
    private Map<String, Account> accounts;
    private Holds holds;
    private final List<Long> offsets;
    private final LedgerMistake mistake;
    private final Observer observer;

    /** One who looks at each batch that the database has committed. */
    interface Observer {
        /** Looks at nothing. */
        Observer NONE = (partition, read, posted, accounts) -> {};

        /** @param accounts after the batch */
        void posted(
                int partition, List<Log.Entry<LedgerMessage>> read, PostingBatch posted, Map<String, Account> accounts);
    }

    /** The ledger, as a value. */
    record Content(
            Map<UUID, RecordedPayment> recorded, Map<String, Account> accounts, Holds holds, List<Long> offsets) {
        /** A ledger in which nothing was posted. */
        static Content of(int partitions, Map<String, Long> openingBalances) {
            Map<String, Account> accounts = new HashMap<>();
            openingBalances.forEach(
                    (id, balance) -> accounts.put(id, new Account(id, "EUR", AccountKind.CUSTOMER, 0, true, balance)));
            return new Content(Map.of(), Map.copyOf(accounts), Holds.NONE, Collections.nCopies(partitions, 0L));
        }
    }

    /** A ledger without a mistake. */
    SimulatedLedger(Topics topics, Witness witness, Content content) {
        this(topics, witness, content, LedgerMistake.NONE, Observer.NONE);
    }

    SimulatedLedger(Topics topics, Witness witness, Content content, LedgerMistake mistake, Observer observer) {
        this.topics = topics;
        this.witness = witness;
        this.recorded = content.recorded();
        this.accounts = content.accounts();
        this.holds = content.holds();
        this.mistake = mistake;
        this.observer = observer;
        this.offsets = new ArrayList<>(content.offsets());
    }

    Content content() {
        return new Content(recorded, accounts, asked(holds), List.copyOf(offsets));
    }

    /** Where nothing was ever held, no clock is asked: two ledgers that differ in their clocks alone are the same. */
    private static Holds asked(Holds holds) {
        return holds.open().isEmpty() && holds.ended().isEmpty() ? Holds.NONE : holds;
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

    /**
     * One poll: decide, commit to the database, publish, commit offsets; up to where the process dies.
     *
     * @param nowMs by the clock of the process, which must decide nothing
     */
    void work(int partition, int atMost, Fate fate, long nowMs) {
        Log<LedgerMessage> log = topics.events.get(partition);
        List<Log.Entry<LedgerMessage>> batch = new ArrayList<>();
        for (long offset = offset(partition); log.has(offset) && batch.size() < atMost; offset++) {
            batch.add(log.at(offset));
        }
        if (batch.isEmpty()) {
            return;
        }
        List<LedgerInput> inputs = batch.stream()
                .map(entry -> LedgerInputs.input(entry, partition, mistake.eventTimeMs(entry.timestampMs(), nowMs)))
                .toList();
        PostingBatch posted =
                PostingBatch.decide(inputs, recorded, mistake.seen(accounts), mistake.seen(holds), Map.of());
        write(posted);
        observer.posted(partition, batch, posted, accounts);
        Iterator<PostingAnswer> answers = posted.answers().iterator();
        for (int i = 0; i < batch.size() && i < fate.published; i++) {
            if (batch.get(i).value() instanceof LedgerMessage.Event event) {
                PostingAnswer answer = answers.next();
                if (i != fate.lost) {
                    publish(event, batch.get(i).timestampMs(), answer);
                }
            }
        }
        if (!fate.dies) {
            offsets.set(partition, offset(partition) + batch.size());
        }
    }

    /** Looks for holds that are over, and writes the time to the partition if there are any. */
    void tellTheTime(int partition, long nowMs) {
        Instant told = Instant.ofEpochMilli(nowMs).minus(BEHIND_OWN_CLOCK);
        boolean isAnyOver =
                holds.open().values().stream().anyMatch(each -> each.partition() == partition && each.isOverAt(told));
        if (isAnyOver && mistake.tellsTheTime()) {
            topics.events.get(partition).append(nowMs, new LedgerMessage.TimePassed(told));
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
        write(posted.holds());
        if (posted.payments().isEmpty() && posted.balances().isEmpty()) {
            return;
        }
        Map<UUID, RecordedPayment> more = new HashMap<>(recorded);
        for (RecordedPayment payment : posted.payments()) {
            if (mistake.keeps(payment)) {
                more.put(payment.request().paymentId(), payment);
            }
            witness.recorded(payment);
        }
        Map<String, Account> after = new HashMap<>(accounts);
        for (BalanceChange change : posted.balances()) {
            Account before = requireNonNull(after.get(change.accountId()));
            after.put(
                    change.accountId(),
                    before.after(change.afterMinor() - before.balanceMinor())
                            .holding(change.heldAfterMinor() - change.heldBeforeMinor()));
        }
        recorded = Map.copyOf(more);
        accounts = Map.copyOf(after);
        witness.balances(accounts.values());
    }

    private void write(HoldChanges changes) {
        Map<Integer, Instant> clocks = new HashMap<>(holds.clocks());
        clocks.putAll(changes.clocks());
        Map<UUID, ReservationEnd.How> ended = new HashMap<>(holds.ended());
        changes.ends().forEach(end -> ended.put(end.reservationId(), end.how()));
        holds = new Holds(Map.copyOf(clocks), Map.copyOf(mistake.open(holds.open(), changes)), Map.copyOf(ended));
    }

    private void publish(LedgerMessage.Event event, long eventTimeMs, PostingAnswer answer) {
        Pending pending = event.pending();
        topics.outcomes
                .get(Partitions.of(pending.key(), topics.partitions))
                .append(
                        eventTimeMs,
                        new OutcomeMessage(
                                event.paymentId(),
                                pending.key(),
                                pending.payload().asked().kind(),
                                outcome(pending, answer.result())));
    }

    private static Outcome outcome(Pending pending, PostingResult result) {
        LogPosition command = pending.first().origin();
        return switch (result) {
            case PostingResult.Settled settled -> dealt(pending, settled.payment());
            case PostingResult.AlreadySettled already -> dealt(pending, already.payment());
            case PostingResult.Conflict conflict -> new Outcome.KeyTaken(command, conflict.differingFields());
            case PostingResult.NotFound notFound ->
                new Outcome.NotFound(command, pending.first().attempt());
        };
    }

    private static Outcome dealt(Pending pending, RecordedPayment payment) {
        Result result = pending.first().isCancel() ? foundByACancel(payment) : result(payment);
        return new Outcome.Resolved(
                pending.first().origin(), result, payment.request().acceptedAt());
    }

    /** A cancel is told what was done before it. */
    static Result foundByACancel(RecordedPayment payment) {
        Result result = result(payment);
        return result instanceof Result.Completed
                ? new Result.DoneBefore(kind(payment.request().content().step()))
                : result;
    }

    private static Asked.Kind kind(@Nullable Step step) {
        return switch (step) {
            case null -> Asked.Kind.PAYMENT;
            case Step.Reserve reserve -> Asked.Kind.RESERVE;
            case Step.Capture capture -> Asked.Kind.CAPTURE;
            case Step.Release release -> Asked.Kind.VOID;
            case Step.Cancel cancel -> Asked.Kind.CANCEL;
        };
    }

    static Result result(RecordedPayment payment) {
        return switch (payment.settlement()) {
            case PaymentResult.Completed completed -> new Result.Completed();
            case PaymentResult.Failed failed ->
                new Result.Failed(failed.reason().name(), failed.account());
        };
    }
}
