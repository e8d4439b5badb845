package io.hapax.tools.books;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hapax.topics.PaymentKey;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Reservations and cancels that the ledger has dealt with: held against the topics, and their timelines. No stream app
 * has decided anything.
 */
class ReservationsReconciledAndExplainedTest {
    private static ReservedLedger ledger;

    @BeforeAll
    static void holdAndCapture() throws Exception {
        ledger = ReservedLedger.shared();
    }

    @Test
    void shouldFindNoDifferenceWhereReservationsAreAsTheLogSays() throws Exception {
        JsonNode report = reconcile();
        assertEquals(Map.of(), kinds(report), report.toString());
        assertEquals(
                "50 30", ledger.rows("SELECT balance_minor || ' ' || held_minor FROM accounts WHERE id = 'alice'"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            more held                   | UPDATE accounts SET held_minor = 31 WHERE id = 'alice' | RESERVATION_DIFFERS
            an open one lost            | DELETE FROM open_reservations                          | RESERVATION_DIFFERS
            another end                 | UPDATE reservation_ends SET released_minor = 19 WHERE how = 'EXPIRED' | RESERVATION_DIFFERS
            a longer hold               | UPDATE payments SET hold_ms = 1001 WHERE idempotency_key = 'h4' | CONTENT_DIFFERS
            a capture of another        | UPDATE payments SET reservation_id = gen_random_uuid() WHERE idempotency_key = 'c2' | CONTENT_DIFFERS
            a void that never was       | DELETE FROM payments WHERE idempotency_key = 'v6'      | NOT_POSTED
            a cancel that never was     | DELETE FROM payments WHERE idempotency_key LIKE 'twice-%' | NOT_POSTED
            a cancel nobody asked for   | INSERT INTO payments (payment_id, client_id, idempotency_key, debtor_account, creditor_account, amount_minor, currency, status, failure_reason, attempt, accepted_at_ms, command_partition, command_offset, event_partition, event_offset, step) VALUES (gen_random_uuid(), 'shop', 'x', '', '', 0, '', 'FAILED', 'CANCELLED', 1, 0, 0, 0, 0, 999999, 'CANCEL') | POSTED_WITHOUT_EVENT
            no cancel, but a failure    | UPDATE payments SET step = NULL, failure_reason = 'ACCOUNT_CLOSED' WHERE idempotency_key LIKE 'before-%' | CONTENT_DIFFERS OUTCOME_DIFFERS
            a capture taken for a hold  | UPDATE payments SET step = 'RESERVE', hold_ms = 1, multiple = false, more_will_follow = NULL, reservation_id = NULL WHERE idempotency_key = 'c2' | CONTENT_DIFFERS
            """)
    void shouldNameWhatDiffers(String what, String tampering, String kinds) throws Exception {
        ledger.tampered(
                tampering,
                () -> assertEquals(
                        kinds, String.join(" ", new TreeSet<>(kinds(reconcile()).keySet()))));
    }

    /** Of what comes second there is no row: only its outcome tells what it was answered. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            as it is                    | SELECT                                                             |
            a cancel is not answered    | DELETE FROM fold_outcome WHERE done_step = 'PAYMENT' AND payment_id = ? | OUTCOME_MISSING
            it is told of another step  | UPDATE fold_outcome SET done_step = 'VOID' WHERE done_step = 'PAYMENT' AND payment_id = ? | OUTCOME_DIFFERS
            it is told that it cancels  | UPDATE fold_outcome SET status = 'FAILED', failure_reason = 'CANCELLED', done_step = NULL WHERE done_step = 'PAYMENT' AND payment_id = ? | OUTCOME_DIFFERS
            """)
    void shouldNameWhatACancelWasToldThatCameTooLate(String what, String tampering, @Nullable String kind)
            throws Exception {
        UUID payment = new PaymentKey(ReservedLog.CLIENT, CancelledLog.key("after")).paymentId();
        assertEquals(
                kind == null ? List.of() : List.of(kind),
                ledger.comparedWith(tampering.replace("?", "'" + payment + "'")));
    }

    @Test
    void shouldShowACancelAndThePaymentThatItStopped() {
        Map<String, String> timeline = timeline(CancelledLog.key("before"));
        assertEquals("CANCEL", timeline.get("command"));
        assertEquals("CANCEL, of command 1@0", timeline.get("event"));
        assertEquals("CANCEL FAILED CANCELLED", timeline.get("posting"));
        assertEquals("CANCEL CANCELLED; FAILED CANCELLED", timeline.get("outcome"));
    }

    @Test
    void shouldShowWhatACancelCameTooLateFor() {
        Map<String, String> timeline = timeline(CancelledLog.key("after"));
        assertEquals("CANCEL, of command 1@1", timeline.get("event"));
        assertEquals("COMPLETED", timeline.get("posting"));
        assertEquals("CANCEL COMPLETED, it came after the PAYMENT; COMPLETED", timeline.get("outcome"));
    }

    @Test
    void shouldShowTheCapturesOfAReservationAndItsEnd() {
        assertEquals(
                Map.of(
                        "command", "RESERVE 0.70 EUR of alice for bob, to be held for PT1S",
                        "event", "POST RESERVE, attempt 1, of command 0@0",
                        "posting", "RESERVE COMPLETED",
                        "outcome", "RESERVE COMPLETED",
                        "step",
                                "CAPTURE COMPLETED under key c1, 0.50 EUR of alice; CAPTURE FAILED RESERVATION_CAPTURED"
                                        + " under key c2, 0.50 EUR of alice",
                        "end", "the reservation is CAPTURED by key c1, 0.20 EUR are free again"),
                timeline("h1"));
    }

    @Test
    void shouldShowTheReservationOfACaptureAndItsEnd() {
        Map<String, String> timeline = timeline("c1");
        assertEquals(
                "RESERVE COMPLETED under key h1, 0.70 EUR of alice, held until 2100-01-01T00:00:01.000Z at most",
                timeline.get("reservation"));
        assertEquals("CAPTURE 0.50 EUR of reservation h1 of alice", timeline.get("command"));
        assertEquals("POST CAPTURE, attempt 1, of command 0@1", timeline.get("event"));
        assertEquals("CAPTURE COMPLETED", timeline.get("posting"));
        assertEquals("CAPTURE COMPLETED", timeline.get("outcome"));
        assertEquals("the reservation is CAPTURED by key c1, 0.20 EUR are free again", timeline.get("end"));
    }

    @Test
    void shouldShowTheReservationThatAVoidingFreed() {
        Map<String, String> timeline = timeline("v2");
        assertEquals("VOID reservation h2 of alice", timeline.get("command"));
        assertEquals("VOID COMPLETED", timeline.get("posting"));
        assertEquals("the reservation is VOIDED by key v2, 0.20 EUR are free again", timeline.get("end"));
    }

    @Test
    void shouldShowThatMoneyIsStillHeld() {
        String open = explain("h4");
        assertTrue(open.contains("; 0.30 EUR still held, until 2100-01-01T00:00:01.000Z"), open);
    }

    private static JsonNode reconcile() throws IOException {
        return new ObjectMapper()
                .readTree(ledger.hapax("reconcile", "--json", "--wait", "30s").output());
    }

    private static Map<String, Long> kinds(JsonNode report) {
        return new ObjectMapper().convertValue(report.path("kinds"), new TypeReference<Map<String, Long>>() {});
    }

    /** By stage, the words up to what differs from run to run. */
    private static Map<String, String> timeline(String key) {
        return explain(key)
                .lines()
                .map(line -> line.split("\\s{2,}", 4))
                .collect(Collectors.groupingBy(
                        line -> line[1],
                        Collectors.collectingAndThen(
                                Collectors.mapping(line -> steady(line[3]), Collectors.toCollection(TreeSet::new)),
                                words -> String.join("; ", words))));
    }

    private static String steady(String words) {
        return List.of(", from event", ", by the clock").stream()
                .map(words::indexOf)
                .filter(at -> at >= 0)
                .findFirst()
                .map(at -> words.substring(0, at))
                .orElse(words);
    }

    private static String explain(String key) {
        return ledger.hapax("explain", key, "--client", "shop").output();
    }
}
