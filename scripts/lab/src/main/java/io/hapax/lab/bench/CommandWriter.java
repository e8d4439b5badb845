package io.hapax.lab.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.schemas.PaymentCommand;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.util.Random;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/** A producer that writes many commands at once, each on the partition of its key. */
final class CommandWriter implements AutoCloseable {
    private final Serializer<PaymentCommand> serializer;
    private final Producer<byte[], byte[]> producer;
    private final int partitions;

    CommandWriter(BenchBroker broker) {
        this.serializer = broker.format().serializer();
        this.producer = broker.bulkProducer();
        this.partitions = broker.partitions();
    }

    /** Commands of these numbers, each once, in order. */
    void write(NumberedCommands commands, long from, long to) {
        for (long number = from; number < to; number++) {
            send(commands.command(number));
        }
        producer.flush();
    }

    /** Writes commands, a share of which repeat an earlier one at a random place; returns the number of payments. */
    long writeWithRepeats(NumberedCommands commands, int count, double repeats, Random random) {
        long next = 0;
        for (int i = 0; i < count; i++) {
            boolean again = next > 0 && random.nextDouble() < repeats;
            send(commands.command(again ? random.nextLong(next) : next));
            next += again ? 0 : 1;
        }
        producer.flush();
        return next;
    }

    /** Commands that were sent before, chosen at random from those of numbers below the bound. */
    void writeRetries(NumberedCommands commands, long bound, int count, Random random) {
        for (int i = 0; i < count; i++) {
            send(commands.command(random.nextLong(bound)));
        }
        producer.flush();
    }

    @Override
    public void close() {
        producer.close();
    }

    private void send(PaymentCommand command) {
        String topic = Topic.PAYMENT_COMMANDS.topicName();
        PaymentKey key = new PaymentKey(command.getClientId(), command.getIdempotencyKey());
        var unused = producer.send(new ProducerRecord<>(
                topic,
                Partitions.of(key, partitions),
                key.topicKey().getBytes(UTF_8),
                serializer.serialize(topic, command)));
    }
}
