package io.hapax.stream.records;

import io.hapax.schemas.GuardedRecord;
import io.hapax.schemas.PendingGuarded;
import io.hapax.schemas.SuspectedDuplicate;
import io.hapax.serde.TrustedClasses;
import io.hapax.stream.decision.Guard;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.PayloadDigest;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.Result;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.jspecify.annotations.Nullable;

/** The bytes of the record of a guarded payment: {@code GuardedRecord.avsc}, by Avro's own means. */
final class GuardedCodec {
    static {
        TrustedClasses.trustOurs();
    }

    private static final SpecificDatumWriter<GuardedRecord> WRITER =
            new SpecificDatumWriter<>(GuardedRecord.getClassSchema());

    private GuardedCodec() {}

    /** True for what the bytes of other payments could not tell. */
    static boolean isFor(IdempotencyRecord stored) {
        return switch (stored) {
            case Pending pending -> pending.guard().isOn();
            case Settled settled -> duplicateOf(settled.result()) != null;
            case IdempotencyRecord.TakenKey refused -> false;
        };
    }

    private static @Nullable String duplicateOf(Result result) {
        return result instanceof Result.Failed failed ? failed.duplicateOf() : null;
    }

    static void write(IdempotencyRecord stored, BinaryEncoder to) throws IOException {
        AcceptedCommand first = stored.first();
        if (!(first.digest().payload() instanceof Payment payment)) {
            throw new IllegalArgumentException("only payments are guarded");
        }
        WRITER.write(
                new GuardedRecord(
                        first.seenAt().toEpochMilli(),
                        first.origin().partition(),
                        first.origin().offset(),
                        first.attempt(),
                        payment.debtorAccount(),
                        payment.creditorAccount(),
                        payment.amountMinor(),
                        payment.currency(),
                        payment.reference(),
                        state(stored)),
                to);
    }

    private static Object state(IdempotencyRecord stored) {
        if (stored instanceof Pending pending) {
            return new PendingGuarded(
                    pending.key().clientId(),
                    pending.key().idempotencyKey(),
                    pending.leaseUntil().toEpochMilli(),
                    pending.guard().window().toMillis(),
                    pending.guard().confirmsDistinctFrom());
        }
        if (stored instanceof Settled settled && settled.result() instanceof Result.Failed failed) {
            Instant ledgerKnewSince = settled.ledgerKnewSince();
            return new SuspectedDuplicate(
                    settled.settledAt().toEpochMilli(),
                    settled.outcomeOffset(),
                    failed.reason(),
                    failed.account(),
                    failed.duplicateOf(),
                    ledgerKnewSince == null ? null : ledgerKnewSince.toEpochMilli());
        }
        throw new IllegalArgumentException("stored as if nothing had guarded it");
    }

    static IdempotencyRecord read(BinaryDecoder from) throws IOException {
        GuardedRecord wire = new SpecificDatumReader<GuardedRecord>(GuardedRecord.getClassSchema()).read(null, from);
        Payment payment = new Payment(
                wire.getDebtorAccount(),
                wire.getCreditorAccount(),
                wire.getAmountMinor(),
                wire.getCurrency(),
                wire.getReference());
        AcceptedCommand first = new AcceptedCommand(
                PayloadDigest.of(payment),
                Instant.ofEpochMilli(wire.getFirstSeenAt()),
                new LogPosition(wire.getCommandPartition(), wire.getCommandOffset()),
                wire.getAttempt());
        return switch (wire.getState()) {
            case PendingGuarded pending ->
                new Pending(
                        first,
                        new PaymentKey(pending.getClientId(), pending.getIdempotencyKey()),
                        payment,
                        Instant.ofEpochMilli(pending.getLeaseUntil()),
                        new Guard(
                                Duration.ofMillis(pending.getDuplicateWindowMs()), pending.getConfirmsDistinctFrom()));
            case SuspectedDuplicate suspected ->
                new Settled(
                        first,
                        Instant.ofEpochMilli(suspected.getSettledAt()),
                        suspected.getOutcomeOffset(),
                        new Result.Failed(
                                suspected.getFailureReason(), suspected.getFailedAccount(), suspected.getDuplicateOf()),
                        suspected.getLedgerKnewSince() == null
                                ? null
                                : Instant.ofEpochMilli(suspected.getLedgerKnewSince()));
            default -> throw new IOException("the schema knows no state " + wire.getState());
        };
    }
}
