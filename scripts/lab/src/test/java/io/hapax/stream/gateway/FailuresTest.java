package io.hapax.stream.gateway;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.ledger.posting.FailureReason;
import io.hapax.stream.decision.IsoReason;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The gateway's problems and the ledger's reasons of failure, which are in programs that do not know each other. */
class FailuresTest {
    /** The general problem says less than the ledger does. */
    @Test
    void shouldHaveAProblemForEachReasonOfTheLedgerAndForNoOther() {
        Set<FailureReason> told = EnumSet.complementOf(EnumSet.of(FailureReason.INVALID_POSTING));
        assertEquals(
                told.stream().map(FailureReason::name).collect(toSet()),
                Problem.FAILURES.stream().map(Problem::reason).collect(toSet()));
        for (FailureReason reason : told) {
            assertEquals(reason.name(), Problem.ofFailure(reason.name()).reason());
            assertEquals(Problem.Retry.NEVER, Problem.ofFailure(reason.name()).retry(), reason.name());
        }
    }

    @Test
    void shouldHaveACodeOfIsoForEachReasonOfTheLedger() {
        for (FailureReason reason : FailureReason.values()) {
            assertEquals(IsoReason.valueOf(reason.name()).code(), IsoReason.codeOf(reason.name()));
        }
        assertEquals("NARR", IsoReason.codeOf("OF_A_LATER_LEDGER"));
    }

    @Test
    void shouldTellAPaymentThatFailedForAnUnknownReasonAsFailed() {
        assertEquals(Problem.PAYMENT_FAILED, Problem.ofFailure(FailureReason.INVALID_POSTING.name()));
        assertEquals(Problem.PAYMENT_FAILED, Problem.ofFailure("OF_A_LATER_LEDGER"));
        // The name of a problem that is no failure.
        assertEquals(Problem.PAYMENT_FAILED, Problem.ofFailure(Problem.INTERNAL_ERROR.name()));
    }
}
