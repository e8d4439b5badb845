package io.hapax.lab.simulation;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/** Many runs of the simulation, one for each seed, on all cores. */
public final class Simulations {
    private Simulations() {}

    /**
     * The result of many runs.
     *
     * @param answers number of answers by kind
     * @param broken the smallest of the seeds found to break a promise, with its message
     */
    public record Summary(int runs, Map<String, Integer> answers, Optional<String> broken) {}

    /** Runs the seeds from {@code first} on; stops soon after one breaks a promise. */
    public static Summary run(long first, int seeds, PlantedBug bug) {
        AtomicInteger runs = new AtomicInteger();
        Map<Long, String> broken = new ConcurrentSkipListMap<>();
        Map<String, Integer> answers = new TreeMap<>();
        // Not takeWhile: in parallel it keeps the order, and runs all seeds before the one that it stops at.
        LongStream.range(first, first + seeds).parallel().forEach(seed -> {
            if (!broken.isEmpty()) {
                return;
            }
            try {
                Simulation.Report report = Simulation.run(seed, bug);
                synchronized (answers) {
                    report.answers().forEach((kind, count) -> answers.merge(kind.toString(), count, Integer::sum));
                }
            } catch (BrokenPromiseException e) {
                broken.put(seed, String.valueOf(e.getMessage()));
            }
            runs.incrementAndGet();
        });
        return new Summary(runs.get(), answers, broken.values().stream().findFirst());
    }
}
