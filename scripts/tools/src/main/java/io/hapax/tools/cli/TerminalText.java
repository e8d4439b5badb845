package io.hapax.tools.cli;

/**
 * Text as a terminal may show it: one line, in the order in which it is read, with nothing invisible in it.
 *
 * <p>A reference or an account comes from outside. A control character in it could move the cursor, overwrite what stands
 * there or begin a line of its own; a bidirectional control could turn digits around (CWE-150). Each character that does
 * something rather than show something stands as {@code \}{@code uXXXX}. The same is an escape inside JSON strings.
 */
public final class TerminalText {
    private TerminalText() {}

    /** The text on one line, with everything in it visible. */
    public static String of(String text) {
        if (text.codePoints().allMatch(TerminalText::isVisible)) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(character -> {
            if (isVisible(character)) {
                shown.appendCodePoint(character);
            } else {
                for (char unit : Character.toChars(character)) {
                    shown.append("\\u%04x".formatted((int) unit));
                }
            }
        });
        return shown.toString();
    }

    private static boolean isVisible(int character) {
        return (character >= ' ' && character <= '~') || (character > 0x9f && !isInvisible(character));
    }

    private static boolean isInvisible(int character) {
        return switch (Character.getType(character)) {
            // FORMAT holds the bidirectional controls, zero-width spaces and joiners, the byte order mark and the tags.
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> isFiller(character);
        };
    }

    /** Letters and marks that Unicode calls ignorable when they are shown: fillers, and selectors of a variation. */
    private static boolean isFiller(int character) {
        return character == 0x034f
                || character == 0x115f
                || character == 0x1160
                || character == 0x17b4
                || character == 0x17b5
                || (character >= 0x180b && character <= 0x180f)
                || character == 0x3164
                || (character >= 0xfe00 && character <= 0xfe0f)
                || character == 0xffa0
                || (character >= 0xe0100 && character <= 0xe01ef);
    }
}
