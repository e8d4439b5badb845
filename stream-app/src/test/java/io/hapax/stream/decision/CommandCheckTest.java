package io.hapax.stream.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules for the texts of a command: each at its limit, and one beyond. What has to do with time is in
 * DecisionTableTest.
 */
class CommandCheckTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @ParameterizedTest
    @ValueSource(strings = {"a", "z", "A", "Z", "0", "9", ".", "_", "-", "acme-1.eu_Z"})
    void shouldAcceptAClientNamedByLettersDigitsDotsDashesAndUnderscores(String clientId) {
        assertEquals(List.of(), broken(clientId, "order-1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"`", "{", "@", "[", "/", ":", " ", "acme 1", "acme/1", "ä", "acme\u0000"})
    void shouldRefuseAClientNamedByAnyOtherCharacter(String clientId) {
        assertEquals(List.of(Violation.CLIENT_ID_MALFORMED), broken(clientId, "order-1"));
    }

    @Test
    void shouldAcceptAClientOfSixtyFourCharactersAndNotOfMore() {
        assertEquals(List.of(), broken("c".repeat(64), "order-1"));
        assertEquals(List.of(Violation.CLIENT_ID_MALFORMED), broken("c".repeat(65), "order-1"));
        assertEquals(List.of(Violation.CLIENT_ID_MISSING), broken("", "order-1"));
    }

    @Test
    void shouldAcceptAKeyOfTwoHundredFiftyFiveVisibleCharactersAndNotOfMore() {
        assertEquals(List.of(), broken("acme", "k".repeat(255)));
        assertEquals(List.of(Violation.IDEMPOTENCY_KEY_MALFORMED), broken("acme", "k".repeat(256)));
    }

    @Test
    void shouldAcceptEveryVisibleCharacterInAKeyAndNoOther() {
        for (char c = 0; c < 0x100; c++) {
            boolean visible = c >= '!' && c <= '~';
            assertEquals(
                    visible ? List.of() : List.of(Violation.IDEMPOTENCY_KEY_MALFORMED),
                    broken("acme", "order" + c + "1"),
                    "character " + (int) c);
        }
    }

    @Test
    void shouldRefuseAnAccountThatIsMissingTooLongOrUnreadable() {
        for (String account : List.of("", "a".repeat(65), "a b", "konto-ä")) {
            assertEquals(List.of(Violation.DEBTOR_ACCOUNT_MALFORMED), broken(command(account, "bob", null)));
            assertEquals(List.of(Violation.CREDITOR_ACCOUNT_MALFORMED), broken(command("alice", account, null)));
        }
        assertEquals(List.of(), broken(command("a".repeat(64), "b".repeat(64), null)));
    }

    /** Of Unicode's characters, of which Java holds an emoji as two. */
    @Test
    void shouldAcceptAReferenceOfAHundredFortyCharactersAndNotOfMore() {
        for (String character : List.of("r", "ä", "😀")) {
            assertEquals(List.of(), broken(command("alice", "bob", character.repeat(140))), character);
            assertEquals(
                    List.of(Violation.REFERENCE_TOO_LONG),
                    broken(command("alice", "bob", character.repeat(141))),
                    character);
        }
    }

    @Test
    void shouldPayHoldAndCaptureNothingButAnAmount() {
        assertEquals(1, new Payment("alice", "bob", 1, "EUR", null).amountMinor());
        assertEquals(1, reservation("bob", 1).amountMinor());
        assertEquals(1, captured(1).amountMinor());
        for (long amount : List.of(0L, -1L, Long.MIN_VALUE)) {
            assertThrows(IllegalArgumentException.class, () -> new Payment("alice", "bob", amount, "EUR", null));
            assertThrows(IllegalArgumentException.class, () -> reservation("bob", amount));
            assertThrows(IllegalArgumentException.class, () -> captured(amount));
        }
    }

    @Test
    void shouldHaveNoPaymentAndNoReservationToOneself() {
        assertThrows(IllegalArgumentException.class, () -> new Payment("alice", "alice", 1, "EUR", null));
        assertThrows(IllegalArgumentException.class, () -> reservation("alice", 1));
    }

    /** Else a key of the client's own would be refused one day as too old, by a time that it never named. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "019b796d-d600-7abc-8def-0123456789a", // a character short
                "019b796d-d600-7abc-8def-0123456789abc", // a character long
                "019b796d-d600-4abc-8def-0123456789ab", // a UUID of version 4
                "019b796d-d600-7abc-7def-0123456789ab", // of another variant
                "019b796d-d600-7abc-8def-0123456789ag", // not hexadecimal
                "019b796d+d600-7abc-8def-0123456789ab",
                "019b796d-d600+7abc-8def-0123456789ab",
                "019b796d-d600-7abc+8def-0123456789ab",
                "019b796d-d600-7abc-8def+0123456789ab",
                "019b796-dd600-7abc-8def-0123456789ab",
            })
    void shouldTakeNoTimeFromAKeyThatOnlyLooksLikeAUuidOfVersionSeven(String key) {
        assertEquals(null, firstSentAt(key));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "019b796d-d600-7abc-8def-0123456789ab",
                "019B796D-D600-7ABC-9DEF-0123456789AB",
                "019b796d-d600-7abc-adef-0123456789ab",
                "019b796d-d600-7abc-BDEF-0123456789ab",
            })
    void shouldTakeTheTimeFromAKeyThatIsAUuidOfVersionSeven(String key) {
        assertEquals(Instant.ofEpochMilli(0x019b796dd600L), firstSentAt(key));
    }

    @Test
    void shouldAcceptAHoldOfOneMinuteToFortyFiveDaysAndNoOther() {
        long longestMs = Duration.ofDays(45).toMillis();
        for (long holdMs : List.of(60_000L, 60_001L, longestMs - 1, longestMs)) {
            assertEquals(List.of(), broken(reserve(holdMs)), holdMs + " ms");
        }
        for (long holdMs : List.of(59_999L, 0L, -1L, Long.MIN_VALUE)) {
            assertEquals(List.of(Violation.HOLD_TOO_SHORT), broken(reserve(holdMs)), holdMs + " ms");
        }
        for (long holdMs : List.of(longestMs + 1, Long.MAX_VALUE)) {
            assertEquals(List.of(Violation.HOLD_TOO_LONG), broken(reserve(holdMs)), holdMs + " ms");
        }
    }

    @Test
    void shouldRefuseAReservationKeyThatIsNoKeyOrTheCommandsOwn() {
        for (String key : List.of("", "k".repeat(256), "hold 1", "hold-ä")) {
            assertEquals(List.of(Violation.RESERVATION_KEY_MALFORMED), broken(capture(key, "alice", 10)));
            assertEquals(List.of(Violation.RESERVATION_KEY_MALFORMED), broken(free(key, "alice")));
        }
        assertEquals(List.of(Violation.RESERVATION_KEY_IS_OWN), broken(capture("order-1", "alice", 10)));
        assertEquals(List.of(Violation.RESERVATION_KEY_IS_OWN), broken(free("order-1", "alice")));
        for (String key : List.of("k".repeat(255), "hold-1", "Order-1")) {
            assertEquals(List.of(), broken(capture(key, "alice", 10)));
            assertEquals(List.of(), broken(free(key, "alice")));
        }
    }

    @Test
    void shouldRefuseAConfirmationOfWhatIsNoKeyOrTheCommandsOwn() {
        for (String key : List.of("", " ", "k".repeat(256), "order 0", "order-\u00e4", "order-0\n")) {
            assertEquals(List.of(Violation.CONFIRMED_KEY_MALFORMED), broken(confirming(key)), key);
        }
        assertEquals(List.of(Violation.CONFIRMED_KEY_IS_OWN), broken(confirming("order-1")));
        for (String key : List.of("k".repeat(255), "order-0", "Order-1", ".")) {
            assertEquals(List.of(), broken(confirming(key)), key);
        }
    }

    private static ReceivedCommand confirming(String key) {
        return new ReceivedCommand.Pay(
                new PaymentKey("acme", "order-1"),
                "alice",
                "bob",
                10,
                "EUR",
                null,
                null,
                new LogPosition(0, 1),
                EncodedPayment.NONE,
                key);
    }

    @Test
    void shouldNameEveryRuleThatACaptureOrAVoidingBreaks() {
        assertEquals(
                List.of(
                        Violation.RESERVATION_KEY_MALFORMED,
                        Violation.DEBTOR_ACCOUNT_MALFORMED,
                        Violation.AMOUNT_NOT_POSITIVE),
                broken(capture("", "", 0)));
        assertEquals(List.of(Violation.AMOUNT_TOO_LARGE), broken(capture("hold-1", "alice", Long.MAX_VALUE)));
        assertEquals(
                List.of(Violation.RESERVATION_KEY_MALFORMED, Violation.DEBTOR_ACCOUNT_MALFORMED),
                broken(free("", "a b")));
    }

    private static Reservation reservation(String creditor, long amountMinor) {
        return new Reservation("alice", creditor, amountMinor, "EUR", null, Duration.ofDays(7), false);
    }

    private static Capture captured(long amountMinor) {
        return new Capture("hold-1", "alice", amountMinor, "EUR", false, null);
    }

    private static ReceivedCommand reserve(long holdMs) {
        return new ReceivedCommand.Reserve(
                new PaymentKey("acme", "order-1"),
                "alice",
                "bob",
                10,
                "EUR",
                null,
                holdMs,
                false,
                NOON,
                new LogPosition(0, 1));
    }

    private static ReceivedCommand capture(String reservationKey, String debtor, long amountMinor) {
        return new ReceivedCommand.Capture(
                new PaymentKey("acme", "order-1"),
                reservationKey,
                debtor,
                amountMinor,
                "EUR",
                false,
                null,
                NOON,
                new LogPosition(0, 1));
    }

    private static ReceivedCommand free(String reservationKey, String debtor) {
        return new ReceivedCommand.Free(
                new PaymentKey("acme", "order-1"), reservationKey, debtor, NOON, new LogPosition(0, 1));
    }

    private static @Nullable Instant firstSentAt(String key) {
        ReceivedCommand received = new ReceivedCommand.Pay(
                new PaymentKey("acme", key), "alice", "bob", 10, "EUR", null, null, new LogPosition(0, 1));
        CheckedCommand checked = new CommandCheck(Duration.ofMinutes(1)).check(received, NOON);
        return ((CheckedCommand.Valid) checked).command().firstSentAt();
    }

    private static List<Violation> broken(String clientId, String idempotencyKey) {
        return broken(new ReceivedCommand.Pay(
                new PaymentKey(clientId, idempotencyKey),
                "alice",
                "bob",
                10,
                "EUR",
                null,
                NOON,
                new LogPosition(0, 1)));
    }

    private static List<Violation> broken(ReceivedCommand received) {
        return CommandCheck.brokenAtAnyTime(received);
    }

    private static ReceivedCommand command(String debtor, String creditor, @Nullable String reference) {
        return new ReceivedCommand.Pay(
                new PaymentKey("acme", "order-1"), debtor, creditor, 10, "EUR", reference, NOON, new LogPosition(0, 1));
    }
}
