package io.hapax.stream.gateway;

import io.hapax.stream.decision.CommandCheck;
import java.util.List;

/**
 * The {@code Idempotency-Key} header: an RFC 8941 string as the IETF's draft wants it, or bare as most clients send
 * it. The quoted and the bare form of a text are the same key.
 */
sealed interface IdempotencyKeyHeader {
    record Key(String text) implements IdempotencyKeyHeader {}

    record Missing() implements IdempotencyKeyHeader {}

    record Malformed() implements IdempotencyKeyHeader {}

    /** @param values of all headers of this name */
    static IdempotencyKeyHeader of(List<String> values) {
        if (values.isEmpty() || (values.size() == 1 && values.getFirst().isBlank())) {
            return new Missing();
        }
        if (values.size() > 1) {
            return new Malformed();
        }
        String value = values.getFirst().strip();
        return value.charAt(0) == '"' ? quoted(value) : key(value);
    }

    private static IdempotencyKeyHeader quoted(String value) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"') {
                return i == value.length() - 1 ? key(text.toString()) : new Malformed();
            }
            if (c == '\\') {
                i++;
                if (i == value.length() || (value.charAt(i) != '"' && value.charAt(i) != '\\')) {
                    return new Malformed();
                }
                c = value.charAt(i);
            }
            text.append(c);
        }
        return new Malformed();
    }

    private static IdempotencyKeyHeader key(String text) {
        // What no path can name could be paid, and never looked up.
        return CommandCheck.isIdempotencyKey(text) && !KeyInPath.isDots(text) ? new Key(text) : new Malformed();
    }
}
