package io.hapax.stream.alerting;

import io.hapax.app.health.Check;
import io.hapax.app.health.Health;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of the insight app. After a fault that may pass it begins anew, as a process does that is started again:
 * with nothing but what Kafka has committed.
 */
public final class InsightLoop implements AutoCloseable, Health {
    private static final Logger LOG = LoggerFactory.getLogger(InsightLoop.class);

    /** Longer than taking over many clients, or a broker that is slow to commit. */
    private static final Duration SILENT_AT_MOST = Duration.ofMinutes(2);

    private static final Duration END_WITHIN = Duration.ofSeconds(20);

    private final InsightSettings settings;
    private final InsightMetrics metrics;
    private final UsageFacts facts;
    private final PassingFaults faults = new PassingFaults(System::nanoTime);

    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile long turnedNanos = System.nanoTime();

    public InsightLoop(InsightSettings settings, InsightMetrics metrics) {
        this.settings = settings;
        this.metrics = metrics;
        this.facts = new UsageFacts(TopicTail.partitionCount(new HashMap<>(settings.kafka()), Topic.PAYMENT_COMMANDS));
    }

    /** Works until {@link #close} is called. Throws a fault that does not pass. */
    public void run() {
        try {
            while (isToWork()) {
                turnedNanos = System.nanoTime();
                workUntilAFault();
            }
        } finally {
            ended.countDown();
        }
    }

    /** Ends {@link #run}, and waits until it has committed; called from another thread. */
    @Override
    public void close() {
        told.countDown();
        try {
            if (!ended.await(END_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("not ended within {} s; what is open is rolled back", END_WITHIN.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public List<Check> liveness() {
        long silentSeconds = (System.nanoTime() - turnedNanos) / 1_000_000_000;
        return List.of(
                silentSeconds <= SILENT_AT_MOST.toSeconds()
                        ? Check.passed("loop", "turns")
                        : Check.failed("loop", "has not turned for " + silentSeconds + " s"));
    }

    @Override
    public List<Check> readiness() {
        return liveness();
    }

    private boolean isToWork() {
        return told.getCount() > 0;
    }

    private void workUntilAFault() {
        try (InsightSession session = new InsightSession(settings, metrics, facts)) {
            while (isToWork()) {
                turnedNanos = System.nanoTime();
                session.turn();
            }
            session.commit();
        } catch (KafkaException fault) {
            Optional<Duration> pause = faults.pauseAfter(fault);
            if (pause.isEmpty() || !isToWork()) {
                throw fault;
            }
            LOG.warn("begins anew from the last commit, in {} s", pause.get().toSeconds(), fault);
            rest(pause.get());
        }
    }

    private void rest(Duration pause) {
        try {
            told.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
