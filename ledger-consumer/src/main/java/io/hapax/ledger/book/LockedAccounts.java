package io.hapax.ledger.book;

import io.hapax.ledger.posting.Account;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Accounts whose rows a database transaction has locked.
 *
 * @param byId as they stand
 * @param places where their rows are in the table (PostgreSQL's {@code ctid}), by account id
 */
record LockedAccounts(Map<String, Account> byId, Map<String, String> places) {

    @Nullable String place(String id) {
        return places.get(id);
    }
}
