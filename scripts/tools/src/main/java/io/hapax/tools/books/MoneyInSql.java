package io.hapax.tools.books;

import io.hapax.money.Currencies;
import io.hapax.tools.cli.Money;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * The function {@code pg_temp.money(minor, currency)} of one database session, which writes amounts as {@link Money}
 * does.
 */
public final class MoneyInSql {
    private MoneyInSql() {}

    public static void prepare(Connection connection) throws SQLException {
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
