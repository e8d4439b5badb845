package io.hapax.ledger;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.book.Book;
import io.hapax.ledger.book.BookSchema;
import io.hapax.ledger.book.UnfitDatabaseException;
import io.hapax.ledger.consume.EventLoop;
import io.hapax.ledger.consume.Readiness;
import io.hapax.settings.SettingsException;
import io.hapax.settings.SettingsSource;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies ledger events to the book and publishes the outcomes, until it is told to stop. */
public final class LedgerConsumer {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerConsumer.class);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

    private LedgerConsumer() {}

    /** Ends with exit code 0 when told to stop, 1 when it cannot start or go on. */
    public static void main(String[] args) {
        // Not System.exit: the hook below waits for this thread to end.
        Thread.currentThread().setUncaughtExceptionHandler((main, failure) -> tell(failure));
        LedgerSettings settings = LedgerSettings.read(SettingsSource.read(System.getenv()));
        try (HikariDataSource database = settings.database().pool();
                EventLoop loop = EventLoop.inGroup(
                        settings.kafka(),
                        settings.format(),
                        new BookSchema(settings.database()),
                        new Book(database),
                        new Readiness(),
                        Clock.systemUTC())) {
            stopOnSignal(loop, Thread.currentThread());
            loop.run();
        }
    }

    private static void tell(Throwable failure) {
        if (failure instanceof SettingsException || failure instanceof UnfitDatabaseException) {
            LOG.error("cannot start: {}", failure.getMessage());
        } else {
            LOG.error("cannot go on", failure);
        }
    }

    private static void stopOnSignal(EventLoop loop, Thread worker) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            loop.stop();
            try {
                worker.join(STOP_WITHIN);
            } catch (InterruptedException endNow) {
                Thread.currentThread().interrupt();
            }
        }));
    }
}
