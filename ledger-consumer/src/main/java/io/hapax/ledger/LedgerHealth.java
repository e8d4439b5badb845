package io.hapax.ledger;

import io.hapax.app.health.AssignmentCheck;
import io.hapax.app.health.BackgroundChecks;
import io.hapax.app.health.Check;
import io.hapax.app.health.Health;
import io.hapax.ledger.consume.Readiness;
import io.hapax.serde.RegistryProbe;
import io.hapax.topics.TransactionVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * The health checks of the ledger consumer. They say whether it has partitions and makes progress, and whether the
 * brokers, the database and the registry answer.
 */
final class LedgerHealth implements Health, AutoCloseable {
    private static final Duration ASK_EVERY = Duration.ofSeconds(5);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

    /** Beyond the longest that a batch may take when everything is slow: connecting, statements, publishing. */
    private static final Duration STUCK_AFTER = Duration.ofMinutes(10);

    /** Beyond a session of the group, after which partitions of a member that died are shared out. */
    private static final Duration EMPTY_HANDED_AFTER = Duration.ofSeconds(60);

    private final Readiness readiness;
    private final AssignmentCheck partitions;
    private final BackgroundChecks asked;
    private final Admin admin;

    private volatile boolean stopping;

    private LedgerHealth(Readiness readiness, AssignmentCheck partitions, BackgroundChecks asked, Admin admin) {
        this.readiness = readiness;
        this.partitions = partitions;
        this.asked = asked;
        this.admin = admin;
    }

    static LedgerHealth of(LedgerSettings settings, DataSource database, Readiness readiness) {
        RegistryProbe registry = new RegistryProbe(settings.format(), ANSWER_WITHIN);
        Admin admin = Admin.create(impatient(settings.kafka().adminConfig()));
        Duration staleAfter = Duration.ofSeconds(45);
        BackgroundChecks asked = new BackgroundChecks()
                .with("database", ASK_EVERY, staleAfter, () -> answerOf(database))
                .with("broker", ASK_EVERY, staleAfter, () -> answerOf(admin))
                .with("registry", ASK_EVERY, staleAfter, registry::ask);
        return new LedgerHealth(
                readiness, new AssignmentCheck("partitions", EMPTY_HANDED_AFTER, System::nanoTime), asked, admin);
    }

    private static Map<String, Object> impatient(Map<String, Object> config) {
        Map<String, Object> impatient = new HashMap<>(config);
        impatient.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) ANSWER_WITHIN.toMillis());
        impatient.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER_WITHIN.toMillis());
        return impatient;
    }

    private static String answerOf(Admin admin) {
        TransactionVersion.require(admin);
        return "answers";
    }

    private static String answerOf(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection()) {
            if (!connection.isValid((int) ANSWER_WITHIN.toSeconds())) {
                throw new SQLException("the database does not answer within " + ANSWER_WITHIN.toSeconds() + " s");
            }
        }
        return "answers";
    }

    /** The app is told to stop. */
    void stopping() {
        stopping = true;
    }

    @Override
    public List<Check> liveness() {
        if (!stopping && readiness.state() instanceof Readiness.Stopped) {
            return List.of(Check.failed("process", "the ledger has stopped reading events"));
        }
        Duration turn = Duration.ofNanos(System.nanoTime() - readiness.lastTurnNanos());
        return List.of(
                turn.compareTo(STUCK_AFTER) < 0
                        ? Check.passed("process", "the process runs")
                        : Check.failed("process", "stuck for " + turn.toMinutes() + " min"));
    }

    @Override
    public List<Check> readiness() {
        List<Check> checks = new ArrayList<>();
        if (stopping) {
            checks.add(Check.failed("running", "the app is stopping"));
        }
        switch (readiness.state()) {
            case Readiness.Starting starting -> checks.add(Check.failed("events", "not reading events yet"));
            case Readiness.Stopped stopped -> checks.add(Check.failed("events", "no longer reading events"));
            case Readiness.Waiting waiting ->
                checks.add(Check.failed(
                        "events",
                        "waiting since " + waiting.since() + ", " + waiting.failures() + " failures, the last: "
                                + waiting.reason()));
            case Readiness.Running running -> {
                checks.add(Check.passed("events", "dealing with events"));
                checks.add(partitions.check(running.partitions()));
            }
        }
        checks.addAll(asked.last());
        return checks;
    }

    @Override
    public void close() {
        asked.close();
        admin.close(Duration.ZERO);
    }
}
