package io.hapax.stream;

import io.hapax.stream.settings.GuaranteedConfig;
import io.hapax.stream.settings.StreamSettings;
import io.hapax.topics.Topic;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A count, by partition, of the commands that were appended and are not decided: the end of the log against what the
 * app has committed.
 *
 * <p>The app itself can't see that. Behind a transaction that a client has left open lies what no reader of committed
 * records gets, so to all that the app knows of it has read everything, while nothing on the partition is decided.
 */
public final class UndecidedCommands implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UndecidedCommands.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final int ANSWER_WITHIN_MS = 5_000;
    private static final List<Topic> OF_COMMANDS = List.of(Topic.PAYMENT_COMMANDS, Topic.PAYMENT_COMMANDS_REROUTED);

    private final MeterRegistry registry;
    private final Admin admin;
    private final String group;
    private final int partitions;
    private final LongSupplier nanoClock;
    private final UnreadableRecords unreadable;
    private final Map<TopicPartition, Progress> progress = new ConcurrentHashMap<>();
    private final Map<TopicPartition, List<Meter>> told = new HashMap<>();
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            work -> Thread.ofPlatform().name("undecided-commands").daemon().unstarted(work));

    /**
     * The progress of the app on one partition.
     *
     * @param decided offset before which all is decided
     * @param end of the log, records that can't be read yet included
     * @param sinceNanos when it was first seen that the record at {@code decided} is there and not decided
     */
    record Progress(long decided, long end, long sinceNanos) {
        /** The progress after a later look. */
        Progress then(long decidedNow, long endNow, long nowNanos) {
            boolean standsStill = decidedNow == decided && decided < end;
            return new Progress(decidedNow, endNow, standsStill ? sinceNanos : nowNanos);
        }

        long undecided() {
            return Math.max(0, end - decided);
        }

        double standsStillSeconds(long nowNanos) {
            return undecided() == 0 ? 0 : Math.max(0, nowNanos - sinceNanos) / 1e9;
        }
    }

    private UndecidedCommands(
            MeterRegistry registry, Admin admin, String group, int partitions, LongSupplier nanoClock) {
        this.registry = registry;
        this.admin = admin;
        this.group = group;
        this.partitions = partitions;
        this.nanoClock = nanoClock;
        this.unreadable = new UnreadableRecords(registry, admin, nanoClock);
    }

    /** Looks at once and again and again, until it is closed; all partitions, whichever instance has their tasks. */
    @SuppressWarnings("FutureReturnValueIgnored") // A look tells every failure of its own.
    public static UndecidedCommands watch(StreamSettings settings, int commandPartitions, MeterRegistry registry) {
        Map<String, Object> config = new HashMap<>(GuaranteedConfig.adminConfig(settings));
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_WITHIN_MS);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_WITHIN_MS);
        UndecidedCommands watch = new UndecidedCommands(
                registry, Admin.create(config), settings.applicationId(), commandPartitions, System::nanoTime);
        watch.looks.scheduleWithFixedDelay(watch::look, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return watch;
    }

    @Override
    public void close() {
        looks.shutdownNow();
        admin.close(Duration.ZERO);
    }

    private void look() {
        try {
            Map<TopicPartition, OffsetAndMetadata> decided = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            ends().forEach((partition, end) -> {
                OffsetAndMetadata committed = decided.get(partition);
                seen(partition, committed == null ? 0 : committed.offset(), end.offset());
            });
            unreadable.look();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | KafkaException noAnswer) {
            // What was seen last stays, and grows older: a broker that is away has alerts of its own.
            LOG.debug("how far commands are decided could not be asked", noAnswer);
        }
    }

    private Map<TopicPartition, ListOffsetsResultInfo> ends() throws ExecutionException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (Topic topic : OF_COMMANDS) {
            for (int partition = 0; partition < partitions; partition++) {
                asked.put(new TopicPartition(topic.topicName(), partition), OffsetSpec.latest());
            }
        }
        try {
            return admin.listOffsets(asked).all().get();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private void seen(TopicPartition partition, long decided, long end) {
        long now = nanoClock.getAsLong();
        progress.merge(partition, new Progress(decided, end, now), (before, unused) -> before.then(decided, end, now));
        told.computeIfAbsent(partition, this::tell);
    }

    private List<Meter> tell(TopicPartition partition) {
        return List.of(
                Gauge.builder("hapax.commands.undecided", () -> of(partition).undecided())
                        .description(
                                "Offsets of commands appended and not decided, those of open transactions included")
                        .tag("topic", partition.topic())
                        .tag("partition", String.valueOf(partition.partition()))
                        .register(registry),
                Gauge.builder(
                                "hapax.commands.undecided.seconds",
                                () -> of(partition).standsStillSeconds(nanoClock.getAsLong()))
                        .description("For how long nothing on the partition was decided though commands are there")
                        .tag("topic", partition.topic())
                        .tag("partition", String.valueOf(partition.partition()))
                        .register(registry));
    }

    private Progress of(TopicPartition partition) {
        return progress.getOrDefault(partition, new Progress(0, 0, 0));
    }
}
