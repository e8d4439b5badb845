package io.hapax.stream.decision;

import java.util.List;

/** A command after the check. */
public sealed interface CheckedCommand {
    record Valid(Command command) implements CheckedCommand {}

    /** @param violations every broken rule, at least one */
    record Invalid(List<Violation> violations) implements CheckedCommand {}
}
