package io.hapax.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.lab.LabRun;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.sandbox.AppProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The long form of the race of payments and cancels: 1,000 keys, a process killed every 25 of them. */
@Tag("long")
class CancelRaceTest {
    private static final int KEYS = Integer.getInteger("race.keys", 1_000);
    private static final int WAVE = 25;

    private static final Logger LOG = LoggerFactory.getLogger(CancelRaceTest.class);

    @TempDir
    private Path folder;

    @Test
    void shouldEitherPayOrCancelEachKeyForEver() throws Exception {
        List<AccountTerms> accounts =
                List.of(AccountTerms.customer("alice", "EUR", KEYS), AccountTerms.customer("bob", "EUR", 0));
        try (LiveDemo demo = LiveDemo.idle(folder, accounts, Map.of("guards", "true"));
                StepClients clients = new StepClients(demo.world());
                CancelRace race = new CancelRace(demo, clients, "alice", "bob")) {
            demo.world().startApps();
            race.startTheOtherInstance();
            List<AppProcess> processes = race.processes();
            for (int wave = 0; wave * WAVE < KEYS; wave++) {
                race.race(Math.min(WAVE, KEYS - wave * WAVE), List.of(processes.get(wave % processes.size())));
                LOG.info("wave {}: {} paid", wave, race.counted());
            }
            race.demandBothWins();
            race.askAgain();
            race.askAgainAfterTheRetention();
            for (String tool : List.of("rebuild", "reconcile", "audit")) {
                LabRun run = tool.equals("audit") ? demo.hapax(tool) : demo.hapax(tool, "--wait", "60s");
                assertEquals(0, run.exitCode(), run.output());
            }
            demo.world().ledgerConsumer().stop();
            demo.tamper("UPDATE accounts SET balance_minor = balance_minor + 1 WHERE id = 'bob'");
            LabRun swapped = demo.hapax("rebuild", "--start-over", "--swap");
            assertEquals(0, swapped.exitCode(), swapped.output());
            demo.world().ledgerConsumer().start();
            race.askAgain();
            race.askAgainAfterTheRetention();
            assertEquals(List.of(), demo.query("SELECT violated FROM ledger_check()"));
            LOG.info("{} paid, each asked for five times", race.counted());
        }
    }
}
