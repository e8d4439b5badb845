package io.hapax.tools.log;

import io.hapax.topics.MissingTopicException;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Whole topics, each read once from its start to its end at the time of the call. */
public final class TopicScan {
    private final Map<String, ?> kafka;

    /** @param kafka settings of a Kafka client, {@code bootstrap.servers} among them */
    public TopicScan(Map<String, ?> kafka) {
        this.kafka = kafka;
    }

    /**
     * Hands every record on as it is read.
     *
     * @throws MissingTopicException if the topic is not there
     */
    public void read(Topic topic, Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
        try (TopicTail tail = new TopicTail(kafka, topic)) {
            tail.readToEnd(receiver::accept);
        }
    }

    /**
     * The same, of a topic that there may be or not.
     *
     * @return false if records were deleted from its start
     */
    public boolean readIfThere(String topic, Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
        try (TopicTail tail = new TopicTail(kafka, topic)) {
            tail.readToEnd(receiver::accept);
            return tail.starts().values().stream().allMatch(start -> start == 0);
        } catch (MissingTopicException notYet) {
            return true;
        }
    }
}
