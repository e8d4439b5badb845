package io.hapax.lab.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.lab.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The unpacked archive of the tools on a machine that has nothing else: no checkout, no Maven, no compiler, a Java
 * runtime, bash, and the few programs that its script calls.
 */
final class ToolsArchive {
    private static final Set<String> PROGRAMS = Set.of("bash", "dirname", "sed", "head", "env");
    private static final Set<String> MODULES = Set.of("java.se", "jdk.unsupported", "jdk.crypto.ec", "jdk.zipfs");

    private final Path home;
    private final Path programs;
    private final Path runtime;
    private Map<String, String> variables = Map.of();

    /** @param home the folder that was unpacked; beside it lies nothing */
    ToolsArchive(Path home) throws IOException, InterruptedException {
        this.home = home;
        this.programs = Files.createDirectory(home.resolveSibling("programs"));
        for (String program : PROGRAMS) {
            Files.createSymbolicLink(programs.resolve(program), Path.of(found(program)));
        }
        this.runtime = home.resolveSibling("runtime");
        Path jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
        Program.run(
                jlink.toString(),
                "--add-modules",
                String.join(",", MODULES),
                "--generate-cds-archive",
                "--output",
                runtime.toString());
        assertTrue(Files.notExists(runtime.resolve("bin/javac")), "a runtime without a compiler");
    }

    private static String found(String program) {
        for (String folder : List.of("/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin")) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return folder + "/" + program;
            }
        }
        throw new AssertionError("there is no " + program);
    }

    /** Configures the tools as an operator does: addresses in conf, the password in the environment. */
    void configure(OperatedWorld world) throws IOException {
        Files.writeString(
                home.resolve("conf/hapax.properties"),
                "bootstrap-servers=" + world.sandbox().bootstrapServers() + "\nregistry=" + world.registryUrl()
                        + "\njdbc-url=" + world.sandbox().jdbcUrl() + "\njdbc-user="
                        + world.sandbox().user() + "\n");
        variables = Map.of("HAPAX_JDBC_PASSWORD", world.sandbox().password());
    }

    void run(int expectedExitCode, String expectedText, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(home.resolve("bin/hapax").toString()));
        command.addAll(List.of(arguments));
        Path output = home.resolveSibling("output.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.getParent().toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", programs.toString());
        builder.environment().put("JAVA_HOME", runtime.toString());
        builder.environment().put("HAPAX_JAVA_OPTIONS", "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
        builder.environment().putAll(variables);
        Process tool = builder.start();
        assertTrue(tool.waitFor(2, TimeUnit.MINUTES), () -> "still runs: " + command);
        String printed = Files.readString(output);
        assertEquals(expectedExitCode, tool.exitValue(), () -> command + ": " + printed);
        assertTrue(printed.contains(expectedText), () -> command + ": " + printed);
    }
}
