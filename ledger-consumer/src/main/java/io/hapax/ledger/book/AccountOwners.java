package io.hapax.ledger.book;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The administration of who may debit accounts. It works while payments are being posted. Only the user that owns the
 * tables has the right to change owners: who runs the ledger has not.
 */
public final class AccountOwners {
    private final DataSource dataSource;

    public AccountOwners(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** The reason of a change, and the name of who makes it as far as the operator says so: both are recorded. */
    public record Reason(String text, String changedBy) {}

    /**
     * Adds and removes owners. Payments that are posted before keep their results, and those after it follow it.
     *
     * @return the owners from now on
     * @throws AccountRefusedException if there is no such account, if one to be removed is no owner, or if nobody would
     *     be left: every client might debit the account then
     */
    public OwnerList change(String id, Collection<String> add, Collection<String> remove, Reason reason)
            throws SQLException {
        return run(connection -> {
            OwnerList before = locked(connection, id).owners();
            Set<String> after = new TreeSet<>(before == null ? List.of() : before.clientIds());
            for (String each : remove) {
                if (!after.remove(each)) throw new AccountRefusedException(id, each + " is no owner of it");
            }
            after.addAll(add);
            if (after.isEmpty()) {
                throw new AccountRefusedException(
                        id, "it would have no owner, and every client might debit it: add another owner first");
            }
            OwnerList owners = OwnerList.of(after);
            if (!owners.equals(before)) {
                OwnerRows.change(connection, id, before, owners, reason.text(), reason.changedBy());
            }
            return owners;
        });
    }

    /**
     * Takes all owners from an account. Then the setting {@code debtors.unowned} says who may debit it.
     *
     * @return the owners before; empty if it had none
     * @throws AccountRefusedException if there is no such account
     */
    public Optional<OwnerList> disown(String id, Reason reason) throws SQLException {
        return run(connection -> {
            @Nullable OwnerList before = locked(connection, id).owners();
            if (before != null) OwnerRows.change(connection, id, before, null, reason.text(), reason.changedBy());
            return Optional.ofNullable(before);
        });
    }

    /** All changes of the owners of an account, oldest first. */
    public List<OwnerChange> history(String id) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return OwnerRows.history(connection, id);
        }
    }

    private <T> T run(DatabaseTransaction.Work<T> work) throws SQLException {
        return DatabaseTransaction.run(dataSource, connection -> Optional.of(work.within(connection)))
                .orElseThrow();
    }

    private static OwnerRows.Locked locked(Connection connection, String id) throws SQLException {
        return OwnerRows.lock(connection, id).orElseThrow(() -> new AccountRefusedException(id, "was never opened"));
    }
}
