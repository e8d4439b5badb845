package io.hapax.storm.check;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.hapax.storm.history.Answer;
import io.hapax.storm.history.Payload;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer over HTTP, taken apart.
 *
 * @param problem the end of the problem's type, such as {@code in-flight}; null where the body is no problem
 * @param state {@code PENDING}, {@code COMPLETED} or {@code FAILED}; null where the body tells of no payment
 * @param payload what was paid, where the body tells it
 * @param replayed what it says of that; null where it says neither true nor false
 * @param differing fields that are said to differ from the payment of the key
 * @param unwaited true if the client did not want to wait
 * @param readable whether the body is JSON and nothing else, or empty
 */
record HttpAnswer(
        int status,
        @Nullable String problem,
        @Nullable String state,
        @Nullable String paymentId,
        @Nullable Payload payload,
        @Nullable String reason,
        @Nullable String account,
        @Nullable Boolean replayed,
        @Nullable Long firstSeenMs,
        @Nullable Long expiresMs,
        List<String> differing,
        boolean retryAfter,
        boolean unwaited,
        boolean readable,
        String body) {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final String PROBLEM = "urn:hapax:problem:";

    static HttpAnswer of(Answer answer) {
        if (answer.status() == null) {
            throw new BrokenHistoryException("an answer over HTTP without a status: " + answer);
        }
        String text = answer.body() == null ? "" : answer.body();
        Map<String, String> headers = answer.headers() == null ? Map.of() : answer.headers();
        JsonNode body = json(text);
        JsonNode fields = body == null ? JSON.createObjectNode() : body;
        String type = text(fields, "type");
        return new HttpAnswer(
                answer.status(),
                type != null && type.startsWith(PROBLEM) ? type.substring(PROBLEM.length()) : type,
                text(fields, "paymentStatus"),
                text(fields, "paymentId"),
                payload(fields),
                text(fields, "failureReason"),
                text(fields, "failedAccount"),
                truth(headers.get("idempotent-replayed")),
                time(headers.get("idempotency-first-seen")),
                time(headers.get("idempotency-expires-at")),
                texts(fields, "differingFields"),
                positive(headers.get("retry-after")),
                "wait=0".equals(headers.get("preference-applied")),
                body != null,
                text);
    }

    /** True if it says that the payment ended, and how. */
    boolean isSettled() {
        return state != null && !state.equals("PENDING");
    }

    Result result() {
        return new Result(String.valueOf(state), reason, account);
    }

    private static @Nullable JsonNode json(String text) {
        try {
            JsonNode read = text.isEmpty() ? JSON.createObjectNode() : JSON.readTree(text);
            return read.isObject() ? read : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static @Nullable String text(JsonNode fields, String name) {
        JsonNode value = fields.get(name);
        return value == null || value.isNull() ? null : value.asText();
    }

    private static @Nullable Payload payload(JsonNode fields) {
        String debtor = text(fields, "debtorAccount");
        String creditor = text(fields, "creditorAccount");
        String currency = text(fields, "currency");
        JsonNode amount = fields.get("amountMinor");
        return debtor == null || creditor == null || currency == null || amount == null || !amount.isIntegralNumber()
                ? null
                : new Payload(debtor, creditor, amount.asLong(), currency, text(fields, "reference"));
    }

    private static List<String> texts(JsonNode fields, String name) {
        List<String> texts = new ArrayList<>();
        fields.path(name).forEach(each -> texts.add(each.asText()));
        return texts;
    }

    private static @Nullable Boolean truth(@Nullable String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            case null, default -> null;
        };
    }

    private static @Nullable Long time(@Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException e) {
            return -1L;
        }
    }

    private static boolean positive(@Nullable String seconds) {
        return seconds != null && seconds.matches("[1-9][0-9]*");
    }
}
