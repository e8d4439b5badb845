package io.hapax.tools.cli;

/**
 * Text that is safe on a terminal: one line, in reading order, without invisible characters.
 *
 * <p>A reference or an account comes from outside. A control character in it could move the cursor, overwrite text
 * or begin a new line. A bidirectional control could turn digits around (CWE-150). Each such character is written
 * as {@code \}{@code uXXXX}. Inside JSON strings this is an escape too.
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
