package io.hapax.ledger;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.book.Book;
import io.hapax.ledger.book.BookSchema;
import io.hapax.ledger.consume.EventLoop;
import io.hapax.ledger.consume.Readiness;
import io.hapax.settings.SettingsSource;
import java.time.Clock;
import java.time.Duration;

/** Applies ledger events to the book and publishes the outcomes, until it is told to stop. */
public final class LedgerConsumer {
    private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

    private LedgerConsumer() {}

    public static void main(String[] args) {
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
