package io.hapax.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A PostgreSQL server with its data in the folder, run directly rather than through {@code pg_ctl}, so that the process
 * started is the one to stop and to kill.
 */
final class Postgres implements Server {
    static final String USER = "postgres";
    static final String PASSWORD = "postgres";
    private static final String DATABASE = "hapax";
    private static final String PORT = "postgres";
    private static final Duration INITDB = Duration.ofSeconds(90);

    private final Path folder;
    private final Remembered remembered;

    Postgres(Path folder, Remembered remembered) {
        this.folder = folder;
        this.remembered = remembered;
    }

    String jdbcUrl() {
        return jdbcUrl(DATABASE);
    }

    @Override
    public Part part() {
        return Part.POSTGRES;
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public void prepare() throws IOException {
        if (!Files.exists(data())) {
            initdb();
        }
    }

    @Override
    public List<String> command() throws IOException {
        return asUserOfItsOwn(List.of(
                program("postgres"),
                "-D",
                data().toString(),
                "-p",
                Integer.toString(remembered.port(PORT)),
                // On the command line, where neither a file nor ALTER SYSTEM overrides them: a ledger that forgets is
                // none.
                "-c",
                "fsync=on",
                "-c",
                "synchronous_commit=on",
                "-c",
                "full_page_writes=on",
                "-c",
                "max_connections=100",
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "log_line_prefix=%m [%p] "));
    }

    @Override
    public String marker() {
        return "-D " + data();
    }

    @Override
    public List<String> portNames() {
        return List.of(PORT);
    }

    @Override
    public boolean isReady() throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl("postgres"), USER, PASSWORD)) {
            if (!ask(connection, "SHOW data_directory").equals(data().toString())) {
                return false;
            }
            createDatabase(connection);
            return true;
        }
    }

    /** A fast shutdown: clients are cut off, nothing is left to recover. */
    @Override
    public String endSignal() {
        return "INT";
    }

    /** An immediate shutdown: as after a crash, but no backend and no shared memory stays behind. */
    @Override
    public String orphanSignal() {
        return "QUIT";
    }

    private static void createDatabase(Connection connection) throws SQLException {
        if (ask(connection, "SELECT count(*) FROM pg_database WHERE datname = '" + DATABASE + "'")
                .equals("0")) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + DATABASE);
            }
        }
    }

    private static String ask(Connection connection, String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet answer = statement.executeQuery()) {
            answer.next();
            return answer.getString(1);
        }
    }

    private String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + remembered.port(PORT) + "/" + database;
    }

    private Path data() {
        return folder.resolve("data");
    }

    /** Beside, then renamed: a start that was cut short leaves no half of a cluster. */
    private void initdb() throws IOException {
        Path beside = folder.resolve("data.new");
        Folders.delete(beside);
        Path password = Files.writeString(folder.resolve("password"), PASSWORD);
        Path log = folder.resolve("initdb.log");
        GuardedProcess initdb = GuardedProcess.start(
                asUserOfItsOwn(List.of(
                        program("initdb"),
                        "-D",
                        beside.toString(),
                        "--username=" + USER,
                        "--pwfile=" + password,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C")),
                folder,
                log,
                "KILL",
                false);
        if (!initdb.awaitEnd(INITDB) || initdb.exitCode() != 0) {
            initdb.kill();
            throw new IOException("initdb failed; its log " + log + LogTail.of(log));
        }
        Files.move(beside, data(), StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * PostgreSQL refuses to run as root. In a user namespace of its own, without a mapping, root's process is nobody
     * and still owns its files.
     */
    private List<String> asUserOfItsOwn(List<String> command) throws IOException {
        List<String> prefixed = new ArrayList<>();
        if (Files.getAttribute(folder, "unix:uid").equals(0)) {
            prefixed.addAll(List.of("unshare", "--user"));
        }
        prefixed.addAll(command);
        return prefixed;
    }

    private static String program(String name) throws IOException {
        return distribution().resolve("bin").resolve(name).toString();
    }

    private static Path distribution() throws IOException {
        String platform = platform();
        return Cache.ofUser()
                .unpacked("postgres-" + BuildFacts.postgresVersion() + "-" + platform, () -> archive(platform));
    }

    private static InputStream archive(String platform) {
        InputStream archive = Postgres.class.getResourceAsStream("/postgres-" + platform + ".txz");
        if (archive == null) {
            throw new SandboxException("no PostgreSQL for " + platform + " on the class path; "
                    + "scripts/sandbox/pom.xml lists the platforms that come along");
        }
        return archive;
    }

    /** The platform in the names of the archives, such as {@code linux-x86_64} or {@code darwin-arm_64}. */
    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String processor = switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> System.getProperty("os.arch");
        };
        return system + "-" + processor;
    }
}
