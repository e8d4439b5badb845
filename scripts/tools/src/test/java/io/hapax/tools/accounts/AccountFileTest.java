package io.hapax.tools.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.tools.HapaxRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the refusals before the ledger is asked. No database runs. */
class AccountFileTest {
    @TempDir
    private Path folder;

    @Test
    void shouldOpenNothingOfAFileWithAThousandsSeparator() throws IOException {
        assertRefused("line 2: it has 4 cells, the header 3", "id,currency,balance\nt1,EUR,1,000.00\n");
        assertRefused("line 2: balance \"1,000.00\" is no amount", "id,currency,balance\nt1,EUR,\"1,000.00\"\n");
        assertRefused("line 2: balance \"1.000\" has more decimals", "id,currency,balance\nt1,EUR,1.000\n");
    }

    @Test
    void shouldOpenNothingOfAFileWithAMisspeltColumn() throws IOException {
        assertRefused("did you mean \"balance\"?", "id,currency,balence\nt1,EUR,1000.00\n");
        assertRefused("did you mean \"balance\"?", "id,currency,Balance\nt1,EUR,1000.00\n");
        assertRefused("stands there twice", "id,currency,balance,balance\nt1,EUR,1000.00,1.00\n");
    }

    @Test
    void shouldSayWhatIsWrongWithEachLine() throws IOException {
        assertRefused(
                "line 2: kind is \"savings\", must be customer or system; line 3: Account b: the overdraft limit is negative;"
                        + " line 4: Account c: ISO 4217 has no currency with a minor unit called EURO; line 5: id is empty",
                "id,currency,kind,limit\na,EUR,savings,\nb,EUR,,-5\nc,EURO,,\n,EUR,,\n");
        assertRefused("and 10 more lines", "id,currency\n" + ",EUR\n".repeat(30));
        assertRefused("names no account", "id,currency\n");
    }

    @Test
    void shouldNameBothLinesOfAnAccountWithTwoTerms() throws IOException {
        assertRefused(
                "line 4: Account a stands on line 2 with other terms: customer account in EUR, limit 0.00, opening balance"
                        + " 1.00, not customer account in EUR, limit 0.00, opening balance 2.00",
                "id,currency,balance\na,EUR,1\na,EUR,1.00\na,EUR,2\n");
    }

    @Test
    void shouldRefuseAmountsThatAreOddOrTooLarge() throws IOException {
        String header = "id,currency,balance\n";
        assertRefused(
                "line 2: balance \"" + "9".repeat(50) + "\" is too large", header + "a,EUR," + "9".repeat(50) + "\n");
        assertRefused("line 2: balance \"-0\" is no amount", header + "a,EUR,-0\n");
        assertRefused("line 2: balance \"007\" is no amount", header + "a,EUR,007\n");
    }

    @Test
    void shouldKeepTheNamesOfTheLedgerForTheLedger() throws IOException {
        for (String row : new String[] {
            "system:GBP,GBP,customer,0,0",
            "system:SEK,EUR,system,0,0",
            "system:GBP,GBP,customer,0,5",
            "system:x,EUR,system,0,0",
            "system:GBP,GBP,,,",
            "system:,EUR,system,,"
        }) {
            assertRefused(
                    "names that begin with system: are the ledger's", "id,currency,kind,limit,balance\n" + row + "\n");
        }
        HapaxRun run = open("system:GBP", "--currency", "GBP");
        assertEquals(2, run.exitCode(), run.output());
        assertTrue(run.output().contains("are the ledger's: system:GBP is the system account of GBP"), run.output());
    }

    @Test
    void shouldRefuseTheAmountsOfTheCommandLineAsThoseOfAFile() {
        HapaxRun run = open("erin", "--currency", "EUR", "--balance", "1,000.00");
        assertEquals(2, run.exitCode(), run.output());
        assertTrue(run.output().startsWith("nothing opened: balance \"1,000.00\" is no amount"), run.output());
        assertEquals(2, run.output().lines().count(), run.output());
    }

    @Test
    void shouldRefuseTermsBesideAFileThatSaysThemItself() throws IOException {
        String file = Files.writeString(folder.resolve("accounts.csv"), "id,currency\nt1,EUR\n")
                .toString();
        for (String[] terms :
                new String[][] {{"--balance", "5"}, {"--limit", "0"}, {"--kind", "SYSTEM"}, {"--currency", "USD"}}) {
            HapaxRun run = open("--file", file, terms[0], terms[1]);
            assertEquals(2, run.exitCode(), run.output());
            assertTrue(
                    run.output().startsWith("nothing opened: " + terms[0] + " does not go with --file"), run.output());
        }
    }

    @Test
    void shouldSayThatThereIsNoSuchFile() {
        HapaxRun run = open("--file", folder.resolve("none.csv").toString());
        assertEquals(2, run.exitCode(), run.output());
        assertEquals(folder.resolve("none.csv") + ": there is no such file\n", run.output());
    }

    private void assertRefused(String why, String content) throws IOException {
        HapaxRun run = open(
                "--file",
                Files.writeString(folder.resolve("accounts.csv"), content).toString());
        assertEquals(2, run.exitCode(), run.output());
        assertTrue(run.output().startsWith("nothing opened: "), run.output());
        assertTrue(run.output().contains(why), run.output());
    }

    private static HapaxRun open(String... arguments) {
        return HapaxRun.of(
                        "accounts", "open", "--jdbc-url", "jdbc:postgresql://127.0.0.1:1/none", "--jdbc-user", "nobody")
                .with(arguments);
    }
}
