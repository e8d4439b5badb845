package io.hapax.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The machine of the benchmark, as far as the JVM and the system describe it. */
record Machine(int cores, String processor, String memory, String system, String java) {
    private static final double GIB = 1024 * 1024;

    static Machine here() {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                valueIn("/proc/cpuinfo", "model name").orElse(System.getProperty("os.arch")),
                valueIn("/proc/meminfo", "MemTotal").map(Machine::gib).orElse("unknown"),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    }

    @Override
    public String toString() {
        return cores + " cores of " + processor + ", " + memory + ", " + system + ", " + java;
    }

    private static String gib(String kib) {
        return Math.round(Long.parseLong(kib.replaceAll("\\D", "")) / GIB) + " GiB";
    }

    /** Linux's files of the form "name : value". */
    private static Optional<String> valueIn(String file, String name) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException elsewhere) {
            return Optional.empty();
        }
    }
}
