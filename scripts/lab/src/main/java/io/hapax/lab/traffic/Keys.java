package io.hapax.lab.traffic;

import java.util.Locale;
import java.util.Random;
import java.util.UUID;

/** The ways in which clients make idempotency keys. */
enum Keys {
    UUID_4 {
        @Override
        String next(Random random, long atMs, long count) {
            return new UUID(
                            (random.nextLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x4000L,
                            (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L)
                    .toString();
        }
    },
    UUID_7 {
        @Override
        String next(Random random, long atMs, long count) {
            return new UUID(
                            atMs << 16 | 0x7000L | random.nextInt(1 << 12),
                            (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L)
                    .toString();
        }
    },
    ULID {
        @Override
        String next(Random random, long atMs, long count) {
            return String.format(Locale.ROOT, "%010d", atMs % 10_000_000_000L) + text(random, 16);
        }
    },
    PREFIXED {
        @Override
        String next(Random random, long atMs, long count) {
            return "pay-" + text(random, 20);
        }
    },
    DIGEST {
        @Override
        String next(Random random, long atMs, long count) {
            return String.format(Locale.ROOT, "%016x%016x%08x", random.nextLong(), random.nextLong(), random.nextInt());
        }
    },

    SHORT {
        @Override
        String next(Random random, long atMs, long count) {
            return text(random, 6);
        }
    },
    SEQUENTIAL {
        @Override
        String next(Random random, long atMs, long count) {
            return String.format(Locale.ROOT, "order-%09d", count);
        }
    },
    GUESSABLE {
        @Override
        String next(Random random, long atMs, long count) {
            return String.format(Locale.ROOT, "payment-%07d", random.nextInt(10_000_000));
        }
    };

    static final Keys[] GOOD = {UUID_4, UUID_7, ULID, PREFIXED, DIGEST};

    private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";

    /** @param count how many the client has made before */
    abstract String next(Random random, long atMs, long count);

    private static String text(Random random, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
