package io.hapax.ledger.posting;

/**
 * An account whose balance a batch changed, with the balance before the batch and after it. Not the difference: between
 * two numbers of 64 bits it can need 65.
 */
public record BalanceChange(
        String accountId, long beforeMinor, long afterMinor, long heldBeforeMinor, long heldAfterMinor) {

    /** Of an account of which nothing is held. */
    public BalanceChange(String accountId, long beforeMinor, long afterMinor) {
        this(accountId, beforeMinor, afterMinor, 0, 0);
    }
}
