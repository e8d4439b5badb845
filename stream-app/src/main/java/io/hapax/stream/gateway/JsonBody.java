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
import com.fasterxml.jackson.databind.node.MissingNode;
import io.hapax.app.settings.InstantText;
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
import org.jspecify.annotations.Nullable;

/**
 * The JSON body of a request, read strictly: what is not understood is refused, not guessed. Fields are read one by
 * one, and all that is wrong with them is collected.
 */
final class JsonBody {
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
    private final List<BrokenRule> violations;

    private JsonBody(JsonNode root, List<BrokenRule> violations) {
        this.root = root;
        this.violations = new ArrayList<>(violations);
    }

    static JsonBody of(ByteBuffer body) {
        String text;
        try {
            // Decoded first: the parser alone would accept UTF-16 and UTF-32 too.
            text = UTF_8.newDecoder().decode(body).toString();
        } catch (CharacterCodingException e) {
            return new JsonBody(MissingNode.getInstance(), List.of());
        }
        try {
            return new JsonBody(JSON.readTree(text), List.of());
        } catch (IOException e) {
            return new JsonBody(MissingNode.getInstance(), doubled(text));
        }
    }

    /** False for bytes that are no JSON object. No field is to be read then. */
    boolean isObject() {
        return root.isObject();
    }

    /** Everything that was found wrong so far. */
    List<BrokenRule> violations() {
        return List.copyOf(violations);
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

    /** Refuses all fields but these. */
    void allowOnly(Set<String> fields) {
        Set<String> unknown = new TreeSet<>();
        root.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(fields);
        unknown.forEach(name -> refuse("FIELD_UNKNOWN", shown(name)));
    }

    /** Cut to what is worth showing; half of a surrogate pair has no UTF-8 and is shown as a question mark. */
    private static String shown(String name) {
        String cut = name.substring(0, Math.min(name.length(), LONGEST_NAME));
        return new String(cut.getBytes(UTF_8), UTF_8);
    }

    String requiredText(String field) {
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
    @Nullable String text(String field) {
        return root.path(field).isNull() || !root.has(field) ? null : requiredText(field);
    }

    /** Whole numbers only: 1.0 and 1e3 are for those who calculate in floating point, and so refused. */
    long requiredNumber(String field) {
        if (!root.has(field)) {
            refuse("FIELD_MISSING", field);
            return 0;
        }
        return number(field, 0);
    }

    /** @param absent stands for a field that is not there */
    long number(String field, long absent) {
        JsonNode value = root.path(field);
        if (value.isMissingNode()) {
            return absent;
        }
        if (!value.isIntegralNumber()) {
            refuse("FIELD_WRONG_TYPE", field);
            return 0;
        }
        if (!value.canConvertToLong()) {
            // As far beyond the rules as what it stands for.
            return value.bigIntegerValue().signum() > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
        return value.longValue();
    }

    /** False where the field is absent. */
    boolean flag(String field) {
        JsonNode value = root.path(field);
        if (!value.isMissingNode() && !value.isBoolean()) {
            refuse("FIELD_WRONG_TYPE", field);
        }
        return value.booleanValue();
    }

    @Nullable Instant time(String field) {
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
