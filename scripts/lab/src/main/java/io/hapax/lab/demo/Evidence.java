package io.hapax.lab.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.PaymentDecision;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.tools.log.TopicScan;
import io.hapax.topics.RecordHeaders;
import io.hapax.topics.Topic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What the topics say of a run.
 *
 * @param commands where commands lie, readable or not
 * @param decisions all answers
 * @param buried commands that became dead letters
 * @param events what the ledger was told
 * @param rerouted commands that had to be sent on to their own partition
 */
record Evidence(
        Set<Origin> commands,
        List<PaymentDecision> decisions,
        List<Origin> buried,
        List<LedgerEvent> events,
        long rerouted) {

    static Evidence read(Map<String, Object> kafka, AvroFormat format) {
        TopicScan scan = new TopicScan(kafka);
        Set<Origin> commands = new HashSet<>();
        scan.read(Topic.PAYMENT_COMMANDS, found -> commands.add(new Origin(found.partition(), found.offset())));
        List<Origin> buried = new ArrayList<>();
        scan.read(Topic.DEAD_LETTERS, found -> {
            if (header(found, RecordHeaders.TOPIC).equals(Topic.PAYMENT_COMMANDS.topicName())) {
                buried.add(new Origin(
                        Integer.parseInt(header(found, RecordHeaders.PARTITION)),
                        Long.parseLong(header(found, RecordHeaders.OFFSET))));
            }
        });
        long[] rerouted = new long[1];
        scan.read(Topic.PAYMENT_COMMANDS_REROUTED, found -> rerouted[0]++);
        return new Evidence(
                commands,
                values(scan, Topic.PAYMENT_DECISIONS, new WireReader<>(format, PaymentDecision.class)),
                buried,
                values(scan, Topic.LEDGER_EVENTS, new WireReader<>(format, LedgerEvent.class)),
                rerouted[0]);
    }

    private static <T extends SpecificRecord> List<T> values(TopicScan scan, Topic topic, WireReader<T> reader) {
        List<T> values = new ArrayList<>();
        scan.read(topic, found -> {
            switch (reader.read(found.topic(), found.value())) {
                case Decoded.Value<T>(T value) -> values.add(value);
                case Decoded.Unreadable<T>(var reason, var detail) ->
                    throw new IllegalStateException(topic.topicName() + " " + found.partition() + "@" + found.offset()
                            + " cannot be read: " + reason + ", " + detail);
            }
        });
        return values;
    }

    private static String header(ConsumerRecord<byte[], byte[]> found, String name) {
        return new String(requireNonNull(found.headers().lastHeader(name), name).value(), UTF_8);
    }
}
