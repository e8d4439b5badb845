package io.hapax.storm.check;

import io.hapax.storm.history.Payload;

/** A record of {@code ledger-events}: an order to post a payment, or a question about one. */
record LedgerTold(
        Place at,
        boolean isPost,
        String paymentId,
        Name name,
        Payload payload,
        int attempt,
        long acceptedMs,
        Place command) {}
