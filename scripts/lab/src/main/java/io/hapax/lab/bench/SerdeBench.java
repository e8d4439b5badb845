package io.hapax.lab.bench;

import io.hapax.sandbox.GuardedProcess;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.StringTokenizer;

/**
 * The benchmark of our serde and Apicurio's on the same command, each in a JVM of its own. Apicurio's serde is not
 * shipped. The build writes its place in Maven's repository into a file beside the classes.
 */
final class SerdeBench {
    private static final String CLASS_PATH_FILE = "apicurio-class-path.txt";

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Bench bench;
    private int trial;

    SerdeBench(Bench bench) {
        this.bench = bench;
    }

    void run(Path folder) throws IOException {
        Path classPath = Path.of(
                        new StringTokenizer(System.getProperty("java.class.path"), File.pathSeparator).nextToken())
                .resolveSibling(CLASS_PATH_FILE);
        if (!Files.isRegularFile(classPath)) {
            bench.heading("serde: skipped, the build has left no class path of Apicurio's serde");
            return;
        }
        String theirs = Files.readString(classPath).strip();
        try (Sandbox sandbox = Sandbox.start(folder.resolve("sandbox"), Part.REGISTRY)) {
            Bench.Rounds rounds = bench.rounds("serde", "commands/s");
            for (SerdeTrial.Operation operation : SerdeTrial.Operation.values()) {
                for (SerdeTrial.Serde serde : SerdeTrial.Serde.values()) {
                    rounds.variant(
                            name(serde, operation),
                            () -> rate(serde, operation, sandbox.registryUrl(), theirs, folder));
                }
            }
            // A trial warms itself.
            rounds.run(false);
            for (SerdeTrial.Operation operation : SerdeTrial.Operation.values()) {
                bench.ratio(
                        "serde." + operation + "VsApicurio",
                        rounds,
                        name(SerdeTrial.Serde.ours, operation),
                        name(SerdeTrial.Serde.apicurio, operation));
            }
        }
    }

    private static String name(SerdeTrial.Serde serde, SerdeTrial.Operation operation) {
        return serde + "." + operation;
    }

    private double rate(
            SerdeTrial.Serde serde, SerdeTrial.Operation operation, String registryUrl, String theirs, Path folder)
            throws IOException {
        Path result = folder.resolve("rate-" + trial++);
        GuardedProcess process = GuardedProcess.start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path") + File.pathSeparator + theirs,
                        SerdeTrial.class.getName(),
                        serde.name(),
                        operation.name(),
                        registryUrl,
                        bench.settings().quick() ? "500" : "3000",
                        result.toString()),
                folder,
                folder.resolve("serde.log"),
                "TERM",
                false);
        if (!process.awaitEnd(PATIENCE) || process.exitCode() != 0) {
            process.kill();
            throw new IllegalStateException(
                    serde + " " + operation + " did not end well, see " + folder.resolve("serde.log"));
        }
        return Double.parseDouble(Files.readString(result));
    }
}
