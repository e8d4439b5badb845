package io.hapax.storm.world;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The figures of a process at one moment, as Linux tells them below {@code /proc}. */
record ProcessFigures(long residentBytes, long threads, long descriptors) {
    private static final long KB = 1_024;

    /** Empty for a process that has ended, and on other systems. */
    static Optional<ProcessFigures> of(long pid) {
        Path process = Path.of("/proc", String.valueOf(pid));
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
            List<String> status = Files.readAllLines(process.resolve("status"));
            return Optional.of(
                    new ProcessFigures(number(status, "VmRSS:") * KB, number(status, "Threads:"), descriptors.count()));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private static long number(List<String> status, String name) {
        return status.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }
}
