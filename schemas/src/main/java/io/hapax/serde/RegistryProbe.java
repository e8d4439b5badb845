package io.hapax.serde;

import java.io.IOException;
import java.time.Duration;

/**
 * A probe that asks the schema registry as a reader would ask it. It notices whatever would keep a reader waiting: a
 * registry that is away, a wrong path, a proxy without a back end, or credentials that are refused.
 */
public final class RegistryProbe {
    /** An id that nobody has: "no such schema" is as good an answer as any. */
    private static final int SOME_ID = Integer.MAX_VALUE;

    private final SchemaRegistry registry;

    public RegistryProbe(AvroFormat format, Duration timeout) {
        this.registry = SchemaRegistry.fromConfig(format.config(), 0, timeout);
    }

    /** Says that it is there; throws if it is not. */
    public String ask() throws IOException {
        try {
            var unused = registry.byId(SOME_ID);
            return "answers";
        } catch (RegistryUnavailableException e) {
            String cause = e.getCause() == null ? "" : ": " + e.getCause();
            throw new IOException(e.getMessage() + cause, e);
        }
    }
}
