package io.hapax.stream.records;

/**
 * RocksDB's log of which files make up a database, {@code MANIFEST}: entries in blocks of 32 KiB, each with a checksum,
 * its length and its type.
 *
 * <p>RocksDB finds an entry that is altered by its checksum, and takes one that is cut for the end. But where an entry
 * should begin and zeros are, it goes on with the next block without a word: what was listed in between is lost, and
 * later entries count nevertheless. So that is looked for here.
 */
final class Manifest {
    private static final int BLOCK_BYTES = 32 * 1024;
    private static final int CHECKSUM_BYTES = 4;
    private static final int HEADER_BYTES = CHECKSUM_BYTES + 3;

    private Manifest() {}

    /** True when zeros stand in the place of an entry and anything else follows. Zeros to the end are a cut. */
    static boolean hasGap(byte[] bytes) {
        int at = 0;
        while (at + HEADER_BYTES <= bytes.length) {
            int leftInBlock = BLOCK_BYTES - at % BLOCK_BYTES;
            if (leftInBlock < HEADER_BYTES) {
                at += leftInBlock;
            } else if (isZero(bytes, at, at + HEADER_BYTES)) {
                return !isZero(bytes, at, bytes.length);
            } else {
                at += HEADER_BYTES + length(bytes, at);
            }
        }
        return false;
    }

    /** Little-endian. */
    private static int length(byte[] bytes, int at) {
        return Byte.toUnsignedInt(bytes[at + CHECKSUM_BYTES])
                | Byte.toUnsignedInt(bytes[at + CHECKSUM_BYTES + 1]) << Byte.SIZE;
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
