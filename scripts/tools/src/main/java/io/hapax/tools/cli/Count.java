package io.hapax.tools.cli;

/**
 * How much of something there was; its name in JSON is a stable identifier.
 *
 * @param what what was counted, in words
 */
public record Count(String what, long count) {
    public Count plus(long more) {
        return new Count(what, count + more);
    }
}
