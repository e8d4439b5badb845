package io.hapax.ledger.book;

/**
 * The result of a request to open accounts.
 *
 * @param opened accounts that are new
 * @param alreadyThere accounts that had been opened with the same terms before; nothing happened to them
 */
public record OpenedAccounts(int opened, int alreadyThere) {}
