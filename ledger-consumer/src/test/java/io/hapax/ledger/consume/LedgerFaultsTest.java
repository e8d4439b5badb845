package io.hapax.ledger.consume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.app.acls.AppRights;
import io.hapax.ledger.LedgerConsumer;
import io.hapax.ledger.book.Book;
import io.hapax.ledger.book.BookSchema;
import io.hapax.ledger.book.DatabaseSettings;
import io.hapax.ledger.book.FreshDatabase;
import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.Part;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whatever dies on the way, each event is posted once, answered, and answered the same. */
class LedgerFaultsTest {
    private static final Logger log = LoggerFactory.getLogger(LedgerFaultsTest.class);
    private static final Duration SOON = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    @Test
    void shouldPostEachEventOnceThoughItIsKilled() throws Exception {
        killAtRandom(4, 4_000);
    }

    @Tag("long")
    @Test
    void shouldPostEachOfManyEventsOnceThoughItIsKilledVeryOften() throws Exception {
        killAtRandom(200, 100_000);
    }

    @Test
    void shouldPostEachEventOnceThoughItDiesAtTheWorstMoments() throws Exception {
        dieAtTheWorstMoments(1, 1_000);
    }

    @Tag("long")
    @Test
    void shouldPostEachEventOnceThoughItOftenDiesAtTheWorstMoments() throws Exception {
        dieAtTheWorstMoments(25, 1_000);
    }

    @Test
    void shouldWaitForADatabaseThatStopsAndLosesConnections() throws Exception {
        stopTheDatabase(2, 6, 5_000);
    }

    @Tag("long")
    @Test
    void shouldWaitForADatabaseThatOftenStopsAndLosesConnections() throws Exception {
        stopTheDatabase(10, 50, 100_000);
    }

    @Test
    void shouldPostEachEventOnceThoughTwoBelieveTheyOwnAllPartitions() throws Exception {
        twoTakeAll(5_000);
    }

    @Tag("long")
    @Test
    void shouldPostEachOfManyEventsOnceThoughTwoBelieveTheyOwnAllPartitions() throws Exception {
        twoTakeAll(100_000);
    }

    /** The runbook "The database lost its newest commits" of docs/operating.md. */
    @Test
    void shouldPostAgainWhatTheDatabaseLostWhenItsOffsetsAreSetBack() throws Exception {
        try (LedgerWorld world = new LedgerWorld(folder, 1_000_000)) {
            AppProcess ledger = world.process(LedgerConsumer.class, "failover");
            world.send(1_000);
            ledger.start();
            world.awaitOutcomes();
            ledger.stop();
            DatabaseSettings standby = world.copyOfDatabase();
            world.send(1_000);
            ledger.start();
            world.awaitOutcomes();
            ledger.stop();

            world.failOverTo(standby);
            String posted = "SELECT count(*) FROM payments WHERE event_offset IS NOT NULL";
            List<String> before = FreshDatabase.rows(standby, posted);
            AppProcess afterwards = world.process(LedgerConsumer.class, "failover");
            // A hundred earlier than need be.
            Await.until(SOON, () -> setBack(world, 900), done -> done);
            afterwards.start();
            Await.until(SOON, () -> FreshDatabase.rows(standby, posted), found -> world.isAllPosted(found));
            assertNotEquals(before, FreshDatabase.rows(standby, posted));
            world.verify();
            assertTrue(world.publications() >= 3_100, world.publications() + " outcomes published");
        }
    }

    /** Only a group without members lets its offsets be set. */
    private static boolean setBack(LedgerWorld world, int events) throws Exception {
        try {
            world.setBack("failover", events);
            return true;
        } catch (ExecutionException stillThere) {
            return false;
        }
    }

    private void killAtRandom(int kills, int events) throws Exception {
        Random random = new Random(3);
        try (LedgerWorld world = new LedgerWorld(folder)) {
            AppProcess ledger = world.process(LedgerConsumer.class, "killed");
            for (int i = 1; i <= kills; i++) {
                world.send(events / (kills + 1));
                ledger.start();
                awaitPartitions(ledger, i);
                // From before the first batch to after the last, as it comes.
                ledger.awaitExit(Duration.ofMillis(random.nextInt(1_000)));
                ledger.kill();
            }
            world.send(events - events / (kills + 1) * kills);
            ledger.start();
            world.verify();
            int publications = world.publications();
            log.info("kills={} events={} publications={}", kills, events, publications);
            // Few kills may all have missed the moments that matter, many can't.
            assertTrue(kills < 100 || publications > events, publications + " outcomes published");
        }
    }

    private void dieAtTheWorstMoments(int deaths, int eventsEach) throws Exception {
        try (LedgerWorld world = new LedgerWorld(folder)) {
            AppProcess unpublished = world.process(FaultyLedger.DiesUnpublished.class, "dying");
            AppProcess uncommitted = world.process(FaultyLedger.DiesUncommitted.class, "dying");
            for (int i = 0; i < deaths; i++) {
                for (AppProcess dying : List.of(unpublished, uncommitted)) {
                    world.send(eventsEach);
                    dying.start();
                    assertEquals(OptionalInt.of(FaultyLedger.KILLED), dying.awaitExit(SOON));
                }
            }
            AppProcess healthy = world.process(LedgerConsumer.class, "dying");
            healthy.start();
            world.verify();
            // Each death had a batch in the book that was dealt with again.
            int events = 2 * deaths * eventsEach;
            int publications = world.publications();
            log.info("deaths={} events={} publications={}", 2 * deaths, events, publications);
            assertTrue(publications > events, publications + " outcomes published");
        }
    }

    private void stopTheDatabase(int stops, int terminations, int events) throws Exception {
        try (LedgerWorld world = new LedgerWorld(folder);
                HikariDataSource database = world.database().pool();
                EventLoop loop = EventLoop.inGroup(
                        new KafkaSettings(
                                Map.of("bootstrap.servers", world.topics().bootstrapServers()), "waiting", 100),
                        world.topics().format(),
                        new BookSchema(world.database()),
                        new Book(database),
                        new Book(database),
                        new Readiness(),
                        new LedgerMetrics(new SimpleMeterRegistry()),
                        AppRights.ofLedgerConsumer("any"),
                        Clock.systemUTC(),
                        BatchOrder.RIGHT)) {
            Thread worker = Thread.ofPlatform().name("ledger").start(loop::run);
            int portions = stops + terminations;
            for (int i = 0; i < portions; i++) {
                world.send(events / portions);
                if (i % (portions / stops) == 0) {
                    world.sandbox().stopPostgresImmediately();
                    world.send(10);
                    world.sandbox().startAgain(Part.POSTGRES);
                } else {
                    terminateBackends(world);
                }
            }
            world.verify();
            loop.stop();
            worker.join(SOON);
        }
    }

    private void twoTakeAll(int events) throws Exception {
        try (LedgerWorld world = new LedgerWorld(folder)) {
            List<AppProcess> zombies = List.of(
                    world.process(FaultyLedger.Zombie.class, "one"), world.process(FaultyLedger.Zombie.class, "other"));
            for (AppProcess zombie : zombies) {
                zombie.start();
                Await.until(SOON, () -> Files.readString(zombie.log()), log -> log.contains("the book has its tables"));
            }
            world.send(events);
            world.verify();
            // Both have dealt with everything.
            Await.until(SOON, world::publications, published -> published == 2 * events);
            assertFalse(Files.readString(world.sandbox().log(Part.POSTGRES)).contains("deadlock detected"));
        }
    }

    private static void awaitPartitions(AppProcess ledger, int times) throws Exception {
        Await.until(SOON, () -> assignments(ledger.log()), found -> found >= times);
    }

    private static long assignments(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.contains("partitions assigned"))
                .count();
    }

    private static void terminateBackends(LedgerWorld world) throws SQLException {
        try (Connection owner = FreshDatabase.asOwner(world.database());
                PreparedStatement terminate = owner.prepareStatement(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ?")) {
            terminate.setString(1, FreshDatabase.LEDGER_USER);
            terminate.execute();
        }
    }
}
