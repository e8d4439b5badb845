package io.hapax.lab.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.Verdict;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/** Clients that pay before an upgrade, over HTTP and by commands on the topic. After it they send all of it again. */
final class UpgradeClients implements AutoCloseable {
    static final int ACCOUNTS = 50;
    static final int IN_PORTION = 100;

    private static final int OVER_HTTP = 50;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Random random = new Random(1);
    private final Map<PaymentKey, PaymentCommand> sent = new LinkedHashMap<>();
    private final List<GatewayAnswer> answered = new ArrayList<>();
    private final UpgradeWorld world;
    private final Producer<byte[], byte[]> producer;
    private final Serializer<PaymentCommand> serializer;
    private int commands;

    UpgradeClients(UpgradeWorld world) {
        this.world = world;
        this.producer = new KafkaProducer<>(world.kafka(), new ByteArraySerializer(), new ByteArraySerializer());
        this.serializer = world.format().serializer();
    }

    /** The payments that were asked for, by either way. */
    int payments() {
        return sent.size() + answered.size();
    }

    /** The key of a payment by the topic. */
    PaymentKey aKey() {
        return sent.keySet().iterator().next();
    }

    /** Each tenth one is for more than there is. */
    void payOverHttp() throws Exception {
        awaitGateway();
        for (int i = 0; i < OVER_HTTP; i++) {
            answered.add(payOverHttp(i));
        }
        assertEquals(
                Set.of(201, 402), answered.stream().map(GatewayAnswer::status).collect(Collectors.toSet()));
    }

    private void awaitGateway() throws Exception {
        await("the gateway answers", () -> payOverHttp(0).status() == 201);
    }

    private GatewayAnswer payOverHttp(int number) throws InterruptedException {
        return world.pay(
                "http-" + number, account(number % ACCOUNTS), account((number + 1) % ACCOUNTS), amount(number));
    }

    private static long amount(int number) {
        return number % 10 == 9 ? 1_000_000_00 : 1;
    }

    static String account(int number) {
        return "account-" + number;
    }

    /** Sends new payments, and some of them twice. */
    void sendPortion(int portion) {
        for (int i = 0; i < IN_PORTION; i++) {
            int debtor = random.nextInt(ACCOUNTS);
            PaymentCommand command = PaymentCommand.newBuilder()
                    .setClientId("client-" + i % 5)
                    .setIdempotencyKey("order-" + portion + "-" + i)
                    .setDebtorAccount(account(debtor))
                    .setCreditorAccount(account((debtor + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS))
                    .setAmountMinor(1 + random.nextLong(200_00))
                    .setCurrency("EUR")
                    .setReference(i % 2 == 0 ? "rent" : null)
                    .build();
            sent.put(key(command), command);
            send(command);
            // A retry now and then, which finds the payment in flight or settled.
            if (random.nextInt(5) == 0) send(command);
        }
        producer.flush();
    }

    private static PaymentKey key(PaymentCommand command) {
        return new PaymentKey(command.getClientId(), command.getIdempotencyKey());
    }

    private void send(PaymentCommand command) {
        String topic = Topic.PAYMENT_COMMANDS.topicName();
        commands++;
        var unused = producer.send(new ProducerRecord<>(
                topic, key(command).topicKey().getBytes(UTF_8), serializer.serialize(topic, command)));
    }

    /** All retries at once, and all keys with another amount. */
    void assertRetriesAreAnsweredAsBefore(Map<PaymentKey, PaymentDecision> settled) throws Exception {
        Set<PaymentDecision> earlier = answersToCommands();
        sent.values().forEach(this::send);
        sent.values()
                .forEach(command -> send(PaymentCommand.newBuilder(command)
                        .setAmountMinor(command.getAmountMinor() + 1)
                        .build()));
        producer.flush();
        Set<PaymentDecision> answers = answersToCommands();
        answers.removeAll(earlier);
        assertEquals(2 * sent.size(), answers.size());
        for (PaymentDecision answer : answers) {
            PaymentKey key = new PaymentKey(answer.getClientId(), answer.getIdempotencyKey());
            if (answer.getVerdict() == Verdict.CONFLICT) {
                assertEquals(List.of("amountMinor"), answer.getDifferingFields(), answer.toString());
            } else {
                assertEquals(Verdict.REPLAYED, answer.getVerdict(), answer.toString());
                assertEquals(told(settled.get(key)), told(answer));
            }
        }
        assertEquals(
                sent.size(),
                answers.stream()
                        .filter(each -> each.getVerdict() == Verdict.CONFLICT)
                        .count());
        assertEquals(settled, settled());
    }

    /** What the answer says about the payment, whenever it is given. */
    private static String told(PaymentDecision decision) {
        boolean isFirst = decision.getVerdict() == Verdict.SETTLED;
        return String.join(
                " ",
                String.valueOf(decision.getPaymentId()),
                String.valueOf(decision.getStatus()),
                String.valueOf(decision.getFailureReason()),
                String.valueOf(decision.getFailedAccount()),
                String.valueOf(decision.getFirstSeenAt()),
                String.valueOf(decision.getExpiresAt()),
                String.valueOf(decision.getPayloadFingerprint()),
                String.valueOf(isFirst ? (Integer) decision.getCommandPartition() : decision.getOriginalPartition()),
                String.valueOf(isFirst ? (Long) decision.getCommandOffset() : decision.getOriginalOffset()));
    }

    void assertRetriesOverHttpAreAnsweredAsBefore() throws Exception {
        awaitGateway();
        for (int i = 0; i < OVER_HTTP; i++) {
            GatewayAnswer before = answered.get(i);
            GatewayAnswer now = payOverHttp(i);
            assertEquals(before.status() + " " + before.body(), now.status() + " " + now.body());
            assertEquals("true", now.header("Idempotent-Replayed"));
            for (String header : List.of("Idempotency-First-Seen", "Idempotency-Expires-At", "Content-Type")) {
                assertEquals(before.header(header), now.header(header), header);
            }
        }
    }

    /** Each command that was sent to the topic has one answer. */
    private Set<PaymentDecision> answersToCommands() throws Exception {
        Set<PaymentDecision> answers = new HashSet<>();
        await("all commands are answered", () -> {
            answers.clear();
            decisions().stream()
                    .filter(decision -> !decision.getClientId().equals(Sample.CLIENT))
                    .forEach(answers::add);
            return answers.size() >= commands;
        });
        assertEquals(commands, answers.size());
        return answers;
    }

    private List<PaymentDecision> decisions() {
        return read(Topic.PAYMENT_DECISIONS, PaymentDecision.class);
    }

    /** The settlements by key: a payment has one. */
    Map<PaymentKey, PaymentDecision> settled() {
        return decisions().stream()
                .filter(decision -> decision.getVerdict() == Verdict.SETTLED)
                .collect(Collectors.toMap(
                        decision -> new PaymentKey(decision.getClientId(), decision.getIdempotencyKey()),
                        decision -> decision));
    }

    /** Those of which the ledger was told. */
    Set<PaymentKey> accepted() {
        return read(Topic.LEDGER_EVENTS, LedgerEvent.class).stream()
                .map(event -> new PaymentKey(event.getClientId(), event.getIdempotencyKey()))
                .collect(Collectors.toSet());
    }

    private <T extends SpecificRecord> List<T> read(Topic topic, Class<T> type) {
        WireReader<T> reader = new WireReader<>(world.format(), type);
        List<T> found = new ArrayList<>();
        TopicTail.readWhole(world.kafka(), topic, each -> {
            if (reader.read(each.topic(), each.value()) instanceof Decoded.Value<T>(T value)) found.add(value);
        });
        return found;
    }

    /** Waits until it is so. */
    static void await(String what, Callable<Boolean> condition) throws Exception {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!condition.call()) {
            assertTrue(Instant.now().isBefore(deadline), "never: " + what);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
