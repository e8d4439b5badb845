package io.hapax.lab.demo;

import io.hapax.lab.demo.GatewayConformanceTest.Asking;
import io.hapax.lab.demo.GatewayConformanceTest.Row;
import io.hapax.lab.demo.ReservationRows.StepRow;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The rows of the third table of docs/http.md: what the gateway answers about cancels, and under cancelled keys. */
final class CancelHttpRows {
    private static final String PAY = "/v1/payments";
    private static final String PAYMENT = GatewayConformanceTest.payment(100);
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

    CancelHttpRows(DemoWorld world, String client, String other, String readOnly) {
        this.world = world;
        this.client = client;
        this.other = other;
        this.readOnly = readOnly;
    }

    List<StepRow> rows() {
        first();
        tooLate();
        notSettled();
        ofSteps();
        ofOthers();
        broken();
        return rows;
    }

    private void first() {
        cancel("never seen", "`k-1`", () -> cancel("k-1"), 200, "CANCELLED", EXPIRES);
        cancel("cancelled before", "the same", () -> cancel("k-1"), 200, "CANCELLED", EXPIRES);
        pay("payment after a cancel", "key `k-1`", () -> pay("k-1"), 409, "cancelled", REPLAY, EXPIRES);
        add(
                "post",
                ReservationRows.RESERVE,
                "reservation after a cancel",
                "reserve, key `k-1`",
                () -> post(ReservationRows.RESERVE, client, "k-1", ReservationRows.HOLD),
                409,
                "cancelled",
                REPLAY,
                EXPIRES);
        get("cancelled key looked up", "GET `k-1`", () -> get("k-1"), 200, "CANCELLED", SEEN, EXPIRES);
        add(
                "get",
                ReservationRows.RESERVE + "/{key}",
                "a cancelled key is no reservation",
                "GET `/v1/reservations/k-1`",
                () -> GatewayConformanceTest.send(
                        GatewayConformanceTest.request(client, ReservationRows.RESERVE + "/k-1")
                                .GET()),
                404,
                "reservation-unknown");
    }

    private void tooLate() {
        pay("payment before a cancel", "key `k-2`", () -> pay("k-2"), 201, "COMPLETED", FIRST, SEEN, EXPIRES);
        cancel("paid", "`k-2`", () -> cancel("k-2"), 409, "already-completed", "Location: /v1/payments/k-2", EXPIRES);
        pay("that payment again", "key `k-2`", () -> pay("k-2"), 201, "COMPLETED", REPLAY, SEEN, EXPIRES);
        pay(
                "failed payment before a cancel",
                "key `k-3`, too much",
                () -> post(PAY, client, "k-3", GatewayConformanceTest.payment(99_999_999)),
                402,
                "insufficient-funds",
                FIRST,
                SEEN,
                EXPIRES);
        cancel("failed", "`k-3`", () -> cancel("k-3"), 200, "FAILED", EXPIRES);
    }

    private void notSettled() {
        pay(
                "payment under way",
                "key `k-4`, `Prefer: wait=0`, the ledger stands still",
                this::payWhileTheLedgerStands,
                202,
                "PENDING",
                "Location: /v1/payments/k-4",
                LATER,
                "Preference-Applied: wait=0");
        cancel("in flight", "`k-4`, `Prefer: wait=1`", () -> cancel("k-4", "wait=1"), 409, "in-flight", LATER);
        cancel(
                "cancel not answered within the wait",
                "`k-5`, `Prefer: wait=0`",
                () -> cancel("k-5", "wait=0"),
                202,
                "PENDING",
                LATER,
                "Preference-Applied: wait=0");
        pay(
                "payment while it is cancelled",
                "key `k-5`, `Prefer: wait=1`",
                () -> post(PAY, client, "k-5", PAYMENT, "Prefer", "wait=1"),
                409,
                "in-flight",
                LATER);
        get("looked up while it is cancelled", "GET `k-5`", () -> get("k-5"), 200, "PENDING", LATER, SEEN);
        pay(
                "cancelled while the payment waits",
                "key `k-5`, the ledger goes on",
                this::payWhileTheLedgerGoesOn,
                409,
                "cancelled",
                REPLAY,
                EXPIRES);
        cancel(
                "settled meanwhile",
                "`k-4`",
                () -> cancel("k-4"),
                409,
                "already-completed",
                "Location: /v1/payments/k-4",
                EXPIRES);
    }

    private void ofSteps() {
        step(
                "held before a cancel",
                "reserve, key `k-6`",
                ReservationRows.RESERVE,
                "k-6",
                ReservationRows.HOLD,
                "HELD");
        cancel(
                "reserved",
                "`k-6`",
                () -> cancel("k-6"),
                409,
                "already-completed",
                "Location: /v1/reservations/k-6",
                EXPIRES);
        step(
                "captured before a cancel",
                "capture `k-6`, key `k-7`",
                ReservationRows.RESERVE + "/k-6/capture",
                "k-7",
                ReservationRows.amount(100),
                "CAPTURED");
        cancel("cancel of a capture", "`k-7`", () -> cancel("k-7"), 409, "already-completed", EXPIRES);
        step("held once more", "reserve, key `k-8`", ReservationRows.RESERVE, "k-8", ReservationRows.HOLD, "HELD");
        step(
                "voided before a cancel",
                "void `k-8`, key `k-9`",
                ReservationRows.RESERVE + "/k-8/void",
                "k-9",
                ReservationRows.VOID,
                "VOIDED");
        cancel("cancel of a voiding", "`k-9`", () -> cancel("k-9"), 409, "already-completed", EXPIRES);
    }

    private void ofOthers() {
        cancel(
                "the same key of another client, cancelled",
                "`k-2`, another client",
                () -> cancel(other, "k-2", "wait=20"),
                200,
                "CANCELLED",
                EXPIRES,
                "Preference-Applied: wait=20");
        pay(
                "its payment after that",
                "key `k-2`, another client",
                () -> post(PAY, other, "k-2", PAYMENT),
                409,
                "cancelled",
                REPLAY,
                EXPIRES);
        get("the first client's payment after that", "GET `k-2`", () -> get("k-2"), 200, "COMPLETED", SEEN, EXPIRES);
    }

    private void broken() {
        cancel(
                "may not cancel",
                "`k-2`, a key with scope `read`",
                () -> cancel(readOnly, "k-2", "wait=20"),
                403,
                "not-allowed");
        cancel("malformed key to cancel", "`a%20b`", () -> cancel("a%20b"), 400, "key-malformed");
        cancel(
                "cancel answered in another media type",
                "`k-1`, `Accept: text/html`",
                () -> GatewayConformanceTest.send(GatewayConformanceTest.request(client, PAY + "/k-1/cancel")
                        .header("Accept", "text/html")
                        .POST(BodyPublishers.noBody())),
                406,
                "not-acceptable");
        get("no POST, no cancel", "GET `k-1/cancel`", () -> get("k-1/cancel"), 404, "payment-not-found");
    }

    private GatewayAnswer payWhileTheLedgerStands() throws Exception {
        world.ledgerConsumer().pause();
        return post(PAY, client, "k-4", PAYMENT, "Prefer", "wait=0");
    }

    private GatewayAnswer payWhileTheLedgerGoesOn() throws Exception {
        try (ExecutorService waiter = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<GatewayAnswer> waiting = waiter.submit(() -> post(PAY, client, "k-5", PAYMENT, "Prefer", "wait=20"));
            world.ledgerConsumer().resume();
            return waiting.get();
        }
    }

    private GatewayAnswer cancel(String key) throws Exception {
        return cancel(client, key, "wait=20");
    }

    private GatewayAnswer cancel(String key, String preference) throws Exception {
        return cancel(client, key, preference);
    }

    private static GatewayAnswer cancel(String bearer, String key, String preference) throws Exception {
        return GatewayConformanceTest.send(GatewayConformanceTest.request(bearer, PAY + "/" + key + "/cancel")
                .header("Prefer", preference)
                .POST(BodyPublishers.noBody()));
    }

    private GatewayAnswer pay(String key) throws Exception {
        return post(PAY, client, key, PAYMENT);
    }

    private GatewayAnswer get(String key) throws Exception {
        return GatewayConformanceTest.get(client, key);
    }

    private static GatewayAnswer post(String path, String bearer, String key, String body, String... headers)
            throws Exception {
        List<String> all = new ArrayList<>(List.of("Idempotency-Key", key));
        all.addAll(List.of(headers));
        return GatewayConformanceTest.postTo(path, bearer, body, all.toArray(String[]::new));
    }

    private void cancel(String name, String request, Asking asking, int status, String body, String... headers) {
        add("post", PAY + "/{key}/cancel", name, "cancel " + request, asking, status, body, headers);
    }

    private void pay(String name, String request, Asking asking, int status, String body, String... headers) {
        add("post", PAY, name, "POST, " + request, asking, status, body, headers);
    }

    private void get(String name, String request, Asking asking, int status, String body, String... headers) {
        add("get", PAY + "/{key}", name, request, asking, status, body, headers);
    }

    private void step(String name, String request, String path, String key, String sent, String body) {
        String described = path.replaceAll("/k-[0-9]/", "/{key}/");
        add("post", described, name, request, () -> post(path, client, key, sent), 201, body, FIRST, SEEN, EXPIRES);
    }

    private void add(
            String method,
            String path,
            String name,
            String request,
            Asking asking,
            int status,
            String body,
            String... headers) {
        rows.add(new StepRow(Row.of(name, request, asking, status, body, headers), method, path));
    }
}
