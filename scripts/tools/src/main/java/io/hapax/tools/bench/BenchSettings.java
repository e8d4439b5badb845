package io.hapax.tools.bench;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How benchmarks are to run.
 *
 * @param quick minutes, and less to be trusted
 * @param repeats rounds that count
 * @param seed of all chance
 * @param size commands, in place of each scenario's own number; null: that
 * @param variants of the deduplication stage that are to run; empty: all
 * @param appOptions options of the apps' JVMs
 */
record BenchSettings(
        boolean quick,
        int repeats,
        long seed,
        @Nullable Integer size,
        Set<DedupBench.Variant> variants,
        List<String> appOptions) {
    int size(int whenQuick, int whenFull) {
        return size != null ? size : quick ? whenQuick : whenFull;
    }

    boolean chose(DedupBench.Variant variant) {
        return variants.isEmpty() || variants.contains(variant);
    }
}
