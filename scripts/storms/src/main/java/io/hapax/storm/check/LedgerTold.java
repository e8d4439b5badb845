package io.hapax.storm.check;

import io.hapax.storm.history.Payload;
import org.jspecify.annotations.Nullable;

/**
 * A record of {@code ledger-events}: an order to post a payment, or a question about one.
 *
 * @param key the record's key, in base64
 */
record LedgerTold(
        Place at,
        @Nullable String key,
        boolean isPost,
        String paymentId,
        Name name,
        Payload payload,
        int attempt,
        long acceptedMs,
        Place command) {}
