package io.hapax.storm.check;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record of {@code ledger-outcomes}.
 *
 * @param key the record's key, in base64
 */
record LedgerSaid(
        Place at,
        @Nullable String key,
        String paymentId,
        Name name,
        String status,
        @Nullable String reason,
        @Nullable String account,
        List<String> differing,
        int attempt,
        Place command) {
    /** True if it says what became of the payment. */
    boolean isResult() {
        return status.equals(Result.COMPLETED) || status.equals("FAILED");
    }

    Result result() {
        return new Result(status, reason, account);
    }
}
