package io.hapax.lab.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.lab.LabRun;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.tools.cli.Verdict;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of old keys on real parts: a key that a short retention has forgotten is looked up in the ledger. */
class RecalledKeysTest {
    private static final String CLIENT = "acme-shop";
    private static final int PARTITIONS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /**
     * The time stamp of the first commands. A task's clock follows the records that it reads, so the test need not
     * wait.
     */
    private final Instant then = Instant.now().truncatedTo(ChronoUnit.MILLIS).minus(Duration.ofHours(3));

    private final List<PaymentCommand> sent = new ArrayList<>();

    @TempDir
    private Path folder;

    @Test
    void shouldAnswerWhatIsForgottenFromTheLedgerAndPayWhatComesLateOnce() throws Exception {
        List<AccountTerms> accounts = Stream.of("alice", "bob", "carol")
                .map(account -> AccountTerms.customer(account, "EUR", 100_00))
                .toList();
        try (LiveDemo demo = LiveDemo.idle(folder, accounts)) {
            run(demo, "policies", "set", "--client", CLIENT, "--retention", "5m", "--recall", "45d");
            demo.surgery(Topic.PAYMENT_COMMANDS).stampBy("CreateTime");
            // The first one of each partition lets its task take up the policy, which counts from then on.
            List<PaymentCommand> first = IntStream.range(0, PARTITIONS)
                    .mapToObj(partition -> command(keyOn(partition), "alice", then))
                    .toList();
            Instant next = then.plusSeconds(1);
            PaymentCommand forgotten = command("forgotten", "alice", next);
            PaymentCommand reused = command("reused", "alice", next);
            send(demo, then, first);
            send(demo, next, List.of(forgotten, reused));
            demo.surgery(Topic.PAYMENT_COMMANDS).stampBy("LogAppendTime");
            demo.world().sandbox().stampedByBroker(Topic.PAYMENT_COMMANDS.topicName());
            demo.world().startApps();
            awaitAnswers(demo);
            List<String> before = balances(demo);

            // Now, hours later.
            PaymentCommand late = command("late", "alice", then.plus(Duration.ofMinutes(20)));
            PaymentCommand other = command("reused", "carol", next);
            send(demo, then, List.of(forgotten, other));
            awaitAnswers(demo);
            assertEquals(before, balances(demo));
            send(demo, then, List.of(late));
            awaitAnswers(demo);
            send(demo, then, List.of(forgotten, late));
            awaitAnswers(demo);

            assertEquals(
                    List.of("SETTLED COMPLETED", "SETTLED COMPLETED looked up", "REPLAYED COMPLETED looked up"),
                    answers(demo, "forgotten"));
            assertEquals(List.of("SETTLED COMPLETED", "CONFLICT [debtorAccount]"), answers(demo, "reused"));
            assertEquals(List.of("SETTLED COMPLETED", "REPLAYED COMPLETED"), answers(demo, "late"));
            assertEquals(List.of("POST 1", "INQUIRE 0"), events(demo, "forgotten"));
            assertEquals(List.of("INQUIRE 0", "POST 1"), events(demo, "late"));
            reconcileWhileLookedUp(demo);
            // Four at first, two and the late ones, of one euro each.
            assertEquals(List.of("alice 9200", "bob 10800", "carol 10000"), balances(demo));

            LabRun audit = run(demo, "audit");
            assertTrue(
                    audit.output().matches("(?s).*looked up in the ledger before anything was posted +4\n.*"),
                    audit.output());
            run(demo, "reconcile", "--wait", "60s");
            LabRun listed = run(demo, "policies", "list");
            assertTrue(listed.output().matches("(?s).*client/acme-shop +5m,45d .* 5m,45d .*4/4.*"), listed.output());
            LabRun owned = LabRun.of("accounts", "owners", "alice", "--add", CLIENT, "--reason", "since it is its own")
                    .with(
                            "--jdbc-url",
                            demo.world().sandbox().jdbcUrl(),
                            "--jdbc-user",
                            demo.world().sandbox().user(),
                            "--jdbc-password=" + demo.world().sandbox().password());
            assertEquals(0, owned.exitCode(), owned.output());
            LabRun explained = run(demo, "explain", "forgotten");
            assertTrue(explained.output().contains("alice is owned by " + CLIENT + " since "), explained.output());
            assertTrue(explained.output().contains("INQUIRE before anything is posted"), explained.output());
        }
    }

    /** A question that the ledger has not answered yet is no difference, only something that can't be told. */
    private void reconcileWhileLookedUp(LiveDemo demo) {
        demo.world().ledgerConsumer().stop();
        PaymentCommand asked = command("asked", "alice", then.plus(Duration.ofMinutes(20)));
        send(demo, then, List.of(asked, asked));
        awaitAnswers(demo, sent.size() - 1);
        LabRun meanwhile = demo.hapax("reconcile", "--wait", "1s");
        assertEquals(Verdict.COULD_NOT_TELL.exitCode(), meanwhile.exitCode(), meanwhile.output());
        demo.world().ledgerConsumer().start();
        awaitAnswers(demo);
        assertEquals(List.of("IN_FLIGHT []", "SETTLED COMPLETED"), answers(demo, "asked"));
        assertEquals(List.of("INQUIRE 0", "POST 1"), events(demo, "asked"));
    }

    private static LabRun run(LiveDemo demo, String... command) {
        LabRun run = demo.hapax(command);
        assertEquals(0, run.exitCode(), run.output());
        return run;
    }

    private void send(LiveDemo demo, Instant at, List<PaymentCommand> commands) {
        String topic = Topic.PAYMENT_COMMANDS.topicName();
        demo.surgery(Topic.PAYMENT_COMMANDS)
                .append(commands.stream()
                        .map(command -> new ProducerRecord<>(
                                topic,
                                partition(command.getIdempotencyKey()),
                                at.toEpochMilli(),
                                key(command.getIdempotencyKey()).topicKey().getBytes(UTF_8),
                                demo.world()
                                        .format()
                                        .<PaymentCommand>serializer()
                                        .serialize(topic, command)))
                        .toList());
        sent.addAll(commands);
    }

    private void awaitAnswers(LiveDemo demo) {
        awaitAnswers(demo, sent.size());
    }

    private static void awaitAnswers(LiveDemo demo, int count) {
        try (Answers answers = new Answers(demo.world().kafka(), PATIENCE, counted -> {})) {
            answers.await(count);
        }
    }

    private static List<String> answers(LiveDemo demo, String key) {
        return values(demo, Topic.PAYMENT_DECISIONS, PaymentDecision.class).stream()
                .filter(decision -> decision.getIdempotencyKey().equals(key))
                .map(decision -> decision.getVerdict()
                        + (decision.getStatus() == null
                                ? " " + decision.getDifferingFields()
                                : " " + decision.getStatus())
                        + (decision.getLedgerKnewSince() == null ? "" : " looked up"))
                .toList();
    }

    private static List<String> events(LiveDemo demo, String key) {
        return values(demo, Topic.LEDGER_EVENTS, LedgerEvent.class).stream()
                .filter(event -> event.getIdempotencyKey().equals(key))
                .map(event -> event.getKind() + " " + event.getAttempt())
                .toList();
    }

    private static <T extends SpecificRecord> List<T> values(LiveDemo demo, Topic topic, Class<T> type) {
        Deserializer<T> deserializer = demo.world().format().deserializer(type);
        return demo.surgery(topic).records().stream()
                .map(found -> deserializer.deserialize(found.topic(), found.value()))
                .toList();
    }

    private static List<String> balances(LiveDemo demo) throws Exception {
        return demo.query("SELECT id || ' ' || balance_minor FROM accounts WHERE id NOT LIKE 'system:%' ORDER BY id");
    }

    private static PaymentCommand command(String key, String debtor, Instant sentAt) {
        return PaymentCommand.newBuilder()
                .setClientId(CLIENT)
                .setIdempotencyKey(key)
                .setDebtorAccount(debtor)
                .setCreditorAccount("bob")
                .setAmountMinor(1_00)
                .setCurrency("EUR")
                .setReference(null)
                .setSentAt(sentAt)
                .build();
    }

    private static String keyOn(int partition) {
        return IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> "first-" + number)
                .filter(key -> partition(key) == partition)
                .findFirst()
                .orElseThrow();
    }

    private static int partition(String key) {
        return Partitions.of(key(key), PARTITIONS);
    }

    private static PaymentKey key(String key) {
        return new PaymentKey(CLIENT, key);
    }
}
