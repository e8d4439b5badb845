package io.hapax.tools.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.hapax.tools.cli.Json;
import io.hapax.topics.MissingTopicException;
import io.hapax.topics.TopicTail;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/**
 * The log of all replays: who started each one, and how many commands it has sent. It is the topic {@code
 * replay-audit}: one partition, kept for ever, JSON under the name of the run. A replay that was killed continues
 * from this log.
 */
final class ReplayLog {
    static final String TOPIC = "replay-audit";

    private final Map<String, Object> kafka;

    /** The event that a line reports. */
    enum State {
        STARTED,
        CONTINUED,
        SENT,
        FINISHED
    }

    /**
     * A line of the log.
     *
     * @param who person who asked for the replay
     * @param next offset of the next command to look at, by partition
     * @param sent number of commands sent again so far
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Line(
            String run,
            State state,
            String who,
            Instant at,
            ReplaySelection what,
            Map<Integer, Long> next,
            long sent,
            @Nullable String command) {}

    ReplayLog(Map<String, Object> kafka) {
        this.kafka = kafka;
    }

    void create() {
        try (Admin admin = Admin.create(kafka)) {
            NewTopic topic = new NewTopic(TOPIC, Optional.of(1), Optional.empty())
                    .configs(Map.of("retention.ms", "-1", "cleanup.policy", "delete"));
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new KafkaException("could not create the topic " + TOPIC, e.getCause());
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Returns when the line is there to stay. */
    void write(Producer<byte[], byte[]> producer, Line line) {
        try {
            producer.send(new ProducerRecord<>(
                            TOPIC,
                            0,
                            line.run().getBytes(UTF_8),
                            Json.line(line).getBytes(UTF_8)))
                    .get();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a line that can't be written", e);
        } catch (ExecutionException e) {
            throw new KafkaException("the line in " + TOPIC + " was not acknowledged", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** The last line of the run; empty if there is none. */
    Optional<Line> last(String run) {
        AtomicReference<@Nullable Line> last = new AtomicReference<>();
        try (TopicTail tail = new TopicTail(kafka, TOPIC)) {
            tail.<IOException>readToEnd(found -> {
                if (run.equals(new String(found.key(), UTF_8))) {
                    last.set(Json.read(found.value(), Line.class));
                }
            });
        } catch (MissingTopicException neverReplayed) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("a line in " + TOPIC + " can't be read", e);
        }
        return Optional.ofNullable(last.get());
    }
}
