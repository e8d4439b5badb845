package io.hapax.storm.history;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer to a client: over HTTP status, headers and body, from a broker the place of the command.
 *
 * @param status the HTTP status
 * @param headers headers that say something of the payment, by lower-case name; see {@link #KEPT_HEADERS}
 * @param body the body as text
 * @param partition partition of {@code payment-commands} that holds the command
 * @param offset offset of the command
 */
public record Answer(
        @Nullable Integer status,
        @Nullable Map<String, String> headers,
        @Nullable String body,
        @Nullable Integer partition,
        @Nullable Long offset) {
    /** The headers that are kept, by lower-case name. */
    public static final List<String> KEPT_HEADERS = List.of(
            "idempotent-replayed",
            "idempotency-first-seen",
            "idempotency-expires-at",
            "retry-after",
            "preference-applied",
            "location");

    public static Answer http(int status, Map<String, String> headers, String body) {
        return new Answer(status, Map.copyOf(headers), body, null, null);
    }

    public static Answer acknowledged(int partition, long offset) {
        return new Answer(null, null, null, partition, offset);
    }
}
