package io.hapax.storm.check;

/**
 * A broken promise.
 *
 * @param subject whom it is about: a client and key, an account, an instance
 * @param found what was found, and what was expected
 * @param lookAt where in the folder to look
 */
public record Violation(Invariant invariant, String subject, String found, String lookAt) {
    @Override
    public String toString() {
        return subject + ": " + found + " [" + lookAt + "]";
    }
}
