package io.hapax.ledger.consume;

import static io.hapax.ledger.posting.Reservations.HOUR;
import static io.hapax.ledger.posting.Reservations.NOON;
import static io.hapax.ledger.posting.Reservations.event;
import static io.hapax.ledger.posting.Reservations.hold;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.ledger.book.Accounts;
import io.hapax.ledger.book.Book;
import io.hapax.ledger.book.DatabaseSettings;
import io.hapax.ledger.book.FreshDatabase;
import io.hapax.ledger.posting.LedgerInput.TimePassed;
import io.hapax.ledger.posting.Requests;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests of the sums of what is held, on a real database. */
class HoldSumsTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final HoldMetrics metrics = new LedgerMetrics(meters).holds();
    private DatabaseSettings settings;
    private HikariDataSource posting;
    private HikariDataSource beside;
    private Book book;
    private HoldSums sums;
    private Instant now = NOON;

    @BeforeEach
    void holdMoney() throws SQLException {
        settings = FreshDatabase.migrated();
        posting = settings.pool();
        beside = settings.beside(Duration.ofMillis(100));
        new Accounts(posting, Clock.systemUTC())
                .open(List.of(AccountTerms.customer("alice", "EUR", 100), AccountTerms.customer("bob", "EUR", 0)));
        book = new Book(posting);
        book.post(List.of(
                event("first", hold("alice", "bob", 70), 1, NOON),
                event("second", hold("alice", "bob", 10), 2, NOON),
                Requests.onAnotherPartition(event("elsewhere", hold("alice", "bob", 5), 1, NOON))));
        sums = new HoldSums(new Book(beside), () -> now, metrics);
    }

    @AfterEach
    void close() {
        posting.close();
        beside.close();
    }

    @Test
    void shouldMeasureWhatIsHeldOnceAMinute() {
        assertEquals(0, gauge("hapax.ledger.reservations.open"));
        sums.look(List.of(0));
        assertEquals(2, gauge("hapax.ledger.reservations.open"));
        assertEquals(80, gauge("hapax.ledger.held.minor", "currency", "EUR"));
        now = now.plusSeconds(59);
        sums.look(List.of(0, 1));
        assertEquals(2, gauge("hapax.ledger.reservations.open"));
        now = now.plusSeconds(1);
        sums.look(List.of(0, 1));
        assertEquals(3, gauge("hapax.ledger.reservations.open"));
        assertEquals(85, gauge("hapax.ledger.held.minor", "currency", "EUR"));
    }

    @Test
    void shouldMeasureNothingWhenNothingIsHeldAnyMoreAndLookMoreOften() throws SQLException {
        sums.look(List.of(0));
        book.post(List.of(new TimePassed(0, NOON.plus(HOUR))));
        now = now.plusSeconds(60);
        sums.look(List.of(0));
        assertEquals(0, gauge("hapax.ledger.held.minor", "currency", "EUR"));
        assertEquals(0, gauge("hapax.ledger.reservations.open"));
        now = now.plusSeconds(10);
        sums.look(List.of(0, 1));
        assertEquals(1, gauge("hapax.ledger.reservations.open"));
    }

    /** What was held once would be taken for what is held. */
    @Test
    void shouldSayThatItDoesNotKnowWhenTheDatabaseTakesTooLong() throws SQLException {
        sums.look(List.of(0));
        now = now.plusSeconds(60);
        try (Connection owner = FreshDatabase.asOwner(settings);
                Statement sql = owner.createStatement()) {
            owner.setAutoCommit(false);
            sql.execute("LOCK TABLE open_reservations IN ACCESS EXCLUSIVE MODE");
            sums.look(List.of(0));
        }
        assertEquals(Double.NaN, gauge("hapax.ledger.reservations.open"));
        assertEquals(Double.NaN, gauge("hapax.ledger.held.minor", "currency", "EUR"));
        now = now.plusSeconds(60);
        sums.look(List.of(0));
        assertEquals(2, gauge("hapax.ledger.reservations.open"));
        assertEquals(80, gauge("hapax.ledger.held.minor", "currency", "EUR"));
    }

    private double gauge(String name, String... labels) {
        return meters.get(name).tags(labels).gauge().value();
    }
}
