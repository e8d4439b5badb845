package io.hapax.stream.wire;

import io.hapax.schemas.RetentionPolicy;
import io.hapax.stream.decision.RetentionSchedule.Terms;
import java.time.Duration;

/** The mapping of published policies from Avro. */
public final class Policies {
    private Policies() {}

    /** The terms that the published policy asks for. */
    public static Terms terms(RetentionPolicy published) {
        return new Terms(Duration.ofMillis(published.getRetentionMs()), Duration.ofMillis(published.getRecallMs()));
    }
}
