package io.hapax.lab.demo;

import io.hapax.topics.DeadLetter;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The count of answers while they come. The demo sends on, or stops waiting, by this count. It proves nothing. */
final class Answers implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Duration patience;
    private final LongConsumer progress;
    private long count;

    /**
     * @param patience how long to wait for the next answer before giving up
     * @param progress told how many answers there are
     */
    Answers(Map<String, Object> kafka, Duration patience, LongConsumer progress) {
        Map<String, Object> config = new HashMap<>(kafka);
        config.put("isolation.level", "read_committed");
        this.consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.patience = patience;
        this.progress = progress;
        List<TopicPartition> partitions = List.of(Topic.PAYMENT_DECISIONS, Topic.DEAD_LETTERS).stream()
                .flatMap(topic -> consumer.partitionsFor(topic.topicName()).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Waits for this number of answers; throws if no answer comes for too long. */
    void await(long answers) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (count < answers) {
            long before = count;
            consumer.poll(POLL).forEach(this::count);
            if (count > before) {
                progress.accept(count);
                deadline = System.nanoTime() + patience.toNanos();
            } else if (System.nanoTime() > deadline) {
                throw new UnansweredException(answers - count, patience);
            }
        }
    }

    private void count(ConsumerRecord<byte[], byte[]> found) {
        if (found.topic().equals(Topic.PAYMENT_DECISIONS.topicName())
                || DeadLetter.read(found).isFrom(Topic.PAYMENT_COMMANDS)) {
            count++;
        }
    }

    @Override
    public void close() {
        consumer.close();
    }

    /** The failure of a run in which commands stay without an answer. */
    static final class UnansweredException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnansweredException(long commands, Duration patience) {
            super(commands + " commands are without an answer, and none came for " + patience.toSeconds() + " s");
        }
    }
}
