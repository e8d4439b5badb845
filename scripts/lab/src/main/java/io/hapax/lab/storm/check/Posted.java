package io.hapax.lab.storm.check;

import io.hapax.lab.storm.history.Payload;
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
