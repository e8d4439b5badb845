package io.hapax.stream;

import io.hapax.app.health.AssignmentCheck;
import io.hapax.app.health.BackgroundChecks;
import io.hapax.app.health.Check;
import io.hapax.app.health.Health;
import io.hapax.stream.gateway.Gateway;
import io.hapax.stream.settings.GuaranteedConfig;
import io.hapax.stream.settings.StreamSettings;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams.State;
import org.jspecify.annotations.Nullable;

/**
 * The health checks of the stream app. They say whether its tasks are assigned and restored, its broker answers, its
 * topics are sound, and its gateway reads decisions and API keys.
 */
final class StreamHealth implements Health, AutoCloseable {
    private static final Duration ASK_EVERY = Duration.ofSeconds(5);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

    /** Topics are not altered often, and asking costs the broker something. */
    private static final Duration VERIFY_EVERY = Duration.ofSeconds(20);

    private final Admin admin;
    private final AssignmentCheck tasks;
    private final BackgroundChecks asked;

    private final boolean hasGateway;

    private volatile @Nullable PaymentStreams payments;
    private volatile @Nullable Gateway gateway;
    private volatile boolean stopping;

    private StreamHealth(Admin admin, AssignmentCheck tasks, BackgroundChecks asked, boolean hasGateway) {
        this.admin = admin;
        this.tasks = tasks;
        this.asked = asked;
        this.hasGateway = hasGateway;
    }

    static StreamHealth of(StreamSettings settings) {
        Admin admin = Admin.create(impatient(GuaranteedConfig.adminConfig(settings)));
        BackgroundChecks asked = new BackgroundChecks()
                .with("broker", ASK_EVERY, ASK_EVERY.plus(ANSWER_WITHIN).multipliedBy(3), () -> {
                    TopicLayout.partitionCount(admin, Topic.PAYMENT_COMMANDS);
                    return "answers";
                });
        Duration handedOver = settings.sessionTimeout().plus(Duration.ofSeconds(15));
        StreamHealth health = new StreamHealth(
                admin, new AssignmentCheck("tasks", handedOver, System::nanoTime), asked, settings.gateway() != null);
        asked.with("topics", VERIFY_EVERY, VERIFY_EVERY.multipliedBy(3), health::soundness);
        return health;
    }

    /**
     * They were sound at the start; a broker that does not answer now says nothing about them. Unsound ones end the
     * app.
     */
    private String soundness() {
        PaymentStreams started = payments;
        if (started == null) {
            return "verified before the app starts";
        }
        try {
            started.verifyTopics(admin);
            return "sound";
        } catch (KafkaException noAnswer) {
            return "sound at the start, not verified now";
        }
    }

    /** The app has started. */
    void started(PaymentStreams payments) {
        this.payments = payments;
    }

    /** Its gateway listens. */
    void listening(Gateway gateway) {
        this.gateway = gateway;
    }

    /** The app is told to stop: no requests from now on. */
    void stopping() {
        stopping = true;
    }

    @Override
    public List<Check> liveness() {
        PaymentStreams started = payments;
        boolean ended = !stopping && started != null && isOver(started.streams().state());
        return List.of(
                ended
                        ? Check.failed("process", "the streams have ended")
                        : Check.passed("process", "the process runs"));
    }

    private static boolean isOver(State state) {
        return state == State.PENDING_ERROR || state == State.ERROR || state == State.NOT_RUNNING;
    }

    @Override
    public List<Check> readiness() {
        List<Check> checks = new ArrayList<>();
        if (stopping) {
            checks.add(Check.failed("running", "the app is stopping"));
        }
        PaymentStreams started = payments;
        if (started == null) {
            checks.add(Check.failed("streams", "not started yet"));
        } else {
            State state = started.streams().state();
            checks.add(new Check("streams", state == State.RUNNING, state.name()));
            checks.add(state == State.RUNNING ? tasks.check(started.activeTasks()) : tasks.absent());
            checks.add(restored(started.restoring()));
        }
        if (hasGateway) {
            Gateway listening = gateway;
            checks.addAll(listening == null ? List.of(Check.failed("decisions", "not read yet")) : listening.checks());
        }
        checks.addAll(asked.last());
        return checks;
    }

    private static Check restored(RestoreLog restoring) {
        return restoring.stores() == 0
                ? Check.passed("restored", "all stores")
                : Check.failed(
                        "restored",
                        restoring.stores() + " stores are being restored, " + restoring.remainingRecords()
                                + " records to go");
    }

    @Override
    public void close() {
        asked.close();
        admin.close(Duration.ZERO);
    }

    private static Map<String, Object> impatient(Map<String, Object> config) {
        Map<String, Object> impatient = new HashMap<>(config);
        impatient.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) ANSWER_WITHIN.toMillis());
        impatient.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER_WITHIN.toMillis());
        return impatient;
    }
}
