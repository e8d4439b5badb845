package io.hapax.stream.alerting;

import io.hapax.insight.UsageFact;
import io.hapax.insight.UsageFact.Kind;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.stream.decision.CommandCheck;
import io.hapax.stream.wire.PayloadFingerprint;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import java.time.Instant;

/** Decisions as facts about how keys are used. */
public final class UsageFacts {
    private final int commandPartitions;

    /** @param commandPartitions partition count of {@code payment-commands} */
    public UsageFacts(int commandPartitions) {
        this.commandPartitions = commandPartitions;
    }

    /**
     * True when client and key are no longer than those of a command that was read. Longer ones follow from outcomes
     * that the ledger did not write. They have no place in the saved state of a client.
     */
    public static boolean isAboutAKey(PaymentDecision decision) {
        return decision.getClientId().length() <= CommandCheck.MAX_CLIENT_ID
                && decision.getIdempotencyKey().length() <= CommandCheck.MAX_IDEMPOTENCY_KEY;
    }

    /** @param atMs time of the decision's record, which is that of the command it answers */
    public UsageFact fact(PaymentDecision decision, long atMs) {
        PaymentKey key = new PaymentKey(decision.getClientId(), decision.getIdempotencyKey());
        return new UsageFact(
                key.clientId(),
                key.idempotencyKey(),
                kind(decision),
                atMs,
                firstSeenAtMs(decision),
                PayloadFingerprint.head(decision).orElse(0),
                Partitions.of(key, commandPartitions) == decision.getCommandPartition(),
                decision.getDifferingFields());
    }

    /** Of a payment that only the ledger knew, when that first dealt with it: the key is as old as that. */
    private static long firstSeenAtMs(PaymentDecision decision) {
        Instant knownSince =
                decision.getLedgerKnewSince() == null ? decision.getFirstSeenAt() : decision.getLedgerKnewSince();
        return knownSince == null ? 0 : knownSince.toEpochMilli();
    }

    private static Kind kind(PaymentDecision decision) {
        return switch (decision.getVerdict()) {
            case INVALID -> Kind.INVALID;
            case CONFLICT -> Kind.CONFLICT;
            case IN_FLIGHT -> Kind.IN_FLIGHT;
            case REPLAYED -> Kind.REPLAYED;
            case EXPIRED -> Kind.EXPIRED;
            case SETTLED -> settled(decision);
        };
    }

    private static Kind settled(PaymentDecision decision) {
        if (decision.getLedgerKnewSince() != null) {
            return Kind.CAUGHT_BY_LEDGER;
        }
        return decision.getStatus() == PaymentStatus.FAILED ? Kind.FAILED : Kind.ACCEPTED;
    }
}
