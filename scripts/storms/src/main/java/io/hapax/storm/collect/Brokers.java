package io.hapax.storm.collect;

import io.hapax.storm.history.RunEnd.Replicas;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/** The brokers, asked about groups, open transactions and replicas. All are on this machine. */
final class Brokers implements AutoCloseable {
    private static final long ANSWER_WITHIN_S = 60;

    private final Admin admin;

    Brokers(Map<String, Object> kafka) {
        this.admin = Admin.create(kafka);
    }

    /** The offsets that groups have committed on a topic, by group. A group that never committed there is missing. */
    Map<String, Map<TopicPartition, Long>> committed(String topic) {
        Map<String, Map<TopicPartition, Long>> committed = new TreeMap<>();
        List<TopicPartition> partitions = partitions(topic);
        for (GroupListing group : answer(admin.listGroups().all())) {
            Map<TopicPartition, Long> offsets = new HashMap<>();
            answer(admin.listConsumerGroupOffsets(group.groupId()).partitionsToOffsetAndMetadata())
                    .forEach((partition, offset) -> put(offsets, partition, offset));
            offsets.keySet().retainAll(partitions);
            if (!offsets.isEmpty()) {
                partitions.forEach(partition -> offsets.putIfAbsent(partition, 0L));
                committed.put(group.groupId(), offsets);
            }
        }
        return committed;
    }

    @SuppressWarnings("NullAway") // What was never committed is null.
    private static void put(Map<TopicPartition, Long> offsets, TopicPartition partition, OffsetAndMetadata offset) {
        if (offset != null) {
            offsets.put(partition, offset.offset());
        }
    }

    /** Offsets in and behind open transactions: nobody reads what is there. */
    Map<String, Long> openTransactions(String topic) {
        List<TopicPartition> partitions = partitions(topic);
        Map<TopicPartition, Long> stable = ends(partitions, IsolationLevel.READ_COMMITTED);
        Map<String, Long> open = new HashMap<>();
        ends(partitions, IsolationLevel.READ_UNCOMMITTED)
                .forEach((partition, end) ->
                        open.put("open transactions/" + partition, end - stable.getOrDefault(partition, 0L)));
        return open;
    }

    private Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions, IsolationLevel isolation) {
        Map<TopicPartition, OffsetSpec> latest =
                partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        Map<TopicPartition, ListOffsetsResultInfo> found = answer(
                admin.listOffsets(latest, new ListOffsetsOptions(isolation)).all());
        found.forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    /**
     * Compares what is on the disks of all brokers, up to the last offset that every replica must have. Compacted
     * topics are left out: each broker compacts when it likes.
     */
    List<Replicas> replicas(List<String> topics) {
        List<String> kept = topics.stream()
                .filter(topic -> !topic.equals("retention-policies"))
                .toList();
        Map<String, Path> folders = folders();
        List<Replicas> replicas = new ArrayList<>();
        for (TopicDescription topic :
                answer(admin.describeTopics(kept).allTopicNames()).values()) {
            Map<TopicPartition, Long> ends = ends(partitions(topic.name()), IsolationLevel.READ_UNCOMMITTED);
            for (TopicPartitionInfo info : topic.partitions()) {
                TopicPartition partition = new TopicPartition(topic.name(), info.partition());
                List<Path> places = info.replicas().stream()
                        .map(node -> folder(folders, node, partition))
                        .toList();
                long from =
                        places.stream().mapToLong(LogBatches::firstOffset).max().orElse(0);
                Map<String, String> digests = new TreeMap<>();
                for (int i = 0; i < places.size(); i++) {
                    digests.put(
                            info.replicas().get(i).idString(),
                            LogBatches.digest(places.get(i), from, ends.getOrDefault(partition, 0L)));
                }
                replicas.add(new Replicas(
                        topic.name(),
                        info.partition(),
                        digests,
                        info.isr().stream().map(Node::idString).toList()));
            }
        }
        return replicas;
    }

    private static Path folder(Map<String, Path> folders, Node node, TopicPartition partition) {
        Path folder = folders.get(node.idString() + "/" + partition);
        if (folder == null) {
            throw new IllegalStateException("broker " + node.idString() + " has no folder of " + partition);
        }
        return folder;
    }

    /** Folders of partitions, by broker and partition. */
    private Map<String, Path> folders() {
        List<Integer> nodes =
                answer(admin.describeCluster().nodes()).stream().map(Node::id).toList();
        Map<String, Path> folders = new HashMap<>();
        answer(admin.describeLogDirs(nodes).allDescriptions())
                .forEach((node, places) ->
                        places.forEach((place, description) -> add(folders, node, Path.of(place), description)));
        return folders;
    }

    private static void add(Map<String, Path> folders, int node, Path place, LogDirDescription description) {
        description
                .replicaInfos()
                .keySet()
                .forEach(partition -> folders.put(node + "/" + partition, place.resolve(partition.toString())));
    }

    private List<TopicPartition> partitions(String topic) {
        TopicDescription described = answer(admin.describeTopics(List.of(topic)).allTopicNames())
                .values()
                .iterator()
                .next();
        return described.partitions().stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    private static <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get(ANSWER_WITHIN_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the brokers do not say", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
