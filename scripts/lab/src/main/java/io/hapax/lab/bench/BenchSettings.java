package io.hapax.lab.bench;

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
 * @param sizes remembered payments, in place of each scenario's own numbers; empty: those
 * @param variants of the deduplication stage that are to run; empty: all, when quick those that matter most
 * @param appOptions options of the apps' JVMs
 */
record BenchSettings(
        boolean quick,
        int repeats,
        long seed,
        @Nullable Integer size,
        List<Long> sizes,
        Set<DedupBench.Variant> variants,
        List<String> appOptions) {
    int size(int whenQuick, int whenFull) {
        return size != null ? size : quick ? whenQuick : whenFull;
    }

    List<Long> keys(List<Long> whenQuick, List<Long> whenFull) {
        return !sizes.isEmpty() ? sizes : quick ? whenQuick : whenFull;
    }

    boolean chose(DedupBench.Variant variant) {
        if (variants.isEmpty()) {
            return !quick || !DedupBench.LEFT_OUT_WHEN_QUICK.contains(variant);
        }
        return variants.contains(variant);
    }
}
