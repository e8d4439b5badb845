package io.hapax.lab.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** The processor time of processes, by name. It includes their child processes that still run. */
final class ProcessorTime {
    private final Map<String, LongSupplier> pids = new LinkedHashMap<>();

    /** @param pid asked for with each reading, since apps are started again */
    ProcessorTime of(String name, LongSupplier pid) {
        pids.put(name, pid);
        return this;
    }

    /** Nanoseconds so far. */
    Map<String, Long> nanos() {
        Map<String, Long> nanos = new LinkedHashMap<>();
        pids.forEach((name, pid) -> nanos.put(name, nanos(pid.getAsLong())));
        return nanos;
    }

    /** Microseconds a piece since an earlier reading. */
    Map<String, Double> microsEach(Map<String, Long> before, long pieces) {
        Map<String, Double> micros = new LinkedHashMap<>();
        nanos().forEach((name, nanos) -> micros.put(name, (nanos - before.getOrDefault(name, 0L)) / 1e3 / pieces));
        return micros;
    }

    /** A process, if it still runs, and its children. */
    static Stream<ProcessHandle> withChildren(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()));
    }

    private static long nanos(long pid) {
        return withChildren(pid)
                .mapToLong(process ->
                        process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L))
                .sum();
    }
}
