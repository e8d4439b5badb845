package io.hapax.ledger.book;

import io.hapax.ledger.posting.Account;
import io.hapax.ledger.posting.AccountKind;
import io.hapax.ledger.posting.BalanceChange;
import io.hapax.ledger.posting.Owners;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The statements on the table {@code accounts}. */
final class AccountRows {

    // Rows are locked in the order in which the sort hands them on, so that two batches can't wait for each other. NO
    // KEY: nobody changes an id.
    private static final String LOCK = """
            SELECT id, currency, kind, overdraft_limit_minor, status, balance_minor, held_minor, owners, ctid::text AS place
            FROM accounts WHERE id = ANY (?) ORDER BY id FOR NO KEY UPDATE
            """;

    // By the place of the row, which saves the look-up and stays while the row is locked. The id and the balance before
    // are compared although the lock already excludes a change: that costs nothing, and no mistake elsewhere can lose
    // an update.
    private static final String SET_BALANCES = """
            UPDATE accounts a SET balance_minor = u.after, held_minor = u.held_after
            FROM unnest(?::tid[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
                 AS u (place, id, before, after, held_before, held_after)
            WHERE a.ctid = u.place AND a.id = u.id AND a.balance_minor = u.before AND a.held_minor = u.held_before
            """;

    // In the order of the ids, like the locks.
    private static final String INSERT = """
            INSERT INTO accounts (id, currency, kind, overdraft_limit_minor, opening_balance_minor)
            SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[])
                     AS u (id, currency, kind, overdraft_limit_minor, opening_balance_minor)
            ORDER BY id COLLATE "C"
            ON CONFLICT DO NOTHING
            RETURNING id
            """;

    private static final String TERMS = """
            SELECT id, currency, kind, overdraft_limit_minor, opening_balance_minor FROM accounts WHERE id = ANY (?)
            """;

    private static final String FIND = """
            SELECT id, currency, kind, overdraft_limit_minor, status, balance_minor, held_minor, owners
            FROM accounts WHERE id = ?
            """;

    private static final String LIST = """
            SELECT id, currency, kind, overdraft_limit_minor, status, balance_minor, held_minor, owners
            FROM accounts WHERE id > ? ORDER BY id LIMIT ?
            """;

    private static final String CLOSE = """
            UPDATE accounts SET status = 'CLOSED', closed_at = now() WHERE id = ? AND status = 'OPEN'
            """;

    private AccountRows() {}

    /** Opens the accounts that don't exist yet, with a balance of 0; their ids. */
    static List<String> insert(Connection connection, List<AccountTerms> terms) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setArray(1, SqlArrays.texts(connection, terms, AccountTerms::id));
            statement.setArray(2, SqlArrays.texts(connection, terms, AccountTerms::currency));
            statement.setArray(
                    3, SqlArrays.texts(connection, terms, t -> t.kind().name()));
            statement.setObject(4, SqlArrays.longs(terms, AccountTerms::overdraftLimitMinor));
            statement.setObject(5, SqlArrays.longs(terms, AccountTerms::openingBalanceMinor));
            List<String> inserted = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) inserted.add(rows.getString("id"));
            }
            return inserted;
        }
    }

    /** The terms of those accounts among {@code ids} that exist, by account id. */
    static Map<String, AccountTerms> terms(Connection connection, Collection<String> ids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TERMS)) {
            statement.setArray(1, SqlArrays.texts(connection, ids));
            Map<String, AccountTerms> terms = new HashMap<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) terms.put(rows.getString("id"), readTerms(rows));
            }
            return terms;
        }
    }

    static Optional<Account> find(Connection connection, String id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setString(1, StoredText.of(id));
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(read(rows, Owners.ANYBODY)) : Optional.empty();
            }
        }
    }

    static List<Account> list(Connection connection, String afterId, int limit) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LIST)) {
            statement.setString(1, StoredText.of(afterId));
            statement.setInt(2, limit);
            List<Account> accounts = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) accounts.add(read(rows, Owners.ANYBODY));
            }
            return List.copyOf(accounts);
        }
    }

    /** Closes an account. Returns true when there was an open account to close. */
    static boolean close(Connection connection, String id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CLOSE)) {
            statement.setString(1, StoredText.of(id));
            return statement.executeUpdate() == 1;
        }
    }

    /**
     * The accounts that exist among {@code ids}, locked until the database transaction ends.
     *
     * @param unowned who may debit those that nobody owns
     */
    static LockedAccounts lock(Connection connection, Collection<String> ids, Owners unowned) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
            statement.setArray(1, SqlArrays.texts(connection, ids));
            Map<String, Account> accounts = HashMap.newHashMap(ids.size());
            Map<String, String> places = HashMap.newHashMap(ids.size());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Account account = read(rows, unowned);
                    accounts.put(account.id(), account);
                    places.put(account.id(), rows.getString("place"));
                }
            }
            return new LockedAccounts(accounts, places);
        }
    }

    /** Writes the new balances of accounts that this database transaction has locked. */
    static void setBalances(Connection connection, LockedAccounts locked, List<BalanceChange> changes)
            throws SQLException {
        if (changes.isEmpty()) return;
        try (PreparedStatement statement = connection.prepareStatement(SET_BALANCES)) {
            statement.setArray(1, SqlArrays.texts(connection, changes, change -> locked.place(change.accountId())));
            statement.setArray(2, SqlArrays.texts(connection, changes, BalanceChange::accountId));
            statement.setObject(3, SqlArrays.longs(changes, BalanceChange::beforeMinor));
            statement.setObject(4, SqlArrays.longs(changes, BalanceChange::afterMinor));
            statement.setObject(5, SqlArrays.longs(changes, BalanceChange::heldBeforeMinor));
            statement.setObject(6, SqlArrays.longs(changes, BalanceChange::heldAfterMinor));
            int changed = statement.executeUpdate();
            if (changed != changes.size()) {
                throw new IllegalStateException("Of " + changes.size() + " locked accounts, only " + changed
                        + " still had the balance that was read under the lock");
            }
        }
    }

    private static AccountTerms readTerms(ResultSet row) throws SQLException {
        return new AccountTerms(
                row.getString("id"),
                row.getString("currency"),
                AccountKind.valueOf(row.getString("kind")),
                row.getLong("overdraft_limit_minor"),
                row.getLong("opening_balance_minor"));
    }

    private static Account read(ResultSet row, Owners unowned) throws SQLException {
        return new Account(
                row.getString("id"),
                row.getString("currency"),
                AccountKind.valueOf(row.getString("kind")),
                row.getLong("overdraft_limit_minor"),
                row.getString("status").equals("OPEN"),
                row.getLong("balance_minor"),
                row.getLong("held_minor"),
                owners(row.getArray("owners"), unowned));
    }

    private static Owners owners(@Nullable Array stored, Owners unowned) throws SQLException {
        return stored == null ? unowned : Owners.named(List.of((String[]) stored.getArray()));
    }
}
