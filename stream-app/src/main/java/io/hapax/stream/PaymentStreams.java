package io.hapax.stream;

import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.settings.GuaranteedConfig;
import io.hapax.stream.settings.StreamSettings;
import io.hapax.stream.topology.PaymentTopology;
import io.hapax.stream.topology.PaymentTopology.PaymentIds;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicLayout;
import io.hapax.topics.TopicProblem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running topology: checks the topics, starts, and ends with or without a fault. */
public final class PaymentStreams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PaymentStreams.class);

    private final KafkaStreams streams;
    private final Duration closeWithin;
    private final RestoreLog restoring = new RestoreLog();
    private final CountDownLatch ended = new CountDownLatch(1);

    private PaymentStreams(KafkaStreams streams, Duration closeWithin) {
        this.streams = streams;
        this.closeWithin = closeWithin;
    }

    /** Starts on topics that are sound; throws {@link UnsoundTopicsException} where they are not. */
    public static PaymentStreams start(StreamSettings settings, JourneyMetrics metrics) {
        return start(settings, metrics, PaymentIds.BY_KEY);
    }

    /** For harnesses that must show that they notice when payments are not deduplicated. */
    public static PaymentStreams start(StreamSettings settings, JourneyMetrics metrics, PaymentIds paymentIds) {
        int partitions = commandPartitions(settings);
        PaymentTopology topology =
                new PaymentTopology(settings.policy(), settings.format(), partitions, metrics, paymentIds);
        KafkaStreams streams = new KafkaStreams(topology.build(), GuaranteedConfig.properties(settings));
        PaymentStreams payments = new PaymentStreams(streams, settings.admin().stopWithin());
        streams.setUncaughtExceptionHandler(
                new ThreadFailures(settings.threads(), System::nanoTime, metrics::threadReplaced));
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
        if (!streams.close(closeWithin)) {
            LOG.warn("not closed within {} s; what is open is rolled back", closeWithin.toSeconds());
        }
    }

    private void onState(State now, State before) {
        LOG.info("state={} before={}", now, before);
        if (now == State.ERROR || now == State.NOT_RUNNING) {
            ended.countDown();
        }
    }

    /** Partition count of the commands, on topics that break nothing. */
    private static int commandPartitions(StreamSettings settings) {
        try (Admin admin = Admin.create(GuaranteedConfig.adminConfig(settings))) {
            TopicLayout layout = new TopicLayout(1, settings.replication());
            List<TopicProblem> problems = new ArrayList<>(layout.problems(admin, Topic.OF_THE_JOURNEY));
            problems.addAll(ChangelogCheck.problems(
                    admin, settings.applicationId(), settings.policy().retention()));
            if (!problems.isEmpty()) {
                throw new UnsoundTopicsException(problems);
            }
            return TopicLayout.partitionCount(admin, Topic.PAYMENT_COMMANDS);
        }
    }
}
