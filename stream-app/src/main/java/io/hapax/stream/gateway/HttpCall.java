package io.hapax.stream.gateway;

import java.nio.ByteBuffer;
import java.util.List;

/** An HTTP request, as the gateway sees it. The body is read only when it is asked for. */
interface HttpCall {
    /** Values of all headers of this name. */
    List<String> headers(String name);

    Body body();

    /** The body of a request. */
    sealed interface Body {
        record Complete(ByteBuffer bytes) implements Body {}

        record TooLarge() implements Body {}

        record TooSlow() implements Body {}

        /** The client went away, or broke its own framing. */
        record Broken() implements Body {}
    }

    /** The only value of the header, or nothing. */
    default String header(String name) {
        List<String> values = headers(name);
        return values.size() == 1 ? values.getFirst().strip() : "";
    }
}
