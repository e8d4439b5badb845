package io.hapax.ledger.book;

import io.hapax.ledger.posting.Account;
import io.hapax.ledger.posting.AccountKind;
import io.hapax.ledger.posting.BalanceChange;
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

/** The statements on the table {@code accounts}. */
final class AccountRows {

    // Rows are locked in the order in which the sort hands them on, so that two batches can't wait for each other. NO
    // KEY:
    // nobody changes an id, and the references of entries need not wait.
    private static final String LOCK = """
            SELECT id, currency, kind, overdraft_limit_minor, status, balance_minor
            FROM accounts WHERE id = ANY (?) ORDER BY id FOR NO KEY UPDATE
            """;

    // The balance before is compared although the lock already excludes a change: it costs nothing, and no mistake
    // elsewhere can lose an update.
    private static final String SET_BALANCES = """
            UPDATE accounts a SET balance_minor = u.after
            FROM unnest(?::text[], ?::bigint[], ?::bigint[]) AS u (id, before, after)
            WHERE a.id = u.id AND a.balance_minor = u.before
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
            SELECT id, currency, kind, overdraft_limit_minor, status, balance_minor FROM accounts WHERE id = ?
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

    /** What was agreed on the accounts that exist among {@code ids}, by id. */
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
                return rows.next() ? Optional.of(read(rows)) : Optional.empty();
            }
        }
    }

    /** Whether there was an open account to close. */
    static boolean close(Connection connection, String id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CLOSE)) {
            statement.setString(1, StoredText.of(id));
            return statement.executeUpdate() == 1;
        }
    }

    /** The accounts that exist among {@code ids}, locked until the database transaction ends, by id. */
    static Map<String, Account> lock(Connection connection, Collection<String> ids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
            statement.setArray(1, SqlArrays.texts(connection, ids));
            Map<String, Account> accounts = new HashMap<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Account account = read(rows);
                    accounts.put(account.id(), account);
                }
            }
            return accounts;
        }
    }

    /** Writes the new balances of accounts that this database transaction has locked. */
    static void setBalances(Connection connection, List<BalanceChange> changes) throws SQLException {
        if (changes.isEmpty()) return;
        try (PreparedStatement statement = connection.prepareStatement(SET_BALANCES)) {
            statement.setArray(1, SqlArrays.texts(connection, changes, BalanceChange::accountId));
            statement.setObject(2, SqlArrays.longs(changes, BalanceChange::beforeMinor));
            statement.setObject(3, SqlArrays.longs(changes, BalanceChange::afterMinor));
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

    private static Account read(ResultSet row) throws SQLException {
        return new Account(
                row.getString("id"),
                row.getString("currency"),
                AccountKind.valueOf(row.getString("kind")),
                row.getLong("overdraft_limit_minor"),
                row.getString("status").equals("OPEN"),
                row.getLong("balance_minor"));
    }
}
