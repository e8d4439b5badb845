package io.hapax.ledger.book;

import org.jspecify.annotations.Nullable;

/**
 * Text of a payment as PostgreSQL can keep it. A text there holds every character but U+0000, and a payment that
 * smuggles one past the edge must be recorded like any other: it stands as U+2400 followed by {@code 0}, and U+2400
 * itself as U+2400 followed by {@code 1}.
 */
public final class StoredText {
    private static final char NUL = '\u0000';
    private static final char ESCAPE = '\u2400';

    private StoredText() {}

    public static @Nullable String ofNullable(@Nullable String text) {
        return text == null ? null : of(text);
    }

    public static String of(String text) {
        if (text.indexOf(NUL) < 0 && text.indexOf(ESCAPE) < 0) return text;
        return text.replace("\u2400", "\u24001").replace("\u0000", "\u24000");
    }

    static @Nullable String readNullable(@Nullable String stored) {
        return stored == null ? null : read(stored);
    }

    public static String read(String stored) {
        if (stored.indexOf(ESCAPE) < 0) return stored;
        return stored.replace("\u24000", "\u0000").replace("\u24001", "\u2400");
    }
}
