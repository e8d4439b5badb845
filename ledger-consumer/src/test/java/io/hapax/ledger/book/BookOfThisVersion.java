package io.hapax.ledger.book;

import static io.hapax.ledger.posting.Requests.payment;
import static io.hapax.ledger.posting.Requests.post;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The maker of the rows of a small book, for the tests of later programs: {@code target/book.sql}, to be read into
 * empty tables of this version. No test by itself, so it runs only when it is named:
 *
 * <pre>mvn -Pquick test -pl ledger-consumer -am -Dtest=BookOfThisVersion -Dsurefire.failIfNoSpecifiedTests=false</pre>
 */
class BookOfThisVersion {
    @Test
    void write() throws Exception {
        DatabaseSettings settings = FreshDatabase.migrated();
        try (HikariDataSource database = settings.pool()) {
            Accounts accounts = new Accounts(database, Clock.systemUTC());
            accounts.open(List.of(
                    AccountTerms.customer("alice", "EUR", 100),
                    AccountTerms.customer("bob", "EUR", 0),
                    AccountTerms.customer("carl", "EUR", 0)));
            accounts.close("carl");
            new Book(database)
                    .post(List.of(
                            post("completed", payment("alice", "bob", 30), 1),
                            post("failed", payment("alice", "bob", 1_000), 2),
                            post("to nobody", payment("alice", "dora", 10), 3),
                            post("back", payment("bob", "alice", 5), 4)));
        }
        List<String> statements = new ArrayList<>();
        for (String table : List.of("accounts", "payments", "entries")) {
            statements.addAll(FreshDatabase.rows(
                    settings,
                    "SELECT 'INSERT INTO " + table + " SELECT * FROM jsonb_populate_record(NULL::" + table
                            + ", ' || quote_literal(to_jsonb(t)) || ');' FROM " + table + " t ORDER BY 1"));
        }
        statements.addAll(FreshDatabase.rows(
                settings, "SELECT format('SELECT setval(''entry_ids'', %s);', last_value) FROM entry_ids"));
        // Flyway holds the files of today against them.
        statements.addAll(FreshDatabase.rows(
                settings,
                "SELECT format('UPDATE ledger_schema_history SET checksum = %s WHERE version = %L;', checksum, version)"
                        + " FROM ledger_schema_history WHERE version IS NOT NULL ORDER BY version"));
        Files.write(Path.of("target", "book.sql"), statements);
    }
}
