package io.hapax.tools.trail;

import org.jspecify.annotations.Nullable;

/**
 * An action that an operator wants done.
 *
 * @param operator who wants it
 * @param through the tool: {@link #CLI} or {@link #CONSOLE}
 * @param action the command, such as {@code policies set}
 * @param target on what
 * @param reason why; empty if the operator gave none
 * @param detail what is to be done
 */
public record Intent(String operator, String through, String action, String target, String reason, String detail) {
    public static final String CLI = "cli";
    public static final String CONSOLE = "console";

    /** The longest text of a record. It bounds the record, whatever an operator types. */
    private static final int LONGEST = 2_000;

    public Intent {
        operator = bounded(operator);
        target = bounded(target);
        reason = bounded(reason.strip());
        detail = bounded(detail);
    }

    /** An action on the command line. */
    public static Intent ofCommand(
            OperatorOption operator, String action, String target, @Nullable String reason, String detail) {
        return new Intent(operator.name(), CLI, action, target, reason == null ? "" : reason, detail);
    }

    static String bounded(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }
}
