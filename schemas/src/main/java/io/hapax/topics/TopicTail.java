package io.hapax.topics;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A topic read on and on, from where its log starts: what is committed, in order within each partition, up to ends
 * that are asked for one after the other. Without a group, so that nobody else notices.
 *
 * <p>It never waits for ever. A topic that is not there, brokers that do not answer and a transaction that stays open
 * each have an exception of their own.
 */
public final class TopicTail implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    /**
     * A transaction that was left open ends by its timeout: then what lies behind it can be read. Kafka's own is a
     * minute, and that of stream-app is shorter.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Without a record for so long, the broker is asked whether it is still there. */
    private static final Duration SILENCE = Duration.ofSeconds(4);

    /**
     * So long a question may take; less if the settings of the client say so. Kafka's own minute is too long for a
     * person.
     */
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(9);

    private static final Map<String, Object> FIXED = Map.of(
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            // Whole topics are read: few large answers, each partition's small enough for a small heap.
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            5_000,
            ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
            16 * 1024 * 1024,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "none");

    private final String name;
    private final Uuid topicId;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Admin admin;
    private final Duration answerWithin;
    private final List<TopicPartition> partitions;
    private final Map<Integer, Long> starts;
    private final Map<Integer, Long> lastOffsets = new TreeMap<>();

    /** A receiver of records, called for each one as it is read. */
    @FunctionalInterface
    public interface Receiver<E extends Exception> {
        void accept(ConsumerRecord<byte[], byte[]> found) throws E;
    }

    /**
     * @param kafka settings of a Kafka client, {@code bootstrap.servers} among them
     * @throws MissingTopicException if the topic is not there
     * @throws KafkaException if no broker answers in time
     */
    public TopicTail(Map<String, ?> kafka, Topic topic) {
        this(kafka, topic, partition -> true);
    }

    /** Of some partitions alone. */
    public TopicTail(Map<String, ?> kafka, Topic topic, IntPredicate isWanted) {
        this(kafka, topic.topicName(), isWanted);
    }

    /** Of any topic. */
    public TopicTail(Map<String, ?> kafka, String name) {
        this(kafka, name, partition -> true);
    }

    private TopicTail(Map<String, ?> kafka, String name, IntPredicate isWanted) {
        this.name = name;
        this.answerWithin = answerWithin(kafka);
        this.admin = Admin.create(new HashMap<>(kafka));
        Map<String, Object> config = new HashMap<>(kafka);
        config.putAll(FIXED);
        KafkaConsumer<byte[], byte[]> opened = null;
        try {
            TopicDescription description = describe();
            this.topicId = description.topicId();
            this.partitions = description.partitions().stream()
                    .filter(info -> isWanted.test(info.partition()))
                    .map(info -> new TopicPartition(name, info.partition()))
                    .toList();
            opened = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            this.consumer = opened;
            this.starts = byPartition(consumer.beginningOffsets(partitions, answerWithin));
            consumer.assign(partitions);
            starts.forEach((partition, offset) -> seek(partition, offset));
        } catch (RuntimeException e) {
            admin.close(Duration.ZERO);
            if (opened != null) {
                opened.close(CloseOptions.timeout(Duration.ZERO));
            }
            throw e;
        }
    }

    /**
     * Hands on every record of a topic, from its start to its end at the time of the call.
     *
     * @throws MissingTopicException if the topic is not there
     */
    public static <E extends Exception> void readWhole(Map<String, ?> kafka, Topic topic, Receiver<E> receiver)
            throws E {
        try (TopicTail tail = new TopicTail(kafka, topic)) {
            tail.readToEnd(receiver);
        }
    }

    /** Opens several topics. When one of them can't be opened, none stays open. */
    public static Map<Topic, TopicTail> open(Map<String, ?> kafka, Topic... topics) {
        Map<Topic, TopicTail> opened = new EnumMap<>(Topic.class);
        try {
            for (Topic topic : topics) {
                opened.put(topic, new TopicTail(kafka, topic));
            }
        } catch (RuntimeException e) {
            opened.values().forEach(TopicTail::close);
            throw e;
        }
        return opened;
    }

    private static Duration answerWithin(Map<String, ?> kafka) {
        Object given = kafka.get(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG);
        Duration ofTheClient = given == null ? ANSWER_WITHIN : Duration.ofMillis(Long.parseLong(given.toString()));
        return ofTheClient.compareTo(ANSWER_WITHIN) < 0 ? ofTheClient : ANSWER_WITHIN;
    }

    private TopicDescription describe() {
        try {
            return requireNonNull(admin.describeTopics(
                                    List.of(name), new DescribeTopicsOptions().timeoutMs((int) answerWithin.toMillis()))
                            .topicNameValues()
                            .get(name))
                    .get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new MissingTopicException(name);
            }
            throw new KafkaException("could not ask for the topic " + name, e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** The topic of the journey that this is. */
    public Topic topic() {
        return Arrays.stream(Topic.values())
                .filter(topic -> topic.topicName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(name + " is no topic of the journey"));
    }

    /** Of the topic as long as it is not deleted: one that is made again under the same name has another. */
    public String topicId() {
        return topicId.toString();
    }

    /** The offset at which the log starts, by partition. It is 0 unless the beginning was deleted. */
    public Map<Integer, Long> starts() {
        return starts;
    }

    /** Of the records read so far, the last one's offset, by partition; none for a partition without records. */
    public Map<Integer, Long> lastOffsets() {
        return Map.copyOf(lastOffsets);
    }

    /** Goes on from there. */
    public void seek(int partition, long offset) {
        consumer.seek(new TopicPartition(name, partition), offset);
    }

    /**
     * Reads on to the end of the log as it is now, records of open transactions included: they are waited for, and
     * left out if they are aborted.
     *
     * @throws StalledException if a transaction stays open
     */
    public <E extends Exception> void readToEnd(Receiver<E> receiver) throws E {
        readTo(ends(), receiver);
    }

    /** Reads on to the given ends, the offsets behind the last records wanted. */
    public <E extends Exception> void readTo(Map<Integer, Long> ends, Receiver<E> receiver) throws E {
        long movedAt = System.nanoTime();
        long heardAt = movedAt;
        long before = -1;
        for (long left = left(ends); left > 0; left = left(ends)) {
            if (left != before) {
                before = left;
                movedAt = System.nanoTime();
                heardAt = movedAt;
            } else if (System.nanoTime() - movedAt > PATIENCE.toNanos()) {
                throw new StalledException(name, left, PATIENCE);
            } else if (System.nanoTime() - heardAt > SILENCE.toNanos()) {
                ends();
                heardAt = System.nanoTime();
            }
            for (ConsumerRecord<byte[], byte[]> found : consumer.poll(POLL)) {
                lastOffsets.put(found.partition(), found.offset());
                receiver.accept(found);
            }
        }
    }

    /** The number of partitions of the topic. */
    public static int partitionCount(Map<String, Object> kafka, Topic topic) {
        try (Admin admin = Admin.create(kafka)) {
            return TopicLayout.partitionCount(admin, topic);
        }
    }

    /** The offset at which the log ends now, by partition, whether committed or not. */
    public Map<Integer, Long> ends() {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        Map<Integer, Long> ends = new TreeMap<>();
        try {
            admin.listOffsets(latest, new ListOffsetsOptions().timeoutMs((int) answerWithin.toMillis()))
                    .all()
                    .get()
                    .forEach((partition, found) -> ends.put(partition.partition(), found.offset()));
        } catch (ExecutionException e) {
            throw new KafkaException("could not ask for the ends of " + name, e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        return ends;
    }

    /** The offset to be read next, by partition. */
    public Map<Integer, Long> positions() {
        Map<Integer, Long> positions = new TreeMap<>();
        partitions.forEach(partition -> positions.put(partition.partition(), consumer.position(partition)));
        return positions;
    }

    private long left(Map<Integer, Long> ends) {
        long left = 0;
        for (TopicPartition partition : partitions) {
            long end = requireNonNull(ends.getOrDefault(partition.partition(), 0L));
            left += Math.max(0, end - consumer.position(partition));
        }
        return left;
    }

    private static Map<Integer, Long> byPartition(Map<TopicPartition, Long> offsets) {
        Map<Integer, Long> byPartition = new TreeMap<>();
        offsets.forEach((partition, offset) -> byPartition.put(partition.partition(), offset));
        return byPartition;
    }

    @Override
    public void close() {
        try {
            consumer.close(CloseOptions.timeout(answerWithin));
        } finally {
            admin.close(answerWithin);
        }
    }
}
