package io.hapax.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerformancePageTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Path page;

    @BeforeEach
    void writePage() throws IOException {
        page = folder.resolve("performance.md");
        Files.writeString(page, """
            Written by hand.
            <!-- bench results -->
            <!-- /bench -->
            <!-- bench ledger -->
            as it was
            <!-- /bench -->
            <!-- bench serde -->
            as it was
            <!-- /bench -->
            """);
    }

    @Test
    void shouldPutMeasuredRatesIntoTheirBlockWithWhatTheyWereMeasuredOn() throws IOException {
        write(run("abc1234", 100, 250.5, 300));
        String written = Files.readString(page);
        assertTrue(written.contains("| hapax | 251 | 100 | 300 |"), written);
        assertTrue(written.contains("commit abc1234"), written);
        assertTrue(written.contains("| `ledger.vsRowByRow` | 2.50 |"), written);
        assertTrue(written.startsWith("Written by hand.\n"), written);
    }

    @Test
    void shouldTellWhatTheSizeOfABatchDoes() throws IOException {
        Files.writeString(page, "<!-- bench ledger.batchSize -->\n<!-- /bench -->\n");
        Path results = folder.resolve("batches.json");
        Files.writeString(results, """
            {"circumstances": {"commit": "abc1234"}, "results": {},
             "scenarios": {"ledger.batchSize": {"unit": "events/s",
                                                "variants": {"rowByRow": {"median": 1000, "rounds": [1000]},
                                                             "500": {"median": 20000, "rounds": [20000]}}}}}
            """);
        write(results);
        String written = Files.readString(page);
        assertTrue(written.contains("| 500 | 20,000 | 25.00 | 20.00 |"), written);
    }

    @Test
    void shouldLeaveBlocksThatNoRunMeasuredAndNameThem() throws IOException {
        assertEquals(List.of("serde"), write(run("abc1234", 1, 2, 3)));
        assertTrue(Files.readString(page).contains("<!-- bench serde -->\nas it was\n<!-- /bench -->"));
    }

    @Test
    void shouldLeaveResultsOfScenariosThatNoRunMeasured() throws IOException {
        String before = Files.readString(page);
        Files.writeString(page, before.replace("results -->\n", """
                results -->
                | name | |
                |---|--:|
                | `ledger.hot` | 9.00 |
                | `serde.readVsApicurio` | 8.77 |
                """));
        write(run("abc1234", 100, 250, 300));
        String written = Files.readString(page);
        assertTrue(written.contains("""
                | name | |
                |---|--:|
                | `ledger.vsRowByRow` | 2.50 |
                | `serde.readVsApicurio` | 8.77 |
                """), written);
        assertFalse(written.contains("ledger.hot"), written);
    }

    @Test
    void shouldReplaceWhatAnEarlierRunHasToSay() throws IOException {
        write(run("older", 100, 200, 300));
        write(run("newer", 400, 500, 600));
        String written = Files.readString(page);
        assertTrue(written.contains("| hapax | 500 | 400 | 600 |"), written);
        assertFalse(written.contains("older"), written);
    }

    @Test
    void shouldDrawAChartBesideThePage() throws IOException {
        write(run("abc1234", 1, 2, 3));
        assertTrue(Files.size(folder.resolve("performance/ledger.png")) > 0);
    }

    private List<String> write(Path results) throws IOException {
        PerformancePage performance = new PerformancePage(page);
        performance.add(results);
        return performance.write();
    }

    private Path run(String commit, double least, double median, double most) throws IOException {
        Path results = folder.resolve(commit + ".json");
        Files.writeString(results, """
            {"circumstances": {"commit": "%s"},
             "results": {"ledger.vsRowByRow": 2.5},
             "scenarios": {"ledger": {"unit": "events/s",
                                      "variants": {"hapax": {"median": %s, "rounds": [%s, %s]}}}}}
            """.formatted(commit, median, most, least));
        return results;
    }
}
