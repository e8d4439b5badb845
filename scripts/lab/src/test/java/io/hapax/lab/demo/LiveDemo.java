package io.hapax.lab.demo;

import io.hapax.lab.LabRun;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.schemas.PaymentCommand;
import io.hapax.stream.StreamApp;
import io.hapax.topics.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A small run of the demo that stays up, for tools to look at: the sample with every kind of answer, then generated
 * payments.
 */
final class LiveDemo implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final DemoWorld world;
    private final Sample sample = new Sample(Instant.now());
    private final List<PaymentCommand> payments;
    private long answered;

    private LiveDemo(DemoWorld world, int count) {
        this.world = world;
        this.payments = sample.generated(count, 1);
    }

    /** Without apps and payments, to be filled otherwise. */
    static LiveDemo idle(Path folder, List<AccountTerms> accounts) throws IOException, SQLException {
        return idle(folder, accounts, Map.of());
    }

    /** @param more settings of the stream app */
    static LiveDemo idle(Path folder, List<AccountTerms> accounts, Map<String, String> more)
            throws IOException, SQLException {
        LiveDemo demo = new LiveDemo(DemoWorld.start(folder, 4, StreamApp.class, more), 0);
        demo.world.openAccounts(accounts);
        return demo;
    }

    /** Runs it to its end; everything is answered when this returns. */
    static LiveDemo run(Path folder, int count) throws IOException, SQLException {
        LiveDemo demo = new LiveDemo(DemoWorld.start(folder, 3, StreamApp.class), count);
        List<AccountTerms> accounts = new ArrayList<>(AccountsOfPayments.of(demo.payments, 100_000));
        accounts.addAll(demo.sample.accounts());
        demo.world.openAccounts(accounts);
        demo.world.closeAccount(Sample.CLOSED_ACCOUNT);
        demo.world.startApps();
        demo.send(demo.sample.first());
        demo.send(demo.sample.then());
        demo.send(new Traffic(1).of(demo.payments, 0.3, 0.02));
        return demo;
    }

    /** Sends and waits for the answers. */
    void send(List<Sending> sendings) {
        try (Answers answers = new Answers(world.kafka(), PATIENCE, count -> {});
                Clients clients = new Clients(world, 1)) {
            sendings.forEach(clients::send);
            answered += clients.flush();
            answers.await(answered);
        }
    }

    /** Sends payments as {@link #send} does, but payments that were not sent before. */
    void sendMore(int count, long seed) {
        send(new Traffic(seed).of(sample.generated(count, seed), 0.3, 0.02));
    }

    DemoWorld world() {
        return world;
    }

    /** Runs a command line that knows where everything is. */
    LabRun hapax(String... arguments) {
        return LabRun.of(everything(arguments)).with();
    }

    /** The same in a process of its own, to be killed. */
    Process process(Path output, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dlogback.configurationFile=logback-tools.xml",
                "-cp",
                System.getProperty("java.class.path"),
                "io.hapax.lab.Lab"));
        command.addAll(List.of(everything(arguments)));
        return new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectErrorStream(true)
                .start();
    }

    private String[] everything(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(
                "--bootstrap-servers",
                world.sandbox().bootstrapServers(),
                "--registry",
                world.sandbox().registryUrl()));
        if (!List.of("audit", "replay", "policies").contains(arguments[0])) {
            all.addAll(List.of(
                    "--jdbc-url",
                    world.sandbox().jdbcUrl(),
                    "--jdbc-user",
                    world.sandbox().user(),
                    "--jdbc-password=" + world.sandbox().password()));
        }
        return all.toArray(String[]::new);
    }

    /** By hand, as no program of ours could: the database's own guards are switched off. */
    void tamper(String sql) throws SQLException {
        try (Connection connection = world.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET session_replication_role = replica");
            statement.execute(sql);
        }
    }

    /** The values that a query of one column finds. */
    List<String> query(String sql) throws SQLException {
        try (Connection connection = world.connect();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (row.next()) {
                found.add(row.getString(1));
            }
            return found;
        }
    }

    TopicSurgery surgery(Topic topic) {
        return new TopicSurgery(world.kafka(), topic);
    }

    @Override
    public void close() {
        world.close();
    }
}
