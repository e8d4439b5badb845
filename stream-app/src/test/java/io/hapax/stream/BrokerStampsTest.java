package io.hapax.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.hapax.topics.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BrokerStampsTest {
    private final BrokerStamps stamps = new BrokerStamps();
    private int told;

    @BeforeEach
    void configure() {
        Map<String, Object> consumer = new HashMap<>();
        BrokerStamps.config(() -> told++)
                .forEach((name, value) -> consumer.put(name.substring("main.consumer.".length()), value));
        stamps.configure(consumer);
    }

    @Test
    void shouldLetThroughWhatTheBrokerHasStampedAndWhatTheAppsHaveWritten() {
        var records = records(
                record(Topic.PAYMENT_COMMANDS, 7, TimestampType.LOG_APPEND_TIME),
                record(Topic.LEDGER_OUTCOMES, 8, TimestampType.CREATE_TIME),
                record(Topic.PAYMENT_COMMANDS_REROUTED, 9, TimestampType.CREATE_TIME));
        assertSame(records, stamps.onConsume(records));
        assertEquals(0, told);
    }

    @Test
    void shouldTakeTheTimeFromACommandThatItsProducerHasStampedAndTellOnce() {
        var seen = stamps.onConsume(records(
                record(Topic.PAYMENT_COMMANDS, 7, TimestampType.LOG_APPEND_TIME),
                record(Topic.PAYMENT_COMMANDS, 3_300_000, TimestampType.CREATE_TIME),
                record(Topic.PAYMENT_COMMANDS, 4_400_000, TimestampType.CREATE_TIME),
                record(Topic.LEDGER_OUTCOMES, 8, TimestampType.CREATE_TIME)));
        List<Long> times = new ArrayList<>();
        seen.records(Topic.PAYMENT_COMMANDS.topicName()).forEach(record -> times.add(record.timestamp()));
        assertEquals(List.of(7L, -1L, -1L), times);
        assertEquals(
                8,
                seen.records(Topic.LEDGER_OUTCOMES.topicName())
                        .iterator()
                        .next()
                        .timestamp());
        assertEquals(4, seen.count());
        assertEquals(1, told);
    }

    @SafeVarargs
    private static ConsumerRecords<byte[], byte[]> records(ConsumerRecord<byte[], byte[]>... all) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> byPartition = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : all) {
            byPartition
                    .computeIfAbsent(new TopicPartition(record.topic(), 0), partition -> new ArrayList<>())
                    .add(record);
        }
        return new ConsumerRecords<>(byPartition, Map.of());
    }

    private static ConsumerRecord<byte[], byte[]> record(Topic topic, long timestamp, TimestampType type) {
        return new ConsumerRecord<>(
                topic.topicName(),
                0,
                0,
                timestamp,
                type,
                0,
                0,
                new byte[0],
                new byte[0],
                new RecordHeaders(),
                Optional.empty());
    }
}
