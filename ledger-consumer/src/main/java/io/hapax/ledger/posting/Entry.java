package io.hapax.ledger.posting;

import java.util.UUID;

/**
 * One side of a posted payment.
 *
 * @param amountMinor minor units: negative for the account that pays, positive for the one that is paid
 * @param balanceAfterMinor balance of the account once this entry counts
 */
public record Entry(UUID paymentId, String accountId, long amountMinor, long balanceAfterMinor) {}
