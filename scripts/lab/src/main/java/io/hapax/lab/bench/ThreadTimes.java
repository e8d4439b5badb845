package io.hapax.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The processor time of the threads of a process and of its children so far. Linux counts it. On other systems it is
 * empty.
 *
 * @param nanosByThread nanoseconds by number and name of the thread
 */
record ThreadTimes(Map<String, Long> nanosByThread) {
    /** The group of the threads that compile. Their time ends when the JVM is warm. */
    static final String COMPILERS = "compilers";

    private static final String COLLECTOR = "collector and VM";
    private static final List<String> COMPILER_NAMES = List.of("C1 ", "C2 ");
    private static final List<String> COLLECTOR_NAMES = List.of("GC ", "G1 ", "VM ", "ZDriver", "ZWorker", "ZStat");

    static ThreadTimes of(long pid) {
        Map<String, Long> nanos = new HashMap<>();
        ProcessorTime.withChildren(pid)
                .forEach(process -> read(Path.of("/proc", String.valueOf(process.pid()), "task"), nanos));
        return new ThreadTimes(nanos);
    }

    /** Microseconds per piece since the earlier reading, by group of threads. */
    Map<String, Double> microsEach(ThreadTimes before, long pieces) {
        Map<String, Double> micros = new TreeMap<>();
        nanosByThread.forEach((thread, nanos) -> micros.merge(
                group(thread.substring(thread.indexOf(' ') + 1)),
                (nanos - before.nanosByThread.getOrDefault(thread, 0L)) / 1e3 / pieces,
                Double::sum));
        return micros;
    }

    /** The sum over all groups but the compilers. */
    static double withoutCompilers(Map<String, Double> microsByGroup) {
        return microsByGroup.entrySet().stream()
                .filter(group -> !group.getKey().equals(COMPILERS))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    private static void read(Path tasks, Map<String, Long> nanos) {
        try (Stream<Path> threads = Files.list(tasks)) {
            for (Path thread : threads.toList()) {
                try {
                    String name = Files.readString(thread.resolve("comm")).strip();
                    String spent = Files.readString(thread.resolve("schedstat"));
                    nanos.put(
                            thread.getFileName() + " " + name, Long.parseLong(spent.substring(0, spent.indexOf(' '))));
                } catch (IOException e) {
                    // The thread has ended since it was listed. Its time is not counted.
                }
            }
        } catch (IOException e) {
            // The process has ended, or this is no Linux.
        }
    }

    private static String group(String name) {
        if (COMPILER_NAMES.stream().anyMatch(name::startsWith)) {
            return COMPILERS;
        }
        if (COLLECTOR_NAMES.stream().anyMatch(name::startsWith)) {
            return COLLECTOR;
        }
        return name.replaceAll("[0-9]+", "N");
    }
}
