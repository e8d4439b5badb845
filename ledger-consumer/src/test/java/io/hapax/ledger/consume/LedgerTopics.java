package io.hapax.ledger.consume;

import io.hapax.ledger.posting.PostingRequest;
import io.hapax.sandbox.Sandbox;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.ReservationEvent;
import io.hapax.schemas.ReservationOutcome;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicLayout;
import io.hapax.topics.TopicTail;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/** The world around the ledger: writes events as the app does and reads what the ledger published. */
final class LedgerTopics implements AutoCloseable {
    static final int PARTITIONS = 4;

    private final String bootstrapServers;
    private final AvroFormat format;
    private final Serializer<SpecificRecord> serializer;
    private final WireReader<SpecificRecord> outcomes;
    private final Producer<byte[], byte[]> producer;

    LedgerTopics(Sandbox sandbox) {
        this(sandbox.bootstrapServers(), sandbox.registryUrl());
    }

    LedgerTopics(String bootstrapServers, String registryUrl) {
        this.bootstrapServers = bootstrapServers;
        this.format = AvroFormat.onRegistry(registryUrl);
        this.serializer = format.serializer();
        this.outcomes = WireReader.ofAny(format, List.of(LedgerOutcome.class, ReservationOutcome.class));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            new TopicLayout(PARTITIONS, (short) 1).create(admin);
        }
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", "20"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    AvroFormat format() {
        return format;
    }

    /** Keyed by the debtor, as the app does. */
    void send(PostingRequest request, long timestampMs) {
        sendRaw(request.content().debtorAccount(), bytes(request), timestampMs);
    }

    void send(ReservationEvent event, long timestampMs) {
        sendRaw(event.getDebtorAccount(), bytes(event), timestampMs);
    }

    byte[] bytes(PostingRequest request) {
        return bytes(event(request));
    }

    byte[] bytes(SpecificRecord event) {
        return serializer.serialize(Topic.LEDGER_EVENTS.topicName(), event);
    }

    void sendRaw(String key, byte[] value, long timestampMs) {
        var unused = producer.send(new ProducerRecord<>(
                Topic.LEDGER_EVENTS.topicName(), null, timestampMs, key.getBytes(StandardCharsets.UTF_8), value));
    }

    /** The event on each partition, where it was never said: its transaction was rolled back. */
    void abort(PostingRequest request, long timestampMs) {
        byte[] event = bytes(request);
        Map<String, Object> config = Map.of("bootstrap.servers", bootstrapServers, "transactional.id", "aborting");
        try (Producer<byte[], byte[]> aborting =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            aborting.initTransactions();
            aborting.beginTransaction();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                var unused = aborting.send(
                        new ProducerRecord<>(Topic.LEDGER_EVENTS.topicName(), partition, timestampMs, null, event));
            }
            aborting.flush();
            aborting.abortTransaction();
        }
    }

    /** Offsets that a monitor of consumer groups counts as not read yet. */
    long lag(String group) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            var read = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            long lag = 0;
            for (int partition = 0; partition < PARTITIONS; partition++) {
                TopicPartition of = new TopicPartition(Topic.LEDGER_EVENTS.topicName(), partition);
                long end = admin.listOffsets(Map.of(of, OffsetSpec.latest()))
                        .all()
                        .get()
                        .get(of)
                        .offset();
                lag += end - (read.get(of) == null ? 0 : read.get(of).offset());
            }
            return lag;
        }
    }

    void flush() {
        producer.flush();
    }

    /** Everything on a topic so far, in order within each partition. */
    List<ConsumerRecord<byte[], byte[]>> read(Topic topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        TopicTail.readWhole(Map.of("bootstrap.servers", bootstrapServers), topic, records::add);
        return records;
    }

    /** Sets the group back, like {@code kafka-consumer-groups.sh --reset-offsets --to-datetime}. */
    void setBack(String group, long timestampMs) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                wanted.put(
                        new TopicPartition(Topic.LEDGER_EVENTS.topicName(), partition),
                        OffsetSpec.forTimestamp(timestampMs));
            }
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            admin.listOffsets(wanted)
                    .all()
                    .get()
                    .forEach((partition, found) -> offsets.put(partition, new OffsetAndMetadata(found.offset())));
            admin.alterConsumerGroupOffsets(group, offsets).all().get();
        }
    }

    /** The outcome of a payment or of a step of a reservation. */
    SpecificRecord outcome(ConsumerRecord<byte[], byte[]> record) {
        return switch (outcomes.read(record.topic(), record.value())) {
            case Decoded.Value<SpecificRecord>(SpecificRecord outcome) -> outcome;
            case Decoded.Unreadable<SpecificRecord> unreadable -> throw new AssertionError(unreadable);
        };
    }

    /** What an outcome of either type says. */
    Said said(ConsumerRecord<byte[], byte[]> record) {
        return switch (outcome(record)) {
            case LedgerOutcome payment ->
                new Said(
                        new PaymentKey(payment.getClientId(), payment.getIdempotencyKey()),
                        payment.getStatus().name(),
                        payment.getFailureReason(),
                        payment.getFailedAccount(),
                        payment.getDifferingFields());
            case ReservationOutcome step ->
                new Said(
                        new PaymentKey(step.getClientId(), step.getIdempotencyKey()),
                        step.getResult().name(),
                        step.getFailureReason(),
                        step.getFailedAccount(),
                        step.getDifferingFields());
            default -> throw new AssertionError(record);
        };
    }

    /** What an outcome says. */
    record Said(PaymentKey key, String status, String reason, String account, List<String> differingFields) {
        @Override
        public String toString() {
            return status + " " + reason + " " + account + " " + differingFields;
        }
    }

    static LedgerEvent event(PostingRequest request) {
        return LedgerEvent.newBuilder()
                .setKind(LedgerEventKind.valueOf(request.kind().name()))
                .setPaymentId(request.paymentId())
                .setClientId(request.clientId())
                .setIdempotencyKey(request.idempotencyKey())
                .setDebtorAccount(request.content().debtorAccount())
                .setCreditorAccount(request.content().creditorAccount())
                .setAmountMinor(request.content().amountMinor())
                .setCurrency(request.content().currency())
                .setReference(request.content().reference())
                .setAttempt(request.attempt())
                .setAcceptedAt(request.acceptedAt())
                .setCommandPartition(request.command().partition())
                .setCommandOffset(request.command().offset())
                .build();
    }

    @Override
    public void close() {
        producer.close();
    }
}
