package io.hapax.stream;

import io.hapax.rights.AppRights;
import io.hapax.rights.RightsCheck;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.records.IdempotencyStores;
import io.hapax.stream.settings.GuaranteedConfig;
import io.hapax.stream.settings.StreamSettings;
import io.hapax.stream.topology.PaymentTopology;
import io.hapax.stream.topology.PaymentTopology.PaymentIds;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicLayout;
import io.hapax.topics.TopicProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running topology: checks the topics, starts, and ends with or without a fault. */
public final class PaymentStreams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PaymentStreams.class);

    private final KafkaStreams streams;
    private final CloseOptions ending;
    private final RestoreLog restoring = new RestoreLog();
    private final CountDownLatch ended = new CountDownLatch(1);

    private PaymentStreams(KafkaStreams streams, CloseOptions ending) {
        this.streams = streams;
        this.ending = ending;
    }

    /** Starts on topics that are sound; throws {@link UnsoundTopicsException} where they are not. */
    public static PaymentStreams start(StreamSettings settings, JourneyMetrics metrics) {
        return start(settings, metrics, PaymentIds.BY_KEY);
    }

    /** For harnesses that must show that they notice when payments are not deduplicated. */
    public static PaymentStreams start(StreamSettings settings, JourneyMetrics metrics, PaymentIds paymentIds) {
        int partitions = commandPartitions(settings);
        PaymentTopology topology = new PaymentTopology(
                settings.policy(), settings.longestRetention(), settings.format(), partitions, metrics, paymentIds);
        KafkaStreams streams = new KafkaStreams(topology.build(), GuaranteedConfig.properties(settings));
        PaymentStreams payments = new PaymentStreams(streams, ending(settings));
        ThreadFailures failures = new ThreadFailures(settings.threads(), System::nanoTime, metrics::threadReplaced);
        // The gateway's are its own.
        AppRights rights = AppRights.ofStreamApp(settings.applicationId(), false);
        streams.setUncaughtExceptionHandler(failure -> {
            rights.missingIn(failure).ifPresent(LOG::error);
            return failures.handle(failure);
        });
        streams.setStateListener(payments::onState);
        streams.setGlobalStateRestoreListener(payments.restoring);
        streams.start();
        return payments;
    }

    /** The underlying client, for what Kafka Streams itself tells. */
    public KafkaStreams streams() {
        return streams;
    }

    /** Tasks of this instance, one per partition. */
    public int activeTasks() {
        return streams.metadataForLocalThreads().stream()
                .mapToInt(thread -> thread.activeTasks().size())
                .sum();
    }

    RestoreLog restoring() {
        return restoring;
    }

    /** Waits until the app has ended; true if it was closed, false if faults ended it. */
    public boolean awaitEnd() throws InterruptedException {
        ended.await();
        return streams.state() != State.ERROR;
    }

    @Override
    public void close() {
        if (!streams.close(ending)) {
            LOG.warn("not closed in time; what is open is rolled back");
        }
    }

    /**
     * Leaves the group, so that whoever takes over, or this one when it is back, need not wait for the session to end. A static
     * member stays: it comes back as itself, and nothing moves meanwhile.
     */
    private static CloseOptions ending(StreamSettings settings) {
        boolean isStatic = settings.kafka().keySet().stream()
                .anyMatch(name -> name.endsWith(CommonClientConfigs.GROUP_INSTANCE_ID_CONFIG));
        return CloseOptions.timeout(settings.admin().stopWithin())
                .withGroupMembershipOperation(
                        isStatic ? GroupMembershipOperation.REMAIN_IN_GROUP : GroupMembershipOperation.LEAVE_GROUP);
    }

    private void onState(State now, State before) {
        LOG.info("state={} before={}", now, before);
        if (now == State.ERROR || now == State.NOT_RUNNING) {
            ended.countDown();
        }
    }

    private static AppRights rights(StreamSettings settings) {
        return AppRights.ofStreamApp(settings.applicationId(), settings.gateway() != null);
    }

    private static List<String> changelogs(String applicationId) {
        return Stream.of(IdempotencyStores.PENDING, IdempotencyStores.ENDED, IdempotencyStores.FOLLOWED)
                .map(store -> IdempotencyStores.changelog(applicationId, store))
                .toList();
    }

    /** Partition count of the commands, on topics that break nothing. */
    private static int commandPartitions(StreamSettings settings) {
        try (Admin admin = Admin.create(GuaranteedConfig.adminConfig(settings))) {
            RightsCheck.require(admin, rights(settings), changelogs(settings.applicationId()));
            TopicLayout layout = new TopicLayout(1, settings.replication());
            List<TopicProblem> problems = new ArrayList<>(layout.problems(admin, Topic.OF_THE_JOURNEY));
            problems.addAll(ChangelogCheck.problems(admin, settings.applicationId(), settings.longestRetention()));
            if (!problems.isEmpty()) {
                throw new UnsoundTopicsException(problems);
            }
            return TopicLayout.partitionCount(admin, Topic.PAYMENT_COMMANDS);
        }
    }
}
