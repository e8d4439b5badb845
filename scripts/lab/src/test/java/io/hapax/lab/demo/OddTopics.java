package io.hapax.lab.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.insight.KeyInsight;
import io.hapax.insight.UsageFact;
import io.hapax.sandbox.OddValues;
import io.hapax.sandbox.OddValues.Kind;
import io.hapax.sandbox.RawProducer;
import io.hapax.schemas.KeyUsageAlert;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.RetentionPolicy;
import io.hapax.topics.RecordHeaders;
import io.hapax.topics.Topic;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes what nobody should to every topic that we read: schemas, bytes, keys, headers and times by a seeded random.
 */
final class OddTopics implements AutoCloseable {
    /** Of a batch, well below what a broker takes. */
    private static final int BATCH_BYTES = 400_000;

    private static final int BATCH_RECORDS = 300;

    private static final Map<Topic, Schema> SCHEMAS = Map.of(
            Topic.PAYMENT_COMMANDS, PaymentCommand.getClassSchema(),
            Topic.PAYMENT_COMMANDS_REROUTED, PaymentCommand.getClassSchema(),
            Topic.LEDGER_EVENTS, LedgerEvent.getClassSchema(),
            Topic.LEDGER_OUTCOMES, LedgerOutcome.getClassSchema(),
            Topic.PAYMENT_DECISIONS, PaymentDecision.getClassSchema(),
            Topic.RETENTION_POLICIES, RetentionPolicy.getClassSchema(),
            Topic.KEY_USAGE_ALERTS, KeyUsageAlert.getClassSchema());

    /** The topics to write to. A topic that is listed several times is chosen more often. */
    private static final List<Topic> TOPICS = List.of(
            Topic.PAYMENT_COMMANDS,
            Topic.PAYMENT_COMMANDS,
            Topic.PAYMENT_COMMANDS,
            Topic.PAYMENT_COMMANDS_REROUTED,
            Topic.LEDGER_EVENTS,
            Topic.LEDGER_EVENTS,
            Topic.LEDGER_OUTCOMES,
            Topic.LEDGER_OUTCOMES,
            Topic.PAYMENT_DECISIONS,
            Topic.RETENTION_POLICIES,
            Topic.KEY_USAGE_ALERTS,
            Topic.KEY_USAGE_STATE);

    private final Random random;
    private final Map<Schema, Integer> ids;
    private final OddValues values;
    private final OddRecords records;
    private final RawProducer producer;
    private final int partitions;
    private final byte[] saved = savedState();
    private final Map<Topic, Map<Place, Kind>> written = new EnumMap<>(Topic.class);

    /** The place of a record in its topic. */
    record Place(int partition, long offset) {}

    /**
     * @param ids of our own schemas
     * @param oddIds of what nothing of ours can be read by
     * @param anyIds of schemas that may do
     */
    OddTopics(
            Random random,
            Map<Schema, Integer> ids,
            List<Integer> oddIds,
            List<Integer> anyIds,
            String bootstrapServers,
            int partitions) {
        this.random = random;
        this.ids = ids;
        this.values = new OddValues(random, oddIds, anyIds);
        this.records = new OddRecords(random);
        this.producer = new RawProducer(bootstrapServers);
        this.partitions = partitions;
        for (Topic topic : TOPICS) {
            written.put(topic, new HashMap<>());
        }
    }

    /** Writes a batch to one partition; how many records it has. */
    int writeSome() {
        Topic topic = TOPICS.get(random.nextInt(TOPICS.size()));
        List<SimpleRecord> batch = new ArrayList<>();
        List<Kind> kinds = new ArrayList<>();
        int bytes = 0;
        for (int i = 1 + random.nextInt(BATCH_RECORDS); i > 0 && bytes < BATCH_BYTES; i--) {
            OddValues.Made made = values.of(good(topic));
            SimpleRecord record = new SimpleRecord(time(), key(topic, made.kind()), made.bytes(), headers(topic));
            batch.add(record);
            kinds.add(made.kind());
            bytes += record.value() == null ? 0 : record.value().remaining();
            bytes += record.key() == null ? 0 : record.key().remaining();
        }
        int partition =
                topic.partitionedLikeCommands() || topic == Topic.LEDGER_EVENTS || topic == Topic.PAYMENT_DECISIONS
                        ? random.nextInt(partitions)
                        : 0;
        long offset = producer.send(topic.topicName(), partition, batch);
        Map<Place, Kind> places = Objects.requireNonNull(written.get(topic));
        for (Kind kind : kinds) {
            places.put(new Place(partition, offset++), kind);
        }
        return batch.size();
    }

    /** The records that were written to a topic. */
    Map<Place, Kind> written(Topic topic) {
        return Objects.requireNonNull(written.get(topic));
    }

    private byte[] good(Topic topic) {
        Schema schema = SCHEMAS.get(topic);
        if (schema == null) {
            return saved;
        }
        return records.of(Objects.requireNonNull(ids.get(schema)), schema, given(topic));
    }

    /** Every other record is one as our own programs or clients write it, the rest has any values. */
    private Map<String, Object> given(Topic topic) {
        Map<String, Object> given = new HashMap<>();
        // A partition that there is not: what follows from it is not taken for an answer to a command that is there.
        given.put("commandPartition", -7);
        if (random.nextBoolean()) {
            given.put("clientId", client());
            given.put("idempotencyKey", "key-" + random.nextInt(5_000));
            given.put("debtorAccount", "debtor-" + random.nextInt(30));
            given.put("creditorAccount", "creditor");
            given.put("amountMinor", 1L + random.nextInt(1_000));
            given.put("currency", "EUR");
            given.put("reference", null);
            given.put("sentAt", null);
        }
        return given;
    }

    private String client() {
        return "fuzz-" + random.nextInt(50);
    }

    /** Compacted topics take no record without a key. */
    private byte @Nullable [] key(Topic topic, Kind kind) {
        boolean compacted = topic == Topic.RETENTION_POLICIES || topic == Topic.KEY_USAGE_STATE;
        String text = switch (random.nextInt(8)) {
            case 0 -> compacted ? "" : null;
            case 1 -> records.text();
            case 2 -> "operation/" + client() + "/refund";
            case 3 -> "client/" + client();
            // What holds for all would hold for the good payments, too.
            case 4 -> kind == Kind.BROKEN ? "all" : client();
            case 5 -> Sample.CLIENT + "/good-" + random.nextInt(30);
            default -> client();
        };
        return text == null ? null : text.getBytes(UTF_8);
    }

    private long time() {
        return switch (random.nextInt(6)) {
            case 0, 1 -> -1;
            case 2 -> random.nextInt(3);
            case 3 -> System.currentTimeMillis() - random.nextInt(1_000_000_000);
            case 4 -> System.currentTimeMillis() + random.nextInt(3_000_000);
            default -> System.currentTimeMillis();
        };
    }

    private Header[] headers(Topic topic) {
        List<Header> headers = new ArrayList<>();
        if (topic == Topic.PAYMENT_COMMANDS_REROUTED && random.nextInt(10) < 8) {
            // A partition that there is not: no command is there that could be taken for this one.
            headers.add(header(RecordHeaders.PARTITION, String.valueOf(1_000 + random.nextInt(9))));
            headers.add(header(RecordHeaders.OFFSET, String.valueOf(random.nextInt(1_000_000))));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            headers.add(
                    switch (random.nextInt(6)) {
                        case 0 -> header("", "empty");
                        case 1 -> new RecordHeader("trace", (byte[]) null);
                        case 2 -> header(RecordHeaders.REASON, "MALFORMED");
                        case 3 -> header(RecordHeaders.TRUNCATED_FROM, "many");
                        case 4 -> header("large", "h".repeat(random.nextInt(200) == 0 ? 70_000 : 10));
                        default -> header(records.text(), records.text());
                    });
        }
        return headers.toArray(Header[]::new);
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(UTF_8));
    }

    /** A state as the insight app saves it, with an incident. */
    private static byte[] savedState() {
        KeyInsight insight = new KeyInsight(10, 1 << 10);
        for (int i = 0; i < 200; i++) {
            insight.observe(new UsageFact(
                    "any", "key", UsageFact.Kind.REPLAYED, 1_800_000_000_000L + i, 1, i, true, List.of()));
        }
        return Objects.requireNonNull(insight.save("any"));
    }

    @Override
    public void close() {
        producer.close();
    }
}
