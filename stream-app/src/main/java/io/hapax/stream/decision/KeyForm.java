package io.hapax.stream.decision;

import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The form that a policy asks of keys. What stands before the first colon names an operation, and has no part in it.
 * Names go over the wire.
 */
public enum KeyForm {
    /** Any idempotency key. */
    ANY("", null),
    /** A UUID of version 4 or 7. */
    UUID("47", Violation.KEY_NOT_UUID),
    /** A UUID of version 7. */
    UUID_V7("7", Violation.KEY_NOT_UUID_V7);

    private final String versions;
    private final @Nullable Violation violation;

    KeyForm(String versions, @Nullable Violation violation) {
        this.versions = versions;
        this.violation = violation;
    }

    /** The form of that name; empty if this version knows none. */
    public static Optional<KeyForm> named(String name) {
        return Stream.of(values()).filter(form -> form.name().equals(name)).findFirst();
    }

    /** The rule that a key breaks; null if it has the form. */
    public @Nullable Violation brokenBy(String key) {
        return violation == null || UuidV7.isUuid(key.substring(key.indexOf(':') + 1), versions) ? null : violation;
    }

    /** The command under this form: refused if it is a new one whose key has another. A cancel has any key. */
    public Command asks(Command command) {
        Violation broken = command.refusedIfNew() != null || command.isCancel()
                ? command.refusedIfNew()
                : brokenBy(command.key().idempotencyKey());
        return broken == command.refusedIfNew()
                ? command
                : new Command(
                        command.key(),
                        command.payload(),
                        command.firstSentAt(),
                        command.origin(),
                        broken,
                        command.guard());
    }
}
