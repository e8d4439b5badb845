package io.hapax.storm;

import io.hapax.storm.history.Fault;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The figures of a run on a screen: operations by kind and answer, faults and recovery times by kind. */
final class StormReport {
    private final Consumer<String> told;

    StormReport(Consumer<String> told) {
        this.told = told;
    }

    StormReport operations(Map<String, Long> counts) {
        told.accept("Operations of clients:");
        counts.forEach((what, count) -> told.accept("  %-36s %,9d".formatted(what, count)));
        told.accept("");
        return this;
    }

    /** As a table of Markdown, for the page on reliability. */
    StormReport faults(List<Fault> faults) {
        Map<String, List<Fault>> byKind = new TreeMap<>();
        faults.stream()
                .filter(Fault::happened)
                .forEach(fault -> byKind.computeIfAbsent(fault.kind(), none -> new ArrayList<>())
                        .add(fault));
        told.accept("| fault | times | ready after, median | longest |");
        told.accept("|---|---|---|---|");
        byKind.forEach((kind, all) -> {
            List<Long> recoveries =
                    all.stream().map(StormReport::recoveryMs).sorted().toList();
            told.accept("| %s | %d | %s | %s |"
                    .formatted(
                            kind,
                            all.size(),
                            seconds(recoveries.get(recoveries.size() / 2)),
                            seconds(recoveries.getLast())));
        });
        faults.stream()
                .filter(fault -> !fault.happened())
                .forEach(fault -> told.accept(fault.kind() + " could not be done, " + fault.target()));
        told.accept("");
        return this;
    }

    /** From the end of the cause until the last instance was ready. */
    private static long recoveryMs(Fault fault) {
        return fault.healthyMs().isEmpty()
                ? 0
                : Collections.max(fault.healthyMs().values()) - fault.endedMs();
    }

    private static String seconds(long ms) {
        return "%.1f s".formatted(ms / 1_000.0);
    }
}
