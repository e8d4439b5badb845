package io.hapax.stream.wire;

import io.hapax.schemas.RetentionPolicy;
import io.hapax.stream.decision.KeyForm;
import io.hapax.stream.decision.RetentionSchedule.Terms;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The mapping of published policies from Avro. */
public final class Policies {
    private Policies() {}

    /** The terms that the published policy asks for. */
    public static Terms terms(RetentionPolicy published) {
        return new Terms(Duration.ofMillis(published.getRetentionMs()), Duration.ofMillis(published.getRecallMs()));
    }

    /** The form that the published policy asks of keys; null if it says nothing, or nothing that this version knows. */
    public static @Nullable KeyForm keyForm(RetentionPolicy published) {
        String name = published.getKeyForm();
        return name == null ? null : KeyForm.named(name).orElse(null);
    }

    /** The window for suspected duplicates; null if the policy says nothing of it. */
    public static @Nullable Duration duplicateWindow(RetentionPolicy published) {
        Long windowMs = published.getDuplicateWindowMs();
        return windowMs == null ? null : Duration.ofMillis(windowMs);
    }
}
