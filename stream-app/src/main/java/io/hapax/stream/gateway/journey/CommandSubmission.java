package io.hapax.stream.gateway.journey;

import io.hapax.app.health.Check;
import io.hapax.topics.LogPosition;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;

/** The submission of commands: it sends a command and waits for the decision on it, whichever instance decides. */
public final class CommandSubmission implements AutoCloseable {
    private static final String TOPIC = Topic.PAYMENT_COMMANDS.topicName();
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    /** The producer gives up at its own time-out; this only guards against waiting for ever if it does not. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Producer<String, SpecificRecord> producer;
    private final AwaitedDecisions awaited;
    private final DecisionFeed feed;
    private final Duration deliveryTimeout;
    private final int partitions;
    private final Timer produce;

    private CommandSubmission(
            Producer<String, SpecificRecord> producer,
            AwaitedDecisions awaited,
            DecisionFeed feed,
            Duration deliveryTimeout,
            int partitions,
            MeterRegistry meters) {
        this.producer = producer;
        this.awaited = awaited;
        this.feed = feed;
        this.deliveryTimeout = deliveryTimeout;
        this.partitions = partitions;
        this.produce = Timer.builder("hapax.gateway.produce")
                .description("From sending a command to Kafka's acknowledgement")
                .register(meters);
        Gauge.builder("hapax.gateway.awaited.decisions", awaited::size)
                .description("Keys for whose decisions requests wait")
                .register(meters);
    }

    /**
     * Connects to Kafka in both directions.
     *
     * @param kafka settings of Kafka's clients as they are passed on
     */
    public static CommandSubmission start(
            Map<String, String> kafka, GatewayFormat format, Duration deliveryTimeout, MeterRegistry meters) {
        Producer<String, SpecificRecord> producer = new KafkaProducer<>(
                GatewayClients.producer(kafka, deliveryTimeout), new StringSerializer(), format.commands());
        try {
            AwaitedDecisions awaited = new AwaitedDecisions();
            int partitions = producer.partitionsFor(TOPIC).size();
            DecisionFeed feed = DecisionFeed.start(GatewayClients.consumer(kafka), format.decisions(), awaited);
            return new CommandSubmission(producer, awaited, feed, deliveryTimeout, partitions, meters);
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
    }

    /**
     * Sends the command and waits for its answer, from now on at most that long; for Kafka to take it, as long as
     * set.
     */
    public Submission submit(PaymentKey key, SpecificRecord command, Duration wait) throws InterruptedException {
        long deadline = System.nanoTime() + wait.toNanos();
        AwaitedDecision awaiting = awaited.await(key.topicKey());
        try {
            awaiting.taken(send(key, command));
            return answer(awaiting, deadline);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            return new Submission.Unconfirmed();
        } finally {
            awaited.leave(key.topicKey(), awaiting);
        }
    }

    private static Submission answer(AwaitedDecision awaiting, long deadline)
            throws InterruptedException, ExecutionException {
        try {
            long leftNanos = Math.max(0, deadline - System.nanoTime());
            return new Submission.Answered(awaiting.decision().get(leftNanos, TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            Decided inFlight = awaiting.inFlight();
            return inFlight == null ? new Submission.Undecided() : new Submission.Answered(inFlight);
        }
    }

    /** A check that decisions come in. */
    public Check check() {
        return feed.check();
    }

    @Override
    public void close() {
        producer.close(CLOSE_WITHIN);
        feed.close();
    }

    private LogPosition send(PaymentKey key, SpecificRecord command)
            throws InterruptedException, ExecutionException, TimeoutException {
        long started = System.nanoTime();
        // On its own partition from the start: no detour through the rerouted commands.
        int partition = Partitions.of(key, partitions);
        RecordMetadata taken = producer.send(new ProducerRecord<>(TOPIC, partition, key.topicKey(), command))
                .get(deliveryTimeout.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        produce.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
        return new LogPosition(taken.partition(), taken.offset());
    }
}
