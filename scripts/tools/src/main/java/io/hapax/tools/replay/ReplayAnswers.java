package io.hapax.tools.replay;

import io.hapax.serde.AvroFormat;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.tools.log.AnyDecision;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/** The answers to commands that were sent again. */
final class ReplayAnswers implements AutoCloseable {
    private final TopicTail decisions;
    private final WireReader<SpecificRecord> reader;
    private final Map<String, Long> verdicts = new TreeMap<>();
    private long answered;

    /** A reader of the answers. It must be made before the first command is sent. */
    ReplayAnswers(Map<String, Object> kafka, AvroFormat format) {
        this.reader = AnyDecision.reader(format);
        this.decisions = new TopicTail(kafka, Topic.PAYMENT_DECISIONS);
        try {
            decisions.ends().forEach(decisions::seek);
        } catch (RuntimeException e) {
            decisions.close();
            throw e;
        }
    }

    /** Counts them by verdict, until all are there or none has come for so long. */
    Map<String, Long> await(SentCommands sent, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (answered < sent.count() && System.nanoTime() < deadline) {
            long before = answered;
            decisions.readToEnd(found -> {
                if (reader.read(found.topic(), found.value()) instanceof Decoded.Value<SpecificRecord>(var wire)) {
                    count(AnyDecision.of(wire), sent);
                }
            });
            if (answered > before) {
                deadline = System.nanoTime() + patience.toNanos();
            }
        }
        return verdicts;
    }

    private void count(AnyDecision decision, SentCommands sent) {
        if (sent.contains(decision.command().partition(), decision.command().offset())) {
            verdicts.merge(decision.verdict().name(), 1L, Long::sum);
            answered++;
        }
    }

    long answered() {
        return answered;
    }

    @Override
    public void close() {
        decisions.close();
    }
}
