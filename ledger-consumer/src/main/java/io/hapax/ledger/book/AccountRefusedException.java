package io.hapax.ledger.book;

/** The refusal to open an account as asked. The message names the account and says why; nothing has been opened. */
public final class AccountRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String accountId;

    AccountRefusedException(String accountId, String why) {
        super("Account " + accountId + ": " + why);
        this.accountId = accountId;
    }

    public String accountId() {
        return accountId;
    }
}
