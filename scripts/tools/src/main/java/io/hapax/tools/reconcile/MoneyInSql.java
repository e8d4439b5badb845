package io.hapax.tools.reconcile;

import io.hapax.money.Currencies;
import io.hapax.tools.Money;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** The function {@code pg_temp.money(minor, currency)} of one database session, which writes amounts as {@link Money} does. */
final class MoneyInSql {
    private MoneyInSql() {}

    static void prepare(Connection connection) throws SQLException {
        SqlScript.read("money.sql").run(connection);
        List<String> codes = Currencies.codes();
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO currency_decimals SELECT * FROM unnest(?::text[], ?::integer[])")) {
            insert.setArray(1, connection.createArrayOf("text", codes.toArray()));
            insert.setArray(
                    2,
                    connection.createArrayOf(
                            "integer", codes.stream().map(Money::decimals).toArray()));
            insert.executeUpdate();
        }
    }
}
