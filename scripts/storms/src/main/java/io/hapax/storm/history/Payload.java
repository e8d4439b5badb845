package io.hapax.storm.history;

import org.jspecify.annotations.Nullable;

/** The content of a payment: what two commands under one key must have in common. */
public record Payload(
        String debtorAccount,
        String creditorAccount,
        long amountMinor,
        String currency,
        @Nullable String reference) {}
