package io.hapax.stream.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.hapax.app.settings.InstantText;
import io.hapax.schemas.PaymentCommand;
import io.hapax.stream.decision.CommandCheck;
import io.hapax.stream.decision.Violation;
import io.hapax.stream.wire.Commands;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The JSON body of a payment, read strictly: what is not understood is refused, not guessed. */
final class PaymentBody {
    static final String DEBTOR = "debtorAccount";
    static final String CREDITOR = "creditorAccount";
    static final String AMOUNT = "amountMinor";
    static final String CURRENCY = "currency";
    static final String REFERENCE = "reference";
    static final String SENT_AT = "sentAt";

    /** Fields of a payment; no others may be there. */
    static final Set<String> FIELDS = Set.of(DEBTOR, CREDITOR, AMOUNT, CURRENCY, REFERENCE, SENT_AT);

    /** First times that a client can mean: from the epoch to the end of four-digit years. */
    private static final Instant EARLIEST = Instant.EPOCH;

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /** Longer names of unknown fields are cut in the answer. */
    private static final int LONGEST_NAME = 64;

    private static final int DEEPEST = 8;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build());
    }

    /** Takes a field that is there twice, to name it. */
    private static final JsonFactory DOUBLES = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build();

    private final JsonNode root;
    private final List<BrokenRule> violations = new ArrayList<>();

    /** The result of reading a body: a command, or the problem with it. */
    sealed interface Read {
        record Command(PaymentCommand command) implements Read {}

        record Refused(Problem problem, List<BrokenRule> violations) implements Read {}
    }

    /**
     * One thing that is wrong with a body.
     *
     * @param code stable, such as {@code AMOUNT_NOT_POSITIVE}
     * @param field whose value it is about, never the value
     */
    record BrokenRule(String code, String field) {}

    private PaymentBody(JsonNode root) {
        this.root = root;
    }

    static Read read(ByteBuffer body, PaymentKey key) {
        String text;
        try {
            // Decoded first: the parser alone would accept UTF-16 and UTF-32 too.
            text = UTF_8.newDecoder().decode(body).toString();
        } catch (CharacterCodingException e) {
            return new Read.Refused(Problem.BODY_MALFORMED, List.of());
        }
        try {
            JsonNode root = JSON.readTree(text);
            return root.isObject()
                    ? new PaymentBody(root).read(key)
                    : new Read.Refused(Problem.BODY_MALFORMED, List.of());
        } catch (IOException e) {
            return new Read.Refused(Problem.BODY_MALFORMED, doubled(text));
        }
    }

    /** Fields that are there twice; none if the text is no JSON object for another reason. */
    private static List<BrokenRule> doubled(String text) {
        Set<String> seen = new HashSet<>();
        Set<String> doubled = new TreeSet<>();
        try (JsonParser parser = DOUBLES.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return List.of();
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                if (!seen.add(parser.currentName())) {
                    doubled.add(parser.currentName());
                }
                parser.nextToken();
                parser.skipChildren();
            }
        } catch (IOException e) {
            return List.of();
        }
        return doubled.stream()
                .map(name -> new BrokenRule("FIELD_DOUBLED", shown(name)))
                .toList();
    }

    private Read read(PaymentKey key) {
        refuseUnknownFields();
        PaymentCommand command = new PaymentCommand(
                key.clientId(),
                key.idempotencyKey(),
                requiredText(DEBTOR),
                requiredText(CREDITOR),
                amount(),
                requiredText(CURRENCY),
                text(REFERENCE),
                time(SENT_AT));
        if (!violations.isEmpty()) {
            return new Read.Refused(Problem.BODY_MALFORMED, List.copyOf(violations));
        }
        // Where it will lie in Kafka has nothing to do with the rules.
        CommandCheck.brokenAtAnyTime(Commands.received(command, new LogPosition(0, 0)))
                .forEach(violation -> violations.add(brokenRule(violation.name())));
        return violations.isEmpty()
                ? new Read.Command(command)
                : new Read.Refused(Problem.PAYMENT_INVALID, List.copyOf(violations));
    }

    /** A broken rule as it is answered: its stable code and the field. */
    static BrokenRule brokenRule(String code) {
        // An instance of a later version may know rules that this one does not.
        return Stream.of(Violation.values())
                .filter(violation -> violation.name().equals(code))
                .findFirst()
                .map(violation -> new BrokenRule(code, field(violation)))
                .orElse(new BrokenRule(code, "payment"));
    }

    private static String field(Violation violation) {
        return switch (violation) {
            case DEBTOR_ACCOUNT_MALFORMED -> DEBTOR;
            case CREDITOR_ACCOUNT_MALFORMED, SAME_ACCOUNT -> CREDITOR;
            case AMOUNT_NOT_POSITIVE, AMOUNT_TOO_LARGE -> AMOUNT;
            case CURRENCY_UNKNOWN, CURRENCY_WITHDRAWN -> CURRENCY;
            case REFERENCE_TOO_LONG -> REFERENCE;
            case SENT_IN_FUTURE -> SENT_AT;
            case HOLD_TOO_SHORT, HOLD_TOO_LONG -> "holdMs";
            case RESERVATION_KEY_MALFORMED, RESERVATION_KEY_IS_OWN -> "reservationKey";
            case TWO_STEPS_OFF -> "payment";
            case CLIENT_ID_MISSING, CLIENT_ID_MALFORMED -> "clientId";
            case IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_MALFORMED -> "Idempotency-Key";
        };
    }

    private void refuseUnknownFields() {
        Set<String> unknown = new TreeSet<>();
        root.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(FIELDS);
        unknown.forEach(name -> refuse("FIELD_UNKNOWN", shown(name)));
    }

    /** Cut to what is worth showing; half of a surrogate pair has no UTF-8 and is shown as a question mark. */
    private static String shown(String name) {
        String cut = name.substring(0, Math.min(name.length(), LONGEST_NAME));
        return new String(cut.getBytes(UTF_8), UTF_8);
    }

    private String requiredText(String field) {
        if (!root.has(field)) {
            refuse("FIELD_MISSING", field);
            return "";
        }
        JsonNode value = root.get(field);
        if (!value.isTextual()) {
            refuse("FIELD_WRONG_TYPE", field);
            return "";
        }
        if (!isUnicode(value.textValue())) {
            refuse("FIELD_MALFORMED", field);
            return "";
        }
        return value.textValue();
    }

    /** Absent and null mean the same, as they do in the command. */
    private @Nullable String text(String field) {
        return root.path(field).isNull() || !root.has(field) ? null : requiredText(field);
    }

    /** Whole minor units only: 1.0 and 1e3 are for those who calculate in floating point, and so refused. */
    private long amount() {
        JsonNode value = root.path(AMOUNT);
        if (value.isMissingNode()) {
            refuse("FIELD_MISSING", AMOUNT);
            return 0;
        }
        if (!value.isIntegralNumber()) {
            refuse("FIELD_WRONG_TYPE", AMOUNT);
            return 0;
        }
        if (!value.canConvertToLong()) {
            // As far beyond the rules as what it stands for.
            return value.bigIntegerValue().signum() > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
        return value.longValue();
    }

    private @Nullable Instant time(String field) {
        JsonNode value = root.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        Instant time = value.isTextual() ? parse(value.textValue()) : null;
        if (time == null) {
            refuse(value.isTextual() ? "FIELD_MALFORMED" : "FIELD_WRONG_TYPE", field);
        }
        return time;
    }

    /** In milliseconds, as a command holds it; null if it is no time. */
    private static @Nullable Instant parse(String text) {
        try {
            Instant time = InstantText.parse(text);
            return time.isBefore(EARLIEST) || time.isAfter(LATEST) ? null : Instant.ofEpochMilli(time.toEpochMilli());
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Half of a surrogate pair has no UTF-8: it would be stored as another text. */
    private static boolean isUnicode(String text) {
        return UTF_8.newEncoder().canEncode(text);
    }

    private void refuse(String code, String field) {
        violations.add(new BrokenRule(code, field));
    }
}
