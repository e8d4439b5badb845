package io.hapax.insight;

/** One fact behind an alert, such as {@code keys=50}. */
public record Evidence(String name, String value) {
    static Evidence of(String name, long value) {
        return new Evidence(name, Long.toString(value));
    }

    static Evidence of(String name, String value) {
        return new Evidence(name, value);
    }
}
