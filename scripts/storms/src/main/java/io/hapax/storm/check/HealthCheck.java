package io.hapax.storm.check;

import static io.hapax.storm.check.Invariant.LEVEL;
import static io.hapax.storm.check.Invariant.RECOVERED_IN_TIME;

import io.hapax.storm.history.Fault;
import io.hapax.storm.history.RunFolder;
import io.hapax.storm.history.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The check of how processes fared: healthy again after each fault, and no larger in the end. */
final class HealthCheck {
    /**
     * A life must be that long before it is judged, after its warm-up: in its first minutes a process makes pools,
     * caches and code.
     */
    private static final long WARM_UP_MS = 90_000;

    private static final long JUDGED_MS = 120_000;
    private static final int FEWEST_SAMPLES = 12;

    private final RunFolder folder;
    private final RunLog log;
    private final Findings findings;

    HealthCheck(RunFolder folder, RunLog log, Findings findings) {
        this.folder = folder;
        this.log = log;
        this.findings = findings;
    }

    void run() {
        List<Fault> faults = new ArrayList<>();
        folder.readFaults(faults::add);
        faults.forEach(this::recovered);
        Map<String, List<Sample>> lives = new LinkedHashMap<>();
        folder.readFigures(sample -> {
            // Brokers and the like are others' to watch.
            if (log.end.ready().containsKey(sample.instance())) {
                lives.computeIfAbsent(sample.instance() + " pid " + sample.pid(), none -> new ArrayList<>())
                        .add(sample);
            }
        });
        lives.forEach((life, samples) -> {
            level(life, samples, "resident MiB", sample -> sample.residentBytes() >> 20, 1.5, 128);
            level(life, samples, "threads", Sample::threads, 1.25, 16);
            level(life, samples, "descriptors", Sample::descriptors, 1.25, 64);
        });
    }

    /** The next fault waits until all are healthy, so no other one is an excuse. Faults at once have the same end. */
    private void recovered(Fault fault) {
        long deadlineMs = fault.endedMs() + fault.recoversWithinMs();
        for (String instance : log.end.ready().keySet()) {
            Long healthyMs = fault.healthyMs().get(instance);
            findings.require(
                    healthyMs != null && healthyMs <= deadlineMs,
                    RECOVERED_IN_TIME,
                    instance,
                    healthyMs == null
                            ? "was not seen healthy after " + fault.kind() + " of " + fault.target()
                            : "was healthy " + (healthyMs - fault.endedMs()) + " ms after " + fault.kind() + " of "
                                    + fault.target() + ", allowed are " + (deadlineMs - fault.endedMs()),
                    "faults, number " + fault.number());
        }
    }

    /** The median of the last third of a life against that of the first third after the warm-up. */
    private void level(
            String life, List<Sample> samples, String what, ToLongFunction<Sample> figure, double times, long more) {
        long bornMs = samples.getFirst().atMs();
        List<Sample> judged = samples.stream()
                .filter(sample -> sample.atMs() >= bornMs + WARM_UP_MS)
                .toList();
        if (judged.size() < FEWEST_SAMPLES
                || judged.getLast().atMs() - judged.getFirst().atMs() < JUDGED_MS) {
            return;
        }
        int third = judged.size() / 3;
        long before = median(judged.subList(0, third), figure);
        long after = median(judged.subList(judged.size() - third, judged.size()), figure);
        findings.require(
                after <= before * times + more,
                LEVEL,
                life,
                what + " grew from " + before + " to " + after,
                "figures " + life);
    }

    private static long median(List<Sample> samples, ToLongFunction<Sample> figure) {
        long[] sorted = samples.stream().mapToLong(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
