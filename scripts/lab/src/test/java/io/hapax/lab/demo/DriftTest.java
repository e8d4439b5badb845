package io.hapax.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hapax.lab.ForeignEvent;
import io.hapax.lab.LabRun;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PolicyFollowed;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.RecordHeaders;
import io.hapax.topics.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Drift planted one kind at a time after a run on real parts: each is named, and nothing else is.
 *
 * <p>More than 300 lines: each drift is planted after the one before it is mended, in one run of the real parts.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DriftTest {
    private static final int PAYMENTS = 400;

    private static LiveDemo demo;

    private static final Pattern MINOR_UNITS_AS_EUROS = Pattern.compile("(?<![.,0-9])[0-9]+ EUR");

    @TempDir
    private Path folder;

    /** One payment to tamper with. */
    private static final String VICTIM = "(SELECT payment_id FROM payments WHERE idempotency_key = 'order-1')";

    /** The faults planted in the database; {@code differences} and {@code following} by kind and subject. */
    enum Planted {
        BALANCE_CHANGED_BY_ONE(
                "UPDATE accounts SET balance_minor = balance_minor + 1 WHERE id = 'alice'",
                List.of("ACCOUNT_DIFFERS account alice"),
                List.of()),
        PAYMENT_ROW_REMOVED(
                "DELETE FROM payments WHERE payment_id = " + VICTIM,
                List.of("NOT_POSTED event"),
                List.of(
                        "ACCOUNT_DIFFERS account alice",
                        "ACCOUNT_DIFFERS account bob",
                        "ENTRY_WITHOUT_PAYMENT account alice",
                        "ENTRY_WITHOUT_PAYMENT account bob")),
        ENTRY_ALTERED(
                "UPDATE entries SET amount_minor = amount_minor - 1 WHERE account_id = 'alice' AND payment_id = "
                        + VICTIM,
                List.of("ENTRY_DIFFERS account alice"),
                List.of("ACCOUNT_DIFFERS account alice", "CHAIN_BROKEN account alice", "SUM_NOT_ZERO currency EUR")),
        ENTRY_REMOVED(
                "DELETE FROM entries WHERE account_id = 'bob' AND payment_id = " + VICTIM,
                List.of("ENTRY_MISSING account bob"),
                List.of("ACCOUNT_DIFFERS account bob", "CHAIN_BROKEN account bob", "SUM_NOT_ZERO currency EUR")),
        BALANCE_AFTER_ALTERED(
                "UPDATE entries SET balance_after_minor = 1 WHERE account_id = 'bob' AND entry_id ="
                        + " (SELECT max(entry_id) FROM entries WHERE account_id = 'bob')",
                List.of("CHAIN_BROKEN account bob"),
                List.of()),
        POSTING_WITHOUT_EVENT(
                """
                INSERT INTO payments (payment_id, client_id, idempotency_key, debtor_account, creditor_account, amount_minor,
                                      currency, status, entry_id, attempt, accepted_at_ms, command_partition, command_offset,
                                      event_partition, event_offset)
                VALUES ('00000000-0000-8000-8000-000000000001', 'nobody', 'never', 'alice', 'bob', 7, 'EUR', 'COMPLETED',
                        1000000, 1, 0, 0, 999999, 0, 999999);
                INSERT INTO entries (entry_id, payment_id, account_id, amount_minor, balance_after_minor)
                SELECT 1000000, '00000000-0000-8000-8000-000000000001', id, amount, balance_minor + amount
                FROM accounts JOIN (VALUES ('alice', -7), ('bob', 7)) AS side (account, amount) ON account = id;
                UPDATE accounts SET balance_minor = balance_minor - 7 WHERE id = 'alice';
                UPDATE accounts SET balance_minor = balance_minor + 7 WHERE id = 'bob'
                """,
                List.of("POSTED_WITHOUT_EVENT payment 00000000-0000-8000-8000-000000000001"),
                List.of("ACCOUNT_DIFFERS account alice", "ACCOUNT_DIFFERS account bob")),
        CONTENT_ALTERED(
                "UPDATE payments SET reference = 'altered' WHERE payment_id = " + VICTIM,
                List.of("CONTENT_DIFFERS payment"),
                List.of()),
        OUTCOME_ALTERED(
                "UPDATE payments SET failure_reason = 'ACCOUNT_CLOSED' WHERE idempotency_key = 'order-2'",
                List.of("OUTCOME_DIFFERS outcome"),
                List.of("DECISION_DIFFERS decision", "DECISION_DIFFERS decision")),
        OPENING_REMOVED(
                "DELETE FROM entries WHERE payment_id = (SELECT payment_id FROM payments WHERE idempotency_key = 'alice');"
                        + " DELETE FROM payments WHERE idempotency_key = 'alice'",
                List.of("OPENING_MISSING account alice"),
                List.of(
                        "ACCOUNT_DIFFERS account alice",
                        "ACCOUNT_DIFFERS account system:EUR",
                        "CHAIN_BROKEN account alice"));

        private final String sql;
        private final List<String> differences;
        private final List<String> following;

        Planted(String sql, List<String> differences, List<String> following) {
            this.sql = sql;
            this.differences = differences;
            this.following = following;
        }
    }

    @BeforeAll
    static void runDemo(@TempDir Path folder) throws IOException, SQLException {
        demo = LiveDemo.run(folder, PAYMENTS);
    }

    @AfterAll
    static void stop() {
        demo.close();
    }

    @Test
    @Order(1)
    void shouldRaiseNoFalseAlarmWhilePaymentsFlow() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        try (ExecutorService clients = Executors.newSingleThreadExecutor()) {
            Future<Integer> flow = clients.submit(() -> {
                int seed = 2;
                while (!enough.get()) {
                    demo.sendMore(300, seed++);
                }
                return seed;
            });
            try {
                for (int run = 0; run < 3; run++) {
                    JsonNode report = reconcile(0);
                    assertEquals(List.of(), subjects(report, "differences"), report.toPrettyString());
                    audit(0);
                }
            } finally {
                enough.set(true);
            }
            assertTrue(flow.get() > 4, "payments did not flow meanwhile");
        }
    }

    @Test
    @Order(2)
    void shouldExplainAKeyFromItsCommandToItsRetries() {
        LabRun order = demo.hapax("explain", "order-1");
        assertEquals(0, order.exitCode(), order.output());
        assertEquals(
                List.of("command", "event", "posting", "outcome", "settlement"),
                order.output()
                        .lines()
                        .map(line -> line.split("\\s+")[1])
                        .filter(stage ->
                                !List.of("rerouted", "retry", "decision").contains(stage))
                        .toList(),
                order.output());
        assertTrue(order.output().contains("CONFLICT in [amountMinor]"), order.output());
        assertTrue(order.output().contains("REPLAYED COMPLETED"), order.output());
        assertTrue(order.output().contains("alice pays bob 120.00 EUR"), order.output());
        LabRun invalid = demo.hapax("explain", "order 6");
        assertTrue(invalid.output().contains("  command  ") && !invalid.output().contains("retry"), invalid.output());
        assertEquals(1, demo.hapax("explain", "never-used").exitCode());
    }

    @Test
    @Order(3)
    @Tag("long")
    void shouldDecideTheSameAgainFromTheSameLog() throws IOException {
        JsonNode report = audit(0);
        assertTrue(report.at("/counted/decidedAgainReplayed/count").asLong() > 0, report.toPrettyString());
        assertTrue(report.at("/counted/deadLetters/count").asLong() == 1, report.toPrettyString());

        // Under another retention the same log decides otherwise: the audit would have noticed.
        LabRun other = demo.hapax("audit", "--json", "--retention", "PT12H");
        assertEquals(1, other.exitCode(), other.output());
        assertTrue(other.output().contains("they differ in [expiresAt]"), other.output());
    }

    @Test
    @Order(4)
    @Tag("long")
    void shouldRebuildTheSameLedgerBesideTheLiveOneThoughKilled() throws Exception {
        Process killed = demo.process(folder.resolve("rebuild.out"), "rebuild");
        while (demo.query("SELECT 1 FROM pg_tables WHERE schemaname = 'hapax_rebuild' AND tablename = 'step'")
                .isEmpty()) {
            assertTrue(killed.isAlive(), "it ended before it was killed");
        }
        killed.destroyForcibly().waitFor();
        LabRun again = demo.hapax("rebuild");
        assertEquals(0, again.exitCode(), again.output());
        assertTrue(
                again.output().contains("The rebuilt ledger and the live one are the same, up to these offsets."),
                again.output());
        assertEquals(
                demo.query("SELECT id || ' ' || balance_minor FROM accounts ORDER BY id"),
                demo.query("SELECT id || ' ' || balance_minor FROM hapax_rebuild.accounts ORDER BY id"));

        demo.tamper("UPDATE accounts SET balance_minor = balance_minor + 1 WHERE id = 'alice'");
        LabRun drifted = demo.hapax("rebuild");
        demo.tamper("UPDATE accounts SET balance_minor = balance_minor - 1 WHERE id = 'alice'");
        assertEquals(1, drifted.exitCode(), drifted.output());
        assertTrue(drifted.output().contains("Differences: ACCOUNT_DIFFERS 1"), drifted.output());
        assertTrue(
                drifted.output()
                        .matches(
                                "(?s).*account alice: live [0-9,]+\\.[0-9]{2} EUR, rebuilt [0-9,]+\\.[0-9]{2} EUR\n.*"),
                drifted.output());
        assertEquals(2, demo.hapax("rebuild", "--schema", "public").exitCode());

        demo.world().openAccounts(List.of(AccountTerms.customer("opened-since", "EUR", 100)));
        LabRun since = demo.hapax("rebuild");
        assertEquals(2, since.exitCode(), since.output());
        assertFalse(since.output().contains("POSTED_WITHOUT_EVENT"), since.output());
    }

    @Test
    @Order(4)
    void shouldFollowPoliciesThatArePublishedWhilePaymentsFlowAndDecideTheSameAgain() throws Exception {
        policies("set", "--retention", "12h");
        demo.sendMore(100, 1001);
        policies("set", "--retention", "10m", "--client", "client-1");
        policies("set", "--retention", "5m", "--client", "client-2", "--operation", "run-1003");
        demo.sendMore(100, 1002);
        demo.world().streamApp().stop();
        demo.world().streamApp().start();
        demo.sendMore(100, 1003);
        policies("remove", "--client", "client-1");
        demo.sendMore(100, 1004);

        Map<String, Integer> followed = new TreeMap<>();
        Deserializer<PaymentDecision> decisions = decisions();
        demo.surgery(Topic.PAYMENT_DECISIONS).records().forEach(found -> {
            PolicyFollowed policy =
                    decisions.deserialize(found.topic(), found.value()).getPolicy();
            followed.merge(
                    policy == null ? "none" : policy.getScope() + " " + Duration.ofMillis(policy.getRetentionMs()),
                    1,
                    Integer::sum);
        });
        assertEquals(Set.of("none", "ALL PT12H", "CLIENT PT10M"), followed.keySet(), followed.toString());
        String listed = policies("list");
        assertTrue(listed.matches("(?s).*all +12h .*OPERATOR +12h .*3/3.*"), listed);
        assertTrue(listed.matches("(?s).*client/client-1 +- .*12h .*3/3.*"), listed);
        JsonNode audited = audit(0);
        assertTrue(audited.at("/counted/policiesTakenUp/count").asLong() > 6, audited.toPrettyString());
    }

    @ParameterizedTest
    @EnumSource
    @Order(5)
    void shouldNameWhatWasPlantedInTheDatabaseAndNothingElse(Planted planted) throws SQLException, IOException {
        demo.world().ledgerConsumer().stop();
        for (String table : List.of("accounts", "payments", "entries")) {
            demo.tamper("CREATE TABLE kept_" + table + " AS TABLE " + table);
        }
        try {
            demo.tamper(planted.sql);
            JsonNode report = reconcile(1);
            assertEquals(planted.differences, subjects(report, "differences"), report.toPrettyString());
            assertEquals(planted.following, subjects(report, "following"), report.toPrettyString());
        } finally {
            for (String table : List.of("entries", "payments", "accounts")) {
                demo.tamper("DELETE FROM " + table + "; INSERT INTO " + table + " OVERRIDING SYSTEM VALUE TABLE kept_"
                        + table + "; DROP TABLE kept_" + table);
            }
        }
        reconcile(0);
    }

    @Test
    @Order(6)
    @Tag("long")
    void shouldReplayWithoutMovingABalanceAndGoOnAfterAKill() throws Exception {
        demo.world().ledgerConsumer().start();
        List<String> balances = demo.query("SELECT id || ' ' || balance_minor FROM accounts ORDER BY id");
        long before = demo.surgery(Topic.PAYMENT_COMMANDS).records().size();

        LabRun dry = demo.hapax("replay", "--client", "acme-shop");
        assertEquals(0, dry.exitCode(), dry.output());
        assertTrue(dry.output().contains("12 commands would be sent"), dry.output());
        assertEquals(before, demo.surgery(Topic.PAYMENT_COMMANDS).records().size());

        Path output = folder.resolve("replay.out");
        Process killed = demo.process(output, "replay", "--execute", "--rate", "400");
        String run = awaitMatch(output, "replay ([0-9a-f-]+);");
        awaitReplayed(before + 100);
        killed.destroyForcibly().waitFor();
        long replayed = demo.surgery(Topic.PAYMENT_COMMANDS).records().size() - before;
        assertTrue(replayed < before - 1, "it was killed too late: " + replayed + " of " + before);

        LabRun resumed = demo.hapax("replay", "--execute", "--rate", "0", "--resume", run, "--json");
        assertEquals(0, resumed.exitCode(), resumed.output());
        JsonNode result = new ObjectMapper().readTree(resumed.output());
        assertEquals(result.get("commands"), result.get("answered"), resumed.output());
        for (String verdict : List.of("SETTLED", "IN_FLIGHT")) {
            assertTrue(result.get("verdicts").path(verdict).isMissingNode(), resumed.output());
        }
        long all = demo.surgery(Topic.PAYMENT_COMMANDS).records().size() - before;
        assertTrue(all >= before - 1 && all < before - 1 + 600, all + " replayed of " + before);
        assertEquals(balances, demo.query("SELECT id || ' ' || balance_minor FROM accounts ORDER BY id"));
        reconcile(0);
        audit(0);
    }

    @Test
    @Order(6)
    @Tag("long")
    void shouldSayAtEveryRunThatAnEventCannotBeReadUntilItIsADeadLetter() throws Exception {
        demo.world().ledgerConsumer().stop();
        TopicSurgery events = demo.surgery(Topic.LEDGER_EVENTS);
        events.append(List.of(new ProducerRecord<>(
                Topic.LEDGER_EVENTS.topicName(), 0, "alice".getBytes(StandardCharsets.UTF_8), new byte[] {1, 2, 3})));
        long offset = events.records().stream()
                .filter(event -> event.partition() == 0)
                .mapToLong(ConsumerRecord::offset)
                .max()
                .orElseThrow();
        events.skip("hapax-ledger", 0, offset + 1);
        String told = "ledger-events 0@" + offset + " can't be read, TOO_SHORT, and there is no dead letter";
        for (int run = 0; run < 2; run++) {
            LabRun rebuilt = demo.hapax("rebuild", "--schema", "rebuilt_unread");
            assertEquals(2, rebuilt.exitCode(), rebuilt.output());
            assertTrue(rebuilt.output().contains(told), rebuilt.output());
            assertEquals(run == 1, rebuilt.output().contains("built by an earlier run"), rebuilt.output());
        }
        JsonNode unburied = reconcile(2);
        assertTrue(unburied.get("unproved").toString().contains(told), unburied.toPrettyString());
        assertEquals(2, demo.hapax("reconcile", "--limit", "0").exitCode(), "--limit 0 hides what can't be told");
        assertTrue(audit(2).get("unproved").toString().contains(told));

        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(Topic.DEAD_LETTERS.topicName(), 0, null, new byte[] {1, 2, 3});
        Map.of(
                        RecordHeaders.TOPIC,
                        Topic.LEDGER_EVENTS.topicName(),
                        RecordHeaders.PARTITION,
                        "0",
                        RecordHeaders.OFFSET,
                        String.valueOf(offset))
                .forEach((name, text) -> letter.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        demo.surgery(Topic.DEAD_LETTERS).append(List.of(letter));
        LabRun buried = demo.hapax("rebuild", "--schema", "rebuilt_unread");
        assertEquals(0, buried.exitCode(), buried.output());
        reconcile(0);
        audit(0);
    }

    @Test
    @Order(6)
    @Tag("long")
    void shouldReplaceADamagedLedgerByTheRebuiltOneAndGoBack() throws Exception {
        String rows = "SELECT accounts::text FROM accounts UNION ALL SELECT entries::text FROM entries UNION ALL"
                + " SELECT payments::text FROM payments ORDER BY 1";
        String rights = "SELECT concat_ws(' ', table_name, grantee, privilege_type) FROM"
                + " information_schema.role_table_grants WHERE table_schema = 'public' ORDER BY 1";
        List<String> granted = demo.query(rights);
        demo.world().ledgerConsumer().stop();
        demo.tamper("UPDATE accounts SET balance_minor = balance_minor + 1 WHERE id = 'alice'");
        demo.tamper("DELETE FROM payments WHERE payment_id = " + VICTIM);
        List<String> damaged = demo.query(rows);

        LabRun swapped = demo.hapax("rebuild", "--schema", "rebuilt_swap", "--swap");
        assertEquals(0, swapped.exitCode(), swapped.output());
        assertTrue(swapped.output().contains("Swapped: the ledger has the rebuilt rows."), swapped.output());
        reconcile(0);
        assertEquals(List.of(), demo.query("SELECT violated FROM ledger_check()"));
        assertEquals(granted, demo.query(rights));
        LabRun refused = demo.hapax("rebuild", "--schema", "rebuilt_swap", "--swap");
        assertTrue(refused.output().contains("Nothing is swapped: they are the same."), refused.output());

        LabRun back = demo.hapax("rebuild", "--swap-back");
        assertEquals(0, back.exitCode(), back.output());
        assertEquals(damaged, demo.query(rows));
        reconcile(1);
        assertEquals(2, demo.hapax("rebuild", "--swap-back").exitCode());

        assertEquals(
                0, demo.hapax("rebuild", "--schema", "rebuilt_swap", "--swap").exitCode());
        demo.world().ledgerConsumer().start();
        demo.sendMore(50, 77);
        awaitPostedSinceTheSwap(50);
        LabRun running = demo.hapax("rebuild", "--swap-back");
        assertEquals(2, running.exitCode(), running.output());
        assertTrue(running.output().contains("group hapax-ledger has members"), running.output());
        demo.world().ledgerConsumer().stop();
        LabRun late = demo.hapax("rebuild", "--swap-back");
        assertEquals(2, late.exitCode(), late.output());
        assertTrue(late.output().contains("recorded since the swap, and would be lost"), late.output());
        reconcile(0);
        demo.tamper("DROP SCHEMA hapax_before CASCADE");
        reconcile(0);
        demo.world().ledgerConsumer().start();
        demo.sendMore(20, 78);
        reconcile(0);
        demo.world().ledgerConsumer().stop();
    }

    private static String policies(String... arguments) {
        LabRun run = demo.hapax(
                Stream.concat(Stream.of("policies"), Stream.of(arguments)).toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.output());
        return run.output();
    }

    /** One for all records: each asks the registry for each schema once. */
    private static Deserializer<PaymentDecision> decisions() {
        return demo.world().format().deserializer(PaymentDecision.class);
    }

    @Test
    @Order(7)
    void shouldNameARemovedDecision() throws Exception {
        demo.world().streamApp().stop();
        TopicSurgery decisions = demo.surgery(Topic.PAYMENT_DECISIONS);
        List<ConsumerRecord<byte[], byte[]>> before = decisions.records();
        ConsumerRecord<byte[], byte[]> removed = before.stream()
                .filter(decision -> key(decision).equals("acme-shop/order-2"))
                .findFirst()
                .orElseThrow();
        decisions.keep(each -> each.partition() != removed.partition() || each.offset() != removed.offset());
        JsonNode report = reconcile(1);
        assertEquals(List.of("DECISION_MISSING command"), subjects(report, "differences"), report.toPrettyString());
        assertEquals(List.of(), subjects(report, "following"), report.toPrettyString());
        assertTrue(report.toString().contains("FAILED, and no decision settles it"), report.toString());

        decisions.append(List.of(new ProducerRecord<>(
                removed.topic(), removed.partition(), removed.timestamp(), removed.key(), removed.value())));
        reconcile(0);
    }

    @Test
    @Order(8)
    void shouldSayWhatATrimmedTopicCannotProve() throws Exception {
        long start = demo.surgery(Topic.LEDGER_EVENTS).records().stream()
                .filter(event -> event.partition() == 1)
                .skip(10)
                .findFirst()
                .orElseThrow()
                .offset();
        demo.surgery(Topic.LEDGER_EVENTS).trim(1, start);
        JsonNode report = reconcile(2);
        assertEquals(List.of(), subjects(report, "differences"), report.toPrettyString());
        String unproved = report.get("unproved").toString();
        assertTrue(
                unproved.contains("10 payments whose events were deleted from the start of ledger-events"), unproved);
        assertTrue(unproved.contains("the log starts at 0@0 1@" + start + " 2@0"), unproved);
    }

    @Test
    @Order(9)
    void shouldNameAnEventThatTheLedgerNeverSaw() throws Exception {
        demo.world().ledgerConsumer().stop();
        TopicSurgery events = demo.surgery(Topic.LEDGER_EVENTS);
        PaymentKey key = new PaymentKey("acme-shop", "unseen");
        int partition = Partitions.of("alice", 3);
        events.append(List.of(new ProducerRecord<>(
                Topic.LEDGER_EVENTS.topicName(),
                partition,
                "alice".getBytes(StandardCharsets.UTF_8),
                demo.world()
                        .format()
                        .<LedgerEvent>serializer()
                        .serialize(Topic.LEDGER_EVENTS.topicName(), ForeignEvent.post(key, 1, 999_999)))));
        long offset = events.records().stream()
                .filter(event -> event.partition() == partition)
                .mapToLong(ConsumerRecord::offset)
                .max()
                .orElseThrow();

        // While the ledger may still come to it, nothing can be said.
        JsonNode undecided = reconcile(2, 1);
        assertEquals(List.of(), subjects(undecided, "differences"), undecided.toPrettyString());
        assertTrue(
                undecided.get("unproved").toString().contains("group hapax-ledger has not dealt with"),
                undecided.toPrettyString());

        events.skip("hapax-ledger", partition, offset + 1);
        JsonNode report = reconcile(1);
        assertEquals(List.of("NOT_POSTED event"), subjects(report, "differences"), report.toPrettyString());
        assertEquals(List.of(), subjects(report, "following"), report.toPrettyString());
        assertTrue(report.toString().contains("event " + partition + "@" + offset), report.toString());
    }

    @Test
    @Order(10)
    @Tag("long")
    void shouldFindInTheAuditWhatWasToldToTheLedgerWithoutACommand() throws Exception {
        JsonNode audited = audit(1);
        assertEquals("{\"EVENT_UNFOUNDED\":1}", audited.get("kinds").toString(), audited.toPrettyString());
    }

    @Test
    @Order(11)
    @Tag("long")
    void shouldFindInTheAuditACommandWithoutItsDecision() throws Exception {
        TopicSurgery decisions = demo.surgery(Topic.PAYMENT_DECISIONS);
        ConsumerRecord<byte[], byte[]> removed = decisions.records().stream()
                .filter(decision -> key(decision).equals("acme-shop/order-3"))
                .findFirst()
                .orElseThrow();
        decisions.keep(each -> each.partition() != removed.partition() || each.offset() != removed.offset());
        JsonNode audited = audit(1);
        assertEquals(
                "{\"DECISION_MISSING\":1,\"EVENT_UNFOUNDED\":1}",
                audited.get("kinds").toString(),
                audited.toPrettyString());
    }

    private static String key(ConsumerRecord<byte[], byte[]> found) {
        return new String(found.key(), StandardCharsets.UTF_8);
    }

    private static JsonNode reconcile(int exitCode) throws IOException {
        return reconcile(exitCode, 60);
    }

    private static JsonNode reconcile(int exitCode, int waitSeconds) throws IOException {
        LabRun run = demo.hapax("reconcile", "--json", "--wait", waitSeconds + "s");
        assertEquals(exitCode, run.exitCode(), run.output());
        assertFalse(MINOR_UNITS_AS_EUROS.matcher(run.output()).find(), run.output());
        return new ObjectMapper().readTree(run.output());
    }

    private static JsonNode audit(int exitCode) throws IOException {
        LabRun run = demo.hapax("audit", "--json");
        assertEquals(exitCode, run.exitCode(), run.output());
        return new ObjectMapper().readTree(run.output());
    }

    /** The text of the pattern's group, once the file has it. */
    private static String awaitMatch(Path file, String pattern) throws IOException {
        Pattern wanted = Pattern.compile(pattern);
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (System.nanoTime() < deadline) {
            Matcher found = wanted.matcher(Files.exists(file) ? Files.readString(file) : "");
            if (found.find()) {
                return found.group(1);
            }
        }
        throw new AssertionError("not in " + file + ": " + pattern);
    }

    private static void awaitPostedSinceTheSwap(int payments) throws SQLException {
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        String posted = "SELECT count(*) FROM payments, hapax_before.swap WHERE recorded_at > at";
        while (Integer.parseInt(demo.query(posted).getFirst()) < payments) {
            assertTrue(System.nanoTime() < deadline, "nothing is posted");
        }
    }

    private static void awaitReplayed(long commands) {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (demo.surgery(Topic.PAYMENT_COMMANDS).records().size() < commands) {
            assertTrue(System.nanoTime() < deadline, "nothing is replayed");
        }
    }

    /** Kinds and subjects, without places and numbers, which are not the same in every run. */
    private static List<String> subjects(JsonNode report, String list) {
        List<String> subjects = new ArrayList<>();
        report.get(list).forEach(found -> {
            String subject = found.get("subject").asText();
            subjects.add(found.get("kind").asText() + " "
                    + subject.replaceAll("(event|outcome|decision|command) \\d+@\\d+", "$1")
                            .replaceAll(", entry \\d+", "")
                            .replaceAll("payment [0-9a-f]{8}(?!-0000).*", "payment"));
        });
        subjects.sort(null);
        return subjects;
    }
}
