package io.hapax.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.lab.LabRun;
import io.hapax.lab.Program;
import io.hapax.lab.UnpackedArchives;
import io.hapax.sandbox.AppProcess;
import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.ReservationCommand;
import io.hapax.topics.PaymentKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An upgrade from an older build: its apps pay, the ledger is killed and then the stream app, both under load. The apps
 * of this build go on with the state folder, topics, offsets and tables that the older ones left.
 *
 * <p>The older build is that of the commit {@code -Dupgrade.from}, made by {@code scripts/older}. Without it, the last
 * one that knew no reservations. {@code -Dupgrade.archives} names a folder with archives that are made already.
 */
@Tag("long")
class UpgradeTest {
    private static final String BEFORE_RESERVATIONS = "cd6a20b4a60061901bff6a4426ec46c69456b38b";

    private static final int LEDGER_DIES_AT = 20;
    private static final int APP_DIES_AT = 26;
    private static final int PORTIONS = 30;

    @TempDir
    private Path folder;

    private UpgradeWorld world;
    private UpgradeClients clients;

    @Test
    void shouldGoOnWithWhatAnOlderBuildLeftWhenItWasKilled() throws Exception {
        try (UpgradeWorld opened = new UpgradeWorld(folder, older());
                UpgradeClients paying = new UpgradeClients(opened)) {
            world = opened;
            clients = paying;
            Left left = payWithTheOlderBuild();
            assertTrue(left.settled.size() >= LEDGER_DIES_AT * UpgradeClients.IN_PORTION / 2, left.toString());
            assertTrue(left.pending.size() >= UpgradeClients.IN_PORTION, left.toString());
            assertTrue(left.undecided >= UpgradeClients.IN_PORTION, left.toString());

            world.ledger();
            AppProcess app = world.streamApp(false);
            UpgradeClients.await(
                    "all payments are settled", () -> clients.settled().size() == clients.payments());
            Map<PaymentKey, PaymentDecision> settled = clients.settled();
            left.settled.forEach((key, before) -> assertEquals(before, settled.get(key)));
            clients.assertRetriesAreAnsweredAsBefore(settled);
            clients.assertRetriesOverHttpAreAnsweredAsBefore();
            assertBooks(settled);

            app.stop();
            world.streamApp(true);
            int steps = reserveAndCapture();
            clients.assertRetriesAreAnsweredAsBefore(settled);
            clients.assertRetriesOverHttpAreAnsweredAsBefore();
            assertEquals(List.of(), world.query("SELECT violated || ' ' || subject FROM ledger_check()"));
            for (String tool : List.of("rebuild", "reconcile", "audit")) {
                LabRun run = tool.equals("audit") ? world.hapax(tool) : world.hapax(tool, "--wait", "60s");
                assertEquals(0, run.exitCode(), run.output());
                System.out.println(run.output().lines().reduce("", (line, next) -> next));
            }
            System.out.printf(
                    "%s; settled later: %d; retries answered as before: 2 x %d; steps: %d%n",
                    left, settled.size() - left.settled.size(), clients.payments(), steps);
        }
    }

    /** What the older build left. */
    private record Left(Map<PaymentKey, PaymentDecision> settled, Set<PaymentKey> pending, int undecided) {
        @Override
        public String toString() {
            return "the older build left settled=%d pending=%d undecided=%d"
                    .formatted(settled.size(), pending.size(), undecided);
        }
    }

    private UnpackedArchives older() throws Exception {
        String made = System.getProperty("upgrade.archives");
        if (made != null) return new UnpackedArchives(Path.of(made));
        Path archives = folder.resolve("older");
        Program.run(
                Path.of("..", "older").toAbsolutePath().normalize().toString(),
                System.getProperty("upgrade.from", BEFORE_RESERVATIONS),
                archives.toString());
        return new UnpackedArchives(archives);
    }

    private Left payWithTheOlderBuild() throws Exception {
        AppProcess ledger = world.olderLedger();
        UpgradeClients.await(
                "the older ledger has made its tables",
                () -> world.query("SELECT 1 FROM information_schema.tables WHERE table_name = 'entries'")
                        .equals(List.of("1")));
        List<String> accounts = new ArrayList<>(List.of("id,currency,balance"));
        for (int i = 0; i < UpgradeClients.ACCOUNTS; i++) {
            accounts.add(UpgradeClients.account(i) + ",EUR,1000.00");
        }
        world.openAccounts(accounts);
        AppProcess app = world.olderStreamApp();
        clients.payOverHttp();
        for (int portion = 0; portion < PORTIONS; portion++) {
            clients.sendPortion(portion);
            if (portion == LEDGER_DIES_AT) ledger.kill();
            if (portion == APP_DIES_AT) app.kill();
            if (portion == LEDGER_DIES_AT - 1) {
                UpgradeClients.await(
                        "half of them are settled",
                        () -> clients.settled().size() > LEDGER_DIES_AT * UpgradeClients.IN_PORTION / 2);
            }
            if (portion == APP_DIES_AT - 1) {
                UpgradeClients.await(
                        "some are pending",
                        () -> clients.accepted().size() > clients.settled().size() + UpgradeClients.IN_PORTION);
            }
        }
        Map<PaymentKey, PaymentDecision> settled = clients.settled();
        Set<PaymentKey> pending = new HashSet<>(clients.accepted());
        pending.removeAll(settled.keySet());
        return new Left(settled, pending, clients.payments() - settled.size() - pending.size());
    }

    /** One row for each payment, which says what the client was answered. */
    private void assertBooks(Map<PaymentKey, PaymentDecision> settled) throws Exception {
        assertEquals(List.of(), world.query("SELECT violated || ' ' || subject FROM ledger_check()"));
        assertEquals(
                settled.values().stream()
                        .map(each -> each.getPaymentId() + " " + each.getStatus())
                        .sorted()
                        .toList(),
                world
                        .query("SELECT payment_id || ' ' || status FROM payments WHERE client_id <> 'hapax/opening'")
                        .stream()
                        .sorted()
                        .toList());
        long completed = settled.values().stream()
                .filter(each -> each.getStatus() == PaymentStatus.COMPLETED)
                .count();
        assertEquals(
                List.of(String.valueOf(2 * (completed + UpgradeClients.ACCOUNTS))),
                world.query("SELECT count(*) FROM entries"));
    }

    /** Returns how many steps were answered. */
    private int reserveAndCapture() throws Exception {
        String rich = world.query("SELECT id FROM accounts WHERE kind <> 'SYSTEM' ORDER BY balance_minor DESC LIMIT 1")
                .getFirst();
        String poor = world.query("SELECT id FROM accounts WHERE kind <> 'SYSTEM' ORDER BY balance_minor LIMIT 1")
                .getFirst();
        PaymentKey old = clients.aKey();
        List<SpecificRecord> steps = List.of(
                reserve(Sample.CLIENT, "hold", rich, poor),
                new CaptureCommand(Sample.CLIENT, "capture", "hold", rich, 60L, "EUR", false, null, null),
                reserve(Sample.CLIENT, "hold", rich, poor),
                reserve(old.clientId(), old.idempotencyKey(), rich, poor));
        List<String> answers = new ArrayList<>();
        try (StepClients steppers = new StepClients(world.kafka(), world.format())) {
            for (SpecificRecord step : steps) {
                answers.add(steppers.answer(step));
            }
        }
        assertEquals(List.of("SETTLED COMPLETED", "SETTLED COMPLETED", "REPLAYED COMPLETED", "CONFLICT"), answers);
        assertEquals(List.of("CAPTURED 40"), world.query("SELECT how || ' ' || released_minor FROM reservation_ends"));
        return answers.size();
    }

    private static ReservationCommand reserve(String client, String key, String debtor, String creditor) {
        return new ReservationCommand(client, key, debtor, creditor, 100L, "EUR", null, null, 600_000L, false);
    }
}
