package io.hapax.storm.load;

import io.hapax.storm.history.ClientEvent.Kind;
import io.hapax.storm.history.ClientEvent.Request;
import io.hapax.storm.history.Payload;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a client does.
 *
 * @param payload null for a look-up and for bytes that are no command
 * @param sentAtMs when the client says it first sent the payment; null where it does not say
 */
record Step(
        Kind kind,
        String client,
        String key,
        @Nullable Payload payload,
        @Nullable Long sentAtMs) {

    Request request(String bytes) {
        if (kind == Kind.LOOK_UP) {
            return Request.lookUp();
        }
        return payload == null ? Request.nonsense(bytes) : Request.of(kind, payload, sentAtMs);
    }
}
