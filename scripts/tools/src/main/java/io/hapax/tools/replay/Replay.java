package io.hapax.tools.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.serde.AvroFormat;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.tools.cli.Progress;
import io.hapax.tools.log.AnyCommand;
import io.hapax.tools.replay.ReplayLog.Line;
import io.hapax.tools.replay.ReplayLog.State;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A replay of commands: the same bytes, the same key, the same partition. A replayed command carries a header.
 * Later replays skip commands with this header.
 *
 * <p>A replay uses no Kafka transaction. A transaction that a kill left open would hold back all later commands
 * until it times out. So the last commands before a kill may be sent twice, and are answered twice.
 */
final class Replay {
    /** The header of a command that was sent again: the name of the run. */
    static final String HEADER = "hapax-replay";

    /** Commands after which the log tells how far it came. */
    private static final int CHUNK = 500;

    private final Map<String, Object> kafka;
    private final WireReader<SpecificRecord> reader;
    private final ReplayLog log;
    private final InstantSource clock;
    private final Progress progress;

    private final Map<Integer, Long> next = new TreeMap<>();
    private final List<Future<RecordMetadata>> unacknowledged = new ArrayList<>();
    private final SentCommands sent = new SentCommands();
    private long selected;

    Replay(Map<String, Object> kafka, AvroFormat format, ReplayLog log, InstantSource clock, Progress progress) {
        this.kafka = kafka;
        this.reader = AnyCommand.reader(format);
        this.log = log;
        this.clock = clock;
        this.progress = progress;
    }

    /** Counts the commands that would be sent. */
    long dryRun(ReplaySelection selection) {
        forEach(selection, selection.from(), found -> selected++);
        return selected;
    }

    /**
     * Sends them.
     *
     * @param begun the first line of the run, or the last one if it is to go on
     * @param perSecond commands at most; 0: as fast as it goes
     * @return where the commands lie now that were sent by this process
     */
    SentCommands execute(Line begun, int perSecond) {
        ReplaySelection selection = begun.what();
        next.putAll(begun.next());
        long start = System.nanoTime();
        Map<String, Object> config = new HashMap<>(kafka);
        config.put("acks", "all");
        config.put("enable.idempotence", true);
        config.put("linger.ms", 5);
        config.put("max.request.size", 2 * Topic.MAX_DEAD_LETTER_BYTES);
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            log.write(producer, begun);
            forEach(selection, begun.next(), found -> {
                unacknowledged.add(producer.send(again(found, begun.run())));
                selected++;
                progress.step();
                next.put(found.partition(), found.offset() + 1);
                if (unacknowledged.size() == CHUNK) {
                    settle();
                    log.write(producer, line(begun, State.SENT));
                }
                if (perSecond > 0) {
                    pace(start, perSecond);
                }
            });
            settle();
            next.putAll(selection.to());
            log.write(producer, line(begun, State.FINISHED));
        }
        return sent;
    }

    private Line line(Line begun, State state) {
        return new Line(
                begun.run(), state, begun.who(), clock.instant(), begun.what(), next, begun.sent() + selected, null);
    }

    /** Commands that are selected, were not sent by a replay, and can be read. */
    private void forEach(
            ReplaySelection selection, Map<Integer, Long> from, TopicTail.Receiver<RuntimeException> receiver) {
        try (TopicTail tail = new TopicTail(kafka, Topic.PAYMENT_COMMANDS)) {
            tail.starts()
                    .forEach((partition, start) ->
                            tail.seek(partition, Math.max(start, from.getOrDefault(partition, 0L))));
            tail.readTo(selection.to(), found -> {
                if (found.headers().lastHeader(HEADER) == null
                        && reader.read(found.topic(), found.value())
                                instanceof Decoded.Value<SpecificRecord>(var command)
                        && selection.selects(found, AnyCommand.key(command))) {
                    receiver.accept(found);
                }
            });
        }
    }

    private static ProducerRecord<byte[], byte[]> again(ConsumerRecord<byte[], byte[]> found, String run) {
        ProducerRecord<byte[], byte[]> again = new ProducerRecord<>(
                found.topic(), found.partition(), null, found.key(), found.value(), found.headers());
        again.headers().add(HEADER, run.getBytes(UTF_8));
        return again;
    }

    private void settle() {
        for (Future<RecordMetadata> each : unacknowledged) {
            try {
                sent.add(each.get());
            } catch (ExecutionException e) {
                throw new KafkaException("a command was not acknowledged; start the replay again", e.getCause());
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
        unacknowledged.clear();
    }

    private void pace(long start, int perSecond) {
        long due = start + selected * 1_000_000_000L / perSecond;
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
            LockSupport.parkNanos(wait);
        }
    }
}
