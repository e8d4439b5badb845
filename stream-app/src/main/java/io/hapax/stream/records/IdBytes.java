package io.hapax.stream.records;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.UUID;

/** A payment id as its 16 bytes, big-endian. */
final class IdBytes {
    static final int LENGTH = 2 * Long.BYTES;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private IdBytes() {}

    static byte[] of(UUID id) {
        byte[] bytes = new byte[LENGTH];
        put(id, bytes, 0);
        return bytes;
    }

    static void put(UUID id, byte[] target, int offset) {
        putLong(id.getMostSignificantBits(), target, offset);
        putLong(id.getLeastSignificantBits(), target, offset + Long.BYTES);
    }

    static void putLong(long value, byte[] target, int offset) {
        LONGS.set(target, offset, value);
    }

    static long getLong(byte[] bytes, int offset) {
        return (long) LONGS.get(bytes, offset);
    }

    static long high(byte[] bytes, int offset) {
        return getLong(bytes, offset);
    }

    static long low(byte[] bytes, int offset) {
        return getLong(bytes, offset + Long.BYTES);
    }

    static UUID at(byte[] bytes, int offset) {
        return new UUID(high(bytes, offset), low(bytes, offset));
    }
}
