package io.hapax.storm.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hapax.storm.history.Answer;
import io.hapax.storm.history.ClientEvent;
import io.hapax.storm.history.ClientEvent.Kind;
import io.hapax.storm.history.ClientEvent.Request;
import io.hapax.storm.history.ClientEvent.Route;
import io.hapax.storm.history.ClientEvent.Type;
import io.hapax.storm.history.Fault;
import io.hapax.storm.history.LookUp;
import io.hapax.storm.history.Payload;
import io.hapax.storm.history.RunEnd;
import io.hapax.storm.history.RunEnd.Replicas;
import io.hapax.storm.history.RunEnd.ToolVerdict;
import io.hapax.storm.history.RunFacts;
import io.hapax.storm.history.RunFacts.Instance;
import io.hapax.storm.history.RunFacts.OpenedAccount;
import io.hapax.storm.history.RunFacts.Times;
import io.hapax.storm.history.Sample;
import io.hapax.storm.history.TopicRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * A run of a model of the service, written from the documents and not from the code: small, without a broker, and
 * with a little of everything. It is what a run without any mistake looks like.
 *
 * <p>More than 300 lines: it is a whole service, from the command to the entry, in its simplest form.
 */
final class ModelRun {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PARTITIONS = 3;
    private static final long BEGAN_MS = 1_790_000_000_000L;
    private static final long RETENTION_MS = 3_600_000;
    private static final long SKEW_MS = 60_000;
    private static final long RECALL_MS = 5 * RETENTION_MS / 2;

    private static final List<OpenedAccount> ACCOUNTS = List.of(
            new OpenedAccount("alice", "EUR", 0, 100_000, false),
            new OpenedAccount("bob", "EUR", 5_000, 50_000, false),
            new OpenedAccount("poor", "EUR", 0, 0, false),
            new OpenedAccount("gone", "EUR", 0, 0, true),
            new OpenedAccount("dora", "USD", 0, 7_000, false));

    private static final List<String> GATEWAYS = List.of("stream-app-1", "stream-app-2");

    private final RecordedRun run = new RecordedRun(facts(), end());
    private final Map<Name, Known> known = new LinkedHashMap<>();
    private final Map<String, Long> balances = new HashMap<>();
    private long nowMs = BEGAN_MS;
    private long ops;
    private long entryIds;

    /** A key that the model knows. */
    private static final class Known {
        final Name name;
        final Payload payload;
        final Place command;
        final long seenMs;
        final String paymentId;

        @Nullable Result result;

        long settledMs;

        @Nullable Long knewSinceMs;

        Known(Name name, Payload payload, Place command, long seenMs) {
            this.name = name;
            this.payload = payload;
            this.command = command;
            this.seenMs = seenMs;
            this.paymentId =
                    UUID.nameUUIDFromBytes(name.toString().getBytes(UTF_8)).toString();
        }
    }

    static RecordedRun make() {
        return new ModelRun().made();
    }

    private RecordedRun made() {
        open();
        forgotten();
        for (int i = 0; i < 2; i++) {
            overHttp(
                    "acme",
                    "http-" + i,
                    new Payload("alice", "bob", 100 + i, "EUR", i % 2 == 0 ? null : "ref, \"" + i));
            overTopic("globex", "topic-" + i, new Payload("bob", "alice", 200 + i, "EUR", ""), i % 2 == 0);
        }
        failures();
        slow();
        lost();
        asked();
        recalled();
        nonsense();
        old();
        atOnce();
        afterTheFault();
        finish();
        return run;
    }

    // ---- what clients do

    private void overHttp(String client, String key, Payload payload) {
        Name name = new Name(client, key);
        lookUp(name);
        long first = invoke(name, Route.HTTP, Request.of(Kind.PAYMENT, payload, null));
        settle(accept(name, payload, null));
        answer(name, first, settled(known(name), false));
        lookUp(name);
        long retry = invoke(name, Route.HTTP, Request.of(Kind.PAYMENT, payload, null));
        decide(name, payload, null);
        answer(name, retry, settled(known(name), true));
        long other = invoke(name, Route.HTTP, Request.of(Kind.CONFLICT, another(payload), null));
        decide(name, another(payload), null);
        answer(name, other, problem(422, "key-reused", "\"differingFields\":[\"amountMinor\"]", false));
    }

    private void overTopic(String client, String key, Payload payload, boolean misplaced) {
        Name name = new Name(client, key);
        int partition = placeOf(name) + (misplaced ? 1 : 0);
        produce(name, payload, Kind.PAYMENT, partition % PARTITIONS);
        settle(known(name));
        produce(name, payload, Kind.PAYMENT, placeOf(name));
        produce(name, another(payload), Kind.CONFLICT, partition % PARTITIONS);
        lookUp(name);
    }

    private void failures() {
        overHttp("acme", "fails-0", new Payload("poor", "bob", 100, "EUR", null));
        overHttp("acme", "fails-1", new Payload("alice", "nobody", 100, "EUR", null));
        overHttp("acme", "fails-2", new Payload("alice", "gone", 100, "EUR", null));
        overHttp("acme", "fails-3", new Payload("alice", "dora", 100, "EUR", null));
    }

    /** A payment that is pending for a while. */
    private void slow() {
        Name name = new Name("acme", "slow");
        Payload payload = new Payload("alice", "bob", 7, "EUR", null);
        long first = invoke(name, Route.HTTP, Request.of(Kind.PAYMENT, payload, null));
        Known pending = accept(name, payload, null);
        answer(name, first, http(202, Map.of("retry-after", "1"), body(pending, "PENDING", null)));
        long second = invoke(name, Route.HTTP, Request.of(Kind.PAYMENT, payload, null));
        decide(name, payload, null);
        answer(name, second, problem(409, "in-flight", "\"paymentId\":\"" + pending.paymentId + "\"", true));
        lookUp(name);
        settle(pending);
        lookUp(name);
        long third = invoke(name, Route.HTTP, Request.of(Kind.PAYMENT, payload, null));
        decide(name, payload, null);
        answer(name, third, settled(pending, true));
    }

    /** Requests without an answer: one came through, one did not, one was refused for a while. */
    private void lost() {
        Name through = new Name("globex", "lost-0");
        Payload payload = new Payload("bob", "alice", 11, "EUR", null);
        unknown(through, invoke(through, Route.HTTP, Request.of(Kind.PAYMENT, payload, null)));
        settle(accept(through, payload, null));
        lookUp(through);
        Name never = new Name("globex", "lost-1");
        unknown(never, invoke(never, Route.TOPIC, Request.of(Kind.PAYMENT, payload, null)));
        long refused = invoke(never, Route.HTTP, Request.of(Kind.PAYMENT, payload, null));
        answer(never, refused, problem(503, "unavailable", "", true));
        lookUp(never);
    }

    /** The ledger is slow, and asked again. */
    private void asked() {
        Name name = new Name("acme", "asked");
        produce(name, new Payload("alice", "bob", 13, "EUR", null), Kind.PAYMENT, placeOf(name));
        Known pending = known(name);
        tell(pending, "INQUIRE", 1);
        settle(pending);
        said(pending, "COMPLETED", pending.result, 1);
    }

    /** A key that may have been forgotten is asked about before it is paid. */
    private void recalled() {
        Name name = new Name("acme", "recalled");
        Payload payload = new Payload("alice", "bob", 23, "EUR", null);
        long sentAtMs = BEGAN_MS - 2 * RETENTION_MS;
        long op = invoke(name, Route.HTTP, Request.of(Kind.OLD, payload, sentAtMs));
        Known recalled = new Known(name, payload, command(name, payload, sentAtMs, placeOf(name)), nowMs);
        known.put(name, recalled);
        tell(recalled, "INQUIRE", 0);
        said(recalled, "NOT_FOUND", null, 0);
        tell(recalled, "POST", 1);
        settle(recalled);
        answer(name, op, settled(recalled, false));
    }

    private void nonsense() {
        String bytes = Base64.getEncoder().encodeToString("nonsense".getBytes(UTF_8));
        Name nobody = new Name("acme", "bytes");
        long op = invoke(nobody, Route.TOPIC, Request.nonsense(bytes));
        Place place = append("payment-commands", 0, "k", Map.of(), null, bytes);
        answer(nobody, op, Answer.acknowledged(place.partition(), place.offset()));
        append(
                "dead-letters",
                0,
                "k",
                Map.of(
                        "hapax-reason",
                        "NOT_AVRO",
                        "hapax-topic",
                        "payment-commands",
                        "hapax-partition",
                        String.valueOf(place.partition()),
                        "hapax-offset",
                        String.valueOf(place.offset())),
                null,
                bytes);
        Name broken = new Name("acme", "broken");
        produce(broken, new Payload("alice", "alice", 0, "EUR", null), Kind.NONSENSE, placeOf(broken));
        long refused = invoke(broken, Route.HTTP, Request.nonsense("{"));
        answer(broken, refused, problem(400, "body-malformed", "", false));
    }

    private void old() {
        Name name = new Name("acme", "old");
        Payload payload = new Payload("alice", "bob", 17, "EUR", null);
        long sentAtMs = BEGAN_MS - 3 * RETENTION_MS;
        long op = invoke(name, Route.HTTP, Request.of(Kind.OLD, payload, sentAtMs));
        Place command = command(name, payload, sentAtMs, placeOf(name));
        decision(name, command, "EXPIRED", null);
        answer(name, op, problem(412, "too-late", "", false));
    }

    /** Two clients ask for the same at once, and one hears of it first. */
    private void atOnce() {
        Name name = new Name("globex", "at-once");
        Payload payload = new Payload("bob", "alice", 19, "EUR", null);
        long one = invoke(name, Route.HTTP, Request.of(Kind.PAYMENT, payload, null));
        long two = invoke(name, Route.HTTP, Request.of(Kind.PAYMENT, payload, null));
        Known pending = accept(name, payload, null);
        decide(name, payload, null);
        settle(pending);
        answer(name, two, settled(pending, true));
        answer(name, one, settled(pending, false));
    }

    /** A key that was forgotten: the stream app takes it for a new one, and the ledger has it. */
    private void forgotten() {
        nowMs = BEGAN_MS - RETENTION_MS - 60_000;
        Name name = new Name("acme", "forgotten");
        Payload payload = new Payload("alice", "bob", 29, "EUR", null);
        long first = invoke(name, Route.HTTP, Request.of(Kind.PAYMENT, payload, null));
        Known before = accept(name, payload, null);
        settle(before);
        answer(name, first, settled(before, false));
        nowMs = BEGAN_MS;
        known.remove(name);
        lookUp(name);
        long second = invoke(name, Route.HTTP, Request.of(Kind.PAYMENT, payload, null));
        Known again = accept(name, payload, null);
        nowMs++;
        said(again, "COMPLETED", before.result, 1);
        nowMs++;
        again.result = before.result;
        again.settledMs = nowMs;
        again.knewSinceMs = before.seenMs;
        decision(name, again.command, "SETTLED", again);
        answer(name, second, settled(again, true));
    }

    /** When all instances are ready again. */
    private void afterTheFault() {
        nowMs = BEGAN_MS + 60_000;
        for (int i = 0; i < 12; i++) {
            overHttp("globex", "after-" + i, new Payload("bob", "alice", 31, "EUR", null));
        }
    }

    private void produce(Name name, Payload payload, Kind kind, int partition) {
        long op = invoke(name, Route.TOPIC, Request.of(kind, payload, null));
        Place place = command(name, payload, null, partition);
        answer(name, op, Answer.acknowledged(place.partition(), place.offset()));
        if (kind == Kind.NONSENSE) {
            decision(name, place, "INVALID", null)
                    .putArray("violations")
                    .add("SAME_ACCOUNT")
                    .add("AMOUNT_NOT_POSITIVE");
        } else {
            decided(name, payload, place);
        }
    }

    private void lookUp(Name name) {
        long op = invoke(name, Route.HTTP, Request.lookUp());
        answer(name, op, found(name));
    }

    // ---- what the service does

    private Known accept(Name name, Payload payload, @Nullable Long sentAtMs) {
        decide(name, payload, sentAtMs);
        return known(name);
    }

    private void decide(Name name, Payload payload, @Nullable Long sentAtMs) {
        decided(name, payload, command(name, payload, sentAtMs, placeOf(name)));
    }

    private void decided(Name name, Payload payload, Place command) {
        Known before = known.get(name);
        if (before == null) {
            Known accepted = new Known(name, payload, command, nowMs);
            known.put(name, accepted);
            tell(accepted, "POST", 1);
        } else if (!before.payload.equals(payload)) {
            decision(name, command, "CONFLICT", before)
                    .putArray("differingFields")
                    .add("amountMinor");
        } else {
            decision(name, command, before.result == null ? "IN_FLIGHT" : "REPLAYED", before);
        }
    }

    private Place command(Name name, Payload payload, @Nullable Long sentAtMs, int partition) {
        nowMs++;
        ObjectNode value = content(name, payload);
        value.put("sentAt", sentAtMs);
        Place place = append("payment-commands", partition, name.toString(), Map.of(), value, null);
        boolean valid =
                new Command(place, nowMs, name, payload, null).brokenRules().isEmpty();
        if (partition != placeOf(name) && valid) {
            Map<String, String> origin = Map.of(
                    "hapax-partition", String.valueOf(partition), "hapax-offset", String.valueOf(place.offset()));
            append("payment-commands-rerouted", placeOf(name), name.toString(), origin, value, null);
        }
        return place;
    }

    private ObjectNode decision(Name name, Place command, String verdict, @Nullable Known known) {
        ObjectNode value = JSON.createObjectNode();
        value.put("clientId", name.client()).put("idempotencyKey", name.key());
        value.put("verdict", verdict).put("decidedAt", nowMs);
        value.put("commandPartition", command.partition()).put("commandOffset", command.offset());
        if (known != null) {
            value.put("paymentId", known.paymentId).put("firstSeenAt", known.seenMs);
            if (known.result != null) {
                value.put("expiresAt", known.settledMs + RETENTION_MS);
            }
            value.put("ledgerKnewSince", known.knewSinceMs);
            if (!known.command.equals(command)) {
                value.put("originalPartition", known.command.partition());
                value.put("originalOffset", known.command.offset());
            }
            if (known.result != null && !verdict.equals("CONFLICT")) {
                value.put("status", known.result.status());
                value.put("failureReason", known.result.reason());
                value.put("failedAccount", known.result.account());
            }
        }
        append("payment-decisions", placeOf(name), name.toString(), Map.of(), value, null);
        return value;
    }

    private void tell(Known payment, String kind, int attempt) {
        ObjectNode value = content(payment.name, payment.payload);
        value.put("kind", kind).put("paymentId", payment.paymentId).put("attempt", attempt);
        value.put("acceptedAt", payment.seenMs);
        value.put("commandPartition", payment.command.partition());
        value.put("commandOffset", payment.command.offset());
        String debtor = payment.payload.debtorAccount();
        append("ledger-events", placeOf(debtor), debtor, Map.of(), value, null);
    }

    private void said(Known payment, String status, @Nullable Result result, int attempt) {
        ObjectNode value = JSON.createObjectNode();
        value.put("clientId", payment.name.client()).put("idempotencyKey", payment.name.key());
        value.put("paymentId", payment.paymentId).put("status", status).put("attempt", attempt);
        value.put("failureReason", result == null ? null : result.reason());
        value.put("failedAccount", result == null ? null : result.account());
        value.put("commandPartition", payment.command.partition());
        value.put("commandOffset", payment.command.offset());
        append("ledger-outcomes", placeOf(payment.name), payment.name.toString(), Map.of(), value, null);
    }

    private void settle(Known payment) {
        nowMs++;
        Result result = result(payment.payload);
        record(payment.paymentId, payment.name, payment.payload, result, payment.command);
        said(payment, result.status(), result, 1);
        nowMs++;
        payment.result = result;
        payment.settledMs = nowMs;
        decision(payment.name, payment.command, "SETTLED", payment);
    }

    private Result result(Payload paid) {
        for (String side : List.of(paid.debtorAccount(), paid.creditorAccount())) {
            if (account(side) == null) return new Result("FAILED", "ACCOUNT_NOT_FOUND", side);
        }
        for (String side : List.of(paid.debtorAccount(), paid.creditorAccount())) {
            OpenedAccount account = Objects.requireNonNull(account(side));
            if (account.closed()) return new Result("FAILED", "ACCOUNT_CLOSED", side);
            if (!account.currency().equals(paid.currency())) return new Result("FAILED", "CURRENCY_MISMATCH", side);
        }
        OpenedAccount debtor = Objects.requireNonNull(account(paid.debtorAccount()));
        long left = balances.getOrDefault(debtor.id(), 0L) - paid.amountMinor();
        return left < -debtor.limitMinor()
                ? new Result("FAILED", "INSUFFICIENT_FUNDS", debtor.id())
                : new Result("COMPLETED", null, null);
    }

    private static @Nullable OpenedAccount account(String id) {
        return ACCOUNTS.stream()
                .filter(account -> account.id().equals(id))
                .findFirst()
                .orElse(null);
    }

    private void open() {
        for (OpenedAccount account : ACCOUNTS) {
            if (account.openingMinor() > 0) {
                record(
                        UUID.nameUUIDFromBytes(("opening " + account.id()).getBytes(UTF_8))
                                .toString(),
                        new Name("hapax/opening", account.id()),
                        new Payload(
                                "system:" + account.currency(),
                                account.id(),
                                account.openingMinor(),
                                account.currency(),
                                "opening balance"),
                        new Result("COMPLETED", null, null),
                        null);
            }
        }
    }

    private void record(String id, Name name, Payload paid, Result result, @Nullable Place command) {
        Map<String, @Nullable String> row = new LinkedHashMap<>();
        row.put("payment_id", id);
        row.put("client_id", name.client());
        row.put("idempotency_key", name.key());
        row.put("debtor_account", paid.debtorAccount());
        row.put("creditor_account", paid.creditorAccount());
        row.put("amount_minor", String.valueOf(paid.amountMinor()));
        row.put("currency", paid.currency());
        row.put("reference", paid.reference());
        row.put("status", result.status());
        row.put("failure_reason", result.reason());
        row.put("failed_account", result.account());
        row.put("command_offset", command == null ? null : String.valueOf(command.offset()));
        row.put(
                "recorded_at",
                Instant.ofEpochMilli(nowMs).toString().replace('T', ' ').replace("Z", "+00"));
        if (result.completed()) {
            String entry = String.valueOf(++entryIds);
            row.put("entry_id", entry);
            entry(entry, id, paid.debtorAccount(), -paid.amountMinor());
            entry(entry, id, paid.creditorAccount(), paid.amountMinor());
        }
        run.table("payments").add(row);
    }

    private void entry(String entryId, String paymentId, String account, long amountMinor) {
        long balance = balances.merge(account, amountMinor, Long::sum);
        Map<String, @Nullable String> row = new LinkedHashMap<>();
        row.put("entry_id", entryId);
        row.put("payment_id", paymentId);
        row.put("account_id", account);
        row.put("amount_minor", String.valueOf(amountMinor));
        row.put("balance_after_minor", String.valueOf(balance));
        run.table("entries").add(row);
    }

    // ---- answers

    private Answer settled(Known payment, boolean replayed) {
        Result result = Objects.requireNonNull(payment.result);
        Map<String, String> headers = new HashMap<>();
        headers.put("idempotent-replayed", String.valueOf(replayed));
        headers.putAll(times(payment));
        String body = body(payment, result.status(), payment.payload);
        if (result.completed()) {
            return http(201, headers, body);
        }
        String slug =
                Objects.requireNonNull(result.reason()).toLowerCase(Locale.ROOT).replace('_', '-');
        return http(
                slug.equals("insufficient-funds") ? 402 : 422,
                headers,
                "{\"type\":\"urn:hapax:problem:" + slug + "\"," + failed(body, result));
    }

    private static Map<String, String> times(Known payment) {
        Map<String, String> times = new HashMap<>();
        long seenMs = payment.knewSinceMs == null ? payment.seenMs : payment.knewSinceMs;
        times.put("idempotency-first-seen", Instant.ofEpochMilli(seenMs).toString());
        if (payment.result != null) {
            long expiresMs = payment.settledMs + RETENTION_MS;
            times.put("idempotency-expires-at", Instant.ofEpochMilli(expiresMs).toString());
        }
        return times;
    }

    private static String failed(String body, Result result) {
        return body.substring(1, body.length() - 1) + ",\"failureReason\":\"" + result.reason()
                + "\",\"failedAccount\":\"" + result.account() + "\"}";
    }

    private Answer found(Name name) {
        Known payment = known.get(name);
        if (payment == null) {
            return problem(404, "payment-not-found", "", false);
        }
        Map<String, String> headers = times(payment);
        if (payment.result == null) {
            return http(200, headers, body(payment, "PENDING", payment.payload));
        }
        String body = body(payment, payment.result.status(), payment.payload);
        return http(200, headers, payment.result.completed() ? body : "{" + failed(body, payment.result));
    }

    private static String body(Known payment, String status, @Nullable Payload paid) {
        ObjectNode body = JSON.createObjectNode();
        body.put("paymentId", payment.paymentId).put("idempotencyKey", payment.name.key());
        body.put("paymentStatus", status);
        if (paid != null) {
            body.put("debtorAccount", paid.debtorAccount()).put("creditorAccount", paid.creditorAccount());
            body.put("amountMinor", paid.amountMinor()).put("currency", paid.currency());
            if (paid.reference() != null) {
                body.put("reference", paid.reference());
            }
        }
        return body.toString();
    }

    private static Answer problem(int status, String slug, String more, boolean later) {
        return http(
                status,
                later ? Map.of("retry-after", "1") : Map.of(),
                "{\"type\":\"urn:hapax:problem:" + slug + "\",\"status\":" + status + (more.isEmpty() ? "" : "," + more)
                        + "}");
    }

    private static Answer http(int status, Map<String, String> headers, String body) {
        return Answer.http(status, headers, body);
    }

    // ---- records

    private long invoke(Name name, Route route, Request request) {
        long op = ++ops;
        nowMs += 10;
        event(name, op, Type.INVOKE, route, request, null, null);
        nowMs += 10;
        return op;
    }

    private void answer(Name name, long op, Answer answer) {
        nowMs += 10;
        event(name, op, Type.ANSWER, answer.status() == null ? Route.TOPIC : Route.HTTP, null, answer, null);
    }

    private void unknown(Name name, long op) {
        nowMs += 10;
        event(name, op, Type.UNKNOWN, Route.HTTP, null, null, "connection reset");
    }

    private void event(
            Name name,
            long op,
            Type type,
            Route route,
            @Nullable Request request,
            @Nullable Answer answer,
            @Nullable String error) {
        run.events.add(new ClientEvent(
                (nowMs - BEGAN_MS) * 1_000_000,
                nowMs,
                name.client(),
                name.key(),
                op,
                type,
                route,
                GATEWAYS.get((int) (op % 2)),
                request,
                answer,
                error));
    }

    private Place append(
            String topic,
            int partition,
            String key,
            Map<String, String> headers,
            @Nullable ObjectNode value,
            @Nullable String bytes) {
        List<TopicRecord> records = run.topic(topic);
        long offset = records.stream()
                        .filter(record -> record.partition() == partition)
                        .count()
                * 2;
        records.add(new TopicRecord(
                partition,
                offset,
                nowMs,
                Base64.getEncoder().encodeToString(key.getBytes(UTF_8)),
                headers,
                value == null ? null : topic,
                value,
                bytes));
        return new Place(partition, offset);
    }

    private static ObjectNode content(Name name, Payload payload) {
        ObjectNode value = JSON.createObjectNode();
        value.put("clientId", name.client()).put("idempotencyKey", name.key());
        value.put("debtorAccount", payload.debtorAccount()).put("creditorAccount", payload.creditorAccount());
        value.put("amountMinor", payload.amountMinor()).put("currency", payload.currency());
        value.put("reference", payload.reference());
        return value;
    }

    private static Payload another(Payload payload) {
        return new Payload(
                payload.debtorAccount(),
                payload.creditorAccount(),
                payload.amountMinor() + 1,
                payload.currency(),
                payload.reference());
    }

    private static int placeOf(Name name) {
        return placeOf(name.toString());
    }

    private static int placeOf(String key) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % PARTITIONS;
    }

    private Known known(Name name) {
        return Objects.requireNonNull(known.get(name));
    }

    // ---- the frame of the run

    private void finish() {
        nowMs += 1_000;
        for (OpenedAccount account : ACCOUNTS) {
            accountRow(account.id(), account.currency(), "CUSTOMER", account);
        }
        for (String currency : List.of("EUR", "USD")) {
            accountRow("system:" + currency, currency, "SYSTEM", null);
        }
        run.events.stream()
                .map(event -> new Name(event.client(), event.key()))
                .distinct()
                .forEach(name -> GATEWAYS.forEach(
                        instance -> run.lookUps.add(new LookUp(name.client(), name.key(), instance, found(name)))));
        Map<String, Long> healthy = new HashMap<>();
        run.end.ready().keySet().forEach(name -> healthy.put(name, BEGAN_MS + 45_000));
        run.faults.add(
                new Fault(1, "KILL_STREAM_APP", "stream-app-1", BEGAN_MS + 10_000, BEGAN_MS + 20_000, 60_000, healthy));
        for (Instance instance : run.facts.instances()) {
            for (int i = 0; i < 25; i++) {
                run.figures.add(new Sample(
                        BEGAN_MS + i * 20_000L, instance.name(), 42, 300L << 20, 50, 200, true, i == 5 ? 7L : 0L));
            }
        }
    }

    private void accountRow(String id, String currency, String kind, @Nullable OpenedAccount opened) {
        Map<String, @Nullable String> row = new LinkedHashMap<>();
        row.put("id", id);
        row.put("currency", currency);
        row.put("kind", kind);
        row.put("overdraft_limit_minor", String.valueOf(opened == null ? 0 : opened.limitMinor()));
        row.put("opening_balance_minor", String.valueOf(opened == null ? 0 : opened.openingMinor()));
        row.put("status", opened != null && opened.closed() ? "CLOSED" : "OPEN");
        row.put("balance_minor", String.valueOf(balances.getOrDefault(id, 0L)));
        row.put("held_minor", "0");
        run.table("accounts").add(row);
    }

    private static RunFacts facts() {
        return new RunFacts(
                1,
                Map.of("rate", "1"),
                Map.of("product", "model"),
                BEGAN_MS,
                BEGAN_MS + 500_000,
                PARTITIONS,
                List.of(
                        new Instance("stream-app-1", "stream-app"),
                        new Instance("stream-app-2", "stream-app"),
                        new Instance("ledger-consumer-1", "ledger-consumer"),
                        new Instance("broker-1", "broker"),
                        new Instance("broker-2", "broker"),
                        new Instance("broker-3", "broker")),
                new Times(RETENTION_MS, SKEW_MS, 30_000, RECALL_MS),
                ACCOUNTS);
    }

    private static RunEnd end() {
        Map<String, Long> lags = new HashMap<>();
        Map<String, Long> uncommitted = new HashMap<>();
        List<Replicas> replicas = new ArrayList<>();
        for (String topic : RecordedRun.TOPICS) {
            uncommitted.put(topic, 1_000L);
            for (int partition = 0; partition < PARTITIONS; partition++) {
                lags.put("open transactions/" + topic + "-" + partition, 0L);
                lags.put("hapax/" + topic + "-" + partition, 0L);
                replicas.add(
                        new Replicas(topic, partition, Map.of("1", "d", "2", "d", "3", "d"), List.of("1", "2", "3")));
            }
        }
        return new RunEnd(
                BEGAN_MS + 500_000,
                BEGAN_MS + 600_000,
                lags,
                Map.of("stream-app-1", true, "stream-app-2", true, "ledger-consumer-1", true),
                Map.of("stream-app-1", 0L, "stream-app-2", 0L),
                uncommitted,
                replicas,
                List.of(new ToolVerdict("reconcile", 0, "ok"), new ToolVerdict("audit", 0, "ok")));
    }
}
