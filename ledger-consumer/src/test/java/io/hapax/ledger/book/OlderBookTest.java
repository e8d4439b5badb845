package io.hapax.ledger.book;

import static io.hapax.ledger.posting.Requests.inquire;
import static io.hapax.ledger.posting.Requests.payment;
import static io.hapax.ledger.posting.Requests.post;
import static io.hapax.ledger.posting.Reservations.HOUR;
import static io.hapax.ledger.posting.Reservations.capture;
import static io.hapax.ledger.posting.Reservations.event;
import static io.hapax.ledger.posting.Reservations.hold;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.posting.PaymentResult;
import io.hapax.ledger.posting.PostingAnswer;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.PostingResult;
import io.hapax.ledger.posting.RecordedPayment;
import io.hapax.ledger.posting.Requests;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The book of a program that knew no reservations, on the tables of version 2: this program goes on with it.
 *
 * <p>{@link BookOfThisVersion} has made the rows, in the commit before reservations came.
 */
class OlderBookTest {
    /** The latest time of the older events. */
    private static final Instant LAST_READ = Requests.ACCEPTED_AT.plusMillis(4);

    private DatabaseSettings settings;
    private HikariDataSource database;

    @BeforeEach
    void migrate() throws SQLException, IOException {
        settings = FreshDatabase.empty(Sandbox.shared(Part.POSTGRES));
        Flyway.configure()
                .dataSource(settings.url(), settings.migrationUser(), settings.migrationPassword())
                .table("ledger_schema_history")
                .target("2")
                .load()
                .migrate();
        try (InputStream rows = OlderBookTest.class.getResourceAsStream("book-of-version-2.sql");
                Connection owner = FreshDatabase.asOwner(settings);
                Statement sql = owner.createStatement()) {
            sql.execute(new String(rows.readAllBytes(), UTF_8));
        }
        assertEquals(List.of(), FreshDatabase.contradictions(settings));
        new BookSchema(settings).migrate();
        database = settings.pool();
    }

    @AfterEach
    void close() throws SQLException {
        database.close();
        assertEquals(List.of(), FreshDatabase.contradictions(settings));
    }

    @Test
    void shouldAnswerWhatWasPostedBeforeAsItWas() throws SQLException {
        assertEquals(
                List.of(
                        "COMPLETED",
                        "INSUFFICIENT_FUNDS alice",
                        "ACCOUNT_NOT_FOUND dora",
                        "NotFound",
                        "Conflict [amountMinor]"),
                answers(
                        // Read again after a crash.
                        post("completed", payment("alice", "bob", 30), 1),
                        inquire("failed", payment("alice", "bob", 1_000), 12),
                        inquire("to nobody", payment("alice", "dora", 10), 13),
                        inquire("never posted", payment("alice", "bob", 1), 14),
                        inquire("back", payment("bob", "alice", 6), 15)));
        assertEquals(List.of("alice 75 0", "bob 25 0"), money());
    }

    @Test
    void shouldPostWhatWasAskedBefore() throws SQLException {
        assertEquals(
                List.of("COMPLETED", "INSUFFICIENT_FUNDS alice"),
                answers(
                        post("pending", payment("alice", "bob", 70), 5),
                        post("too late", payment("alice", "bob", 6), 6)));
        assertEquals(List.of("alice 5 0", "bob 95 0"), money());
    }

    @Test
    void shouldHoldAndCaptureMoneyOfAnOlderAccount() throws SQLException {
        assertEquals(
                List.of("COMPLETED", "INSUFFICIENT_FUNDS alice", "COMPLETED"),
                answers(
                        post("hold", hold("alice", "bob", 75), 5),
                        post("rent", payment("alice", "bob", 1), 6),
                        post("capture", capture("hold", "alice", 70, false), 7)));
        assertEquals(List.of("alice 5 0", "bob 95 0"), money());
    }

    /** Its clock: else money would be held beyond the time that the client was told. */
    @Test
    void shouldKnowTheTimeOfThePartitionThatWasReadBefore() throws SQLException {
        assertEquals(
                List.of("RESERVATION_EXPIRED null", "COMPLETED"),
                answers(
                        event("over", hold("alice", "bob", 10), 5, LAST_READ.minus(HOUR)),
                        event(
                                "not over",
                                hold("alice", "bob", 10),
                                6,
                                LAST_READ.minus(HOUR).plusMillis(1))));
        assertEquals(List.of("alice 75 10", "bob 25 0"), money());
    }

    private List<String> answers(PostingRequest... requests) throws SQLException {
        return new Book(database)
                .post(List.of(requests)).stream().map(OlderBookTest::told).toList();
    }

    private static String told(PostingAnswer answer) {
        return switch (answer.result()) {
            case PostingResult.Settled(var settled) -> told(settled);
            case PostingResult.AlreadySettled(var settled) -> told(settled);
            case PostingResult.Conflict conflict -> "Conflict " + conflict.differingFields();
            case PostingResult.NotFound() -> "NotFound";
        };
    }

    private static String told(RecordedPayment payment) {
        return payment.settlement() instanceof PaymentResult.Failed(var reason, var account, var duplicateOf)
                ? reason + " " + account
                : "COMPLETED";
    }

    private List<String> money() throws SQLException {
        return FreshDatabase.rows(
                settings,
                "SELECT id, balance_minor, held_minor FROM accounts WHERE id IN ('alice', 'bob') ORDER BY id");
    }
}
