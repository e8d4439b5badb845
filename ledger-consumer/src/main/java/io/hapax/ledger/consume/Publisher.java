package io.hapax.ledger.consume;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * The publisher of outcomes and dead letters. It waits until Kafka has stored them durably.
 *
 * <p>A producer that failed is replaced: it may be beyond repair, and what it still holds would come after the
 * repetition.
 */
final class Publisher implements AutoCloseable {
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    private final Supplier<Producer<byte[], byte[]>> producers;
    private @Nullable Producer<byte[], byte[]> producer;

    Publisher(Supplier<Producer<byte[], byte[]>> producers) {
        this.producers = producers;
    }

    /** Returns when all records are acknowledged by the broker; throws if one may not be: publish all again. */
    void publish(List<ProducerRecord<byte[], byte[]>> records) {
        try {
            send(records);
        } catch (RuntimeException | Error fault) {
            discardProducer(fault);
            throw fault;
        }
    }

    private void send(List<ProducerRecord<byte[], byte[]>> records) {
        Producer<byte[], byte[]> current = producer();
        List<Future<RecordMetadata>> sent = new ArrayList<>(records.size());
        for (ProducerRecord<byte[], byte[]> each : records) {
            Future<RecordMetadata> acknowledgement = current.send(each);
            // Without a broker each send blocks for long before it fails: the first failure must be the last.
            if (acknowledgement.isDone()) awaitAcknowledgement(acknowledgement);
            sent.add(acknowledgement);
        }
        current.flush();
        for (Future<RecordMetadata> each : sent) {
            awaitAcknowledgement(each);
        }
    }

    private static void awaitAcknowledgement(Future<RecordMetadata> sent) {
        try {
            sent.get();
        } catch (ExecutionException e) {
            throw new KafkaException("a record was not acknowledged: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private Producer<byte[], byte[]> producer() {
        Producer<byte[], byte[]> current = producer;
        if (current == null) {
            current = producers.get();
            producer = current;
        }
        return current;
    }

    private void discardProducer(Throwable fault) {
        Producer<byte[], byte[]> failed = producer;
        producer = null;
        try {
            if (failed != null) failed.close(Duration.ZERO);
        } catch (KafkaException alsoThis) {
            fault.addSuppressed(alsoThis);
        }
    }

    @Override
    public void close() {
        if (producer != null) producer.close(CLOSE_WITHIN);
    }
}
