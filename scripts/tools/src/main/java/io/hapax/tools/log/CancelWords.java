package io.hapax.tools.log;

import io.hapax.schemas.CancelDecision;
import io.hapax.schemas.CancelFound;
import io.hapax.schemas.LedgerOutcomeStatus;
import io.hapax.schemas.Verdict;
import io.hapax.stream.decision.Result;
import org.jspecify.annotations.Nullable;

/** The answers to cancels in the words that payments have, so that both can be compared with the same row. */
public final class CancelWords {
    private CancelWords() {}

    /** What became of what stands under the key. */
    public static LedgerOutcomeStatus status(CancelFound found) {
        return found == CancelFound.COMPLETED ? LedgerOutcomeStatus.COMPLETED : LedgerOutcomeStatus.FAILED;
    }

    /** @param told the reason in the record, which a cancel itself does not have */
    public static @Nullable String failureReason(CancelFound found, @Nullable String told) {
        return found == CancelFound.CANCELLED ? Result.CANCELLED : told;
    }

    /** A cancel that is answered by what another command found is a replay. */
    public static Verdict verdict(CancelDecision decision) {
        return switch (decision.getCancelVerdict()) {
            case INVALID -> Verdict.INVALID;
            case IN_FLIGHT -> Verdict.IN_FLIGHT;
            case ANSWERED -> decision.getOriginalOffset() == null ? Verdict.SETTLED : Verdict.REPLAYED;
        };
    }
}
