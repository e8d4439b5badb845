package io.hapax.lab.demo;

import io.hapax.lab.demo.GatewayConformanceTest.Asking;
import io.hapax.lab.demo.GatewayConformanceTest.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The rows of the second table of docs/http.md: what the gateway answers about reservations, captures and voidings.
 *
 * <p>More than 300 lines: it is one table, and later rows build on what earlier ones hold.
 */
final class ReservationRows {
    static final String RESERVE = "/v1/reservations";
    static final String HOLD = "{\"debtorAccount\":\"alice\",\"creditorAccount\":\"bob\",\"amountMinor\":500,"
            + "\"currency\":\"EUR\",\"holdMs\":600000}";
    static final String VOID = "{\"debtorAccount\":\"alice\"}";
    private static final String SEVERAL = HOLD.replace("}", ",\"multiple\":true}");
    private static final String FIRST = "Idempotent-Replayed: false";
    private static final String REPLAY = "Idempotent-Replayed: true";
    private static final String SEEN = "Idempotency-First-Seen";
    private static final String EXPIRES = "Idempotency-Expires-At";
    private static final String LATER = "Retry-After: 1";

    private final DemoWorld world;
    private final String client;
    private final String other;
    private final String readOnly;
    private final List<StepRow> rows = new ArrayList<>();

    /** A row with the operation of docs/openapi.yaml that describes it. */
    record StepRow(Row row, String method, String path) {}

    ReservationRows(DemoWorld world, String client, String other, String readOnly) {
        this.world = world;
        this.client = client;
        this.other = other;
        this.readOnly = readOnly;
    }

    List<StepRow> rows() {
        reserving();
        lookingUp();
        capturing();
        voiding();
        notSettled();
        broken();
        return rows;
    }

    private void reserving() {
        reserve("held", "key `r-1`", () -> reserve("r-1", HOLD), 201, "HELD", FIRST, SEEN, EXPIRES);
        reserve("held, replay", "the same", () -> reserve("r-1", HOLD), 201, "HELD", REPLAY, SEEN, EXPIRES);
        reserve(
                "held for another time",
                "key `r-1`, another `holdMs`",
                () -> reserve("r-1", HOLD.replace("600000", "600001")),
                422,
                "key-reused",
                SEEN);
        add(
                "/v1/payments",
                "a payment under a reservation's key",
                "POST `/v1/payments`, key `r-1`",
                () -> post("/v1/payments", client, "r-1", GatewayConformanceTest.payment(500)),
                422,
                "key-reused",
                SEEN);
        reserve(
                "a reservation under a payment's key",
                "key `warm-up`, of a payment",
                () -> reserve("warm-up", HOLD),
                422,
                "key-reused",
                SEEN);
        reserve(
                "a key of any character",
                "key `a/capture?x`",
                () -> reserve("a/capture?x", HOLD),
                201,
                "HELD",
                FIRST,
                SEEN,
                EXPIRES);
        reserve(
                "more than is there",
                "key `r-poor`, too much",
                () -> reserve("r-poor", HOLD.replace("500", "99999999")),
                402,
                "insufficient-funds",
                FIRST,
                SEEN,
                EXPIRES);
        reserve(
                "too short",
                "`holdMs` 59,999",
                () -> reserve("r-9", HOLD.replace("600000", "59999")),
                400,
                "payment-invalid");
        reserve(
                "too long",
                "`holdMs` 3,888,000,001",
                () -> reserve("r-9", HOLD.replace("600000", "3888000001")),
                400,
                "payment-invalid");
        reserve(
                "unknown field of a reservation",
                "a field `moreWillFollow`",
                () -> reserve("r-9", HOLD.replace("}", ",\"moreWillFollow\":true}")),
                400,
                "body-malformed");
        reserve(
                "may not reserve",
                "a key with scope `read`",
                () -> post(RESERVE, readOnly, "r-9", HOLD),
                403,
                "not-allowed");
    }

    private void lookingUp() {
        get("reservation looked up", "GET `r-1`", () -> get(client, "r-1"), 200, "HELD", SEEN, EXPIRES);
        get("unknown reservation", "GET `r-unknown`", () -> get(client, "r-unknown"), 404, "reservation-unknown");
        get(
                "another client's reservation",
                "GET `r-1`, another client",
                () -> get(other, "r-1"),
                404,
                "reservation-unknown");
        get("a payment is no reservation", "GET `warm-up`", () -> get(client, "warm-up"), 404, "reservation-unknown");
        rows.add(new StepRow(
                Row.of(
                        "a reservation is no payment",
                        "GET `/v1/payments/r-1`",
                        () -> GatewayConformanceTest.get(client, "r-1"),
                        404,
                        "payment-not-found"),
                "get",
                "/v1/payments/{key}"));
        get("no key of a reservation", "GET `/v1/reservations/`", () -> get(client, ""), 400, "key-malformed");
    }

    private void capturing() {
        capture(
                "capture of another client's reservation",
                "`r-1`, key `x-1`, another client",
                () -> post(RESERVE + "/r-1/capture", other, "x-1", amount(1)),
                404,
                "reservation-not-found",
                FIRST,
                SEEN,
                EXPIRES);
        capture(
                "capture of nothing",
                "`r-unknown`, key `x-2`, another client",
                () -> post(RESERVE + "/r-unknown/capture", other, "x-2", amount(1)),
                404,
                "reservation-not-found",
                FIRST,
                SEEN,
                EXPIRES);
        capture(
                "capture from another account",
                "`r-1`, debtor `bob`",
                () -> capture("r-1", "x-3", amount(1).replace("alice", "bob")),
                404,
                "reservation-not-found",
                FIRST,
                SEEN,
                EXPIRES);
        capture(
                "capture under the reservation's own key",
                "`r-1`, key `r-1`",
                () -> capture("r-1", "r-1", amount(1)),
                400,
                "payment-invalid");
        capture(
                "capture of too much",
                "`r-1`, one cent more than is held",
                () -> capture("r-1", "x-4", amount(501)),
                422,
                "amount-above-reservation",
                FIRST,
                SEEN,
                EXPIRES);
        capture(
                "capture in another currency",
                "`r-1`, in dollars",
                () -> capture("r-1", "x-5", amount(1).replace("EUR", "USD")),
                422,
                "currency-mismatch",
                FIRST,
                SEEN,
                EXPIRES);
        capture(
                "more will follow, and may not",
                "`r-1`, `moreWillFollow`",
                () -> capture("r-1", "x-6", follow(1)),
                422,
                "reservation-not-multiple",
                FIRST,
                SEEN,
                EXPIRES);
        capture(
                "captured",
                "`r-1`, key `x-7`, less than is held",
                () -> capture("r-1", "x-7", amount(300)),
                201,
                "CAPTURED",
                FIRST,
                SEEN,
                EXPIRES);
        capture(
                "captured, replay",
                "the same",
                () -> capture("r-1", "x-7", amount(300)),
                201,
                "CAPTURED",
                REPLAY,
                SEEN,
                EXPIRES);
        capture(
                "captured with another amount",
                "key `x-7`, another amount",
                () -> capture("r-1", "x-7", amount(200)),
                422,
                "key-reused",
                SEEN);
        capture(
                "captured twice",
                "`r-1`, key `x-8`",
                () -> capture("r-1", "x-8", amount(100)),
                409,
                "reservation-captured",
                FIRST,
                SEEN,
                EXPIRES);
        reserve(
                "held for several captures",
                "key `r-2`, `multiple`",
                () -> reserve("r-2", SEVERAL),
                201,
                "HELD",
                FIRST,
                SEEN,
                EXPIRES);
        capture(
                "a part, and more will follow",
                "`r-2`, key `x-9`",
                () -> capture("r-2", "x-9", follow(100)),
                201,
                "CAPTURED",
                FIRST,
                SEEN,
                EXPIRES);
        capture(
                "the rest",
                "`r-2`, key `x-10`",
                () -> capture("r-2", "x-10", amount(400)),
                201,
                "CAPTURED",
                FIRST,
                SEEN,
                EXPIRES);
        capture(
                "capture of a reservation with any key",
                "`a%2Fcapture%3Fx`",
                () -> capture("a%2Fcapture%3Fx", "x-11", amount(1)),
                201,
                "CAPTURED",
                FIRST,
                SEEN,
                EXPIRES);
        capture(
                "capture of what failed",
                "`r-poor`",
                () -> capture("r-poor", "x-12", amount(1)),
                409,
                "reservation-failed",
                FIRST,
                SEEN,
                EXPIRES);
        capture(
                "captured before it was reserved",
                "`r-3`, key `x-13`",
                () -> capture("r-3", "x-13", amount(1)),
                404,
                "reservation-not-found",
                FIRST,
                SEEN,
                EXPIRES);
        reserve("reserved after that", "key `r-3`", () -> reserve("r-3", HOLD), 201, "HELD", FIRST, SEEN, EXPIRES);
        capture(
                "the same capture again",
                "`r-3`, key `x-13`",
                () -> capture("r-3", "x-13", amount(1)),
                404,
                "reservation-not-found",
                REPLAY,
                SEEN,
                EXPIRES);
    }

    private void voiding() {
        free(
                "void of what was captured",
                "`r-1`",
                () -> free("r-1", "v-1"),
                409,
                "reservation-captured",
                FIRST,
                SEEN,
                EXPIRES);
        free("voided", "`r-3`, key `v-2`", () -> free("r-3", "v-2"), 201, "VOIDED", FIRST, SEEN, EXPIRES);
        free("voided, replay", "the same", () -> free("r-3", "v-2"), 201, "VOIDED", REPLAY, SEEN, EXPIRES);
        free(
                "voided twice",
                "`r-3`, key `v-3`",
                () -> free("r-3", "v-3"),
                409,
                "reservation-voided",
                FIRST,
                SEEN,
                EXPIRES);
        capture(
                "capture of what was voided",
                "`r-3`",
                () -> capture("r-3", "x-14", amount(1)),
                409,
                "reservation-voided",
                FIRST,
                SEEN,
                EXPIRES);
        free(
                "void of another client's reservation",
                "`r-1`, another client",
                () -> post(RESERVE + "/r-1/void", other, "v-4", VOID),
                404,
                "reservation-not-found",
                FIRST,
                SEEN,
                EXPIRES);
        free("void under a capture's key", "`r-1`, key `x-7`", () -> free("r-1", "x-7"), 422, "key-reused", SEEN);
    }

    private void notSettled() {
        reserve(
                "reservation not settled within the wait",
                "key `r-4`, `Prefer: wait=2`, the ledger stands still",
                this::reserveWhileTheLedgerStands,
                202,
                "PENDING",
                "Location: /v1/reservations/r-4",
                LATER,
                "Preference-Applied: wait=2");
        get("reservation looked up while pending", "GET `r-4`", () -> get(client, "r-4"), 200, "PENDING", LATER, SEEN);
        capture(
                "captured before the reservation is settled",
                "`r-4`, key `x-15`, `Prefer: wait=1`",
                () -> post(RESERVE + "/r-4/capture", client, "x-15", amount(500), "Prefer", "wait=1"),
                202,
                "PENDING",
                LATER,
                "Preference-Applied: wait=1");
        capture(
                "captured in its turn",
                "the same, the ledger goes on",
                this::captureWhileTheLedgerGoesOn,
                201,
                "CAPTURED",
                REPLAY,
                SEEN,
                EXPIRES);
    }

    private void broken() {
        capture(
                "no key in the path",
                "`/v1/reservations//capture`",
                () -> capture("", "x-20", amount(1)),
                400,
                "payment-invalid");
        capture(
                "too long a key in the path",
                "a key of 256 characters",
                () -> capture("k".repeat(256), "x-20", amount(1)),
                400,
                "payment-invalid");
        capture(
                "capture without a key",
                "no `Idempotency-Key`",
                () -> GatewayConformanceTest.postTo(RESERVE + "/r-1/capture", client, amount(1)),
                400,
                "key-missing");
        free(
                "unknown field of a voiding",
                "a field `amountMinor`",
                () -> post(RESERVE + "/r-1/void", client, "v-9", amount(1)),
                400,
                "body-malformed");
        capture(
                "wrong verb on a capture",
                "GET",
                () -> GatewayConformanceTest.send(GatewayConformanceTest.request(client, RESERVE + "/r-1/capture")
                        .GET()),
                405,
                "method-not-allowed",
                "Allow: POST");
        add(
                "/v1/payments",
                "no such step",
                "POST `/v1/reservations/r-1/refund`",
                () -> post(RESERVE + "/r-1/refund", client, "x-20", amount(1)),
                404,
                "no-such-resource");
    }

    private GatewayAnswer reserveWhileTheLedgerStands() throws Exception {
        world.ledgerConsumer().pause();
        return post(RESERVE, client, "r-4", HOLD, "Prefer", "wait=2");
    }

    private GatewayAnswer captureWhileTheLedgerGoesOn() throws Exception {
        try (ExecutorService waiter = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<GatewayAnswer> waiting = waiter.submit(
                    () -> post(RESERVE + "/r-4/capture", client, "x-15", amount(500), "Prefer", "wait=20"));
            world.ledgerConsumer().resume();
            return waiting.get();
        }
    }

    static String amount(long amountMinor) {
        return "{\"debtorAccount\":\"alice\",\"amountMinor\":" + amountMinor + ",\"currency\":\"EUR\"}";
    }

    private static String follow(long amountMinor) {
        return amount(amountMinor).replace("}", ",\"moreWillFollow\":true}");
    }

    private GatewayAnswer reserve(String key, String body) throws Exception {
        return post(RESERVE, client, key, body);
    }

    private GatewayAnswer capture(String reservation, String key, String body) throws Exception {
        return post(RESERVE + "/" + reservation + "/capture", client, key, body);
    }

    private GatewayAnswer free(String reservation, String key) throws Exception {
        return post(RESERVE + "/" + reservation + "/void", client, key, VOID);
    }

    private static GatewayAnswer post(String path, String bearer, String key, String body, String... headers)
            throws Exception {
        List<String> all = new ArrayList<>(List.of("Idempotency-Key", key));
        all.addAll(List.of(headers));
        return GatewayConformanceTest.postTo(path, bearer, body, all.toArray(String[]::new));
    }

    private static GatewayAnswer get(String bearer, String key) throws Exception {
        return GatewayConformanceTest.send(
                GatewayConformanceTest.request(bearer, RESERVE + "/" + key).GET());
    }

    private void reserve(String name, String request, Asking asking, int status, String body, String... headers) {
        add(RESERVE, name, request.startsWith("key") ? "reserve, " + request : request, asking, status, body, headers);
    }

    private void capture(String name, String request, Asking asking, int status, String body, String... headers) {
        add(RESERVE + "/{key}/capture", name, "capture " + request, asking, status, body, headers);
    }

    private void free(String name, String request, Asking asking, int status, String body, String... headers) {
        add(RESERVE + "/{key}/void", name, "void " + request, asking, status, body, headers);
    }

    private void get(String name, String request, Asking asking, int status, String body, String... headers) {
        rows.add(new StepRow(Row.of(name, request, asking, status, body, headers), "get", RESERVE + "/{key}"));
    }

    private void add(
            String path, String name, String request, Asking asking, int status, String body, String... headers) {
        rows.add(new StepRow(Row.of(name, request, asking, status, body, headers), "post", path));
    }
}
