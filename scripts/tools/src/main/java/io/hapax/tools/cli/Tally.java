package io.hapax.tools.cli;

import static java.util.stream.Collectors.joining;

import java.util.Map;

/** Counts by name, as text for a person. */
public final class Tally {
    private Tally() {}

    /** The counts as text, such as {@code NOT_POSTED 2, ENTRY_DIFFERS 1}. */
    public static String text(Map<?, ? extends Number> counted) {
        return counted.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(joining(", "));
    }

    /** Places in a log by partition, such as {@code 0@17 1@4}. */
    public static String places(Map<Integer, Long> offsets) {
        return offsets.entrySet().stream()
                .map(each -> each.getKey() + "@" + each.getValue())
                .collect(joining(" "));
    }

    /** Values by name, such as {@code tries=4, within=20m}. */
    public static String values(Map<?, ?> values) {
        return values.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(joining(", "));
    }
}
