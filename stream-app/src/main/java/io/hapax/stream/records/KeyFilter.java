package io.hapax.stream.records;

import java.util.ArrayList;
import java.util.List;

/**
 * A filter in the heap that knows most ids that were never added, so that a command with a new key costs no look-up
 * in RocksDB.
 *
 * <p>A blocked Bloom filter (Putze, Sanders, Singler 2007): all bits of an id lie in one cache line. It grows by
 * chunks, each as large as all before, since nobody knows how many keys a bucket will hold. The ids are digests, so
 * their own bits are the hash. A filter that says "no" must be right, or a key would be forgotten; a wrong "maybe"
 * costs one look-up.
 *
 * <p>Not safe for use by several threads.
 */
final class KeyFilter {
    /** A byte for each id: about 3 of 100 unknown ids are looked up in vain. */
    private static final int BITS_PER_ID = 8;

    /** Small enough for an idle bucket; each chunk more is one more that may say "maybe" wrongly. */
    private static final int FIRST_CHUNK_IDS = 1 << 20;

    /** A larger array would be hard to place in a fragmented heap, and its zeroing would be noticed. */
    private static final int LARGEST_CHUNK_IDS = 1 << 24;

    private static final int FEW_IDS = 1 << 14;

    private static final int WORDS_PER_BLOCK = 8;
    private static final int PROBES = 5;

    /** The number of hash bits that choose one of a block's 512 bits. */
    private static final int PROBE_BITS = 9;

    private final List<long[]> full = new ArrayList<>();
    private long[] newest;
    private long freeInNewest;
    private long added;

    KeyFilter() {
        this(FIRST_CHUNK_IDS);
    }

    private KeyFilter(int firstChunkIds) {
        newest = chunk(firstChunkIds);
        freeInNewest = firstChunkIds;
    }

    /** A filter where few ids are expected. */
    static KeyFilter forFew() {
        return new KeyFilter(FEW_IDS);
    }

    /** Adds an id, given by its two halves. */
    void add(long high, long low) {
        if (freeInNewest == 0) {
            grow();
        }
        int block = block(newest, high);
        long probes = low;
        for (int i = 0; i < PROBES; i++) {
            newest[block + word(probes)] |= bit(probes);
            probes >>>= PROBE_BITS;
        }
        freeInNewest--;
        added++;
    }

    /** False: it was never added. True: it may have been. */
    boolean mayContain(long high, long low) {
        if (mayContain(newest, high, low)) {
            return true;
        }
        for (int i = full.size() - 1; i >= 0; i--) {
            if (mayContain(full.get(i), high, low)) {
                return true;
            }
        }
        return false;
    }

    /** Ids added, each as often as it was added. */
    long added() {
        return added;
    }

    /** Bytes of the heap. */
    long bytes() {
        return Long.BYTES
                * (newest.length
                        + full.stream().mapToLong(chunk -> chunk.length).sum());
    }

    private void grow() {
        int ids = (int) Math.min(added, LARGEST_CHUNK_IDS);
        full.add(newest);
        newest = chunk(ids);
        freeInNewest = ids;
    }

    private static boolean mayContain(long[] chunk, long high, long low) {
        int block = block(chunk, high);
        long probes = low;
        for (int i = 0; i < PROBES; i++) {
            if ((chunk[block + word(probes)] & bit(probes)) == 0) {
                return false;
            }
            probes >>>= PROBE_BITS;
        }
        return true;
    }

    private static long[] chunk(int ids) {
        return new long[ids / Long.SIZE * BITS_PER_ID];
    }

    /** Index of the first word of the id's block. Chunk sizes are powers of two. */
    private static int block(long[] chunk, long high) {
        return (int) (high >>> 16) & (chunk.length - WORDS_PER_BLOCK);
    }

    private static int word(long probes) {
        return (int) (probes >>> 6) & (WORDS_PER_BLOCK - 1);
    }

    /** Java shifts by the lowest six bits. */
    private static long bit(long probes) {
        return 1L << probes;
    }
}
