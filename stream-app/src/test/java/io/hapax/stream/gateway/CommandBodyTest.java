package io.hapax.stream.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.VoidCommand;
import io.hapax.stream.gateway.CommandBody.Read;
import io.hapax.topics.PaymentKey;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandBodyTest {
    private static final PaymentKey KEY = new PaymentKey("acme", "order-1");
    private static final String PAYMENT =
            "{\"debtorAccount\":\"a\",\"creditorAccount\":\"b\",\"amountMinor\":12000,\"currency\":\"EUR\"}";

    private static final String CAPTURE = "{\"debtorAccount\":\"a\",\"amountMinor\":5,\"currency\":\"EUR\"}";

    @Test
    void shouldReadAPaymentAsACommandOfTheClient() {
        assertEquals(
                new Read.Command(
                        new PaymentCommand("acme", "order-1", "a", "b", 12000L, "EUR", null, null, null, null)),
                read(PAYMENT));
        assertEquals(
                new Read.Command(new PaymentCommand(
                        "acme",
                        "order-1",
                        "a",
                        "b",
                        12000L,
                        "EUR",
                        "für 😀",
                        Instant.parse("2026-01-02T03:04:05.678Z"),
                        null,
                        null)),
                read(with("reference", "\"für 😀\"", "sentAt", "\"2026-01-02T03:04:05.6789Z\"")));
        assertEquals(read(PAYMENT), read(with("reference", "null", "sentAt", "null")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "amountMinor     | 1.0                  | FIELD_WRONG_TYPE",
                "amountMinor     | 1e3                  | FIELD_WRONG_TYPE",
                "amountMinor     | \"12000\"            | FIELD_WRONG_TYPE",
                "amountMinor     | 9223372036854775808  | AMOUNT_TOO_LARGE",
                "amountMinor     | -9223372036854775809 | AMOUNT_NOT_POSITIVE",
                "amountMinor     | -0                   | AMOUNT_NOT_POSITIVE",
                "amountMinor     | null                 | FIELD_WRONG_TYPE",
                "amountMinor     | 0                    | AMOUNT_NOT_POSITIVE",
                "amountMinor     | -1                   | AMOUNT_NOT_POSITIVE",
                "amountMinor     | 9000000000000001     | AMOUNT_TOO_LARGE",
                "amountMinor     | 9223372036854775807  | AMOUNT_TOO_LARGE",
                "debtorAccount   | 7                    | FIELD_WRONG_TYPE",
                "debtorAccount   | \"\"                 | DEBTOR_ACCOUNT_MALFORMED",
                "creditorAccount | \"a\"                | SAME_ACCOUNT",
                "currency        | \"XXX\"              | CURRENCY_UNKNOWN",
                "currency        | null                 | FIELD_WRONG_TYPE",
                "reference       | \"\\ud800\"          | FIELD_MALFORMED",
                "debtorAccount   | \"\\udc00a\"         | FIELD_MALFORMED",
                "sentAt          | 1700000000           | FIELD_WRONG_TYPE",
                "sentAt          | \"yesterday\"        | FIELD_MALFORMED",
                "sentAt          | \"2026-01-01T24:00:00Z\" | FIELD_MALFORMED",
                "sentAt          | \"2026-01-01\"       | FIELD_MALFORMED",
                "sentAt          | \"+10000-01-01T00:00:00Z\" | FIELD_MALFORMED",
                "clientId        | \"other\"            | FIELD_UNKNOWN"
            })
    void shouldNameTheFieldAndWhatIsWrongWithIt(String field, String value, String code) {
        Read.Refused refused = (Read.Refused) read(with(field, value));
        assertEquals(List.of(new BrokenRule(code, field)), refused.violations());
    }

    /** Characters are counted like the schema's maxLength counts them, and like a person does. */
    @Test
    void shouldCountCharactersAndNotTheHalvesOfWhichJavaMakesSomeOfThem() {
        for (String reference : List.of("x".repeat(140), "😀".repeat(140), "😀x".repeat(70), "é".repeat(140))) {
            assertInstanceOf(Read.Command.class, read(with("reference", "\"" + reference + "\"")), reference);
        }
        for (String reference : List.of("x".repeat(141), "😀".repeat(141), "x" + "😀".repeat(140))) {
            Read.Refused refused =
                    assertInstanceOf(Read.Refused.class, read(with("reference", "\"" + reference + "\"")));
            assertEquals(List.of(new BrokenRule("REFERENCE_TOO_LONG", "reference")), refused.violations());
        }
    }

    /** The answer must be JSON again. */
    @ParameterizedTest
    @CsvSource({"63, x", "62, xx", "64, ''"})
    void shouldShowNoHalfOfACharacterInTheNameOfAnUnknownField(int before, String rest) {
        String name = "n".repeat(before) + "😀" + rest;
        Read.Refused refused = (Read.Refused) read(with(name, "1"));
        String shown = refused.violations().getFirst().field();
        assertTrue(UTF_8.newEncoder().canEncode(shown), shown);
        assertEquals(
                new Read.Refused(Problem.BODY_MALFORMED, List.of()),
                read(PAYMENT.replace("}", ",\"\\ud83d\":1}")),
                "half of a character as a name");
    }

    @Test
    void shouldNameEverythingThatIsWrong() {
        Read.Refused refused =
                (Read.Refused) read("{\"amountMinor\":true,\"currency\":\"EUR\",\"zeal\":1,\"ardour\":2}");
        assertEquals(Problem.BODY_MALFORMED, refused.problem());
        assertEquals(
                List.of(
                        new BrokenRule("FIELD_UNKNOWN", "ardour"),
                        new BrokenRule("FIELD_UNKNOWN", "zeal"),
                        new BrokenRule("FIELD_MISSING", "debtorAccount"),
                        new BrokenRule("FIELD_MISSING", "creditorAccount"),
                        new BrokenRule("FIELD_WRONG_TYPE", "amountMinor")),
                refused.violations());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{",
                "{} {}",
                "{}x",
                "{'currency':'EUR'}",
                "{/**/}",
                "{\"amountMinor\":NaN}",
                "[[[[[[[[[[1]]]]]]]]]]"
            })
    void shouldRefuseWhatIsNoJsonObject(String body) {
        assertEquals(new Read.Refused(Problem.BODY_MALFORMED, List.of()), read(body));
    }

    @Test
    void shouldNameAFieldThatIsThereTwice() {
        assertEquals(
                new Read.Refused(
                        Problem.BODY_MALFORMED,
                        List.of(new BrokenRule("FIELD_DOUBLED", "currency"), new BrokenRule("FIELD_DOUBLED", "note"))),
                read("{\"note\":1,\"currency\":\"EUR\",\"currency\":\"USD\",\"note\":{\"a\":[1]},\"currency\":7}"));
        assertEquals(
                new Read.Refused(Problem.BODY_MALFORMED, List.of()),
                read("{\"currency\":\"EUR\",\"currency\":"),
                "cut: more is wrong than a name");
    }

    @Test
    void shouldRefuseOtherCharsets() {
        assertEquals(new Read.Refused(Problem.BODY_MALFORMED, List.of()), read(PAYMENT, UTF_16));
        assertEquals(
                new Read.Refused(Problem.BODY_MALFORMED, List.of()), read(with("reference", "\"für\""), ISO_8859_1));
    }

    @Test
    void shouldReadAReservationWithItsDefaults() {
        assertEquals(
                new Read.Command(new ReservationCommand(
                        "acme", "order-1", "a", "b", 12000L, "EUR", null, null, 604_800_000L, false)),
                reservation(PAYMENT));
        assertEquals(
                new Read.Command(
                        new ReservationCommand("acme", "order-1", "a", "b", 12000L, "EUR", "r", null, 60_000L, true)),
                reservation(with("holdMs", "60000", "multiple", "true", "reference", "\"r\"")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "holdMs     | 59999                | HOLD_TOO_SHORT",
                "holdMs     | 0                    | HOLD_TOO_SHORT",
                "holdMs     | -1                   | HOLD_TOO_SHORT",
                "holdMs     | -9223372036854775809 | HOLD_TOO_SHORT",
                "holdMs     | 3888000001           | HOLD_TOO_LONG",
                "holdMs     | 9223372036854775808  | HOLD_TOO_LONG",
                "holdMs     | 60000.0              | FIELD_WRONG_TYPE",
                "holdMs     | 1e5                  | FIELD_WRONG_TYPE",
                "holdMs     | \"60000\"            | FIELD_WRONG_TYPE",
                "holdMs     | null                 | FIELD_WRONG_TYPE",
                "multiple   | 1                    | FIELD_WRONG_TYPE",
                "multiple   | \"true\"             | FIELD_WRONG_TYPE",
                "multiple   | null                 | FIELD_WRONG_TYPE",
                "zeal       | 1                    | FIELD_UNKNOWN",
                "moreWillFollow | true             | FIELD_UNKNOWN",
            })
    void shouldRefuseAReservationWhoseTimeIsNoTime(String field, String value, String code) {
        Problem problem = code.startsWith("HOLD") ? Problem.PAYMENT_INVALID : Problem.BODY_MALFORMED;
        assertEquals(new Read.Refused(problem, List.of(new BrokenRule(code, field))), reservation(with(field, value)));
    }

    @Test
    void shouldTakeTheShortestAndTheLongestHold() {
        for (String hold : List.of("60000", "3888000000")) {
            assertInstanceOf(Read.Command.class, reservation(with("holdMs", hold)), hold);
        }
    }

    @Test
    void shouldReadACaptureAndAVoidingOfTheReservationInThePath() {
        assertEquals(
                new Read.Command(new CaptureCommand("acme", "order-1", "hold-1", "a", 5L, "EUR", false, null, null)),
                capture("hold-1", CAPTURE));
        assertEquals(
                new Read.Command(new CaptureCommand("acme", "order-1", "hold-1", "a", 5L, "EUR", true, "r", null)),
                capture("hold-1", CAPTURE.replace("}", ",\"moreWillFollow\":true,\"reference\":\"r\"}")));
        assertEquals(
                new Read.Command(new VoidCommand("acme", "order-1", "hold-1", "a", null)),
                voiding("hold-1", "{\"debtorAccount\":\"a\"}"));
    }

    /** A key in a body would be a second one, and nobody could tell which of them counts. */
    @ParameterizedTest
    @ValueSource(strings = {"reservationKey", "idempotencyKey", "creditorAccount", "holdMs", "multiple"})
    void shouldRefuseFieldsThatACaptureDoesNotHave(String field) {
        assertEquals(
                refused("FIELD_UNKNOWN", field), capture("hold-1", CAPTURE.replace("}", ",\"" + field + "\":\"x\"}")));
    }

    @Test
    void shouldRefuseFieldsThatAVoidingDoesNotHave() {
        assertEquals(
                refused("FIELD_UNKNOWN", "amountMinor"), voiding("h", "{\"debtorAccount\":\"a\",\"amountMinor\":1}"));
        assertEquals(refused("FIELD_MISSING", "debtorAccount"), voiding("h", "{}"));
    }

    /** The path had no key, a broken encoding (which decodes to nothing), or one that is no key. */
    @Test
    void shouldRefuseAReservationKeyThatIsNoneAndThatOfTheCommandItself() {
        for (String key : List.of("", "a b", "k".repeat(256), "\u00e4")) {
            Read refused = new Read.Refused(
                    Problem.PAYMENT_INVALID, List.of(new BrokenRule("RESERVATION_KEY_MALFORMED", "reservationKey")));
            assertEquals(refused, capture(key, CAPTURE), key);
            assertEquals(refused, voiding(key, "{\"debtorAccount\":\"a\"}"), key);
        }
        Read own = new Read.Refused(
                Problem.PAYMENT_INVALID, List.of(new BrokenRule("RESERVATION_KEY_IS_OWN", "reservationKey")));
        assertEquals(own, capture("order-1", CAPTURE));
        assertEquals(own, voiding("order-1", "{\"debtorAccount\":\"a\"}"));
        assertInstanceOf(Read.Command.class, capture("k".repeat(255), CAPTURE));
    }

    private static Read refused(String code, String field) {
        return new Read.Refused(Problem.BODY_MALFORMED, List.of(new BrokenRule(code, field)));
    }

    private static Read reservation(String body) {
        return CommandBody.reservation(ByteBuffer.wrap(body.getBytes(UTF_8)), KEY);
    }

    private static Read capture(String reservationKey, String body) {
        return CommandBody.capture(reservationKey).read(ByteBuffer.wrap(body.getBytes(UTF_8)), KEY);
    }

    private static Read voiding(String reservationKey, String body) {
        return CommandBody.voiding(reservationKey).read(ByteBuffer.wrap(body.getBytes(UTF_8)), KEY);
    }

    private static Read read(String body) {
        return read(body, UTF_8);
    }

    private static Read read(String body, Charset charset) {
        return CommandBody.payment(ByteBuffer.wrap(body.getBytes(charset)), KEY);
    }

    /** The payment with these fields set, in place of its own if it has them. */
    private static String with(String... fieldsAndValues) {
        StringBuilder body = new StringBuilder(PAYMENT);
        for (int i = 0; i < fieldsAndValues.length; i += 2) {
            String without = body.toString()
                    .replaceFirst(",?\"" + fieldsAndValues[i] + "\":(\"[^\"]*\"|\\d+)", "")
                    .replace("{,", "{");
            body = new StringBuilder(without);
            body.insert(body.length() - 1, ",\"" + fieldsAndValues[i] + "\":" + fieldsAndValues[i + 1]);
        }
        return body.toString();
    }
}
