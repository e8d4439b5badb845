package io.hapax.ledger.book;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/** One database transaction: done as a whole or not at all. */
final class DatabaseTransaction {

    private DatabaseTransaction() {}

    /** The statements that run inside one database transaction. */
    @FunctionalInterface
    interface Work<T> {
        T within(Connection connection) throws SQLException;
    }

    /** Commits if the work has a result; if it has none, nothing has happened. */
    static <T> Optional<T> run(DataSource dataSource, Work<Optional<T>> work) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                Optional<T> result = work.within(connection);
                if (result.isPresent()) {
                    connection.commit();
                } else {
                    connection.rollback();
                }
                return result;
            } catch (SQLException | RuntimeException fault) {
                rollBack(connection, fault);
                throw fault;
            }
        }
    }

    private static void rollBack(Connection connection, Exception fault) {
        try {
            connection.rollback();
        } catch (SQLException alsoFailed) {
            fault.addSuppressed(alsoFailed);
        }
    }
}
