package io.hapax.stream.alerting;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.internals.AbstractPartitionAssignor;
import org.apache.kafka.common.TopicPartition;

/**
 * An assignor that gives all partitions to one instance. The others stand by. A client's keys lie on all partitions,
 * and only an instance that sees all of them sees how the client uses them.
 */
public final class SingleConsumerAssignor extends AbstractPartitionAssignor {
    @Override
    public String name() {
        return "hapax-all-to-one";
    }

    @Override
    public Map<String, List<TopicPartition>> assign(
            Map<String, Integer> partitionsPerTopic, Map<String, Subscription> subscriptions) {
        List<TopicPartition> all = new ArrayList<>();
        partitionsPerTopic.forEach((topic, count) -> {
            for (int partition = 0; partition < count; partition++) {
                all.add(new TopicPartition(topic, partition));
            }
        });
        Map<String, List<TopicPartition>> assignment = new HashMap<>();
        subscriptions.keySet().forEach(member -> assignment.put(member, List.of()));
        assignment.put(new TreeMap<>(subscriptions).firstKey(), all);
        return assignment;
    }
}
