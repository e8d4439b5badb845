package io.hapax.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.ledger.book.BookSchema;
import io.hapax.ledger.book.DatabaseSettings;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountsCommandTest {
    private static Sandbox sandbox;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startDatabase(@TempDir Path folder) throws SQLException {
        sandbox = Sandbox.start(folder, Part.POSTGRES);
        new BookSchema(new DatabaseSettings(
                        sandbox.jdbcUrl(),
                        sandbox.user(),
                        sandbox.password(),
                        sandbox.user(),
                        sandbox.password(),
                        1,
                        Duration.ofSeconds(10)))
                .migrate();
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @Test
    void shouldOpenCloseAndShowAnAccount() {
        expect(
                0,
                "1 opened, 0 were there",
                run("accounts", "open", "alice", "--currency", "EUR", "--balance", "12.50"));
        expect(
                0,
                "0 opened, 1 were there",
                run("accounts", "open", "alice", "--currency", "EUR", "--balance", "12.50"));
        expect(1, "opened before with other terms", run("accounts", "open", "alice", "--currency", "USD"));
        expect(0, "alice: 12.50 EUR, open, customer", run("accounts", "show", "alice"));
        expect(0, "system:EUR", run("accounts", "statement", "alice"));
        expect(0, "alice: closed", run("accounts", "close", "alice"));
        expect(0, "alice: already closed", run("accounts", "close", "alice"));
        expect(0, "alice: 12.50 EUR, closed, customer", run("accounts", "show", "alice"));
        expect(1, "nobody: not found", run("accounts", "show", "alice", "nobody"));
        expect(1, "nobody: not found", run("accounts", "close", "nobody"));
    }

    @Test
    void shouldOpenAllAccountsOfAFileOrNone() throws IOException {
        Path file = folder.resolve("accounts.csv");
        Files.writeString(file, """
                id,currency,kind,limit,balance
                bob,EUR,,100,0.01
                clearing,EUR,system,,
                yuki,JPY,customer,0,1000
                """);
        expect(0, "3 opened, 0 were there", run("accounts", "open", "--file", file.toString()));
        expect(0, "bob: 0.01 EUR, open, customer, down to -100.00 EUR", run("accounts", "show", "bob", "clearing"));
        expect(0, "yuki: 1,000 JPY, open, customer", run("accounts", "show", "yuki"));

        Files.writeString(file, "id,currency,balance\ncarol,EUR,5\ndave,EUR,0.001\n");
        expect(
                2,
                "line 3: balance does not fit the 2 decimals of EUR",
                run("accounts", "open", "--file", file.toString()));
        expect(1, "carol: not found", run("accounts", "show", "carol"));
    }

    @Test
    void shouldSayWhatIsMissing() {
        expect(2, "give either an ID with --currency, or --file", run("accounts", "open", "alice"));
        expect(2, "limit is no number: much", run("accounts", "open", "erin", "--currency", "EUR", "--limit", "much"));
    }

    private static void expect(int exitCode, String output, HapaxRun run) {
        assertEquals(exitCode, run.exitCode(), run.output());
        assertTrue(run.output().contains(output), run.output());
    }

    private static HapaxRun run(String... command) {
        return HapaxRun.of(command)
                .with(
                        "--jdbc-url",
                        sandbox.jdbcUrl(),
                        "--jdbc-user",
                        sandbox.user(),
                        "--jdbc-password=" + sandbox.password());
    }
}
