package io.hapax.tools.rebuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hapax.lab.LabRun;
import io.hapax.tools.books.Difference;
import io.hapax.tools.books.ReservedLedger;
import io.hapax.tools.cli.Progress;
import io.hapax.tools.cli.Verdict;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reservations and cancels, rebuilt from the log: held money, what ended it, and the clocks by which it ended. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReservationsRebuiltTest {
    /** All that a rebuild has to find again, by table. */
    private static final Map<String, String> COLUMNS = Map.of(
            "accounts", "id, balance_minor, held_minor",
            "payments",
                    "payment_id, client_id, idempotency_key, debtor_account, creditor_account, amount_minor, currency, reference,"
                            + " status, failure_reason, failed_account, attempt, accepted_at_ms, event_partition, event_offset,"
                            + " command_partition, command_offset, step, reservation_id, hold_ms, multiple, more_will_follow",
            "entries", "payment_id, account_id, amount_minor",
            "reservation_ends", "reservation_id, how, by_payment, released_minor, clock_ms",
            "open_reservations", "payment_id, debtor_account, event_partition, remaining_minor, expires_at_ms",
            "ledger_clocks", "event_partition, at_ms");

    private static ReservedLedger ledger;

    @BeforeAll
    static void holdAndCapture() throws Exception {
        ledger = ReservedLedger.shared();
    }

    /** Event by event, each reservation that is named is read from what was rebuilt before. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, RebuiltPosting.CHUNK})
    void shouldFindTheSameReservationsInSetsOfAnySize(int chunk) throws Exception {
        try (Connection connection = ledger.connect();
                Progress progress = new Progress(false)) {
            assertAgrees(rebuild(RebuiltLedger.open(connection, "rebuilt_in_sets", true), chunk, progress));
        }
        assertSame("rebuilt_in_sets.");
        String ends = ends("rebuilt_in_sets.");
        assertTrue(ends.startsWith("CAPTURED CAPTURED CAPTURED EXPIRED EXPIRED EXPIRED"), ends);
        assertEquals("30", ledger.rows("SELECT held_minor FROM rebuilt_in_sets.accounts WHERE id = 'alice'"));
        assertEquals(
                "before none overtook twice",
                ledger.rows(
                                "SELECT replace(idempotency_key, '-', ' ') FROM rebuilt_in_sets.payments WHERE step = 'CANCEL'"
                                        + " ORDER BY 1")
                        .replaceAll(" [0-9]+", ""));
    }

    /** A capture, a hold that ended by then, and a new one are no difference to what was rebuilt before. */
    @Test
    @Order(Integer.MAX_VALUE)
    void shouldLeaveOutWhatTheLiveLedgerDidBeyondTheRebuiltPart() throws Exception {
        rebuild("rebuilt_before");
        ledger.goOn();
        JsonNode report = rebuild("rebuilt_before");
        assertEquals(Map.of(), kinds(report), report.toString());
        assertEquals("COULD_NOT_TELL", report.path("verdict").asText());
        ledger.tampered(
                "UPDATE accounts SET held_minor = held_minor + 1 WHERE kind = 'CUSTOMER'",
                () -> assertEquals(Map.of("RESERVATION_DIFFERS", 3L), kinds(rebuild("rebuilt_before"))));
    }

    /** At {@code mc4}: what is open and what has ended by then is known from the tables alone. */
    @Test
    void shouldGoOnWithReservationsAfterItWasKilled() throws Exception {
        try (Connection connection = ledger.connect();
                Statement sql = connection.createStatement();
                Progress progress = new Progress(false)) {
            RebuiltLedger killed = RebuiltLedger.open(connection, "rebuilt_in_parts", true);
            sql.execute("CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS"
                    + " $$ BEGIN RAISE EXCEPTION 'killed'; END $$");
            sql.execute("CREATE TRIGGER stop BEFORE INSERT ON payments FOR EACH ROW"
                    + " WHEN (NEW.idempotency_key = 'mc4') EXECUTE FUNCTION stop()");
            connection.commit();
            assertThrows(SQLException.class, () -> rebuild(killed, 1, progress));
            connection.rollback();
            sql.execute("DROP TRIGGER stop ON payments");
            connection.commit();
        }
        try (Connection connection = ledger.connect();
                Progress progress = new Progress(false)) {
            assertAgrees(rebuild(RebuiltLedger.open(connection, "rebuilt_in_parts", false), 1, progress));
        }
        assertSame("rebuilt_in_parts.");
    }

    /** What was told that it was cancelled is not paid, even if the cancel is not in the log. */
    @Test
    void shouldPostNothingInPlaceOfWhatIsNotInTheLog() throws Exception {
        try (Connection connection = ledger.connect();
                Statement sql = connection.createStatement();
                Progress progress = new Progress(false)) {
            RebuiltLedger rebuilt = RebuiltLedger.open(connection, "rebuilt_without", true);
            sql.execute(
                    "CREATE FUNCTION drop_it() RETURNS trigger LANGUAGE plpgsql AS" + " $$ BEGIN RETURN NULL; END $$");
            sql.execute("CREATE TRIGGER drop_it BEFORE INSERT ON event FOR EACH ROW"
                    + " WHEN (NEW.step = 'CANCEL' AND NEW.idempotency_key LIKE 'before-%') EXECUTE FUNCTION drop_it()");
            connection.commit();
            RebuildReport report = rebuild(rebuilt, RebuiltPosting.CHUNK, progress);
            assertEquals(
                    Map.of(Difference.Kind.RULE_DIFFERS, 1L, Difference.Kind.POSTED_WITHOUT_EVENT, 1L),
                    report.kinds(),
                    report.toString());
        }
        assertEquals(
                "", ledger.rows("SELECT status FROM rebuilt_without.payments WHERE idempotency_key LIKE 'before-%'"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            more held            | UPDATE accounts SET held_minor = 31 WHERE id = 'alice' | RESERVATION_DIFFERS
            an open one lost     | DELETE FROM open_reservations                          | RESERVATION_DIFFERS
            never released       | DELETE FROM reservation_ends WHERE how = 'EXPIRED'     | RESERVATION_DIFFERS
            released too soon    | UPDATE reservation_ends SET clock_ms = clock_ms - 1 WHERE how = 'EXPIRED' | RESERVATION_DIFFERS
            another end          | UPDATE reservation_ends SET how = 'VOIDED' WHERE how = 'CAPTURED' | RESERVATION_DIFFERS
            a clock put back     | UPDATE ledger_clocks SET at_ms = at_ms - 1             | RESERVATION_DIFFERS
            a clock put forward  | UPDATE ledger_clocks SET at_ms = at_ms + 1             | RESERVATION_DIFFERS
            a longer hold        | UPDATE payments SET hold_ms = 1001 WHERE idempotency_key = 'h4' | CONTENT_DIFFERS
            paid to another      | UPDATE payments SET creditor_account = 'carl' WHERE idempotency_key = 'c1' | CONTENT_DIFFERS
            a void that is gone  | DELETE FROM payments WHERE idempotency_key = 'v6'      | NOT_POSTED
            a cancel that is gone | DELETE FROM payments WHERE idempotency_key LIKE 'twice-%' | NOT_POSTED
            a cancel nobody asked for | INSERT INTO payments (payment_id, client_id, idempotency_key, debtor_account, creditor_account, amount_minor, currency, status, failure_reason, attempt, accepted_at_ms, command_partition, command_offset, event_partition, event_offset, step) VALUES (gen_random_uuid(), 'shop', 'x', '', '', 0, '', 'FAILED', 'CANCELLED', 1, 0, 0, 0, 0, 0, 'CANCEL') | POSTED_WITHOUT_EVENT
            no cancel, a failure | UPDATE payments SET step = NULL, failure_reason = 'ACCOUNT_CLOSED' WHERE idempotency_key LIKE 'before-%' | OUTCOME_DIFFERS
            refused otherwise    | UPDATE payments SET failure_reason = 'RESERVATION_VOIDED' WHERE idempotency_key = 'mc3' | OUTCOME_DIFFERS
            """)
    void shouldNameWhatDiffers(String what, String tampering, String kinds) throws Exception {
        ledger.tampered(
                tampering,
                () -> assertEquals(
                        kinds,
                        String.join(
                                " ",
                                new TreeSet<>(kinds(rebuild("rebuilt_damaged")).keySet()))));
    }

    @Test
    void shouldPutRebuiltReservationsInPlaceOfDamagedOnes() throws Exception {
        String damage = """
                UPDATE accounts SET held_minor = 0;
                DELETE FROM open_reservations;
                DELETE FROM reservation_ends WHERE how = 'EXPIRED';
                UPDATE reservation_ends SET released_minor = 1 WHERE how = 'VOIDED';
                UPDATE ledger_clocks SET at_ms = 0""";
        String recorded = ledger.rows("SELECT recorded_at FROM reservation_ends WHERE how = 'VOIDED'");
        ledger.tampered(damage, () -> {
            LabRun swapped = ledger.hapax("rebuild", "--start-over", "--wait", "30s", "--swap");
            assertEquals(0, swapped.exitCode(), swapped.output());
            assertSame("hapax_rebuild.");
            assertEquals("", ledger.rows("SELECT violated FROM ledger_check()"));
            assertEquals(recorded, ledger.rows("SELECT recorded_at FROM reservation_ends WHERE how = 'VOIDED'"));
            LabRun back = ledger.hapax("rebuild", "--swap-back");
            assertEquals(0, back.exitCode(), back.output());
            assertEquals("CAPTURED CAPTURED CAPTURED VOIDED", ends(""));
            assertEquals("0 0", ledger.rows("SELECT at_ms FROM ledger_clocks"));
        });
    }

    private static RebuildReport rebuild(RebuiltLedger rebuilt, int set, Progress progress) throws SQLException {
        Rebuild.Options options = new Rebuild.Options("hapax-ledger", Duration.ofSeconds(30), 10, set);
        return new Rebuild(ledger.kafka(), ledger.format(), rebuilt, options, progress).run();
    }

    private static void assertAgrees(RebuildReport report) {
        assertEquals(List.of(), report.differences());
        assertEquals(Verdict.AGREE, report.verdict(), report.toString());
        assertEquals(0, report.takenAsPublished());
    }

    private static void assertSame(String schema) throws SQLException {
        for (Map.Entry<String, String> table : COLUMNS.entrySet()) {
            assertSame(schema, table.getKey(), table.getValue());
        }
    }

    private static void assertSame(String schema, String table, String columns) throws SQLException {
        // Opening balances are in no log.
        String asked = table.equals("payments") ? " WHERE event_partition IS NOT NULL" : "";
        String live = "SELECT " + columns + " FROM " + table + asked;
        String rebuilt = "SELECT " + columns + " FROM " + schema + table + asked;
        assertEquals("", ledger.rows("SELECT t::text FROM ((" + live + ") EXCEPT ALL (" + rebuilt + ")) t"), table);
        assertEquals("", ledger.rows("SELECT t::text FROM ((" + rebuilt + ") EXCEPT ALL (" + live + ")) t"), table);
    }

    private static String ends(String schema) throws SQLException {
        return ledger.rows("SELECT how FROM " + schema + "reservation_ends ORDER BY how");
    }

    private static JsonNode rebuild(String schema) throws IOException {
        return new ObjectMapper()
                .readTree(ledger.hapax("rebuild", "--schema", schema, "--json", "--wait", "30s")
                        .output());
    }

    private static Map<String, Long> kinds(JsonNode report) {
        return new ObjectMapper().convertValue(report.path("kinds"), new TypeReference<Map<String, Long>>() {});
    }
}
