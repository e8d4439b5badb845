package io.hapax.stream.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.schemas.PaymentCommand;
import io.hapax.stream.gateway.PaymentBody.BrokenRule;
import io.hapax.stream.gateway.PaymentBody.Read;
import io.hapax.topics.PaymentKey;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PaymentBodyTest {
    private static final PaymentKey KEY = new PaymentKey("acme", "order-1");
    private static final String PAYMENT =
            "{\"debtorAccount\":\"a\",\"creditorAccount\":\"b\",\"amountMinor\":12000,\"currency\":\"EUR\"}";

    @Test
    void shouldReadAPaymentAsACommandOfTheClient() {
        assertEquals(
                new Read.Command(new PaymentCommand("acme", "order-1", "a", "b", 12000L, "EUR", null, null)),
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
                        Instant.parse("2026-01-02T03:04:05.678Z"))),
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

    private static Read read(String body) {
        return read(body, UTF_8);
    }

    private static Read read(String body, Charset charset) {
        return PaymentBody.read(ByteBuffer.wrap(body.getBytes(charset)), KEY);
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
