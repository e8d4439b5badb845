package io.hapax.storm.check;

import io.hapax.storm.history.Payload;
import org.jspecify.annotations.Nullable;

/** A payment as the database has it. */
record Posted(
        String paymentId,
        Name name,
        Payload payload,
        Result result,
        @Nullable Long entryId,
        boolean isOpening,
        long recordedMs) {}
