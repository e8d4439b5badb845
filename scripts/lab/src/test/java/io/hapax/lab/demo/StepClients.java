package io.hapax.lab.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.hapax.schemas.CancelDecision;
import io.hapax.schemas.ReservationDecision;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.tools.log.AnyCommand;
import io.hapax.tools.log.AnyDecision;
import io.hapax.topics.LogPosition;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Clients of the topics, each with a producer of its own, that send steps at once and wait for the answers. */
final class StepClients implements AutoCloseable {
    static final int PARTITIONS = 4;

    private static final int CLIENTS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final String COMMANDS = Topic.PAYMENT_COMMANDS.topicName();

    private final Serializer<SpecificRecord> serializer;
    private final WireReader<SpecificRecord> reader;
    private final List<Producer<byte[], byte[]>> producers;
    private final KafkaConsumer<byte[], byte[]> decisions;
    private final Map<LogPosition, AnyDecision> decided = new HashMap<>();

    /** A command on the topic, and when the broker took it. */
    record Taken(LogPosition place, Instant at) {}

    StepClients(DemoWorld world) {
        this(world.kafka(), world.format());
    }

    StepClients(Map<String, Object> kafka, AvroFormat format) {
        this.serializer = format.serializer();
        this.reader = AnyDecision.reader(format);
        this.producers = IntStream.range(0, CLIENTS)
                .<Producer<byte[], byte[]>>mapToObj(
                        client -> new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer()))
                .toList();
        Map<String, Object> config = new HashMap<>(kafka);
        config.put("isolation.level", "read_committed");
        this.decisions = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(Topic.PAYMENT_DECISIONS.topicName(), partition))
                .toList();
        decisions.assign(partitions);
        decisions.seekToBeginning(partitions);
    }

    /** A name of a key that lies on a partition. */
    static String keyOn(int partition, String client, String name) {
        return IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> name + "-" + number)
                .filter(key -> Partitions.of(new PaymentKey(client, key), PARTITIONS) == partition)
                .findFirst()
                .orElseThrow();
    }

    /** Sends one command and waits until the broker has it. */
    Taken send(SpecificRecord command) throws Exception {
        return send(producers.getFirst(), command, null);
    }

    /** The same, with a time of the sender for a topic that takes it. */
    Taken send(SpecificRecord command, Instant at) throws Exception {
        return send(producers.getFirst(), command, at.toEpochMilli());
    }

    private Taken send(Producer<byte[], byte[]> producer, SpecificRecord command, @Nullable Long atMs)
            throws Exception {
        PaymentKey key = AnyCommand.key(command);
        var metadata = producer.send(new ProducerRecord<>(
                        COMMANDS,
                        Partitions.of(key, PARTITIONS),
                        atMs,
                        key.topicKey().getBytes(UTF_8),
                        serializer.serialize(COMMANDS, command)))
                .get();
        return new Taken(
                new LogPosition(metadata.partition(), metadata.offset()), Instant.ofEpochMilli(metadata.timestamp()));
    }

    /** Sends one command and waits for the answer. */
    String answer(SpecificRecord command) throws Exception {
        return told(answered(send(command)));
    }

    /** All clients send at once, each command by another client than the one before; the answers in their order. */
    List<String> atOnce(List<? extends SpecificRecord> commands) throws Exception {
        CyclicBarrier together = new CyclicBarrier(CLIENTS);
        Taken[] taken = new Taken[commands.size()];
        List<Callable<Integer>> sending = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            int first = client;
            sending.add(() -> {
                int turn = together.await();
                for (int i = first; i < taken.length; i += CLIENTS) {
                    taken[i] = send(producers.get(first), commands.get(i), null);
                }
                return turn;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            for (Future<Integer> each : threads.invokeAll(sending)) {
                each.get();
            }
        }
        List<String> answers = new ArrayList<>();
        for (Taken each : taken) {
            answers.add(told(answered(each)));
        }
        return answers;
    }

    /** The decision on just that step. */
    ReservationDecision decision(Taken command) {
        return (ReservationDecision) answered(command).wire();
    }

    private AnyDecision answered(Taken command) {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!decided.containsKey(command.place())) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("not answered within " + PATIENCE + ": " + command);
            }
            decisions.poll(POLL).forEach(this::take);
        }
        return decided.get(command.place());
    }

    private void take(ConsumerRecord<byte[], byte[]> found) {
        if (reader.read(found.topic(), found.value()) instanceof Decoded.Value<SpecificRecord>(var value)) {
            AnyDecision decision = AnyDecision.of(value);
            AnyDecision before = decided.put(decision.command(), decision);
            if (before != null) throw new AssertionError("answered twice: " + before + " and " + decision);
        }
    }

    /** The answer to just that command. */
    String told(Taken command) {
        return told(answered(command));
    }

    /** The verdict, and what became of the step. */
    static String told(ReservationDecision decision) {
        return told(AnyDecision.of(decision));
    }

    private static String told(AnyDecision decision) {
        if (decision.wire() instanceof CancelDecision cancel) {
            return Stream.of(cancel.getCancelVerdict(), cancel.getFound(), cancel.getStep(), cancel.getFailureReason())
                    .filter(Objects::nonNull)
                    .map(String::valueOf)
                    .collect(joining(" "));
        }
        return decision.verdict()
                + (decision.status() == null ? "" : " " + decision.status())
                + (decision.failureReason() == null ? "" : " " + decision.failureReason());
    }

    @Override
    public void close() {
        producers.forEach(producer -> producer.close(Duration.ZERO));
        decisions.close();
    }
}
