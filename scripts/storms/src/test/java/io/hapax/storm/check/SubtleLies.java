package io.hapax.storm.check;

import static io.hapax.storm.check.Doctoring.COMMANDS;
import static io.hapax.storm.check.Doctoring.DECISIONS;
import static io.hapax.storm.check.Doctoring.EVENTS;
import static io.hapax.storm.check.Doctoring.OTHER_PAYMENT;
import static io.hapax.storm.check.Doctoring.OUTCOMES;
import static io.hapax.storm.check.Doctoring.again;
import static io.hapax.storm.check.Doctoring.answer;
import static io.hapax.storm.check.Doctoring.any;
import static io.hapax.storm.check.Doctoring.customer;
import static io.hapax.storm.check.Doctoring.entry;
import static io.hapax.storm.check.Doctoring.foundSettled;
import static io.hapax.storm.check.Doctoring.headers;
import static io.hapax.storm.check.Doctoring.healthy;
import static io.hapax.storm.check.Doctoring.more;
import static io.hapax.storm.check.Doctoring.notFound;
import static io.hapax.storm.check.Doctoring.replayed;
import static io.hapax.storm.check.Doctoring.status;
import static io.hapax.storm.check.Doctoring.text;
import static io.hapax.storm.check.Doctoring.verdict;
import static io.hapax.storm.check.Doctoring.with;
import static io.hapax.storm.check.RecordedRun.first;
import static io.hapax.storm.check.RecordedRun.replace;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hapax.storm.history.Answer;
import io.hapax.storm.history.ClientEvent;
import io.hapax.storm.history.ClientEvent.Kind;
import io.hapax.storm.history.ClientEvent.Route;
import io.hapax.storm.history.ClientEvent.Type;
import io.hapax.storm.history.Fault;
import io.hapax.storm.history.LookUp;
import io.hapax.storm.history.RunEnd;
import io.hapax.storm.history.RunEnd.Replicas;
import io.hapax.storm.history.TopicRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The lies that leave almost everything as it was: a field, a place, a time, or a figure that is missing.
 *
 * <p>More than 300 lines: it is one list, a few lines for each lie.
 */
final class SubtleLies {
    static final List<Doctoring> ALL = List.of(
            // Decisions.
            new Doctoring(
                    "an answer is kept for a shorter time than the retention",
                    Invariant.VERDICT_IS_TRUE,
                    run -> run.change(DECISIONS, lone(run), value -> value.put("expiresAt", expiresMs(value) - 1_000))),
            new Doctoring(
                    "an answer does not say until when it is kept",
                    Invariant.VERDICT_IS_TRUE,
                    run -> run.change(DECISIONS, lone(run), value -> value.putNull("expiresAt"))),
            new Doctoring(
                    "a settled payment was accepted at another time",
                    Invariant.ANSWERS_AGREE,
                    run -> run.change(DECISIONS, lone(run), value -> more(value, "firstSeenAt"))),
            new Doctoring(
                    "a payment in flight is another one",
                    Invariant.ANSWERS_AGREE,
                    run -> run.change(
                            DECISIONS,
                            run.record(DECISIONS, verdict("IN_FLIGHT")),
                            value -> value.put("paymentId", OTHER_PAYMENT))),
            new Doctoring(
                    "a payment in flight was accepted at another time",
                    Invariant.ANSWERS_AGREE,
                    run -> run.change(
                            DECISIONS,
                            run.record(DECISIONS, verdict("IN_FLIGHT")),
                            value -> more(value, "firstSeenAt"))),
            new Doctoring(
                    "a conflict names another payment",
                    Invariant.ANSWERS_AGREE,
                    run -> run.change(
                            DECISIONS,
                            run.record(DECISIONS, verdict("CONFLICT").and(value -> value.hasNonNull("originalOffset"))),
                            value -> value.put("paymentId", OTHER_PAYMENT))),
            new Doctoring(
                    "a forgotten payment is settled as a new one",
                    Invariant.ANSWERS_AGREE,
                    run -> run.change(
                            DECISIONS,
                            run.record(DECISIONS, verdict("SETTLED").and(value -> value.hasNonNull("ledgerKnewSince"))),
                            value -> value.putNull("ledgerKnewSince"))),
            new Doctoring(
                    "a sound command breaks a rule that nobody knows",
                    Invariant.VERDICT_IS_TRUE,
                    run -> run.change(DECISIONS, run.record(DECISIONS, verdict("CONFLICT")), value -> {
                        value.putArray("violations").add("AMOUNT_UNLUCKY");
                        return value.put("verdict", "INVALID");
                    })),
            new Doctoring(
                    "an answer lies on another partition",
                    Invariant.ANSWERS_IN_ORDER,
                    run -> elsewhere(run, DECISIONS, lone(run))),
            new Doctoring(
                    "an answer has another key",
                    Invariant.ANSWERS_IN_ORDER,
                    run -> keyed(run, DECISIONS, lone(run), "YW5vdGhlcg==")),
            new Doctoring(
                    "a command that is sent on loses its key",
                    Invariant.REROUTED_ONCE,
                    run -> keyed(
                            run, "payment-commands-rerouted", run.record("payment-commands-rerouted", any()), null)),
            // The ledger.
            new Doctoring(
                    "an event lies on another partition",
                    Invariant.TOLD_ONCE,
                    run -> elsewhere(run, EVENTS, run.record(EVENTS, any()))),
            new Doctoring(
                    "an event has another key",
                    Invariant.TOLD_ONCE,
                    run -> keyed(run, EVENTS, run.record(EVENTS, any()), "YW5vdGhlcg==")),
            new Doctoring(
                    "an outcome lies on another partition",
                    Invariant.LEDGER_ANSWERS_EACH,
                    run -> elsewhere(run, OUTCOMES, run.record(OUTCOMES, any()))),
            new Doctoring(
                    "the ledger answers for a payment that nobody sent",
                    Invariant.LEDGER_ANSWERS_EACH,
                    run -> run.append(
                            OUTCOMES,
                            run.record(OUTCOMES, any()),
                            value -> value.put("idempotencyKey", "ghost").put("status", "NOT_FOUND"))),
            new Doctoring(
                    "the ledger answers for another payment",
                    Invariant.LEDGER_ANSWERS_EACH,
                    run -> run.change(
                            OUTCOMES, run.record(OUTCOMES, any()), value -> value.put("paymentId", OTHER_PAYMENT))),
            new Doctoring(
                    "the ledger answers an attempt that was never made",
                    Invariant.LEDGER_ANSWERS_EACH,
                    run -> run.append(OUTCOMES, run.record(OUTCOMES, any()), value -> value.put("attempt", 7))),
            new Doctoring(
                    "the ledger does not find what it has",
                    Invariant.SETTLED_AS_POSTED,
                    run -> run.append(
                            OUTCOMES, run.record(OUTCOMES, any()), value -> value.put("status", "NOT_FOUND"))),
            // Money.
            new Doctoring(
                    "two opening balances that nobody agreed on cancel each other", Invariant.POSTED_ONCE, run -> {
                        openUnasked(run, "there", false);
                        openUnasked(run, "and-back", true);
                    }),
            new Doctoring(
                    "money is held that nobody reserved",
                    Invariant.BOOKS_BALANCE,
                    run -> customer(run).put("held_minor", "5")),
            // Over HTTP.
            new Doctoring(
                    "a pending payment tells another amount",
                    Invariant.HTTP_ANSWERS_AGREE,
                    run -> body(run, pending(), body -> body.replaceFirst("\"amountMinor\":", "\"amountMinor\":1"))),
            new Doctoring(
                    "a pending payment is another one",
                    Invariant.HTTP_ANSWERS_AGREE,
                    run -> body(run, pending(), SubtleLies::ofAnotherPayment)),
            new Doctoring(
                    "a payment that is taken is another one",
                    Invariant.HTTP_ANSWERS_AGREE,
                    run -> body(run, status(202).and(isPosted(run)), SubtleLies::ofAnotherPayment)),
            new Doctoring(
                    "a payment in flight is another one over HTTP",
                    Invariant.HTTP_ANSWERS_AGREE,
                    run -> body(run, status(409), SubtleLies::ofAnotherPayment)),
            new Doctoring(
                    "a conflict names the wrong field over HTTP",
                    Invariant.HTTP_ANSWERS_AGREE,
                    run -> body(
                            run,
                            status(422).and(event -> answered(event).contains("differingFields")),
                            body -> body.replaceFirst(
                                    "\"differingFields\":\\[[^]]*]", "\"differingFields\":[\"currency\"]"))),
            new Doctoring(
                    "a sound payment is called malformed",
                    Invariant.HTTP_ANSWERS_AGREE,
                    run -> change(run, replayed(false), answer -> problem(400, "body-malformed"))),
            new Doctoring("nonsense is paid", Invariant.HTTP_ANSWERS_AGREE, run -> {
                Answer paid =
                        Objects.requireNonNull(first(run.events, status(201)).answer());
                change(run, status(400).and(event -> isOfBytes(run, event)), answer -> paid);
            }),
            new Doctoring(
                    "a payment is too late that says no time",
                    Invariant.HTTP_ANSWERS_AGREE,
                    run -> change(run, replayed(false), answer -> problem(412, "too-late"))),
            new Doctoring(
                    "an answer lacks what was paid",
                    Invariant.HTTP_ANSWERS_AGREE,
                    run -> body(run, replayed(false), body -> body.replaceFirst("\"amountMinor\":[0-9]+,", ""))),
            new Doctoring(
                    "an amount is a text",
                    Invariant.HTTP_ANSWERS_AGREE,
                    run -> body(
                            run,
                            replayed(false),
                            body -> body.replaceFirst("\"amountMinor\":([0-9]+)", "\"amountMinor\":\"$1\""))),
            new Doctoring(
                    "an amount has a fraction",
                    Invariant.HTTP_ANSWERS_AGREE,
                    run -> body(
                            run,
                            replayed(false),
                            body -> body.replaceFirst("\"amountMinor\":([0-9]+)", "\"amountMinor\":$1.5"))),
            new Doctoring(
                    "an answer goes on behind its end",
                    Invariant.HTTP_AS_DOCUMENTED,
                    run -> body(run, replayed(false), body -> body + "}")),
            new Doctoring(
                    "an answer is perhaps a replay",
                    Invariant.HTTP_ANSWERS_AGREE,
                    run -> header(run, replayed(false), "idempotent-replayed", "no")),
            new Doctoring(
                    "an answer is kept for another time over HTTP",
                    Invariant.HTTP_ANSWERS_AGREE,
                    run -> header(run, replayed(false), "idempotency-expires-at", "2020-01-01T00:00:00Z")),
            new Doctoring(
                    "an answer does not say when it was first seen",
                    Invariant.HTTP_ANSWERS_AGREE,
                    run -> header(run, replayed(false), "idempotency-first-seen", null)),
            new Doctoring("a client was told before the ledger had it", Invariant.HTTP_ANSWERS_AGREE, run -> {
                ClientEvent told = first(run.events, replayed(false));
                run.row("payments", row -> isOf(row, told)).put("recorded_at", "2099-01-01 00:00:00+00");
            }),
            new Doctoring(
                    "payments get nothing but advice",
                    Invariant.ANSWERED_IN_CALM,
                    run -> run.events.replaceAll(event -> event.type() == Type.ANSWER && event.path() == Route.HTTP
                            ? with(event, adviceToRetry())
                            : event)),
            new Doctoring(
                    "a request is never answered",
                    Invariant.ANSWERED_IN_CALM,
                    run -> run.events.remove(first(
                            run.events,
                            event -> event.type() == Type.ANSWER && event.key().startsWith("after")))),
            // Clocks.
            new Doctoring(
                    "an instance misses what is posted, before a clock goes ahead",
                    Invariant.REMEMBERED_WHEN_POSTED,
                    run -> {
                        long sinceMs = clockAhead(run);
                        answer(
                                run,
                                again(run, foundSettled()).and(event -> event.atMs() < sinceMs),
                                answer -> notFound());
                    }),
            new Doctoring(
                    "a settled payment is unknown again, before a clock goes ahead", Invariant.LINEARIZABLE, run -> {
                        long sinceMs = clockAhead(run);
                        answer(
                                run,
                                again(run, foundSettled()).and(event -> event.atMs() < sinceMs),
                                answer -> notFound());
                    }),
            new Doctoring(
                    "at the end an instance has forgotten, and the clock of another partition is ahead",
                    Invariant.SAME_ON_EVERY_INSTANCE,
                    run -> {
                        clockAhead(run);
                        run.lookUps.replaceAll(
                                known -> new LookUp(known.client(), known.key(), known.instance(), notFound()));
                    }),
            // The end.
            new Doctoring(
                    "an instance recovered too late, and faults went on meanwhile",
                    Invariant.RECOVERED_IN_TIME,
                    run -> {
                        Fault fault = run.faults.getFirst();
                        Map<String, Long> late = new HashMap<>(fault.healthyMs());
                        late.replaceAll((instance, atMs) -> fault.endedMs() + 600_000);
                        run.faults.set(0, healthy(fault, late));
                        for (int times = 1; times <= 20; times++) {
                            long atMs = fault.endedMs() + times * fault.recoversWithinMs() / 2;
                            Map<String, Long> soon = new HashMap<>(fault.healthyMs());
                            soon.replaceAll((instance, healthyMs) -> atMs);
                            run.faults.add(new Fault(
                                    1_000 + times,
                                    fault.kind(),
                                    fault.target(),
                                    atMs,
                                    atMs,
                                    fault.recoversWithinMs(),
                                    soon));
                        }
                    }),
            new Doctoring("a replica is missing", Invariant.REPLICAS_AGREE, run -> {
                Replicas whole = run.end.replicas().getFirst();
                Map<String, String> fewer = new HashMap<>(whole.digests());
                String gone = whole.inSync().getFirst();
                fewer.remove(gone);
                replicas(
                        run,
                        all -> all.set(
                                0,
                                new Replicas(
                                        whole.topic(),
                                        whole.partition(),
                                        fewer,
                                        whole.inSync().stream()
                                                .filter(node -> !node.equals(gone))
                                                .toList())));
            }),
            new Doctoring(
                    "a partition is not compared", Invariant.REPLICAS_AGREE, run -> replicas(run, List::removeFirst)),
            new Doctoring(
                    "nobody says whether commands are read",
                    Invariant.LAGS_ARE_ZERO,
                    run -> without(run, "/" + COMMANDS + "-0")),
            new Doctoring(
                    "an instance does not say what is pending",
                    Invariant.NOTHING_PENDING,
                    run -> without(run, "stream-app-1")));

    private SubtleLies() {}

    // ---- records of topics

    /** A settlement that is the only decision of its key. */
    private static TopicRecord lone(RecordedRun run) {
        Map<String, Integer> decisions = new HashMap<>();
        run.topic(DECISIONS).forEach(record -> decisions.merge(name(record), 1, Integer::sum));
        return first(
                run.topic(DECISIONS),
                record -> decisions.get(name(record)) == 1
                        && record.value() instanceof ObjectNode value
                        && verdict("SETTLED").test(value));
    }

    private static String name(TopicRecord record) {
        var value = Objects.requireNonNull(record.value());
        return value.path("clientId").asText() + "/"
                + value.path("idempotencyKey").asText();
    }

    private static long expiresMs(ObjectNode value) {
        return value.path("expiresAt").asLong();
    }

    private static void elsewhere(RecordedRun run, String topic, TopicRecord record) {
        int other = (record.partition() + 1) % run.facts.partitions();
        long offset = run.topic(topic).stream()
                .filter(each -> each.partition() == other)
                .mapToLong(TopicRecord::offset)
                .max()
                .orElse(0);
        run.topic(topic).remove(record);
        run.topic(topic)
                .add(new TopicRecord(
                        other,
                        offset + 1,
                        record.timestampMs(),
                        record.key(),
                        record.headers(),
                        record.schema(),
                        record.value(),
                        null));
    }

    private static void keyed(RecordedRun run, String topic, TopicRecord record, @Nullable String key) {
        replace(
                run.topic(topic),
                record,
                new TopicRecord(
                        record.partition(),
                        record.offset(),
                        record.timestampMs(),
                        key,
                        record.headers(),
                        record.schema(),
                        record.value(),
                        null));
    }

    /**
     * A broker stamps the last command that a producer was acknowledged with a clock that is ahead by more than the
     * retention. Returns when that command was sent.
     */
    private static long clockAhead(RecordedRun run) {
        ClientEvent acknowledged = run.events.stream()
                .filter(event -> event.answer() != null && event.answer().offset() != null)
                .filter(event -> run.topic(COMMANDS).stream().anyMatch(record -> isAt(record, event)))
                .max(Comparator.comparingLong(ClientEvent::atMs))
                .orElseThrow();
        TopicRecord record = first(run.topic(COMMANDS), each -> isAt(each, acknowledged));
        replace(
                run.topic(COMMANDS),
                record,
                new TopicRecord(
                        record.partition(),
                        record.offset(),
                        record.timestampMs() + run.facts.times().retentionMs() + 600_000,
                        record.key(),
                        record.headers(),
                        record.schema(),
                        record.value(),
                        record.bytes()));
        return first(run.events, event -> event.op() == acknowledged.op()).atMs();
    }

    private static boolean isAt(TopicRecord record, ClientEvent acknowledged) {
        Answer at = Objects.requireNonNull(acknowledged.answer());
        return Objects.equals(at.partition(), record.partition()) && Objects.equals(at.offset(), record.offset());
    }

    // ---- rows

    private static void openUnasked(RecordedRun run, String key, boolean back) {
        Map<String, @Nullable String> like = run.row(
                "payments", row -> row.get("command_offset") != null && Objects.equals(row.get("status"), "COMPLETED"));
        Map<String, @Nullable String> stray = new HashMap<>(like);
        stray.put("payment_id", "00000000-0000-8000-8000-00000000000" + (back ? "1" : "2"));
        stray.put("idempotency_key", key);
        stray.put("command_offset", null);
        stray.put("entry_id", back ? "999999999" : "999999998");
        stray.put("amount_minor", "5");
        if (back) {
            stray.put("debtor_account", like.get("creditor_account"));
            stray.put("creditor_account", like.get("debtor_account"));
        }
        run.table("payments").add(stray);
        entry(run, stray, "debtor_account", -5);
        entry(run, stray, "creditor_account", 5);
    }

    private static boolean isOf(Map<String, @Nullable String> row, ClientEvent event) {
        return Objects.equals(row.get("client_id"), event.client())
                && Objects.equals(row.get("idempotency_key"), event.key());
    }

    // ---- answers

    private static Predicate<ClientEvent> pending() {
        return status(200).and(event -> answered(event).contains("PENDING"));
    }

    private static Predicate<ClientEvent> isPosted(RecordedRun run) {
        return event -> run.table("payments").stream().anyMatch(row -> isOf(row, event));
    }

    private static boolean isOfBytes(RecordedRun run, ClientEvent answered) {
        return run.events.stream()
                .filter(event -> event.op() == answered.op() && event.request() != null)
                .anyMatch(event -> event.request().kind() == Kind.NONSENSE
                        && event.request().payload() == null);
    }

    private static String answered(ClientEvent event) {
        return text(Objects.requireNonNull(event.answer()));
    }

    private static String ofAnotherPayment(String body) {
        return body.replaceFirst("\"paymentId\":\"[^\"]*\"", "\"paymentId\":\"" + OTHER_PAYMENT + "\"");
    }

    /** Changes the first answer of that kind, whoever else may know better. */
    private static void change(RecordedRun run, Predicate<ClientEvent> such, UnaryOperator<Answer> change) {
        ClientEvent event = first(run.events, such);
        replace(run.events, event, with(event, change.apply(Objects.requireNonNull(event.answer()))));
    }

    private static void body(RecordedRun run, Predicate<ClientEvent> such, UnaryOperator<String> change) {
        change(
                run,
                such,
                answer -> Answer.http(
                        Objects.requireNonNull(answer.status()), headers(answer), change.apply(text(answer))));
    }

    private static void header(RecordedRun run, Predicate<ClientEvent> such, String name, @Nullable String value) {
        change(run, such, answer -> {
            Map<String, String> headers = new HashMap<>(headers(answer));
            headers.remove(name);
            if (value != null) {
                headers.put(name, value);
            }
            return Answer.http(Objects.requireNonNull(answer.status()), headers, text(answer));
        });
    }

    private static Answer problem(int status, String slug) {
        return Answer.http(status, Map.of(), "{\"type\":\"urn:hapax:problem:" + slug + "\"}");
    }

    private static Answer adviceToRetry() {
        return Answer.http(503, Map.of("retry-after", "1"), "{\"type\":\"urn:hapax:problem:unavailable\"}");
    }

    // ---- the end

    private static void replicas(RecordedRun run, Consumer<List<Replicas>> change) {
        List<Replicas> replicas = new ArrayList<>(run.end.replicas());
        change.accept(replicas);
        RunEnd end = run.end;
        run.end = new RunEnd(
                end.healedMs(),
                end.readMs(),
                end.lags(),
                end.ready(),
                end.pending(),
                end.uncommitted(),
                replicas,
                end.tools());
    }

    /** Takes those lags and counts out whose names end so. */
    private static void without(RecordedRun run, String name) {
        RunEnd end = run.end;
        Map<String, Long> lags = new HashMap<>(end.lags());
        Map<String, Long> pending = new HashMap<>(end.pending());
        lags.keySet().removeIf(each -> each.endsWith(name) && !each.startsWith("open"));
        pending.keySet().remove(name);
        run.end = new RunEnd(
                end.healedMs(),
                end.readMs(),
                lags,
                end.ready(),
                pending,
                end.uncommitted(),
                end.replicas(),
                end.tools());
    }
}
