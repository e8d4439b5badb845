package io.hapax.ledger.consume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** On Kafka's own stand-in for a producer, whose broker acknowledges what the test says. */
class PublisherTest {
    private static final List<ProducerRecord<byte[], byte[]>> TWO_OUTCOMES =
            List.of(new ProducerRecord<>("outcomes", new byte[] {1}), new ProducerRecord<>("outcomes", new byte[] {2}));

    private final List<Broker> made = new ArrayList<>();
    private boolean acknowledges = true;
    private boolean closes = true;

    private final Publisher publisher = new Publisher(() -> {
        Broker producer = new Broker();
        made.add(producer);
        return producer;
    });

    @Test
    void shouldPublishAllOutcomesWithTheOneProducer() {
        publisher.publish(TWO_OUTCOMES);
        publisher.publish(TWO_OUTCOMES);
        assertEquals(4, made.getFirst().history().size());
        assertEquals(1, made.size());
        assertFalse(made.getFirst().closed());
    }

    /** Else the offsets would be committed, and the answer of a payment be lost. */
    @Test
    void shouldSayThatAnOutcomeWasNotAcknowledgedAndPublishWithAnotherProducerThen() {
        acknowledges = false;
        assertThrows(KafkaException.class, () -> publisher.publish(TWO_OUTCOMES));
        assertTrue(made.getFirst().closed());

        acknowledges = true;
        publisher.publish(TWO_OUTCOMES);
        assertEquals(2, made.size());
        assertEquals(2, made.getLast().history().size());
    }

    /** Why it failed decides whether the ledger waits or ends. */
    @Test
    void shouldSayWhyAnOutcomeWasNotAcknowledgedThoughItsProducerCannotBeClosedEither() {
        acknowledges = false;
        closes = false;
        KafkaException why = assertThrows(KafkaException.class, () -> publisher.publish(TWO_OUTCOMES));
        assertInstanceOf(TimeoutException.class, why.getCause());

        acknowledges = true;
        publisher.publish(TWO_OUTCOMES);
        assertEquals(2, made.size());
    }

    private final class Broker extends MockProducer<byte[], byte[]> {
        Broker() {
            super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public synchronized void flush() {
            if (!acknowledges) {
                // The first is, the second is not.
                completeNext();
                errorNext(new TimeoutException("no broker has acknowledged it"));
            }
            super.flush();
        }

        @Override
        public void close(Duration timeout) {
            super.close(timeout);
            if (!closes) {
                throw new KafkaException("failed to close");
            }
        }
    }
}
