package io.hapax.stream.alerting;

import io.hapax.insight.UsageFact;
import io.hapax.insight.UsageFact.Kind;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.ReservationStatus;
import io.hapax.schemas.Verdict;
import io.hapax.stream.decision.CommandCheck;
import io.hapax.stream.wire.PayloadFingerprint;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Decisions as facts about how keys are used. */
public final class UsageFacts {
    private final int commandPartitions;

    /** @param commandPartitions partition count of {@code payment-commands} */
    public UsageFacts(int commandPartitions) {
        this.commandPartitions = commandPartitions;
    }

    /** A decision of any type, in what tells how its key is used. */
    private record Told(
            PaymentKey key,
            Verdict verdict,
            boolean hasFailed,
            @Nullable Instant firstSeenAt,
            @Nullable Instant ledgerKnewSince,
            OptionalLong payload,
            int commandPartition,
            List<String> differing) {}

    /**
     * True when client and key are no longer than those of a command that was read. Longer ones follow from outcomes
     * that the ledger did not write. They have no place in the saved state of a client.
     */
    public static boolean isAboutAKey(SpecificRecord decision) {
        PaymentKey key = told(decision).key();
        return key.clientId().length() <= CommandCheck.MAX_CLIENT_ID
                && key.idempotencyKey().length() <= CommandCheck.MAX_IDEMPOTENCY_KEY;
    }

    /**
     * @param decision about a payment or about a step of a reservation. What is to be done differs between steps, so
     *     the digests of their payloads differ too.
     * @param atMs time of the decision's record, which is that of the command it answers
     */
    public UsageFact fact(SpecificRecord decision, long atMs) {
        Told told = told(decision);
        return new UsageFact(
                told.key().clientId(),
                told.key().idempotencyKey(),
                kind(told),
                atMs,
                firstSeenAtMs(told),
                told.payload().orElse(0),
                Partitions.of(told.key(), commandPartitions) == told.commandPartition(),
                told.differing());
    }

    private static Told told(SpecificRecord wire) {
        return switch (wire) {
            case PaymentDecision decision ->
                new Told(
                        new PaymentKey(decision.getClientId(), decision.getIdempotencyKey()),
                        decision.getVerdict(),
                        decision.getStatus() == PaymentStatus.FAILED,
                        decision.getFirstSeenAt(),
                        decision.getLedgerKnewSince(),
                        PayloadFingerprint.head(decision),
                        decision.getCommandPartition(),
                        decision.getDifferingFields());
            case ReservationDecision decision ->
                new Told(
                        new PaymentKey(decision.getClientId(), decision.getIdempotencyKey()),
                        Verdict.valueOf(decision.getAnswer().name()),
                        decision.getStatus() == ReservationStatus.FAILED,
                        decision.getFirstSeenAt(),
                        decision.getLedgerKnewSince(),
                        PayloadFingerprint.head(decision),
                        decision.getCommandPartition(),
                        decision.getDifferingFields());
            default ->
                throw new IllegalArgumentException(
                        "no decision: " + wire.getSchema().getFullName());
        };
    }

    /** Of a payment that only the ledger knew, when that first dealt with it: the key is as old as that. */
    private static long firstSeenAtMs(Told told) {
        Instant knownSince = told.ledgerKnewSince() == null ? told.firstSeenAt() : told.ledgerKnewSince();
        return knownSince == null ? 0 : knownSince.toEpochMilli();
    }

    private static Kind kind(Told told) {
        return switch (told.verdict()) {
            case INVALID -> Kind.INVALID;
            case CONFLICT -> Kind.CONFLICT;
            case IN_FLIGHT -> Kind.IN_FLIGHT;
            case REPLAYED -> Kind.REPLAYED;
            case EXPIRED -> Kind.EXPIRED;
            case SETTLED -> settled(told);
        };
    }

    private static Kind settled(Told told) {
        if (told.ledgerKnewSince() != null) {
            return Kind.CAUGHT_BY_LEDGER;
        }
        return told.hasFailed() ? Kind.FAILED : Kind.ACCEPTED;
    }
}
