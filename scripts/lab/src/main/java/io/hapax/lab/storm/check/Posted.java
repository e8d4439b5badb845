package io.hapax.lab.storm.check;

import io.hapax.lab.storm.history.Payload;
import org.jspecify.annotations.Nullable;

/** A row of the table {@code payments}. */
record Posted(
        String paymentId,
        Name name,
        Payload payload,
        Result result,
        @Nullable Long entryId,
        boolean isOpening,
        long recordedMs) {}
