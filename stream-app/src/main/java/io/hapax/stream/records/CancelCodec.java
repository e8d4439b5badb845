package io.hapax.stream.records;

import io.hapax.schemas.CancelFound;
import io.hapax.schemas.CancelRecord;
import io.hapax.schemas.CancelledStep;
import io.hapax.schemas.PendingCancel;
import io.hapax.schemas.SettledCancel;
import io.hapax.serde.TrustedClasses;
import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.Cancellation;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.IdempotencyRecord.TakenKey;
import io.hapax.stream.decision.PayloadDigest;
import io.hapax.stream.decision.Result;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.io.IOException;
import java.time.Instant;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;

/** The bytes of the record of a cancel: {@code CancelRecord.avsc}, by Avro's own means. */
final class CancelCodec {
    static {
        TrustedClasses.trustOurs();
    }

    private static final Cancellation CANCEL = new Cancellation();

    /** A cancel is order and question in one: it is told the ledger, and never asked about. */
    private static final int ATTEMPT = 1;

    private static final SpecificDatumWriter<CancelRecord> WRITER =
            new SpecificDatumWriter<>(CancelRecord.getClassSchema());

    private CancelCodec() {}

    static void write(IdempotencyRecord stored, BinaryEncoder to) throws IOException {
        AcceptedCommand first = stored.first();
        WRITER.write(
                new CancelRecord(
                        first.seenAt().toEpochMilli(),
                        first.origin().partition(),
                        first.origin().offset(),
                        state(stored)),
                to);
    }

    private static Object state(IdempotencyRecord stored) {
        return switch (stored) {
            case Pending pending ->
                new PendingCancel(
                        pending.key().clientId(),
                        pending.key().idempotencyKey(),
                        pending.leaseUntil().toEpochMilli());
            case Settled settled -> state(settled);
            case TakenKey refused -> throw new IllegalArgumentException("a cancel differs from nothing");
        };
    }

    private static SettledCancel state(Settled settled) {
        Instant ledgerKnewSince = settled.ledgerKnewSince();
        Result.Failed failed = settled.result() instanceof Result.Failed found ? found : null;
        return new SettledCancel(
                settled.settledAt().toEpochMilli(),
                settled.outcomeOffset(),
                found(settled.result()),
                settled.result() instanceof Result.DoneBefore(var kind) ? CancelledStep.valueOf(kind.name()) : null,
                failed == null || failed.isCancelled() ? null : failed.reason(),
                failed == null ? null : failed.account(),
                ledgerKnewSince == null ? null : ledgerKnewSince.toEpochMilli());
    }

    private static CancelFound found(Result result) {
        return switch (result) {
            case Result.Completed completed -> throw new IllegalArgumentException("a cancel completes nothing");
            case Result.DoneBefore before -> CancelFound.COMPLETED;
            case Result.Failed failed -> failed.isCancelled() ? CancelFound.CANCELLED : CancelFound.FAILED;
        };
    }

    static IdempotencyRecord read(BinaryDecoder from) throws IOException {
        CancelRecord wire = new SpecificDatumReader<CancelRecord>(CancelRecord.getClassSchema()).read(null, from);
        AcceptedCommand first = new AcceptedCommand(
                PayloadDigest.of(CANCEL),
                Instant.ofEpochMilli(wire.getFirstSeenAt()),
                new LogPosition(wire.getCommandPartition(), wire.getCommandOffset()),
                ATTEMPT);
        return switch (wire.getState()) {
            case PendingCancel pending ->
                new Pending(
                        first,
                        new PaymentKey(pending.getClientId(), pending.getIdempotencyKey()),
                        CANCEL,
                        Instant.ofEpochMilli(pending.getLeaseUntil()));
            case SettledCancel settled ->
                new Settled(
                        first,
                        Instant.ofEpochMilli(settled.getSettledAt()),
                        settled.getOutcomeOffset(),
                        result(settled),
                        settled.getLedgerKnewSince() == null
                                ? null
                                : Instant.ofEpochMilli(settled.getLedgerKnewSince()));
            default -> throw new IOException("the schema knows no state " + wire.getState());
        };
    }

    private static Result result(SettledCancel settled) throws IOException {
        return switch (settled.getFound()) {
            case CANCELLED -> new Result.Failed(Result.CANCELLED, null);
            case COMPLETED -> {
                CancelledStep step = settled.getStep();
                if (step == null) {
                    throw new IOException("it does not say what was done before the cancel");
                }
                yield new Result.DoneBefore(Asked.Kind.valueOf(step.name()));
            }
            case FAILED -> {
                String reason = settled.getFailureReason();
                yield new Result.Failed(reason == null ? "UNSPECIFIED" : reason, settled.getFailedAccount());
            }
        };
    }
}
