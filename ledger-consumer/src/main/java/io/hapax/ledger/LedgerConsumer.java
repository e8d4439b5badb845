package io.hapax.ledger;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.app.acls.AppRights;
import io.hapax.app.acls.MissingRightsException;
import io.hapax.app.acls.RightsCheck;
import io.hapax.app.health.AdminServer;
import io.hapax.app.health.AppMeters;
import io.hapax.app.health.ShutdownSequence;
import io.hapax.app.health.ShutdownSequence.Step;
import io.hapax.app.settings.ProductVersion;
import io.hapax.app.settings.SettingsException;
import io.hapax.app.settings.SettingsReader;
import io.hapax.app.settings.SettingsSource;
import io.hapax.ledger.book.Book;
import io.hapax.ledger.book.BookSchema;
import io.hapax.ledger.book.UnfitDatabaseException;
import io.hapax.ledger.consume.BatchOrder;
import io.hapax.ledger.consume.EventLoop;
import io.hapax.ledger.consume.LedgerMetrics;
import io.hapax.ledger.consume.Readiness;
import io.hapax.topics.TransactionVersion;
import io.hapax.topics.UnsoundClusterException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main class of the ledger consumer. It applies ledger events to the book and publishes the outcomes. The exit
 * code is 0 when it is told to stop, and 1 when it can't start or go on.
 */
public final class LedgerConsumer {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerConsumer.class);

    /** Some millions of open reservations are summed in this time. */
    private static final Duration BESIDE_WITHIN = Duration.ofSeconds(10);

    private LedgerConsumer() {}

    public static void main(String[] args) {
        if (!ProductVersion.printedFor(args, System.out)) {
            start(BatchOrder.RIGHT);
        }
    }

    /**
     * Starts the app and waits for its end, which ends the process.
     *
     * @param order for harnesses that must show that they notice a wrong one
     */
    public static void start(BatchOrder order) {
        try {
            SettingsReader reader = new SettingsReader(SettingsSource.given(System.getenv()));
            LedgerSettings settings = LedgerSettings.read(reader);
            LOG.info("settings in effect:{}", reader.effectiveLines());
            run(settings, order);
        } catch (SettingsException
                | MissingRightsException
                | UnsoundClusterException
                | KafkaException
                | UncheckedIOException e) {
            LOG.error("cannot start: {}", e.getMessage(), e.getCause());
            System.exit(1);
        } catch (RuntimeException | Error e) { // Told, and ends the process: other threads would keep a dead app alive.
            LOG.error("cannot start", e);
            System.exit(1);
        }
    }

    @SuppressWarnings("resource") // Closed by the steps of the end, which the end of the process takes.
    private static void run(LedgerSettings settings, BatchOrder order) {
        PrometheusMeterRegistry meters = AppMeters.registry();
        Readiness readiness = new Readiness();
        HikariDataSource database = settings.database().pool(meters);
        LedgerHealth health = LedgerHealth.of(settings, database, readiness);
        AppMeters.bindReadiness(meters, health);
        AdminServer admin = AdminServer.start(settings.admin(), health, meters::scrape);
        LedgerMetrics metrics = new LedgerMetrics(meters);
        HikariDataSource beside = settings.database().beside(BESIDE_WITHIN);
        AppRights rights = AppRights.ofLedgerConsumer(settings.kafka().group());
        requireSoundCluster(settings, rights);
        EventLoop loop = EventLoop.inGroup(
                settings.kafka(),
                settings.format(),
                new BookSchema(settings.database()),
                new Book(database, settings.unownedDebtors(), metrics.holds()::ended),
                new Book(beside),
                readiness,
                metrics,
                rights,
                Clock.systemUTC(),
                order);
        CountDownLatch stopped = new CountDownLatch(1);
        ShutdownSequence end = ShutdownSequence.by(
                settings.admin().stopWithin(),
                new Step("readiness", health::stopping),
                new Step("events", () -> finishBatch(loop, stopped)),
                new Step("kafka", loop::close),
                new Step("checks", health::close),
                new Step("database", () -> {
                    beside.close();
                    database.close();
                }),
                new Step("admin", admin::close));
        boolean well = runToTheEnd(loop, rights);
        stopped.countDown();
        end.exit(well ? 0 : 1);
    }

    /** Without a broker there is nobody to ask, and the broker is waited for. */
    private static void requireSoundCluster(LedgerSettings settings, AppRights rights) {
        Map<String, Object> config = new HashMap<>(settings.kafka().adminConfig());
        config.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 15_000);
        config.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        try (Admin admin = Admin.create(config)) {
            RightsCheck.require(admin, rights, List.of());
            TransactionVersion.require(admin);
        } catch (KafkaException noAnswer) {
            LOG.warn("the Kafka cluster could not be checked: {}", String.valueOf(noAnswer.getCause()));
        }
    }

    /** False if a fault ended it. */
    private static boolean runToTheEnd(EventLoop loop, AppRights rights) {
        try {
            loop.run();
            return true;
        } catch (UnfitDatabaseException e) {
            LOG.error("cannot start: {}", e.getMessage());
            return false;
        } catch (RuntimeException | Error e) { // Told, and ends the process: main is the last that could.
            LOG.error(
                    "cannot go on{}",
                    rights.missingIn(e).map(missing -> ", " + missing).orElse(""),
                    e);
            return false;
        }
    }

    /** The batch at hand is finished, or given up and repeated by whoever has its partitions next. */
    private static void finishBatch(EventLoop loop, CountDownLatch stopped) {
        loop.stop();
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
