package io.hapax.serde;

/**
 * The result of decoding bytes: a value, or the reason why they are unreadable. Unreadable input is a value, not an
 * exception.
 */
public sealed interface Decoded<T> {
    record Value<T>(T value) implements Decoded<T> {}

    /**
     * @param reason why
     * @param detail what the decoder said, without content of the bytes
     */
    record Unreadable<T>(UnreadableReason reason, String detail) implements Decoded<T> {}
}
