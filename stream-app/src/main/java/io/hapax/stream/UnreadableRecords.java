package io.hapax.stream;

import io.hapax.stream.UndecidedCommands.Progress;
import io.hapax.topics.Topic;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * A measure, by partition, of how long records have been there that no reader of committed records gets. They lie in
 * or behind a transaction that is open. The topics are those that the stream app, its gateway and the ledger read.
 */
final class UnreadableRecords {
    private static final List<String> READ = List.of(
            Topic.PAYMENT_COMMANDS.topicName(),
            Topic.PAYMENT_COMMANDS_REROUTED.topicName(),
            Topic.LEDGER_EVENTS.topicName(),
            Topic.LEDGER_OUTCOMES.topicName(),
            Topic.PAYMENT_DECISIONS.topicName());

    private static final Progress NOTHING = new Progress(0, 0, 0);

    private final MeterRegistry registry;
    private final Admin admin;
    private final LongSupplier nanoClock;
    private final Map<TopicPartition, Progress> progress = new ConcurrentHashMap<>();

    UnreadableRecords(MeterRegistry registry, Admin admin, LongSupplier nanoClock) {
        this.registry = registry;
        this.admin = admin;
        this.nanoClock = nanoClock;
    }

    /** Asks for the ends first: what is readable by then goes beyond them where nothing is open. */
    void look() throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        admin.describeTopics(READ)
                .allTopicNames()
                .get()
                .values()
                .forEach(topic -> topic.partitions()
                        .forEach(partition -> asked.put(
                                new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest())));
        Map<TopicPartition, ListOffsetsResultInfo> ends =
                admin.listOffsets(asked).all().get();
        var readable = admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED));
        for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end : ends.entrySet()) {
            TopicPartition partition = end.getKey();
            seen(
                    partition,
                    readable.partitionResult(partition).get().offset(),
                    end.getValue().offset());
        }
    }

    private void seen(TopicPartition partition, long readable, long end) {
        long now = nanoClock.getAsLong();
        Progress before = progress.get(partition);
        progress.put(partition, before == null ? new Progress(readable, end, now) : before.then(readable, end, now));
        if (before == null) {
            Gauge.builder(
                            "hapax.unreadable.seconds",
                            () -> progress.getOrDefault(partition, NOTHING).standsStillSeconds(nanoClock.getAsLong()))
                    .description("For how long the partition has had records that no reader of committed records gets")
                    .tag("topic", partition.topic())
                    .tag("partition", String.valueOf(partition.partition()))
                    .register(registry);
        }
    }
}
