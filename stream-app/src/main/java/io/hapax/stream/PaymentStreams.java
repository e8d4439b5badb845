package io.hapax.stream;

import io.hapax.app.acls.AppRights;
import io.hapax.app.acls.RightsCheck;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.ownership.GroupMembers;
import io.hapax.stream.ownership.Ownership;
import io.hapax.stream.records.IdempotencyStores;
import io.hapax.stream.records.KafkaTransactions;
import io.hapax.stream.records.PaymentLookup;
import io.hapax.stream.settings.GuaranteedConfig;
import io.hapax.stream.settings.StreamSettings;
import io.hapax.stream.topology.PaymentTopology;
import io.hapax.topics.UnsoundClusterException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running topology: checks the topics, starts, and ends with or without a fault. */
public final class PaymentStreams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PaymentStreams.class);

    private final KafkaStreams streams;
    private final GroupMembers members;
    private final PaymentTopology topology;
    private final StreamSettings settings;
    private final TopicsCheck topics;
    private final Admin admin;
    private final RestoreLog restoring = new RestoreLog();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean refusing;

    private PaymentStreams(
            KafkaStreams streams,
            GroupMembers members,
            PaymentTopology topology,
            StreamSettings settings,
            TopicsCheck topics) {
        this.streams = streams;
        this.members = members;
        this.topology = topology;
        this.settings = settings;
        this.topics = topics;
        this.admin = Admin.create(GuaranteedConfig.adminConfig(settings));
    }

    /** Starts on topics that are sound; throws {@link UnsoundClusterException} where they are not. */
    public static PaymentStreams start(StreamSettings settings, JourneyMetrics metrics) {
        return start(settings, metrics, StreamVariant.RIGHT);
    }

    /** For harnesses that must show that they notice when something is broken. */
    public static PaymentStreams start(StreamSettings settings, JourneyMetrics metrics, StreamVariant variant) {
        TopicsCheck topics = verified(settings);
        PaymentTopology topology = new PaymentTopology(
                settings.policy(),
                settings.longestRetention(),
                settings.format(),
                topics.commandPartitions(),
                metrics,
                variant.paymentIds(),
                variant.rules(),
                settings.switchedOn());
        AtomicReference<@Nullable PaymentStreams> started = new AtomicReference<>();
        Properties properties = GuaranteedConfig.properties(settings);
        properties.putAll(BrokerStamps.config(() -> unstamped(started.get())));
        if (!settings.isClassic()) {
            properties.put(StreamsConfig.CLIENT_ID_CONFIG, clientId(settings));
        }
        properties.putAll(variant.kafka());
        GroupMembers members = new GroupMembers();
        KafkaTransactions transactions = new KafkaTransactions();
        properties.putAll(transactions.config());
        KafkaStreams streams =
                new KafkaStreams(topology.build(), properties, new WatchedClients(members, transactions));
        PaymentStreams payments = new PaymentStreams(streams, members, topology, settings, topics);
        started.set(payments);
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

    /**
     * A look-up of payments in the stores, until this is closed.
     *
     * @param here this instance, by the name that it gave to Kafka Streams
     */
    public PaymentLookup lookup(HostInfo here) {
        LongSupplier closings = topology.stores()::closings;
        Ownership ownership = settings.isClassic()
                ? Ownership.inClassicGroup(settings.applicationId(), admin, members, closings)
                : Ownership.inStreamsGroup(settings.applicationId(), admin, streams, closings);
        return new PaymentLookup(streams, ownership, here, commandPartitions(), settings.policy());
    }

    /** Partitions of {@code payment-commands}, which say where each key belongs; for ever. */
    public int commandPartitions() {
        return topics.commandPartitions();
    }

    /**
     * Holds the topics against what they must be. If somebody has made them unsound, nothing is decided from here on,
     * and the app ends: the next start says what is to be mended.
     *
     * @param admin to ask the broker with
     */
    void verifyTopics(Admin admin) {
        try {
            topics.verify(admin);
        } catch (UnsoundClusterException unsound) {
            refuse(unsound);
            throw unsound;
        }
    }

    private void refuse(UnsoundClusterException unsound) {
        LOG.error("stopping: {}", unsound.getMessage());
        refusing = true;
        // At once; what was begun is rolled back or committed with the end of the process.
        streams.pause();
        ended.countDown();
    }

    /** A command has come that the broker did not stamp; the thread that has read it waits for the answer. */
    private static void unstamped(@Nullable PaymentStreams payments) {
        if (payments != null && !payments.refusing) {
            try {
                payments.topics.verifyAgain();
            } catch (UnsoundClusterException unsound) {
                payments.refuse(unsound);
            } catch (KafkaException noAnswer) {
                LOG.warn("commands that their producers stamped, and the topics could not be verified", noAnswer);
            }
        }
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
        State last = streams.state();
        return !refusing && last != State.PENDING_ERROR && last != State.ERROR;
    }

    @Override
    public void close() {
        if (!streams.close(ending(settings))) {
            LOG.warn("not closed in time; what is open is rolled back");
        }
        admin.close(Duration.ZERO);
    }

    /**
     * Leaves the group, so that whoever takes over, or this one when it is back, need not wait for the session to
     * end. A static member stays: it comes back as itself, and nothing moves meanwhile.
     */
    private static CloseOptions ending(StreamSettings settings) {
        boolean isStatic = settings.kafka().keySet().stream()
                .anyMatch(name -> name.endsWith(CommonClientConfigs.GROUP_INSTANCE_ID_CONFIG));
        return CloseOptions.timeout(settings.admin().stopWithin())
                .withGroupMembershipOperation(
                        isStatic ? GroupMembershipOperation.REMAIN_IN_GROUP : GroupMembershipOperation.LEAVE_GROUP);
    }

    /**
     * An id that no other process has, not even one with a copy of the folder. So look-ups tell the members of this
     * instance from others. In a group of the protocol {@code classic}, the ids of members tell them.
     */
    private static String clientId(StreamSettings settings) {
        return settings.kafka().getOrDefault(CommonClientConfigs.CLIENT_ID_CONFIG, settings.applicationId()) + "-"
                + UUID.randomUUID();
    }

    private void onState(State now, State before) {
        LOG.info("state={} before={}", now, before);
        // Threads that hang may keep it from getting from PENDING_ERROR to ERROR; nothing else comes after it.
        if (now == State.PENDING_ERROR || now == State.ERROR || now == State.NOT_RUNNING) {
            ended.countDown();
        }
    }

    private static AppRights rights(StreamSettings settings) {
        return AppRights.ofStreamApp(settings.applicationId(), settings.gateway() != null);
    }

    private static List<String> changelogs(String applicationId) {
        return IdempotencyStores.ALL.stream()
                .map(store -> IdempotencyStores.changelog(applicationId, store))
                .toList();
    }

    /** Topics that break nothing, and may be used. */
    private static TopicsCheck verified(StreamSettings settings) {
        try (Admin admin = Admin.create(GuaranteedConfig.adminConfig(settings))) {
            RightsCheck.require(admin, rights(settings), changelogs(settings.applicationId()));
            return TopicsCheck.atStart(settings, admin);
        }
    }
}
