package io.hapax.stream.records;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of all stream threads, by what their producers tell: so stores hear what became of each.
 *
 * <p>Kafka Streams 4.4 calls {@code commit} on a store after each transaction that Kafka has committed. At a stop it
 * also does so when the commit has failed, and when partitions are revoked in some cases. Then the store would keep
 * what was aborted. So a store asks here before it believes what it is told.
 */
public final class KafkaTransactions {
    private static final String SETTING = "hapax.kafka.transactions";

    /** Each stream thread has one producer, and runs its tasks itself. */
    private final ThreadLocal<OfThread> ofThreads = ThreadLocal.withInitial(OfThread::new);

    /** The transactions of one stream thread, numbered in their order. */
    static final class OfThread {
        private final AtomicLong asked = new AtomicLong();
        private volatile long committed;

        /** The number of the last transaction of which Kafka was asked to commit it. */
        long asked() {
            return asked.get();
        }

        /** The number of the last transaction that Kafka has committed. */
        long committed() {
            return committed;
        }

        /** Called by the thread itself. */
        void ask() {
            asked.incrementAndGet();
        }

        /** Called by the thread itself: Kafka has committed the one that was asked for last. */
        void succeed() {
            committed = asked.get();
        }
    }

    /** The setting by which the stores find it. */
    public Map<String, Object> config() {
        return Map.of(SETTING, this);
    }

    /**
     * Null where there are no transactions, or nobody watches them, as in a test driver: then each commit is believed.
     */
    static @Nullable KafkaTransactions in(Map<String, Object> config) {
        boolean exactlyOnce =
                StreamsConfig.EXACTLY_ONCE_V2.equals(config.get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG));
        return exactlyOnce && config.get(SETTING) instanceof KafkaTransactions given ? given : null;
    }

    /** Those of the thread that calls. */
    OfThread ofThisThread() {
        return ofThreads.get();
    }

    /** A producer for a stream thread, which tells of its transactions. */
    public Producer<byte[], byte[]> producer(Map<String, Object> config) {
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()) {
            @Override
            public void commitTransaction() {
                OfThread ofThread = ofThisThread();
                ofThread.ask();
                super.commitTransaction();
                ofThread.succeed();
            }
        };
    }
}
