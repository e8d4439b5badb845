package io.hapax.storm.check;

import org.jspecify.annotations.Nullable;

/** The end of a payment: completed, or failed for a reason that may name an account. */
record Result(
        String status, @Nullable String reason, @Nullable String account) {
    static final String COMPLETED = "COMPLETED";

    boolean completed() {
        return status.equals(COMPLETED);
    }

    @Override
    public String toString() {
        return reason == null ? status : status + " " + reason + (account == null ? "" : " of " + account);
    }
}
