package io.hapax.lab.simulation;

import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.Outcome;
import io.hapax.topics.PaymentKey;
import java.util.UUID;

/**
 * An outcome of the ledger.
 *
 * @param asked what its event asked for
 */
record OutcomeMessage(UUID paymentId, PaymentKey key, Asked.Kind asked, Outcome outcome) {}
