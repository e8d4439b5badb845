package io.hapax.lab.simulation;

import io.hapax.stream.decision.Command;
import io.hapax.stream.decision.Decision;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.IdempotencyRecord.TakenKey;
import io.hapax.stream.decision.Now;
import io.hapax.stream.decision.Outcome;
import io.hapax.stream.decision.OutcomeSource;
import io.hapax.stream.decision.PayloadField;
import io.hapax.stream.decision.PaymentRules;
import io.hapax.stream.decision.Placement;
import io.hapax.stream.decision.Result;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.Settlement;
import io.hapax.stream.records.EndedTable;
import io.hapax.topics.LogPosition;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Mistakes that a programmer could make in one line. The simulation must catch each of them: a check that cannot
 * fail proves nothing. docs/simulation.md lists them.
 *
 * <p>More than 300 lines: each bug is one constant, with what it breaks.
 */
public enum PlantedBug implements PaymentRules {
    /** No mistake. */
    NONE,

    /** The horizon is looked at before the known key: a late retry of a remembered payment is refused. */
    EXPIRY_BEFORE_KNOWN_KEY {
        @Override
        Decision decide(CommandCase given) {
            Instant horizon = given.now()
                    .streamTime()
                    .minus(given.policy().retention())
                    .plus(given.policy().allowedSkew());
            Instant firstSentAt = given.command().firstSentAt();
            return firstSentAt != null && firstSentAt.isBefore(horizon)
                    ? new Decision.Expired()
                    : given.decideRightly();
        }
    },

    /** A command read again is not recognised: it is answered as its own duplicate. */
    FORGOTTEN_OFFSET {
        @Override
        Decision decide(CommandCase given) {
            Command command = given.command();
            LogPosition elsewhere = new LogPosition(command.origin().partition(), -1);
            Command another = new Command(command.key(), command.payload(), command.firstSentAt(), elsewhere);
            return (given.isReadAgain() ? given.with(another) : given).decideRightly();
        }
    },

    /** A pending payment whose lease has run out is taken for failed, without asking the ledger. */
    LEASE_TAKEN_FOR_FAILURE {
        @Override
        Decision decide(CommandCase given) {
            Decision right = given.decideRightly();
            return right instanceof Decision.InFlight(var pending, var inquiry) && inquiry != null
                    ? new Decision.Replayed(new Settled(
                            pending.first(), given.now().streamTime(), -1, new Result.Failed("TIMED_OUT", null)))
                    : right;
        }
    },

    /** Looks only into the current bucket: a key settled before the bucket began is forgotten. */
    ONE_BUCKET_ONLY {
        @Override
        EndedTable ended(EndedTable right, long usualMs, Clock clock) {
            return forgetting(right, settledMs -> settledMs < Math.floorDiv(clock.streamTimeMs(), usualMs) * usualMs);
        }
    },

    /** Commands are rerouted by another hash than outcomes are keyed by. */
    REROUTE_BY_ANOTHER_HASH {
        @Override
        int partitionOf(PaymentKey key, int partitions) {
            return Math.floorMod(key.topicKey().hashCode(), partitions);
        }
    },

    /** A command that is sent on keeps the time of its original: a broker's wrong clock reaches other partitions. */
    REROUTE_CARRIES_THE_CLOCK {
        @Override
        long timeOfReroute(long appendedMs, long sentOnMs) {
            return appendedMs;
        }
    },

    /** An outcome of an earlier, forgotten sighting of the key settles the present one. */
    OUTCOME_OF_ANOTHER_SIGHTING_SETTLES {
        @Override
        Settlement settle(OutcomeCase given) {
            return given.stored() instanceof Pending pending && given.outcome() instanceof Outcome.Resolved dealt
                    ? new Settlement.Settles(new Settled(
                            pending.first(),
                            given.now().streamTime(),
                            given.source().offset(),
                            dealt.result()))
                    : given.settleRightly();
        }
    },

    /** The horizon follows the newest retention alone: a longer one lets in what was forgotten under a shorter. */
    HORIZON_OF_THE_NEWEST_POLICY {
        @Override
        Decision decide(CommandCase given) {
            Decision right = given.decideRightly();
            return right instanceof Decision.Expired
                    ? given.withNothingStored().underTheNewestPolicy().decideRightly()
                    : right;
        }
    },

    /** A new retention counts for what was settled before: an answer is gone earlier than was told. */
    POLICY_CHANGES_THE_PAST {
        @Override
        Decision decide(CommandCase given) {
            return given.underTheNewestPolicy().decideRightly();
        }
    },

    /** A task that crashes forgets which policies it followed, and takes the newest for the one that always was. */
    POLICIES_FORGOTTEN_IN_A_CRASH {
        @Override
        boolean forgetsPolicies() {
            return true;
        }
    },

    /** Records are kept for the retention that is usual, not for the longest that anybody may publish. */
    STORE_KEEPS_THE_USUAL_RETENTION {
        @Override
        EndedTable ended(EndedTable right, long usualMs, Clock clock) {
            return forgetting(right, settledMs -> clock.streamTimeMs() - settledMs >= usualMs);
        }
    },

    /**
     * Answers from the first record found, if a key lies in two rows of buckets. The one that ended last must
     * answer.
     */
    FIRST_ROW_ANSWERS {
        @Override
        IdempotencyRecord chosen(List<IdempotencyRecord> found) {
            return found.getFirst();
        }
    },

    /** An old key is posted without asking the ledger first. */
    RECALL_POSTS_AT_ONCE {
        @Override
        Decision decide(CommandCase given) {
            Decision right = given.decideRightly();
            return right instanceof Decision.Recalled(var pending) ? new Decision.Accepted(posted(pending)) : right;
        }
    },

    /** An old key that is read again while the ledger is given is posted, like any command that is read again. */
    RECALL_POSTS_WHEN_READ_AGAIN {
        @Override
        Decision decide(CommandCase given) {
            Decision right = given.decideRightly();
            return right instanceof Decision.Redelivered(var pending)
                    ? new Decision.Redelivered(posted(pending))
                    : right;
        }
    },

    /** Any answer about an old key is taken for leave to post it. */
    RECALL_POSTS_WHATEVER_THE_ANSWER {
        @Override
        Settlement settle(OutcomeCase given) {
            boolean lookedUp = given.stored() instanceof Pending pending
                    && !pending.first().isPosted();
            return lookedUp
                    ? given.with(new Outcome.NotFound(given.outcome().command(), 0))
                            .settleRightly()
                    : given.settleRightly();
        }
    },

    /** A repeated outcome is answered once more. */
    OUTCOME_ANSWERED_EACH_TIME {
        @Override
        Settlement settle(OutcomeCase given) {
            return given.stored() instanceof Settled settled && !(given.outcome() instanceof Outcome.NotFound)
                    ? new Settlement.AnswersAgain(settled)
                    : given.settleRightly();
        }
    },

    /** A cancel is answered at once, since nothing is known under its key. */
    CANCEL_ANSWERED_BEFORE_THE_LEDGER {
        @Override
        Decision decide(CommandCase given) {
            Decision right = given.decideRightly();
            return right instanceof Decision.Accepted(var pending)
                            && given.command().isCancel()
                    ? new Decision.Replayed(new Settled(
                            pending.first(), given.now().streamTime(), -1, new Result.Failed(Result.CANCELLED, null)))
                    : right;
        }
    },

    /** A cancel is accepted in place of the payment that is under way. */
    CANCEL_OVERWRITES_PENDING {
        @Override
        Decision decide(CommandCase given) {
            Decision right = given.decideRightly();
            return right instanceof Decision.InFlight && given.command().isCancel()
                    ? given.withNothingStored().decideRightly()
                    : right;
        }
    },

    /** A payment is accepted in place of the cancel that is under way. */
    CANCEL_OVERWRITTEN_BY_A_PAYMENT {
        @Override
        Decision decide(CommandCase given) {
            Decision right = given.decideRightly();
            return right instanceof Decision.InFlight(var pending, var inquiry)
                            && pending.first().isCancel()
                            && !given.command().isCancel()
                    ? given.withNothingStored().decideRightly()
                    : right;
        }
    },

    /** A payment after a cancel is compared with it, and differs. */
    CANCEL_ANSWERS_BY_CONTENT {
        @Override
        Decision decide(CommandCase given) {
            Decision right = given.decideRightly();
            return right instanceof Decision.Replayed(var settled)
                            && settled.first().isCancel()
                            && !given.command().isCancel()
                    ? new Decision.Conflict(settled, List.of(PayloadField.STEP))
                    : right;
        }
    },

    /** A payment is answered by a cancel that came too late, though nobody here knows what was paid. */
    CANCEL_THAT_WAS_TOO_LATE_ANSWERS_PAYMENTS {
        @Override
        Decision decide(CommandCase given) {
            return given.stored() instanceof Settled settled
                            && settled.first().isCancel()
                            && !given.command().isCancel()
                    ? new Decision.Replayed(settled)
                    : given.decideRightly();
        }
    },

    /** The ledger answers a cancel, and leaves nothing on record. */
    CANCEL_FORGOTTEN_BY_THE_LEDGER(SimulatedStores.Mistake.NONE, LedgerMistake.CANCEL_FORGOTTEN),

    /** The store keeps what a transaction wrote that was aborted. */
    STORE_KEEPS_WHAT_WAS_ABORTED(SimulatedStores.Mistake.ABORTED_IS_KEPT, LedgerMistake.NONE),

    /** The store flushes the offset of a transaction before its data. */
    STORE_OFFSET_AHEAD_OF_THE_DATA(SimulatedStores.Mistake.OFFSET_AHEAD_OF_THE_DATA, LedgerMistake.NONE),

    /** The store flushes what no transaction has committed yet. */
    STORE_DATA_AHEAD_OF_THE_OFFSET(SimulatedStores.Mistake.DATA_AHEAD_OF_THE_OFFSET, LedgerMistake.NONE),

    /** What is held is not counted against funds. */
    HOLDS_NOT_COUNTED(SimulatedStores.Mistake.NONE, LedgerMistake.HOLDS_NOT_COUNTED),

    /** A hold that is over is released once more. */
    RELEASED_TWICE(SimulatedStores.Mistake.NONE, LedgerMistake.RELEASED_TWICE),

    /** A reservation lasts a while longer than it says. */
    CAPTURED_AFTER_EXPIRY(SimulatedStores.Mistake.NONE, LedgerMistake.CAPTURED_AFTER_EXPIRY),

    /** Nobody looks for holds that are over on a partition where nothing happens. */
    HELD_NOT_RELEASED(SimulatedStores.Mistake.NONE, LedgerMistake.HELD_NOT_RELEASED),

    /** What a capture leaves is not written down: the next one finds all of it. */
    CAPTURE_ABOVE_THE_HOLD(SimulatedStores.Mistake.NONE, LedgerMistake.CAPTURE_ABOVE_THE_HOLD),

    /** What is over is judged by the clock of the process. */
    EXPIRY_BY_WALL_CLOCK(SimulatedStores.Mistake.NONE, LedgerMistake.EXPIRY_BY_WALL_CLOCK),

    /** A capture does not end its reservation: another one moves what was left. */
    SECOND_CAPTURE_BY_NEW_KEY(SimulatedStores.Mistake.NONE, LedgerMistake.SECOND_CAPTURE_BY_NEW_KEY);

    private final SimulatedStores.Mistake ofStores;
    private final LedgerMistake ofLedger;

    /** A mistake in what a constant overrides. */
    PlantedBug() {
        this(SimulatedStores.Mistake.NONE, LedgerMistake.NONE);
    }

    PlantedBug(SimulatedStores.Mistake ofStores, LedgerMistake ofLedger) {
        this.ofStores = ofStores;
        this.ofLedger = ofLedger;
    }

    /** The clock that a mistake may read. */
    interface Clock {
        long streamTimeMs();
    }

    @Override
    public Decision decide(Command command, @Nullable IdempotencyRecord stored, RetentionSchedule policy, Now now) {
        return decide(new CommandCase(command, stored, policy, now));
    }

    Decision decide(CommandCase given) {
        return given.decideRightly();
    }

    @Override
    public Settlement settle(
            Outcome outcome,
            OutcomeSource source,
            @Nullable IdempotencyRecord stored,
            RetentionSchedule policy,
            Now now) {
        return settle(new OutcomeCase(outcome, source, stored, policy, now));
    }

    Settlement settle(OutcomeCase given) {
        return given.settleRightly();
    }

    EndedTable ended(EndedTable right, long usualMs, Clock clock) {
        return right;
    }

    /** A table that does not find what was settled at such times, epoch milliseconds. */
    private static EndedTable forgetting(EndedTable right, LongPredicate settledMs) {
        return new EndedTable() {
            @Override
            public @Nullable IdempotencyRecord get(UUID paymentId) {
                IdempotencyRecord found = right.get(paymentId);
                return found instanceof Settled settled
                                && settledMs.test(settled.settledAt().toEpochMilli())
                        ? null
                        : found;
            }

            @Override
            public void put(UUID paymentId, IdempotencyRecord ended, long bucket) {
                right.put(paymentId, ended, bucket);
            }
        };
    }

    /** The record that answers, of all records under one key in different buckets. */
    IdempotencyRecord chosen(List<IdempotencyRecord> found) {
        return Collections.max(found, Comparator.comparing(PlantedBug::endedAt));
    }

    private static Instant endedAt(IdempotencyRecord ended) {
        return switch (ended) {
            case Settled settled -> settled.settledAt();
            case TakenKey refused -> refused.refusedAt();
            case Pending pending -> throw new IllegalStateException("not ended: " + pending);
        };
    }

    boolean forgetsPolicies() {
        return false;
    }

    /** True where tiny worlds lack what the mistake is about: folders, or held money. */
    boolean isOfRandomWorldsAlone() {
        return ofStores != SimulatedStores.Mistake.NONE
                || (ofLedger != LedgerMistake.NONE && ofLedger != LedgerMistake.CANCEL_FORGOTTEN);
    }

    /** What the ledger does wrong with held money. */
    LedgerMistake ofLedger() {
        return ofLedger;
    }

    SimulatedStores.Mistake ofStores() {
        return ofStores;
    }

    /** The payment as if the ledger had been told to post it. */
    private static Pending posted(Pending pending) {
        AcceptedCommand first = pending.first();
        return new Pending(
                new AcceptedCommand(first.digest(), first.seenAt(), first.origin(), Math.max(1, first.attempt())),
                pending.key(),
                pending.payload(),
                pending.leaseUntil());
    }

    long timeOfReroute(long appendedMs, long sentOnMs) {
        return Placement.timeOfReroute(appendedMs, sentOnMs);
    }

    int partitionOf(PaymentKey key, int partitions) {
        return Partitions.of(key, partitions);
    }
}
