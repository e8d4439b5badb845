package io.hapax.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.lab.LabRun;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.VoidCommand;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.stream.gateway.credentials.ApiKey;
import io.hapax.stream.gateway.credentials.Debtors;
import io.hapax.stream.gateway.credentials.Scope;
import io.hapax.topics.Topic;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;

/**
 * The ways in which a client might debit an account that another client owns, on real parts: one row for each, with its
 * answer. After each row the account must have lost just what its owner has paid.
 */
final class RightsRows {
    private static final String OWNER = "acme-shop";
    private static final String STRANGER = "intruder";
    private static final String NOT_ALLOWED = "SETTLED FAILED NOT_ALLOWED";
    private static final String NOT_FOUND = "SETTLED FAILED RESERVATION_NOT_FOUND";

    private final LiveDemo demo;
    private final StepClients clients;
    private final String vault;
    private final String creditor;
    private final String strangersKey;
    private final String narrowKey;

    private interface Ask {
        String answer() throws Exception;
    }

    private record Row(String name, Ask ask, String answer, long lost) {}

    /**
     * Before the apps start, and while commands are stamped by who sends them: the account, the API keys, and a policy
     * by which the stranger's old keys are recalled.
     */
    RightsRows(LiveDemo demo, StepClients clients, String vault, String creditor) throws Exception {
        this.demo = demo;
        this.clients = clients;
        this.vault = vault;
        this.creditor = creditor;
        demo.world().openAccount(AccountTerms.customer(vault, "EUR", 100_00), OWNER);
        ApiKey.Issued stranger = issue(STRANGER, Debtors.ANY);
        ApiKey.Issued narrow = issue(OWNER, new Debtors(Set.of("shop-*")));
        List<ApiKey> keys = new ArrayList<>(demo.world().apiKeys().read());
        keys.addAll(List.of(stranger.key(), narrow.key()));
        demo.world().apiKeys().write(keys);
        strangersKey = stranger.secret();
        narrowKey = narrow.secret();
        LabRun policy = demo.hapax("policies", "set", "--client", STRANGER, "--retention", "5m", "--recall", "45d");
        assertEquals(0, policy.exitCode(), policy.output());
        // With this one the task takes up the policy: a key from then on may be forgotten an hour ago.
        clients.send(
                payment(STRANGER, strangersOwn("first"), null), Instant.now().minus(Duration.ofHours(2)));
    }

    private static ApiKey.Issued issue(String client, Debtors debtors) {
        return ApiKey.issue(client, EnumSet.allOf(Scope.class), debtors, Instant.now(), new SecureRandom());
    }

    Stream<DynamicTest> rows() {
        return Stream.of(
                        row("the owner by the topic", () -> pay(OWNER, "r-1", null), "SETTLED COMPLETED", 10_00),
                        row("by the topic", () -> pay(STRANGER, strangersOwn("r-1"), null), NOT_ALLOWED),
                        row("again", () -> pay(STRANGER, strangersOwn("r-1"), null), "REPLAYED FAILED NOT_ALLOWED"),
                        row("another's command as it was", () -> pay(OWNER, "r-1", null), "REPLAYED COMPLETED"),
                        row("another's command as one's own", () -> pay(STRANGER, "r-1", null), NOT_ALLOWED),
                        row("by a key that is recalled", this::recalled, NOT_ALLOWED),
                        row("over HTTP", () -> http(strangersKey, "/v1/payments", payment()), "403 debtor-not-allowed"),
                        row(
                                "over HTTP, in two steps",
                                () -> http(strangersKey, "/v1/reservations", payment()),
                                "403 debtor-not-allowed"),
                        row("by a narrowed API key", this::narrowed, "[403 not-allowed]"),
                        row("a hold", () -> clients.answer(hold(STRANGER, "h-0")), NOT_ALLOWED),
                        row("a hold of the owner", () -> clients.answer(hold(OWNER, "h-1")), "SETTLED COMPLETED"),
                        row("capture of another's hold", () -> clients.answer(capture(STRANGER, "c-1")), NOT_FOUND),
                        row("voiding of another's hold", () -> clients.answer(voiding(STRANGER)), NOT_FOUND),
                        row("an owner no more", this::sold, NOT_ALLOWED),
                        row(
                                "what it held before",
                                () -> clients.answer(capture(OWNER, "c-1")),
                                "SETTLED COMPLETED",
                                10_00))
                .map(row -> DynamicTest.dynamicTest(row.name(), () -> check(row)));
    }

    private static Row row(String name, Ask ask, String answer) {
        return row(name, ask, answer, 0);
    }

    private static Row row(String name, Ask ask, String answer, long lost) {
        return new Row(name, ask, answer, lost);
    }

    private void check(Row row) throws Exception {
        long before = balance();
        assertEquals(row.answer(), row.ask().answer());
        assertEquals(before - row.lost(), balance());
    }

    private String pay(String client, String key, @Nullable Instant sentAt) throws Exception {
        return clients.answer(payment(client, key, sentAt));
    }

    private PaymentCommand payment(String client, String key, @Nullable Instant sentAt) {
        return new PaymentCommand(client, key, vault, creditor, 10_00L, "EUR", null, sentAt, null, null);
    }

    /** On one partition, whose task has taken up the policy with the first of them. */
    private static String strangersOwn(String name) {
        return StepClients.keyOn(3, STRANGER, name);
    }

    private String recalled() throws Exception {
        String key = strangersOwn("old");
        String answer =
                pay(STRANGER, key, Instant.now().truncatedTo(ChronoUnit.MILLIS).minus(Duration.ofHours(1)));
        WireReader<LedgerEvent> reader = new WireReader<>(demo.world().format(), LedgerEvent.class);
        assertEquals(
                List.of(LedgerEventKind.INQUIRE, LedgerEventKind.POST),
                demo.surgery(Topic.LEDGER_EVENTS).records().stream()
                        .map(event -> reader.read(event.topic(), event.value()))
                        .flatMap(read -> read instanceof Decoded.Value<LedgerEvent>(var event)
                                        && event.getIdempotencyKey().equals(key)
                                ? Stream.of(event.getKind())
                                : Stream.empty())
                        .toList());
        return answer;
    }

    /** Nothing is sent: the ends of the topic stay. */
    private String narrowed() throws Exception {
        Map<Integer, Long> ends = ends();
        Set<String> answers = new TreeSet<>(List.of(
                http(narrowKey, "/v1/payments", payment()),
                http(narrowKey, "/v1/payments", payment(), "handling=dry-run"),
                http(narrowKey, "/v1/reservations", payment()),
                http(
                        narrowKey,
                        "/v1/reservations/h-1/capture",
                        "{\"debtorAccount\":\"" + vault + "\",\"amountMinor\":1000,\"currency\":\"EUR\"}"),
                http(narrowKey, "/v1/reservations/h-1/void", "{\"debtorAccount\":\"" + vault + "\"}")));
        assertEquals(ends, ends());
        return answers.toString();
    }

    private String sold() throws Exception {
        LabRun sold = LabRun.of(
                        "accounts",
                        "owners",
                        vault,
                        "--add",
                        "globex",
                        "--remove",
                        OWNER,
                        "--reason",
                        "sold",
                        "--as",
                        "ann")
                .with(
                        "--jdbc-url",
                        demo.world().sandbox().jdbcUrl(),
                        "--jdbc-user",
                        demo.world().sandbox().user(),
                        "--jdbc-password=" + demo.world().sandbox().password());
        assertEquals(0, sold.exitCode(), sold.output());
        return pay(OWNER, "r-2", null);
    }

    private ReservationCommand hold(String client, String key) {
        return new ReservationCommand(
                client,
                key,
                vault,
                creditor,
                10_00L,
                "EUR",
                null,
                null,
                Duration.ofDays(1).toMillis(),
                false);
    }

    private CaptureCommand capture(String client, String key) {
        return new CaptureCommand(client, key, "h-1", vault, 10_00L, "EUR", false, null, null);
    }

    private VoidCommand voiding(String client) {
        return new VoidCommand(client, "v-1", "h-1", vault, null);
    }

    private String payment() {
        return "{\"debtorAccount\":\"" + vault + "\",\"creditorAccount\":\"" + creditor
                + "\",\"amountMinor\":1000,\"currency\":\"EUR\"}";
    }

    /** Under a key of its own each. */
    private String http(String bearer, String path, String body) throws Exception {
        return http(bearer, path, body, "wait=30");
    }

    private String http(String bearer, String path, String body, String prefer) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(demo.world().gatewayUrl() + path))
                .header("Authorization", "Bearer " + bearer)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "http" + path)
                .header("Prefer", prefer)
                .timeout(Duration.ofSeconds(40))
                .POST(BodyPublishers.ofString(body))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            GatewayAnswer answer = GatewayAnswer.of(http.send(request, BodyHandlers.ofString()));
            return answer.status() + " " + answer.bodyType();
        }
    }

    private Map<Integer, Long> ends() throws Exception {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        IntStream.range(0, StepClients.PARTITIONS)
                .forEach(partition -> asked.put(
                        new TopicPartition(Topic.PAYMENT_COMMANDS.topicName(), partition), OffsetSpec.latest()));
        Map<Integer, Long> ends = new TreeMap<>();
        try (Admin admin = Admin.create(demo.world().kafka())) {
            for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
                    admin.listOffsets(asked).all().get().entrySet()) {
                ends.put(end.getKey().partition(), end.getValue().offset());
            }
        }
        return ends;
    }

    private long balance() throws Exception {
        return Long.parseLong(demo.query("SELECT balance_minor FROM accounts WHERE id = '" + vault + "'")
                .getFirst());
    }
}
