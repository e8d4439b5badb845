package io.hapax.lab.simulation;

import io.hapax.stream.decision.Outcome;
import io.hapax.topics.PaymentKey;
import java.util.UUID;

/** An outcome of the ledger. */
record OutcomeMessage(UUID paymentId, PaymentKey key, Outcome outcome) {}
