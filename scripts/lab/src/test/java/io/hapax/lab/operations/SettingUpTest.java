package io.hapax.lab.operations;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hapax.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The section "From nothing to the first payment" of docs/operating.md, run as it stands there: its SQL as a
 * superuser, its bash blocks in one shell. Only the values of the first block, which say where everything is, are
 * those of the test.
 */
class SettingUpTest {
    private static final String SECTION = "## From nothing to the first payment";

    @TempDir
    private Path folder;

    @Test
    void shouldLeadFromAnEmptyClusterAndDatabaseToTheFirstPayment() throws Exception {
        String section = section();
        linkArchive("stream-app");
        linkArchive("ledger-consumer");
        linkArchive("scripts/tools");
        try (Sandbox sandbox = Sandbox.start(folder.resolve("sandbox"))) {
            String server = sandbox.jdbcUrl().replaceFirst("/hapax$", "/postgres");
            try (Connection superuser = DriverManager.getConnection(server, sandbox.user(), sandbox.password());
                    Statement sql = superuser.createStatement()) {
                sql.execute("DROP DATABASE IF EXISTS hapax");
                for (String statement : blocks(section, "sql").getFirst().split(";\\R")) sql.execute(statement);
            }
            String script = String.join("\n", blocks(section, "bash"));
            String answer = run(withAddresses(script, sandbox));
            assertTrue(answer.contains("all topics are sound"), answer);
            assertTrue(answer.contains("all subjects are sound: FULL_TRANSITIVE"), answer);
            assertTrue(answer.contains("HTTP/1.1 201"), answer);
            assertTrue(answer.contains("\"paymentStatus\":\"COMPLETED\""), answer);
            assertTrue(answer.endsWith("exit code of the last step: 0\n"), answer);
        }
    }

    private static String section() {
        String page = Repository.text("docs/operating.md");
        int start = page.indexOf(SECTION);
        return page.substring(start, page.indexOf("\n## ", start + 1));
    }

    private static List<String> blocks(String section, String language) {
        List<String> blocks = Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
                .matcher(section)
                .results()
                .map(found -> found.group(1))
                .toList();
        assertTrue(!blocks.isEmpty(), "no block of " + language);
        return blocks;
    }

    private static String withAddresses(String script, Sandbox sandbox) {
        Map<String, String> values = new TreeMap<>(Map.of(
                "BOOTSTRAP_SERVERS", sandbox.bootstrapServers(),
                "REGISTRY", sandbox.registryUrl(),
                "DATABASE", sandbox.jdbcUrl(),
                "REPLICATION", "1",
                "GATEWAY_PORT", String.valueOf(Sandbox.freePort()),
                "STREAM_ADMIN_PORT", String.valueOf(Sandbox.freePort()),
                "LEDGER_ADMIN_PORT", String.valueOf(Sandbox.freePort())));
        String changed = script;
        for (Map.Entry<String, String> value : values.entrySet()) {
            Matcher first = Pattern.compile("(?m)(^export .*?\\b" + value.getKey() + "=)\\S+")
                    .matcher(changed);
            assertTrue(first.find(), value.getKey());
            changed = first.replaceFirst("$1" + Matcher.quoteReplacement(value.getValue()));
        }
        return changed;
    }

    /** With {@code mvn verify} the archives are built before; with {@code mvn test} alone there may be none. */
    private void linkArchive(String app) throws IOException {
        Path target = Files.createDirectories(folder.resolve(app).resolve("target"));
        try (Stream<Path> built = Files.list(Repository.ROOT.resolve(app).resolve("target"))) {
            List<Path> archives =
                    built.filter(file -> file.toString().endsWith(".tar.gz")).toList();
            assumeTrue(!archives.isEmpty(), "the archive of " + app + " is not built: mvn package builds it");
            for (Path archive : archives) Files.createSymbolicLink(target.resolve(archive.getFileName()), archive);
        }
    }

    /**
     * The output of the shell, with the exit code of its last command at the end. The apps that it started end with
     * it.
     */
    private String run(String steps) throws IOException, InterruptedException {
        Path script = Files.writeString(
                folder.resolve("steps.sh"),
                "trap 'kill -KILL $(jobs -p) 2>/dev/null' EXIT\n" + steps
                        + "\necho \"exit code of the last step: $?\"\n");
        Path output = folder.resolve("output.txt");
        ProcessBuilder bash = new ProcessBuilder("timeout", "300", "bash", script.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        bash.environment().keySet().removeIf(name -> name.startsWith("HAPAX_"));
        bash.environment().put("JAVA_HOME", System.getProperty("java.home"));
        bash.environment().put("HAPAX_JAVA_OPTIONS", "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
        Process running = bash.start();
        assertTrue(running.waitFor(330, TimeUnit.SECONDS));
        String printed = Files.readString(output, UTF_8);
        assertEquals(0, running.exitValue(), printed);
        return printed;
    }
}
