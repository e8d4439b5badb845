package io.hapax.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A seeded generator of what else may lie on a topic: from a good value in Confluent's wire format it makes broken
 * and changed ones.
 */
public final class OddValues {
    private static final int HEADER = 1 + Integer.BYTES;
    private static final int TOO_LARGE = 256 * 1024 + 1;

    private final Random random;
    private final List<Integer> oddIds;
    private final List<Integer> anyIds;

    /**
     * @param oddIds ids under which a registry holds what nothing of ours can be read by
     * @param anyIds ids of schemas that may do
     */
    public OddValues(Random random, List<Integer> oddIds, List<Integer> anyIds) {
        this.random = random;
        this.oddIds = oddIds;
        this.anyIds = anyIds;
    }

    /** The kind of a value that was made. */
    public enum Kind {
        /** The good one. */
        GOOD,
        /** Can't be read, whatever reads it. */
        BROKEN,
        /** Changed where it may still be read, as another value. */
        CHANGED
    }

    /** Handed on and never compared. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Made(byte @Nullable [] bytes, Kind kind) {}

    /** Now and then the good value itself. */
    public Made of(byte[] good) {
        return switch (random.nextInt(16)) {
            case 0, 1, 2 -> new Made(good, Kind.GOOD);
            case 3 -> new Made(null, Kind.BROKEN);
            case 4 -> broken(random.nextInt(50) == 0 ? Arrays.copyOf(good, TOO_LARGE) : noise(random.nextInt(HEADER)));
            case 5 -> broken(wrongMagic(good));
            case 6 -> broken(withId(good, unknownId()));
            case 7, 8 -> broken(withId(good, oddIds.get(random.nextInt(oddIds.size()))));
            case 9 -> changed(withId(good, anyIds.get(random.nextInt(anyIds.size()))));
            case 10 -> broken(Arrays.copyOf(good, random.nextInt(good.length)));
            case 11 -> broken(Arrays.copyOf(good, good.length + 1 + random.nextInt(9)));
            case 12 -> changed(with(good, noise(random.nextInt(300))));
            case 13 -> changed(with(good, claim()));
            case 14 -> changed(flipped(good, 1));
            default -> changed(flipped(good, 1 + random.nextInt(16)));
        };
    }

    private static Made broken(byte[] bytes) {
        return new Made(bytes, Kind.BROKEN);
    }

    private static Made changed(byte[] bytes) {
        return new Made(bytes, Kind.CHANGED);
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    private byte[] wrongMagic(byte[] good) {
        byte[] bytes = random.nextBoolean() ? good.clone() : "{\"amount\": 12.50, \"to\": \"bob\"}".getBytes(UTF_8);
        if (bytes[0] == 0) {
            bytes[0] = (byte) (1 + random.nextInt(255));
        }
        return bytes;
    }

    /** Few, as of a producer of another registry, and now and then one that nobody has seen. */
    private int unknownId() {
        return random.nextInt(100) == 0 ? 1_000_000 + random.nextInt(1_000_000) : -1 - random.nextInt(1_000);
    }

    private static byte[] withId(byte[] good, int id) {
        byte[] bytes = good.clone();
        ByteBuffer.wrap(bytes).putInt(1, id);
        return bytes;
    }

    /** The schema's id of the good one, and other content. */
    private static byte[] with(byte[] good, byte[] content) {
        return ByteBuffer.allocate(HEADER + content.length)
                .put(good, 0, HEADER)
                .put(content)
                .array();
    }

    /** A length that is not there: of texts, bytes, arrays. */
    private byte[] claim() {
        byte[] claims = noise(30);
        for (int i = 0; i < claims.length - 1; i++) {
            claims[i] |= (byte) 0x80;
        }
        return claims;
    }

    /** In the content alone. */
    private byte[] flipped(byte[] good, int bits) {
        byte[] bytes = good.clone();
        for (int i = 0; i < bits; i++) {
            int at = HEADER + random.nextInt(bytes.length - HEADER);
            bytes[at] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }
}
