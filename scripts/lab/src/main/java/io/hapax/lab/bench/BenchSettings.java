package io.hapax.lab.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a benchmark run.
 *
 * @param quick true: the run takes minutes, and its results are less certain
 * @param repeats number of rounds that count
 * @param seed seed of all random values
 * @param size number of commands for every scenario; null: each scenario's own number
 * @param sizes numbers of remembered payments for every scenario; empty: each scenario's own numbers
 * @param variants variants of the deduplication stage; empty: all of them, or the most important ones if quick
 * @param appOptions JVM options of the apps
 * @param against folder with the unpacked archives of another build's apps; null: no other build is measured
 */
record BenchSettings(
        boolean quick,
        int repeats,
        long seed,
        @Nullable Integer size,
        List<Long> sizes,
        Set<DedupBench.Variant> variants,
        List<String> appOptions,
        @Nullable Path against) {
    int size(int whenQuick, int whenFull) {
        return size != null ? size : quick ? whenQuick : whenFull;
    }

    List<Long> keys(List<Long> whenQuick, List<Long> whenFull) {
        return !sizes.isEmpty() ? sizes : quick ? whenQuick : whenFull;
    }

    boolean chose(DedupBench.Variant variant) {
        if (variant == DedupBench.Variant.against) {
            return against != null;
        }
        if (variants.isEmpty()) {
            return !quick || !DedupBench.LEFT_OUT_WHEN_QUICK.contains(variant);
        }
        return variants.contains(variant);
    }
}
