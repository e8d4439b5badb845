package io.hapax.stream.decision;

import io.hapax.topics.PaymentKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The scope of a retention policy: all clients, one client, or one operation of a client.
 *
 * <p>The operation of a payment is what stands before the first colon of its idempotency key, {@code refund} in
 * {@code refund:4711}. So it is part of the payment's identity: a retry can't come under another operation, and with
 * it under promises that are not those of its payment.
 */
public record PolicyScope(
        Kind kind, @Nullable String clientId, @Nullable String operation) {
    /** All clients for whom nothing narrower was published. */
    public static final PolicyScope ALL = new PolicyScope(Kind.ALL, null, null);

    private static final char END_OF_OPERATION = ':';
    private static final int MAX_OPERATION = 64;
    private static final String CLIENT_PREFIX = "client/";
    private static final String OPERATION_PREFIX = "operation/";

    /** The kind of a scope, from wide to narrow. */
    public enum Kind {
        /** Nothing was published: the settings count. Never published itself. */
        SETTINGS,
        ALL,
        CLIENT,
        OPERATION
    }

    public static PolicyScope ofClient(String clientId) {
        return new PolicyScope(Kind.CLIENT, clientId, null);
    }

    public static PolicyScope ofOperation(String clientId, String operation) {
        return new PolicyScope(Kind.OPERATION, clientId, operation);
    }

    /** The scope of the payment's operation. Null if its key names none. */
    public static @Nullable PolicyScope operationOf(PaymentKey key) {
        int end = key.idempotencyKey().indexOf(END_OF_OPERATION);
        return end > 0 && end <= MAX_OPERATION
                ? ofOperation(key.clientId(), key.idempotencyKey().substring(0, end))
                : null;
    }

    /** True when keys can name that operation: 1 to 64 visible ASCII characters, no colon. */
    public static boolean isOperation(String text) {
        return text.length() <= MAX_OPERATION
                && text.indexOf(END_OF_OPERATION) < 0
                && CommandCheck.isIdempotencyKey(text);
    }

    /** Its name as a key in Kafka. A client id has no slash. */
    public String key() {
        return switch (kind) {
            case SETTINGS -> throw new IllegalStateException("settings are not published");
            case ALL -> "all";
            case CLIENT -> CLIENT_PREFIX + clientId;
            case OPERATION -> OPERATION_PREFIX + clientId + "/" + operation;
        };
    }

    /** The scope of that name; empty if there is none. */
    public static Optional<PolicyScope> ofKey(String key) {
        if (key.equals(ALL.key())) {
            return Optional.of(ALL);
        }
        if (key.startsWith(CLIENT_PREFIX)) {
            String clientId = key.substring(CLIENT_PREFIX.length());
            return CommandCheck.isClientId(clientId) ? Optional.of(ofClient(clientId)) : Optional.empty();
        }
        int slash = key.indexOf('/', OPERATION_PREFIX.length());
        if (!key.startsWith(OPERATION_PREFIX) || slash < 0) {
            return Optional.empty();
        }
        String clientId = key.substring(OPERATION_PREFIX.length(), slash);
        String operation = key.substring(slash + 1);
        return CommandCheck.isClientId(clientId) && isOperation(operation)
                ? Optional.of(ofOperation(clientId, operation))
                : Optional.empty();
    }
}
