package io.hapax.tools.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.lab.LabRun;
import io.hapax.ledger.book.Book;
import io.hapax.ledger.book.BookSchema;
import io.hapax.ledger.book.DatabaseSettings;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.Step;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.topics.LogPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code accounts} does to a real database.
 *
 * <p>More than 300 lines: all tests share one database, whose start takes longer than they do.
 */
class AccountsCommandTest {
    private static Sandbox sandbox;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startDatabase(@TempDir Path folder) throws SQLException {
        sandbox = Sandbox.start(folder, Part.POSTGRES);
        new BookSchema(database()).migrate();
    }

    private static DatabaseSettings database() {
        return new DatabaseSettings(
                sandbox.jdbcUrl(),
                sandbox.user(),
                sandbox.password(),
                sandbox.user(),
                sandbox.password(),
                1,
                Duration.ofSeconds(10));
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
                "line 3: balance \"0.001\" has more decimals than the 2 of EUR",
                run("accounts", "open", "--file", file.toString()));
        expect(1, "carol: not found", run("accounts", "show", "carol"));
    }

    @Test
    void shouldKeepOpenWhatOpeningBalancesComeFrom() {
        expect(0, "1 opened", run("accounts", "open", "koji", "--currency", "SEK", "--balance", "5"));
        expect(1, "system:SEK: stays open", run("accounts", "close", "system:SEK"));
        expect(0, "1 opened", run("accounts", "open", "lena", "--currency", "SEK", "--balance", "5"));
        expect(1, "system:ZAR: not found", run("accounts", "close", "system:ZAR"));
        expect(0, "1 were there", run("accounts", "open", "system:SEK", "--currency", "SEK", "--kind", "system"));
    }

    @Test
    void shouldListAccountsPageByPage() {
        expect(0, "3 opened", run("accounts", "open", "--file", write("""
                id,currency,limit,balance
                zz-1,EUR,100,0.07
                zz-2,JPY,,7
                zz-3,KWD,,0.001
                """)));
        LabRun page = run("accounts", "list", "--after", "zz", "--lines", "2");
        assertEquals("""
                account                  kind     status                  balance              down to
                zz-1                     customer open                   0.07 EUR          -100.00 EUR
                zz-2                     customer open                      7 JPY                0 JPY
                there may be more: --after zz-2
                """, page.output());
        assertEquals("""
                account                  kind     status                  balance              down to
                zz-3                     customer open                  0.001 KWD            0.000 KWD
                """, run("accounts", "list", "--after", "zz-2").output());
        expect(0, "no accounts after zz-3", run("accounts", "list", "--after", "zz-3"));
        expect(0, "system:EUR               system   open", run("accounts", "list", "--after", "system:"));
        expect(2, "at least 1", run("accounts", "list", "--lines", "0"));
        expect(2, "\"-5\" is no whole number", run("accounts", "statement", "zz-1", "--lines", "-5"));
    }

    @Test
    void shouldShowWhatIsHeldAndThatItCanStillBeCapturedFromAClosedAccount() throws SQLException {
        expect(0, "2 opened", run("accounts", "open", "--file", write("""
                id,currency,balance,limit
                kim,EUR,5,2
                lea,EUR,0,0
                """)));
        PaymentContent hold =
                new PaymentContent("kim", "lea", 600, "EUR", null, new Step.Reserve(Duration.ofHours(1), false));
        try (HikariDataSource pool = database().pool()) {
            new Book(pool)
                    .post(List.of(new PostingRequest(
                            PostingRequest.Kind.POST,
                            UUID.randomUUID(),
                            "acme",
                            "k-2",
                            hold,
                            1,
                            Instant.EPOCH,
                            LogPosition.NONE,
                            new LogPosition(7, 0))));
        }
        expect(
                0,
                "kim: 5.00 EUR, open, customer, down to -2.00 EUR, 6.00 EUR held, 1.00 EUR available",
                run("accounts", "show", "kim"));
        LabRun closed = run("accounts", "close", "kim");
        expect(0, "kim: closed", closed);
        expect(0, "kim: 6.00 EUR held, 1.00 EUR available; what is held can still be captured", closed);
    }

    @Test
    void shouldOpenAnAccountWithOwnersAndChangeThemOnTheRecord() {
        expect(
                0,
                "1 opened",
                run("accounts", "open", "uma", "--currency", "EUR", "--owner", "globex", "--owner", "acme"));
        expect(0, "1 were there", run("accounts", "open", "uma", "--currency", "EUR"));
        expect(
                1,
                "was opened before, and its owners are acme, globex, not globex",
                run("accounts", "open", "uma", "--currency", "EUR", "--owner", "globex"));
        expect(0, "uma: 0.00 EUR, open, customer, owned by acme, globex", run("accounts", "show", "uma"));
        expect(
                0,
                "uma: owned by globex, initech",
                run(
                        "accounts",
                        "owners",
                        "uma",
                        "--add",
                        "initech",
                        "--remove",
                        "acme",
                        "--reason",
                        "sold",
                        "--as",
                        "ann"));
        expect(
                0,
                "uma: owned by globex, initech",
                run("accounts", "owners", "uma", "--add", "globex", "--reason", "again"));
        expect(1, "acme is no owner of it", run("accounts", "owners", "uma", "--remove", "acme", "--reason", "again"));
        expect(
                1,
                "every client might debit it",
                run("accounts", "owners", "uma", "--remove", "globex", "--remove", "initech", "--reason", "gone"));
        expect(1, "is no id of a client", run("accounts", "owners", "uma", "--add", "a;b", "--reason", "odd"));
        expect(2, "--reason", run("accounts", "owners", "uma", "--add", "acme"));
        expect(2, "give either", run("accounts", "owners", "uma", "--add", "acme", "--unowned", "--reason", "both"));
        expect(1, "was never opened", run("accounts", "owners", "nobody", "--add", "acme", "--reason", "typo"));
        expect(
                0,
                "no longer owned by globex, initech",
                run("accounts", "owners", "uma", "--unowned", "--reason", "free"));
        LabRun history = run("accounts", "owners", "uma", "--history");
        expect(0, "no owner -> acme, globex", history);
        expect(0, "acme, globex -> globex, initech  by ann (database user " + sandbox.user() + "): sold", history);
        expect(0, "globex, initech -> no owner", history);
        assertEquals(3, history.output().lines().count(), history.output());
    }

    @Test
    void shouldOpenAccountsOfAFileWithTheirOwnersOrNone() {
        expect(0, "2 opened", run("accounts", "open", "--file", write("""
                id,currency,owners
                vera,EUR,acme; globex
                will,EUR,
                """)));
        expect(0, "vera: 0.00 EUR, open, customer, owned by acme, globex", run("accounts", "show", "vera"));
        expect(
                0,
                "0 opened, 2 were there",
                run("accounts", "open", "--file", write("id,currency\nvera,EUR\nwill,EUR\n")));
        expect(
                2,
                "line 3: owner \"\" is no id of a client",
                run("accounts", "open", "--file", write("id,currency,owners\nxena,EUR,acme\nyara,EUR,acme;\n")));
        expect(1, "xena: not found", run("accounts", "show", "xena"));
    }

    @Test
    void shouldShowAStatementUnderItsHeaderAndObeyNothingInIt() throws SQLException {
        expect(0, "2 opened", run("accounts", "open", "--file", write("""
                id,currency,balance
                ida,EUR,5
                jon,EUR,0
                """)));
        try (HikariDataSource pool = database().pool()) {
            new Book(pool)
                    .post(List.of(new PostingRequest(
                            PostingRequest.Kind.POST,
                            UUID.randomUUID(),
                            "acme",
                            "k-1",
                            new PaymentContent("ida", "jon", 100, "EUR", "x\u001b[2K y\r\nz \u202e"),
                            1,
                            Instant.EPOCH,
                            LogPosition.NONE,
                            new LogPosition(0, 0))));
        }
        List<String> lines =
                run("accounts", "statement", "ida").output().lines().toList();
        assertEquals(4, lines.size(), lines.toString());
        assertTrue(
                lines.getFirst().matches(" +entry recorded at +payment +counterparty +amount +balance reference"),
                lines.getFirst());
        assertTrue(lines.get(2).endsWith("4.00 EUR x\\u001b[2K y\\u000d\\u000az \\u202e"), lines.get(2));
        assertTrue(lines.get(2).matches(" +\\d+ \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z .*"), lines.get(2));
        expect(0, "no entries after 999999", run("accounts", "statement", "ida", "--after", "999999"));
    }

    @Test
    void shouldSayInWordsWhyAnAccountIsNotOpened() {
        expect(0, "1 opened", run("accounts", "open", "otto", "--currency", "EUR", "--balance", "1"));
        LabRun other = run("accounts", "open", "otto", "--currency", "EUR", "--limit", "2");
        expect(
                1,
                "Account otto: was opened before with other terms: customer account in EUR, limit 0.00, opening balance 1.00, not",
                other);
        assertFalse(other.output().contains("["), other.output());
    }

    @Test
    void shouldNameTheLineOfAnAccountThatTheLedgerRefuses() {
        String file = write("id,currency,balance\nzed,BGN,1\n");
        LabRun withdrawn = run("accounts", "open", "--file", file);
        expect(1, "nothing opened: " + file + ", line 2: Account zed: its currency BGN was withdrawn", withdrawn);
        assertFalse(withdrawn.output().contains("system:"), withdrawn.output());
        write("id,currency,balance\nrich-1,CHF,92233720368547758.07\nrich-2,CHF,92233720368547758.07\n");
        LabRun tooMuch = run("accounts", "open", "--file", file);
        expect(
                1,
                ", line 3: Account rich-2: its opening balance is too large: with it, all opening balances in CHF are more"
                        + " than the ledger can hold",
                tooMuch);
        assertFalse(tooMuch.output().contains("OVERFLOW"), tooMuch.output());
        expect(1, "rich-1: not found", run("accounts", "show", "rich-1"));
    }

    private String write(String content) {
        try {
            return Files.writeString(folder.resolve("more.csv"), content).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldSayWhatIsMissing() {
        expect(2, "give either an ID with --currency, or --file", run("accounts", "open", "alice"));
        expect(
                2,
                "limit \"much\" is no amount",
                run("accounts", "open", "erin", "--currency", "EUR", "--limit", "much"));
    }

    private static void expect(int exitCode, String output, LabRun run) {
        assertEquals(exitCode, run.exitCode(), run.output());
        assertTrue(run.output().contains(output), run.output());
    }

    private static LabRun run(String... command) {
        return LabRun.of(command)
                .with(
                        "--jdbc-url",
                        sandbox.jdbcUrl(),
                        "--jdbc-user",
                        sandbox.user(),
                        "--jdbc-password=" + sandbox.password());
    }
}
