package io.hapax.lab.demo;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.ledger.book.AccountTerms;
import io.hapax.stream.StreamApp;
import io.hapax.stream.gateway.credentials.ApiKey;
import io.hapax.stream.gateway.credentials.Debtors;
import io.hapax.stream.gateway.credentials.Scope;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of the gateway's answers over HTTP, with the real ledger: the table of docs/http.md. Each answer is also
 * compared with docs/openapi.yaml.
 *
 * <p>More than 300 lines: a second class would start broker, registry, database and apps once more.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GatewayConformanceTest {
    private static final String TABLE_HEAD = "| case | request | status | headers | body |";
    private static final String PAYMENT = payment(100);
    private static final String FROM_VAULT = PAYMENT.replace("alice", "vault");
    private static final String OLD_UUIDV7 = "01890a5d-ac96-774b-bcce-b302099a8057";
    private static final String FIRST = "Idempotent-Replayed: false";
    private static final String REPLAY = "Idempotent-Replayed: true";
    private static final String SEEN = "Idempotency-First-Seen";
    private static final String EXPIRES = "Idempotency-Expires-At";
    private static final String LATER = "Retry-After: 1";

    private static final Map<String, GatewayAnswer> REMEMBERED = new HashMap<>();

    private static DemoWorld world;
    private static OpenApiContract contract;
    private static String writer;
    private static String otherClient;
    private static String readOnly;
    private static String narrowed;
    private static String writeOnly;
    private static String revoked;
    private static String eager;

    /** One row of the table. */
    record Row(String name, String request, Asking asking, int status, String body, List<String> headers) {
        static Row of(String name, String request, Asking asking, int status, String body, String... headers) {
            return new Row(name, request, asking, status, body, List.of(headers));
        }

        String markdown() {
            String shown = headers.stream().map(header -> "`" + header + "`").collect(Collectors.joining(", "));
            return "| %s | %s | %d | %s | %s |"
                    .formatted(name, request, status, shown, body.isEmpty() ? "" : "`" + body + "`");
        }
    }

    interface Asking {
        GatewayAnswer ask() throws Exception;
    }

    @BeforeAll
    static void startEverything(@TempDir Path folder) throws Exception {
        contract = new OpenApiContract();
        world = DemoWorld.start(
                folder,
                4,
                StreamApp.class,
                Map.of(
                        "two.steps", "true",
                        "guards", "true",
                        "gateway.client.rate", "50",
                        "gateway.client.burst", "150",
                        "gateway.body.timeout", "1s",
                        // Shorter than a request waits below.
                        "gateway.idle.timeout", "1s"));
        world.openAccounts(List.of(
                AccountTerms.customer("alice", "EUR", 1_000_00),
                AccountTerms.customer("bob", "EUR", 0),
                AccountTerms.customer("dora", "USD", 0),
                AccountTerms.customer("carol", "EUR", 0)));
        world.closeAccount("carol");
        world.openAccount(AccountTerms.customer("vault", "EUR", 1_000_00), "other-shop");
        makeKeys();
        world.startApps();
        awaitSettling();
    }

    @AfterAll
    static void stopEverything() {
        world.close();
    }

    @Order(1)
    @TestFactory
    Stream<DynamicTest> shouldAnswerAsTheTableSays() {
        return rows().stream()
                .map(row -> DynamicTest.dynamicTest(row.name(), () -> check(row, answer -> differences(row, answer))));
    }

    @Order(1)
    @TestFactory
    Stream<DynamicTest> shouldAnswerAboutReservationsAsTheTableSays() {
        return reservationRows().stream()
                .map(step -> DynamicTest.dynamicTest(
                        step.row().name(),
                        () -> check(step.row(), answer -> contract.differences(step.method(), step.path(), answer))));
    }

    @Order(1)
    @TestFactory
    Stream<DynamicTest> shouldAnswerAboutCancelsAsTheTableSays() {
        return cancelRows().stream()
                .map(step -> DynamicTest.dynamicTest(
                        step.row().name(),
                        () -> check(step.row(), answer -> contract.differences(step.method(), step.path(), answer))));
    }

    private static List<ReservationRows.StepRow> cancelRows() {
        return new CancelHttpRows(world, writer, otherClient, readOnly).rows();
    }

    private static List<ReservationRows.StepRow> reservationRows() {
        return new ReservationRows(world, writer, otherClient, readOnly).rows();
    }

    /** By its own topic each command gets the answer that it got here. */
    @Order(3)
    @Test
    void shouldAnswerOverTheTopicAsItDidOverHttp() throws Exception {
        try (ReservationTopic topic = new ReservationTopic(world)) {
            for (Map.Entry<String, SpecificRecord> sent : topic.repeated().entrySet()) {
                assertEquals(REMEMBERED.get(sent.getKey()).told(), topic.answer(sent.getValue()), sent.getKey());
            }
        }
    }

    @Order(2)
    @Test
    void shouldGiveReplaysOfEachStepTheBodyOfTheOriginal() {
        for (String row : List.of("held", "captured", "voided")) {
            assertEquals(
                    REMEMBERED.get(row).body(), REMEMBERED.get(row + ", replay").body());
            assertEquals(
                    REMEMBERED.get(row).header(SEEN),
                    REMEMBERED.get(row + ", replay").header(SEEN));
        }
        assertEquals(
                REMEMBERED.get("captured before it was reserved").body(),
                REMEMBERED.get("the same capture again").body());
        assertEquals(
                REMEMBERED.get("held").body(),
                REMEMBERED.get("reservation looked up").body());
    }

    @Order(2)
    @Test
    void shouldNameTheStepWhenTheKeyIsOfAnotherKind() {
        for (String row : List.of(
                "a payment under a reservation's key",
                "a reservation under a payment's key",
                "void under a capture's key")) {
            assertTrue(
                    REMEMBERED.get(row).body().contains("\"differingFields\":[\"step\"]"),
                    () -> REMEMBERED.get(row).body());
        }
    }

    /** Nothing but what the client itself has sent differs. */
    @Order(2)
    @Test
    void shouldNotTellAnotherClientsReservationFromNone() {
        assertEquals(
                REMEMBERED.get("unknown reservation").body(),
                REMEMBERED.get("another client's reservation").body());
        assertEquals(
                withoutDate(REMEMBERED.get("unknown reservation")),
                withoutDate(REMEMBERED.get("another client's reservation")));
        assertEquals(
                REMEMBERED.get("unknown reservation").body(),
                REMEMBERED.get("a payment is no reservation").body());
        assertEquals(
                anonymous(REMEMBERED.get("capture of nothing"), "r-unknown"),
                anonymous(REMEMBERED.get("capture of another client's reservation"), "r-1"));
    }

    private static String anonymous(GatewayAnswer answer, String reservation) {
        return answer.body()
                .replaceAll("\"(paymentId|idempotencyKey)\":\"[^\"]*\"", "")
                .replace("\"" + reservation + "\"", "");
    }

    @Order(2)
    @Test
    void shouldGiveReplaysTheBodyOfTheOriginal() {
        assertEquals(REMEMBERED.get("first").body(), REMEMBERED.get("replay").body());
        assertEquals(
                REMEMBERED.get("first").header(SEEN), REMEMBERED.get("replay").header(SEEN));
        assertEquals(
                REMEMBERED.get("first").header(EXPIRES),
                REMEMBERED.get("replay").header(EXPIRES));
        assertEquals(
                REMEMBERED.get("no funds").body(),
                REMEMBERED.get("replay of a failure").body());
    }

    /** The client that was told 202 for another amount reads which one was paid. */
    @Order(2)
    @Test
    void shouldTellWhatWasPaidWhereverItTellsWhatBecameOfIt() {
        String content =
                ",\"debtorAccount\":\"alice\",\"creditorAccount\":\"bob\",\"amountMinor\":100,\"currency\":\"EUR\"";
        for (String row : List.of(
                "first",
                "replay",
                "looked up while pending",
                "in flight, then settled while it waits",
                "looked up",
                "looked up after it")) {
            assertTrue(
                    REMEMBERED.get(row).body().contains(content),
                    () -> row + ": " + REMEMBERED.get(row).body());
        }
        for (String row : List.of("no funds", "replay of a failure", "failure looked up")) {
            assertTrue(
                    REMEMBERED.get(row).body().contains("\"amountMinor\":99999999"),
                    () -> row + ": " + REMEMBERED.get(row));
        }
        for (String row : List.of("not settled within the wait", "another payment, without a wait")) {
            assertFalse(REMEMBERED.get(row).body().contains("amountMinor"), () -> row + ": " + REMEMBERED.get(row));
        }
    }

    @Order(3)
    @Test
    void shouldNotTellAnotherClientsKeyFromAnUnknownOne() {
        GatewayAnswer unknown = REMEMBERED.get("unknown key");
        GatewayAnswer anothers = REMEMBERED.get("another client's key");
        assertEquals(unknown.body(), anothers.body());
        assertEquals(withoutDate(unknown), withoutDate(anothers));
        assertEquals(
                REMEMBERED.get("wrong credentials").body(),
                REMEMBERED.get("revoked credentials").body());
    }

    @Order(4)
    @Test
    void shouldAnswerTwoAtOnceWithTheSameSettlement() throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Asking asking = () -> post(writer, PAYMENT, "Idempotency-Key", "two-at-once");
            Future<GatewayAnswer> one = clients.submit(asking::ask);
            Future<GatewayAnswer> other = clients.submit(asking::ask);
            assertEquals(201, one.get().status());
            assertEquals(201, other.get().status());
            assertEquals(one.get().body(), other.get().body());
            assertEquals(
                    Set.of("true", "false"),
                    Set.of(one.get().header("Idempotent-Replayed"), other.get().header("Idempotent-Replayed")));
        }
    }

    @Order(5)
    @Test
    void shouldSendAwayAClientThatAsksTooOften() throws Exception {
        // As few connections as can be kept busy: one that idles for a second is closed here.
        try (ExecutorService clients = Executors.newFixedThreadPool(32)) {
            Set<Integer> statuses = new TreeSet<>();
            // The burst is filled up while a slow machine answers: asked on until it is used up.
            Instant deadline = Instant.now().plus(Duration.ofMinutes(1));
            while (!statuses.contains(429) && Instant.now().isBefore(deadline)) {
                List<Future<GatewayAnswer>> answers = new ArrayList<>();
                for (int i = 0; i < 400; i++) {
                    answers.add(clients.submit(() -> get(eager, "unknown")));
                }
                for (Future<GatewayAnswer> answer : answers) {
                    statuses.add(answer.get().status());
                    assertEquals(List.of(), contract.differences("get", "/v1/payments/{key}", answer.get()));
                }
            }
            assertEquals(Set.of(404, 429), statuses);
        }
        assertEquals(404, get(otherClient, "unknown").status(), "another client is not held up");
    }

    @Order(6)
    @Test
    void shouldFindAPaymentUnderAnyKey() throws Exception {
        String key = "a/b?c#d%25..;e\"f\\g~!$&'()*+,:=@[]^`{|}<>";
        assertEquals(201, post(writer, PAYMENT, "Idempotency-Key", key).status());
        GatewayAnswer pending = post(writer, payment(1), "Idempotency-Key", key + "/../.", "Prefer", "wait=0");
        assertEquals(202, pending.status());
        assertEquals(200, get(writer, encode(key)).status());
        Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
        // A command that was just taken may not have been dealt with yet.
        while (send(request(writer, pending.header("Location")).GET()).status() == 404) {
            assertTrue(Instant.now().isBefore(deadline), pending.header("Location"));
        }
    }

    /** As docs/clients.md shows it. */
    @Order(6)
    @Test
    void shouldReserveCaptureAndVoidWithCurl() throws Exception {
        assertEquals("201", curl("reserve", "hold-1", "alice", "bob", "50", "EUR"));
        assertEquals("201", curl("capture", "capture-1", "hold-1", "alice", "42", "EUR"));
        assertEquals("201", curl("reserve", "hold-2", "alice", "bob", "50", "EUR"));
        assertEquals("201", curl("void", "void-2", "hold-2", "alice"));
        assertEquals("409", curl("void", "void-1", "hold-1", "alice"));
    }

    /** The status of the answer. */
    private static String curl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("../../docs/clients/curl.sh"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(Map.of("GATEWAY", world.gatewayUrl(), "API_KEY", writer));
        Process process = builder.start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, process.waitFor(), told);
        return told.substring(told.lastIndexOf('\n') + 1);
    }

    @Order(7)
    @Test
    void shouldLeaveNoTraceOfSecretsAndPayloadsInLogsMetricsAndDeadLetters() throws Exception {
        String canary = "CANARY" + Long.toUnsignedString(new SecureRandom().nextLong(), 36);
        String amount = "3141592653589";
        String body =
                "{\"debtorAccount\":\"%s\",\"creditorAccount\":\"%s-2\",\"amountMinor\":%s,\"currency\":\"EUR\",\"reference\":\"%s\"}"
                        .formatted(canary, canary, amount, canary);
        for (String bearer : List.of(writer, otherClient, readOnly, revoked, "hapax_" + canary + "_" + canary)) {
            for (String sent : List.of(
                    body,
                    body.replace("EUR", canary),
                    body.replace("reference", canary),
                    body + canary,
                    canary,
                    body.replace(amount, "-" + amount),
                    body.replace(amount, "\"" + amount + "\""))) {
                post(bearer, sent, "Idempotency-Key", canary);
                post(bearer, sent, "Idempotency-Key", canary + " " + canary);
                post(bearer, sent, "Content-Type", canary, "Idempotency-Key", canary, "Prefer", canary);
            }
            get(bearer, canary);
            send(request(bearer, "/" + canary).GET());
            GatewayAnswer.toBytes(
                    world.gatewayUrl(), canary + " / HTTP/1.1\r\nHost: " + canary + "\r\n" + canary + "\r\n\r\n");
            GatewayAnswer.toBytes(
                    world.gatewayUrl(),
                    "POST /v1/payments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + bearer
                            + "\r\nContent-Type: application/json\r\nIdempotency-Key: " + canary
                            + "\r\nTransfer-Encoding: chunked\r\n\r\n" + canary + "\r\n");
        }
        // Those that are late in a log have come when a later payment is settled.
        assertEquals(
                201,
                post(writer, payment(1), "Idempotency-Key", "after-canaries").status());
        String metrics = metrics(world.streamAdminUrl());
        assertTrue(metrics.contains("hapax_gateway_requests_seconds_count"), metrics);
        for (String text : List.of(
                Files.readString(world.streamApp().log()),
                Files.readString(world.ledgerConsumer().log()),
                metrics,
                metrics(world.ledgerAdminUrl()))) {
            List<String> traces = new ArrayList<>(List.of(canary, amount));
            for (String secret : List.of(writer, otherClient, readOnly, writeOnly, revoked)) {
                traces.add(secret.substring("hapax_000000000000_".length()));
            }
            traces.forEach(trace -> assertFalse(text.contains(trace), () -> trace + " in " + lineOf(text, trace)));
        }
        assertEquals(List.of(), headersOfDeadLettersWith(canary));
    }

    @Order(8)
    @Test
    void shouldBeDocumentedRowByRow() throws IOException {
        String documented = Files.readString(Path.of("..", "..", "docs", "http.md"));
        String table = Stream.concat(
                        Stream.of(TABLE_HEAD, "|---|---|---|---|---|"),
                        rows().stream().map(Row::markdown))
                .collect(Collectors.joining("\n"));
        assertTrue(documented.contains(table), "docs/http.md must have this table:\n" + table);
    }

    @Order(8)
    @Test
    void shouldDocumentReservationsAndCancelsRowByRow() throws IOException {
        String documented = Files.readString(Path.of("..", "..", "docs", "http.md"));
        for (List<ReservationRows.StepRow> rows : List.of(reservationRows(), cancelRows())) {
            String table = Stream.concat(
                            Stream.of(TABLE_HEAD, "|---|---|---|---|---|"),
                            rows.stream().map(step -> step.row().markdown()))
                    .collect(Collectors.joining("\n"));
            assertTrue(documented.contains(table), "docs/http.md must have this table:\n" + table);
        }
    }

    @Order(9)
    @Test
    void shouldStopWithoutAnErrorInTheLog() throws IOException {
        world.streamApp().stop();
        List<String> errors = Files.readString(world.streamApp().log())
                .lines()
                .filter(line -> line.contains(" ERROR "))
                .toList();
        assertEquals(List.of(), errors);
    }

    private static List<Row> rows() {
        String tooLarge = "{\"x\":\"" + "x".repeat(9000) + "\"}";
        return List.of(
                Row.of("first", "POST, key `c-1`", () -> pay("c-1"), 201, "COMPLETED", FIRST, SEEN, EXPIRES),
                Row.of("replay", "the same", () -> pay("c-1"), 201, "COMPLETED", REPLAY, SEEN, EXPIRES),
                Row.of(
                        "quoted key",
                        "the same, key `\"c-1\"`",
                        () -> pay("\"c-1\""),
                        201,
                        "COMPLETED",
                        REPLAY,
                        SEEN,
                        EXPIRES),
                Row.of(
                        "key reused with another payload",
                        "key `c-1`, another amount",
                        () -> post(writer, payment(101), "Idempotency-Key", "c-1"),
                        422,
                        "key-reused",
                        SEEN),
                Row.of(
                        "the same key of another client",
                        "key `c-1`, another client",
                        () -> post(otherClient, PAYMENT, "Idempotency-Key", "c-1"),
                        201,
                        "COMPLETED",
                        FIRST,
                        SEEN,
                        EXPIRES),
                Row.of(
                        "no funds",
                        "key `c-2`, too much",
                        () -> post(writer, payment(99_999_999), "Idempotency-Key", "c-2"),
                        402,
                        "insufficient-funds",
                        FIRST,
                        SEEN,
                        EXPIRES),
                Row.of(
                        "replay of a failure",
                        "the same",
                        () -> post(writer, payment(99_999_999), "Idempotency-Key", "c-2"),
                        402,
                        "insufficient-funds",
                        REPLAY,
                        SEEN,
                        EXPIRES),
                Row.of(
                        "unknown account",
                        "key `c-3`, to nobody",
                        () -> post(writer, PAYMENT.replace("bob", "nobody"), "Idempotency-Key", "c-3"),
                        422,
                        "account-not-found",
                        FIRST,
                        SEEN,
                        EXPIRES),
                Row.of(
                        "closed account",
                        "key `c-4`, to a closed account",
                        () -> post(writer, PAYMENT.replace("bob", "carol"), "Idempotency-Key", "c-4"),
                        422,
                        "account-closed",
                        FIRST,
                        SEEN,
                        EXPIRES),
                Row.of(
                        "other currency",
                        "key `c-5`, to a dollar account",
                        () -> post(writer, PAYMENT.replace("bob", "dora"), "Idempotency-Key", "c-5"),
                        422,
                        "currency-mismatch",
                        FIRST,
                        SEEN,
                        EXPIRES),
                Row.of(
                        "late",
                        "key `c-6`, `sentAt` of three days ago",
                        () -> post(
                                writer,
                                PAYMENT.replace(
                                        "}", ",\"sentAt\":\"" + Instant.now().minus(Duration.ofDays(3)) + "\"}"),
                                "Idempotency-Key",
                                "c-6"),
                        412,
                        "too-late"),
                Row.of("late by its key", "an old UUIDv7 as key", () -> pay(OLD_UUIDV7), 412, "too-late"),
                Row.of(
                        "sent in the future",
                        "key `c-7`, `sentAt` of tomorrow",
                        () -> post(
                                writer,
                                PAYMENT.replace(
                                        "}", ",\"sentAt\":\"" + Instant.now().plus(Duration.ofDays(1)) + "\"}"),
                                "Idempotency-Key",
                                "c-7"),
                        400,
                        "payment-invalid"),
                Row.of(
                        "not settled within the wait",
                        "key `c-8`, `Prefer: wait=3`, the ledger stands still",
                        GatewayConformanceTest::payWhileTheLedgerStands,
                        202,
                        "PENDING",
                        "Location: /v1/payments/c-8",
                        LATER,
                        "Preference-Applied: wait=3"),
                Row.of(
                        "in flight",
                        "the same",
                        () -> post(writer, PAYMENT, "Idempotency-Key", "c-8", "Prefer", "wait=1"),
                        409,
                        "in-flight",
                        LATER,
                        SEEN),
                Row.of("looked up while pending", "GET `c-8`", () -> get(writer, "c-8"), 200, "PENDING", LATER, SEEN),
                Row.of(
                        "in flight, then settled while it waits",
                        "POST, key `c-8`, the ledger goes on",
                        GatewayConformanceTest::payWhileTheLedgerGoesOn,
                        201,
                        "COMPLETED",
                        REPLAY,
                        SEEN,
                        EXPIRES),
                Row.of("looked up", "GET `c-8`", () -> get(writer, "c-8"), 200, "COMPLETED", SEEN, EXPIRES),
                Row.of(
                        "looked up without a body",
                        "HEAD `c-8`",
                        () -> send(request(writer, "/v1/payments/c-8").HEAD()),
                        200,
                        "",
                        SEEN,
                        EXPIRES),
                Row.of(
                        "another payment, without a wait",
                        "POST, key `c-8`, another amount, `Prefer: wait=0`",
                        () -> post(writer, payment(9_999), "Idempotency-Key", "c-8", "Prefer", "wait=0"),
                        202,
                        "PENDING",
                        "Location: /v1/payments/c-8",
                        LATER,
                        "Preference-Applied: wait=0"),
                Row.of(
                        "looked up after it",
                        "GET `c-8`, which tells what was paid",
                        () -> get(writer, "c-8"),
                        200,
                        "COMPLETED",
                        SEEN,
                        EXPIRES),
                Row.of("failure looked up", "GET `c-2`", () -> get(writer, "c-2"), 200, "FAILED", SEEN, EXPIRES),
                Row.of("unknown key", "GET `c-unknown`", () -> get(writer, "c-unknown"), 404, "payment-not-found"),
                Row.of(
                        "another client's key",
                        "GET `c-8`, another client",
                        () -> get(otherClient, "c-8"),
                        404,
                        "payment-not-found"),
                Row.of("key missing", "POST without key", () -> post(writer, PAYMENT), 400, "key-missing"),
                Row.of("key malformed", "key `a b`", () -> pay("a b"), 400, "key-malformed"),
                Row.of("key of dots", "key `..`", () -> pay(".."), 400, "key-malformed"),
                Row.of("key too long", "key of 256 characters", () -> pay("k".repeat(256)), 400, "key-malformed"),
                Row.of("key malformed in a path", "GET `a%20b`", () -> get(writer, "a%20b"), 400, "key-malformed"),
                Row.of(
                        "no URI",
                        "GET `/v1/payments/š-1`, as bytes of UTF-8",
                        () -> GatewayAnswer.toBytes(
                                world.gatewayUrl(),
                                "GET /v1/payments/š-1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                                        + writer + "\r\n\r\n"),
                        400,
                        "bad-request"),
                Row.of(
                        "digest as key",
                        "key `08daa910-6abd-7c7d-8371-2162f16457aa`, which looks like a UUIDv7 of the future",
                        () -> pay("08daa910-6abd-7c7d-8371-2162f16457aa"),
                        201,
                        "COMPLETED",
                        FIRST,
                        SEEN,
                        EXPIRES),
                Row.of(
                        "empty parameter of the media type",
                        "POST, key `c-1`, `Content-Type: application/json;`",
                        () -> post(writer, PAYMENT, "Idempotency-Key", "c-1", "Content-Type", "application/json;"),
                        201,
                        "COMPLETED",
                        REPLAY,
                        SEEN,
                        EXPIRES),
                Row.of(
                        "quoted and endless preferences",
                        "POST, key `c-1`, `Prefer: wait=\"1000000\"`",
                        () -> post(writer, PAYMENT, "Idempotency-Key", "c-1", "Prefer", "wait=\"1000000\""),
                        201,
                        "COMPLETED",
                        REPLAY,
                        SEEN,
                        EXPIRES,
                        "Preference-Applied: wait=30"),
                Row.of(
                        "dry run of a new payment",
                        "POST, key `c-13`, `Prefer: handling=dry-run`",
                        () -> post(writer, PAYMENT, "Idempotency-Key", "c-13", "Prefer", "handling=dry-run"),
                        200,
                        "NEW",
                        "Preference-Applied: handling=dry-run"),
                Row.of("nothing was sent", "GET `c-13`", () -> get(writer, "c-13"), 404, "payment-not-found"),
                Row.of(
                        "dry run of a replay",
                        "POST, key `c-1`, `Prefer: handling=dry-run`",
                        () -> post(writer, PAYMENT, "Idempotency-Key", "c-1", "Prefer", "handling=dry-run"),
                        200,
                        "REPLAYED",
                        "Preference-Applied: handling=dry-run"),
                Row.of(
                        "dry run with another payload",
                        "key `c-1`, another amount, `Prefer: handling=dry-run`",
                        () -> post(writer, payment(101), "Idempotency-Key", "c-1", "Prefer", "handling=dry-run"),
                        200,
                        "CONFLICT",
                        "Preference-Applied: handling=dry-run"),
                Row.of("no JSON", "body `{`", () -> post(writer, "{", "Idempotency-Key", "c-9"), 400, "body-malformed"),
                Row.of(
                        "unknown field",
                        "a field `zeal`",
                        () -> post(writer, PAYMENT.replace("}", ",\"zeal\":1}"), "Idempotency-Key", "c-9"),
                        400,
                        "body-malformed"),
                Row.of(
                        "field twice",
                        "`currency` twice",
                        () -> post(writer, PAYMENT.replace("}", ",\"currency\":\"USD\"}"), "Idempotency-Key", "c-9"),
                        400,
                        "body-malformed"),
                Row.of(
                        "amount in floating point",
                        "`amountMinor` 1.0",
                        () -> post(writer, PAYMENT.replace("100", "1.0"), "Idempotency-Key", "c-9"),
                        400,
                        "body-malformed"),
                Row.of(
                        "rule broken",
                        "`amountMinor` 0",
                        () -> post(writer, payment(0), "Idempotency-Key", "c-9"),
                        400,
                        "payment-invalid"),
                Row.of(
                        "withdrawn currency",
                        "`currency` BGN, which is new under this key",
                        () -> post(writer, PAYMENT.replace("EUR", "BGN"), "Idempotency-Key", "c-9"),
                        400,
                        "payment-invalid"),
                Row.of(
                        "wrong media type",
                        "`text/plain`",
                        () -> post(writer, PAYMENT, "Idempotency-Key", "c-9", "Content-Type", "text/plain"),
                        415,
                        "unsupported-media-type"),
                Row.of(
                        "answer in another media type",
                        "`Accept: text/html`",
                        () -> post(writer, PAYMENT, "Idempotency-Key", "c-9", "Accept", "text/html"),
                        406,
                        "not-acceptable"),
                Row.of(
                        "too large",
                        "9 kB",
                        () -> post(writer, tooLarge, "Idempotency-Key", "c-9"),
                        413,
                        "body-too-large"),
                Row.of("too large, in chunks", "9 kB, chunked", () -> chunked(tooLarge), 413, "body-too-large"),
                Row.of(
                        "too slow",
                        "half a body, then nothing",
                        GatewayConformanceTest::tooSlow,
                        408,
                        "body-too-slow",
                        LATER),
                Row.of(
                        "headers too large",
                        "a header of 9 kB",
                        () -> send(request(writer, "/v1/payments/c-1")
                                .header("X-Long", "x".repeat(9000))
                                .GET()),
                        431,
                        "headers-too-large"),
                Row.of(
                        "no HTTP",
                        "a line of nonsense",
                        () -> GatewayAnswer.toBytes(world.gatewayUrl(), "NONSENSE\r\n\r\n"),
                        400,
                        "bad-request"),
                Row.of(
                        "no credentials",
                        "no `Authorization`",
                        () -> send(HttpRequest.newBuilder(URI.create(world.gatewayUrl() + "/v1/payments/c-1"))
                                .GET()),
                        401,
                        "not-authenticated",
                        "WWW-Authenticate"),
                Row.of(
                        "wrong credentials",
                        "a key that nobody has",
                        () -> get(writer.substring(0, writer.length() - 3) + "xxx", "c-1"),
                        401,
                        "not-authenticated",
                        "WWW-Authenticate"),
                Row.of(
                        "revoked credentials",
                        "a revoked key",
                        () -> get(revoked, "c-1"),
                        401,
                        "not-authenticated",
                        "WWW-Authenticate"),
                Row.of(
                        "may not write",
                        "POST, a key with scope `read`",
                        () -> post(readOnly, PAYMENT, "Idempotency-Key", "c-9"),
                        403,
                        "not-allowed"),
                Row.of(
                        "may not debit this account",
                        "POST, a key that may debit `shop-*` alone",
                        () -> post(narrowed, PAYMENT, "Idempotency-Key", "c-9"),
                        403,
                        "not-allowed"),
                Row.of(
                        "account of another client",
                        "key `c-12`, debtor `vault`, which another client owns",
                        () -> post(writer, FROM_VAULT, "Idempotency-Key", "c-12"),
                        403,
                        "debtor-not-allowed",
                        FIRST,
                        SEEN,
                        EXPIRES),
                Row.of(
                        "account of another client, again",
                        "the same",
                        () -> post(writer, FROM_VAULT, "Idempotency-Key", "c-12"),
                        403,
                        "debtor-not-allowed",
                        REPLAY,
                        SEEN,
                        EXPIRES),
                Row.of(
                        "its owner pays",
                        "key `c-12`, debtor `vault`, the owner",
                        () -> post(otherClient, FROM_VAULT, "Idempotency-Key", "c-12"),
                        201,
                        "COMPLETED",
                        FIRST,
                        SEEN,
                        EXPIRES),
                Row.of(
                        "may not read",
                        "GET, a key with scope `write`",
                        () -> get(writeOnly, "c-1"),
                        403,
                        "not-allowed"),
                Row.of(
                        "wrong verb",
                        "PUT",
                        () -> send(request(writer, "/v1/payments").PUT(BodyPublishers.ofString(PAYMENT))),
                        405,
                        "method-not-allowed",
                        "Allow: POST"),
                Row.of(
                        "wrong verb on a payment",
                        "DELETE",
                        () -> send(request(writer, "/v1/payments/c-1").DELETE()),
                        405,
                        "method-not-allowed",
                        "Allow: GET, HEAD"),
                Row.of(
                        "wrong path",
                        "GET `/v2`",
                        () -> send(request(writer, "/v2").GET()),
                        404,
                        "no-such-resource"));
    }

    private static void check(Row row, Function<GatewayAnswer, List<String>> differing) throws Exception {
        GatewayAnswer answer = row.asking().ask();
        REMEMBERED.put(row.name(), answer);
        List<Executable> checks = new ArrayList<>();
        checks.add(() -> assertEquals(row.status(), answer.status()));
        checks.add(() -> assertEquals(row.body(), answer.bodyType()));
        for (String header : row.headers()) {
            String[] expected = header.split(": ", 2);
            checks.add(() -> assertFalse(answer.header(expected[0]).isEmpty(), header));
            if (expected.length == 2) {
                checks.add(() -> assertEquals(expected[1], answer.header(expected[0])));
            }
        }
        checks.add(() -> assertEquals("no-store", answer.header("Cache-Control")));
        checks.add(() -> assertEquals(List.of(), differing.apply(answer)));
        assertAll(row.name() + ": " + answer, checks);
    }

    /**
     * The differences between an answer and the operation that describes it. A row about neither operation belongs
     * to the first.
     */
    private static List<String> differences(Row row, GatewayAnswer answer) {
        if (row.request().startsWith("HEAD")) {
            return answer.body().isEmpty() ? List.of() : List.of("a body");
        }
        boolean get = row.request().startsWith("GET `") && !answer.body().contains(":no-such-resource");
        return get || row.request().startsWith("GET,")
                ? contract.differences("get", "/v1/payments/{key}", answer)
                : contract.differences("post", "/v1/payments", answer);
    }

    private static void makeKeys() {
        writer = world.apiKey();
        List<ApiKey> keys = new ArrayList<>(world.apiKeys().read());
        otherClient = add(keys, "other-shop", EnumSet.allOf(Scope.class));
        readOnly = add(keys, "third-shop", EnumSet.of(Scope.READ));
        writeOnly = add(keys, "third-shop", EnumSet.of(Scope.WRITE));
        ApiKey.Issued narrow = ApiKey.issue(
                "fifth-shop",
                EnumSet.allOf(Scope.class),
                new Debtors(Set.of("shop-*")),
                Instant.now(),
                new SecureRandom());
        keys.add(narrow.key());
        narrowed = narrow.secret();
        eager = add(keys, "eager-shop", EnumSet.allOf(Scope.class));
        revoked = add(keys, "fourth-shop", EnumSet.allOf(Scope.class));
        keys.add(keys.removeLast().revoke(Instant.now()));
        world.apiKeys().write(keys);
    }

    private static String add(List<ApiKey> keys, String client, Set<Scope> scopes) {
        ApiKey.Issued issued = ApiKey.issue(client, scopes, Instant.now(), new SecureRandom());
        keys.add(issued.key());
        return issued.secret();
    }

    /** Until the apps have their partitions, payments are only taken. */
    private static void awaitSettling() throws Exception {
        Instant deadline = Instant.now().plus(Duration.ofMinutes(2));
        while (true) {
            try {
                if (post(writer, payment(1), "Idempotency-Key", "warm-up").status() == 201) {
                    return;
                }
            } catch (IOException e) {
                // Not listening yet.
            }
            assertTrue(Instant.now().isBefore(deadline), "the apps do not settle");
            Thread.sleep(200);
        }
    }

    private static GatewayAnswer payWhileTheLedgerStands() throws Exception {
        world.ledgerConsumer().pause();
        return post(writer, PAYMENT, "Idempotency-Key", "c-8", "Prefer", "wait=3");
    }

    private static GatewayAnswer payWhileTheLedgerGoesOn() throws Exception {
        try (ExecutorService client = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<GatewayAnswer> waiting =
                    client.submit(() -> post(writer, PAYMENT, "Idempotency-Key", "c-8", "Prefer", "wait=20"));
            world.ledgerConsumer().resume();
            return waiting.get();
        }
    }

    private static GatewayAnswer tooSlow() throws IOException {
        return GatewayAnswer.toBytes(
                world.gatewayUrl(),
                "POST /v1/payments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + writer
                        + "\r\n"
                        + "Content-Type: application/json\r\n"
                        + "Idempotency-Key: c-9\r\n"
                        + "Content-Length: 100\r\n\r\n"
                        + "{\"debtor");
    }

    private static GatewayAnswer chunked(String body) throws Exception {
        return send(request(writer, "/v1/payments")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "c-9")
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(body))));
    }

    private static GatewayAnswer pay(String key) throws Exception {
        return post(writer, PAYMENT, "Idempotency-Key", key);
    }

    private static GatewayAnswer post(String bearer, String body, String... headers) throws Exception {
        return postTo("/v1/payments", bearer, body, headers);
    }

    static GatewayAnswer postTo(String path, String bearer, String body, String... headers) throws Exception {
        HttpRequest.Builder request = request(bearer, path).header("Content-Type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return send(request.POST(BodyPublishers.ofString(body)));
    }

    static GatewayAnswer get(String bearer, String key) throws Exception {
        return send(request(bearer, "/v1/payments/" + key).GET());
    }

    static HttpRequest.Builder request(String bearer, String path) {
        return HttpRequest.newBuilder(URI.create(world.gatewayUrl() + path))
                .header("Authorization", "Bearer " + bearer)
                .timeout(Duration.ofSeconds(40));
    }

    static GatewayAnswer send(HttpRequest.Builder request) throws Exception {
        // A connection for each: the gateway of this test closes idle ones after a second, maybe just as one is used
        // again.
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return GatewayAnswer.of(http.send(request.build(), BodyHandlers.ofString()));
        }
    }

    static String payment(long amountMinor) {
        return "{\"debtorAccount\":\"alice\",\"creditorAccount\":\"bob\",\"amountMinor\":" + amountMinor
                + ",\"currency\":\"EUR\"}";
    }

    private static String encode(String key) {
        return URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static Map<String, String> withoutDate(GatewayAnswer answer) {
        Map<String, String> headers = new HashMap<>(answer.headers());
        headers.remove("date");
        headers.remove("Date");
        // Each client has its own limits.
        headers.remove("ratelimit");
        headers.remove("RateLimit");
        return headers;
    }

    private static String metrics(String adminUrl) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(adminUrl + "/metrics")).GET())
                .body();
    }

    private static String lineOf(String text, String word) {
        return text.lines().filter(line -> line.contains(word)).findFirst().orElse("");
    }

    private static List<String> headersOfDeadLettersWith(String word) {
        List<String> found = new ArrayList<>();
        TopicTail.readWhole(
                world.kafka(),
                Topic.DEAD_LETTERS,
                letter -> letter.headers().forEach(header -> {
                    if (new String(header.value(), StandardCharsets.UTF_8).contains(word)) {
                        found.add(header.key());
                    }
                }));
        return found;
    }
}
