package io.hapax.lab.demo;

import io.hapax.topics.Topic;
import io.hapax.topics.TopicLayout;
import io.hapax.topics.TopicTail;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Does to a topic what must never happen to it. */
record TopicSurgery(Map<String, Object> kafka, Topic topic) {

    List<ConsumerRecord<byte[], byte[]>> records() {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        TopicTail.readWhole(kafka, topic, records::add);
        return records;
    }

    /** The topic anew, with the records that are to stay, in order, on their partitions. */
    void keep(Predicate<ConsumerRecord<byte[], byte[]>> stays) throws ExecutionException, InterruptedException {
        List<ConsumerRecord<byte[], byte[]>> kept =
                records().stream().filter(stays).toList();
        try (Admin admin = Admin.create(kafka)) {
            int partitions = TopicLayout.partitionCount(admin, topic);
            admin.deleteTopics(List.of(topic.topicName())).all().get();
            while (new TopicLayout(partitions, (short) 1).create(admin).isEmpty()) {
                Thread.onSpinWait(); // The broker deletes when it comes to it.
            }
        }
        append(kept.stream()
                .map(each -> new ProducerRecord<>(
                        topic.topicName(),
                        each.partition(),
                        each.timestamp(),
                        each.key(),
                        each.value(),
                        each.headers()))
                .toList());
    }

    void append(List<ProducerRecord<byte[], byte[]>> records) {
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
            records.forEach(each -> {
                var unused = producer.send(each);
            });
            producer.flush();
        }
    }

    /** The broker or the sender stamps records: {@code LogAppendTime} or {@code CreateTime}. */
    void stampBy(String type) throws ExecutionException, InterruptedException {
        String name = "message.timestamp.type";
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName());
        try (Admin admin = Admin.create(kafka)) {
            AlterConfigOp set = new AlterConfigOp(new ConfigEntry(name, type), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get();
            while (!admin.describeConfigs(List.of(resource))
                    .all()
                    .get()
                    .get(resource)
                    .get(name)
                    .value()
                    .equals(type)) {
                Thread.onSpinWait();
            }
        }
    }

    /** The start of a partition is gone. */
    void trim(int partition, long before) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(kafka)) {
            admin.deleteRecords(Map.of(
                            new TopicPartition(topic.topicName(), partition), RecordsToDelete.beforeOffset(before)))
                    .all()
                    .get();
        }
    }

    /** The group believes that it has dealt with all of a partition. */
    void skip(String group, int partition, long offset) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(kafka)) {
            admin.alterConsumerGroupOffsets(
                            group,
                            Map.of(new TopicPartition(topic.topicName(), partition), new OffsetAndMetadata(offset)))
                    .all()
                    .get();
        }
    }
}
