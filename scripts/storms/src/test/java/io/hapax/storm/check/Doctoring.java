package io.hapax.storm.check;

import static io.hapax.storm.check.RecordedRun.first;
import static io.hapax.storm.check.RecordedRun.replace;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hapax.storm.history.Answer;
import io.hapax.storm.history.ClientEvent;
import io.hapax.storm.history.ClientEvent.Kind;
import io.hapax.storm.history.ClientEvent.Type;
import io.hapax.storm.history.Fault;
import io.hapax.storm.history.LookUp;
import io.hapax.storm.history.RunEnd;
import io.hapax.storm.history.RunEnd.Replicas;
import io.hapax.storm.history.RunEnd.ToolVerdict;
import io.hapax.storm.history.RunFacts;
import io.hapax.storm.history.Sample;
import io.hapax.storm.history.TopicRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A lie put into a run that was right.
 *
 * <p>More than 300 lines: it is one list, a few lines for each lie.
 *
 * @param lie what the run says now
 * @param breaks the invariant that must find it
 */
record Doctoring(String lie, Invariant breaks, Consumer<RecordedRun> put) {
    static final String COMMANDS = "payment-commands";
    static final String DECISIONS = "payment-decisions";
    static final String EVENTS = "ledger-events";
    static final String OUTCOMES = "ledger-outcomes";
    static final String OTHER_PAYMENT = "00000000-0000-8000-8000-000000000000";

    /** Less than the shortest retention. */
    private static final long SOON_NS = TimeUnit.MINUTES.toNanos(4);

    static final List<Doctoring> ALL = List.of(
            // What brokers have.
            new Doctoring(
                    "a broker lost what it had acknowledged",
                    Invariant.ACKNOWLEDGED_IS_KEPT,
                    run -> run.topic(COMMANDS).remove(acknowledged(run))),
            new Doctoring(
                    "a broker keeps another amount than was sent",
                    Invariant.ACKNOWLEDGED_IS_KEPT,
                    run -> run.change(COMMANDS, acknowledged(run), Doctoring::oneCentMore)),
            new Doctoring(
                    "more is committed than is there",
                    Invariant.ACKNOWLEDGED_IS_KEPT,
                    run -> end(run, "uncommitted", Map.of(EVENTS, 1L))),
            new Doctoring(
                    "a command comes from nobody",
                    Invariant.ASKED_BY_A_CLIENT,
                    run -> run.append(
                            COMMANDS, run.record(COMMANDS, any()), value -> value.put("idempotencyKey", "ghost"))),
            new Doctoring(
                    "a producer's command is there twice",
                    Invariant.ASKED_BY_A_CLIENT,
                    run -> run.append(COMMANDS, acknowledged(run), UnaryOperator.identity())),
            new Doctoring(
                    "a command is sent on twice",
                    Invariant.REROUTED_ONCE,
                    run -> run.append(
                            "payment-commands-rerouted",
                            run.record("payment-commands-rerouted", any()),
                            UnaryOperator.identity())),
            new Doctoring(
                    "a command is not sent on",
                    Invariant.REROUTED_ONCE,
                    run -> run.topic("payment-commands-rerouted").removeFirst()),
            new Doctoring(
                    "a command is changed as it is sent on",
                    Invariant.REROUTED_ONCE,
                    run -> run.change(
                            "payment-commands-rerouted",
                            run.record("payment-commands-rerouted", any()),
                            Doctoring::oneCentMore)),
            // Answers.
            new Doctoring(
                    "a command is not answered",
                    Invariant.ANSWERED_ONCE,
                    run -> run.topic(DECISIONS).remove(run.record(DECISIONS, verdict("IN_FLIGHT")))),
            new Doctoring(
                    "a command is answered twice",
                    Invariant.ANSWERED_ONCE,
                    run -> run.append(DECISIONS, run.record(DECISIONS, verdict("REPLAYED")), UnaryOperator.identity())),
            new Doctoring(
                    "an answer is to no command",
                    Invariant.ANSWERED_ONCE,
                    run -> run.change(
                            DECISIONS,
                            run.record(DECISIONS, verdict("REPLAYED")),
                            value -> value.put("commandOffset", 987_654))),
            new Doctoring(
                    "bytes are not buried",
                    Invariant.UNREADABLE_IS_BURIED,
                    run -> run.topic("dead-letters").clear()),
            new Doctoring("bytes are buried twice", Invariant.UNREADABLE_IS_BURIED, run -> {
                TopicRecord letter = run.topic("dead-letters").getFirst();
                run.topic("dead-letters")
                        .add(new TopicRecord(
                                letter.partition(),
                                letter.offset() + 100_000,
                                letter.timestampMs(),
                                letter.key(),
                                letter.headers(),
                                null,
                                null,
                                letter.bytes()));
            }),
            new Doctoring("a command that can be read is buried", Invariant.UNREADABLE_IS_BURIED, run -> {
                TopicRecord command = run.record(COMMANDS, any());
                Map<String, String> headers = Map.of(
                        "hapax-topic", COMMANDS,
                        "hapax-partition", String.valueOf(command.partition()),
                        "hapax-offset", String.valueOf(command.offset()));
                run.topic("dead-letters")
                        .add(new TopicRecord(0, 999_999, command.timestampMs(), null, headers, null, null, "AAAA"));
            }),
            new Doctoring("a retry is accepted as another payment", Invariant.ACCEPTED_ONCE, Doctoring::acceptTwice),
            new Doctoring("another payment gets the answer of the first", Invariant.VERDICT_IS_TRUE, run -> {
                TopicRecord conflict = run.record(DECISIONS, verdict("CONFLICT"));
                run.change(
                        DECISIONS,
                        conflict,
                        value -> value.put("verdict", "REPLAYED").put("status", "COMPLETED"));
            }),
            new Doctoring("a conflict names the wrong field", Invariant.VERDICT_IS_TRUE, run -> {
                TopicRecord conflict = run.record(DECISIONS, verdict("CONFLICT"));
                run.change(DECISIONS, conflict, value -> {
                    value.putArray("differingFields").add("currency");
                    return value;
                });
            }),
            new Doctoring(
                    "a known payment is called too late",
                    Invariant.VERDICT_IS_TRUE,
                    run -> run.change(DECISIONS, run.record(DECISIONS, verdict("REPLAYED")), value -> {
                        value.remove(List.of("status", "originalPartition", "originalOffset"));
                        return value.put("verdict", "EXPIRED");
                    })),
            new Doctoring(
                    "a sound command is called invalid",
                    Invariant.VERDICT_IS_TRUE,
                    run -> run.change(DECISIONS, run.record(DECISIONS, verdict("CONFLICT")), value -> {
                        value.putArray("violations").add("AMOUNT_NOT_POSITIVE");
                        return value.put("verdict", "INVALID");
                    })),
            new Doctoring(
                    "an invalid command breaks another rule than is told",
                    Invariant.VERDICT_IS_TRUE,
                    run -> run.change(DECISIONS, run.record(DECISIONS, verdict("INVALID")), value -> {
                        value.putArray("violations").add("REFERENCE_TOO_LONG");
                        return value;
                    })),
            new Doctoring(
                    "a payment in flight is another command's",
                    Invariant.VERDICT_IS_TRUE,
                    run -> run.change(
                            DECISIONS,
                            run.record(DECISIONS, verdict("IN_FLIGHT")),
                            value -> value.put("originalOffset", 987_654))),
            new Doctoring(
                    "a replay says the opposite",
                    Invariant.ANSWERS_AGREE,
                    run -> run.change(
                            DECISIONS,
                            run.record(DECISIONS, verdict("REPLAYED").and(completed())),
                            value -> value.put("status", "FAILED").put("failureReason", "INSUFFICIENT_FUNDS"))),
            new Doctoring(
                    "a replay was first seen at another time",
                    Invariant.ANSWERS_AGREE,
                    run -> run.change(
                            DECISIONS,
                            run.record(DECISIONS, verdict("REPLAYED")),
                            value -> more(value, "firstSeenAt"))),
            new Doctoring(
                    "a replay is kept for another time",
                    Invariant.ANSWERS_AGREE,
                    run -> run.change(
                            DECISIONS, run.record(DECISIONS, verdict("REPLAYED")), value -> more(value, "expiresAt"))),
            new Doctoring("a payment is in flight after its end", Invariant.ANSWERS_IN_ORDER, run -> {
                TopicRecord inFlight = run.record(DECISIONS, verdict("IN_FLIGHT"));
                run.append(DECISIONS, inFlight, UnaryOperator.identity());
                run.topic(DECISIONS).remove(inFlight);
            }),
            new Doctoring("a payment is replayed before its end", Invariant.ANSWERS_IN_ORDER, run -> {
                TopicRecord replay = run.record(DECISIONS, verdict("REPLAYED"));
                TopicRecord settled =
                        run.record(DECISIONS, verdict("SETTLED").and(value -> same(value, replay, "idempotencyKey")));
                run.append(DECISIONS, settled, UnaryOperator.identity());
                run.topic(DECISIONS).remove(settled);
            }),
            // The ledger.
            new Doctoring(
                    "the ledger is told twice",
                    Invariant.TOLD_ONCE,
                    run -> run.append(EVENTS, run.record(EVENTS, any()), UnaryOperator.identity())),
            new Doctoring(
                    "the ledger is told again without being asked",
                    Invariant.TOLD_ONCE,
                    run -> run.append(EVENTS, run.record(EVENTS, any()), value -> value.put("attempt", 2))),
            new Doctoring(
                    "the ledger is told another amount",
                    Invariant.TOLD_ONCE,
                    run -> run.change(EVENTS, run.record(EVENTS, any()), Doctoring::oneCentMore)),
            new Doctoring(
                    "the ledger does not answer",
                    Invariant.LEDGER_ANSWERS_EACH,
                    run -> run.topic(OUTCOMES).remove(run.record(OUTCOMES, completed()))),
            new Doctoring(
                    "a recalled key is paid without a question",
                    Invariant.VERDICT_IS_TRUE,
                    run -> run.topic(EVENTS)
                            .remove(run.record(
                                    EVENTS, value -> value.path("attempt").asInt() == 0))),
            new Doctoring(
                    "a payment is not posted",
                    Invariant.POSTED_ONCE,
                    run -> run.table("payments").remove(payment(run))),
            new Doctoring("a payment is posted twice", Invariant.POSTED_ONCE, run -> {
                Map<String, @Nullable String> again = new HashMap<>(payment(run));
                again.put("payment_id", OTHER_PAYMENT);
                run.table("payments").add(again);
            }),
            new Doctoring(
                    "another amount is posted",
                    Invariant.POSTED_ONCE,
                    run -> payment(run).put("amount_minor", "1")),
            new Doctoring("a payment is posted that nobody accepted", Invariant.POSTED_ONCE, run -> {
                Map<String, @Nullable String> stray = new HashMap<>(payment(run));
                stray.put("payment_id", OTHER_PAYMENT);
                stray.put("idempotency_key", "ghost");
                run.table("payments").add(stray);
            }),
            new Doctoring("the ledger has another end than is answered", Invariant.SETTLED_AS_POSTED, run -> {
                payment(run).put("status", "FAILED");
                payment(run).put("failure_reason", "INSUFFICIENT_FUNDS");
            }),
            new Doctoring(
                    "the ledger says another end than it has",
                    Invariant.SETTLED_AS_POSTED,
                    run -> run.change(
                            OUTCOMES,
                            run.record(OUTCOMES, completed()),
                            value -> value.put("status", "FAILED").put("failureReason", "ACCOUNT_CLOSED"))),
            new Doctoring(
                    "an accepted payment is never settled",
                    Invariant.NOTHING_PENDING,
                    run -> run.topic(DECISIONS).remove(run.record(DECISIONS, verdict("SETTLED")))),
            new Doctoring(
                    "an instance has something pending",
                    Invariant.NOTHING_PENDING,
                    run -> end(run, "pending", Map.of("stream-app-1", 1L))),
            // Money.
            new Doctoring(
                    "a cent is gone", Invariant.BALANCES_AS_EXPECTED, run -> add(customer(run), "balance_minor", -1)),
            new Doctoring("money moved that nobody sent, in sound books", Invariant.BALANCES_AS_EXPECTED, run -> {
                moveUnasked(run, 5);
            }),
            new Doctoring(
                    "an account was opened with less",
                    Invariant.BALANCES_AS_EXPECTED,
                    run -> add(customer(run), "opening_balance_minor", -1)),
            new Doctoring(
                    "an entry has another amount",
                    Invariant.BOOKS_BALANCE,
                    run -> add(run.table("entries").getLast(), "amount_minor", 1)),
            new Doctoring(
                    "an entry is missing",
                    Invariant.BOOKS_BALANCE,
                    run -> run.table("entries").removeLast()),
            new Doctoring(
                    "an entry leaves another balance",
                    Invariant.BOOKS_BALANCE,
                    run -> add(run.table("entries").getFirst(), "balance_after_minor", 1)),
            new Doctoring("a failed payment has entries", Invariant.BOOKS_BALANCE, run -> {
                payment(run).put("status", "FAILED");
                payment(run).put("failure_reason", "INSUFFICIENT_FUNDS");
            }),
            new Doctoring("an account is below its limit", Invariant.LIMITS_HOLD, run -> {
                Map<String, @Nullable String> entry = run.row("entries", row -> isCustomer(run, row.get("account_id")));
                entry.put("balance_after_minor", "-1000000000");
            }),
            new Doctoring("a rich debtor lacks funds", Invariant.FAILURES_ARE_TRUE, run -> {
                payment(run).put("status", "FAILED");
                payment(run).put("failure_reason", "INSUFFICIENT_FUNDS");
                payment(run).put("amount_minor", "1");
            }),
            new Doctoring("an open account is called closed", Invariant.FAILURES_ARE_TRUE, run -> {
                payment(run).put("status", "FAILED");
                payment(run).put("failure_reason", "ACCOUNT_CLOSED");
            }),
            new Doctoring(
                    "a closed account was paid from",
                    Invariant.FAILURES_ARE_TRUE,
                    run -> run.row(
                                    "accounts",
                                    row -> Objects.equals(
                                            row.get("id"), payment(run).get("debtor_account")))
                            .put("status", "CLOSED")),
            // Over HTTP.
            new Doctoring(
                    "an answer tells another amount",
                    Invariant.HTTP_ANSWERS_AGREE,
                    run -> body(run, status(201), body -> body.replaceFirst("\"amountMinor\":", "\"amountMinor\":1"))),
            new Doctoring(
                    "a completed payment is told as failed",
                    Invariant.HTTP_ANSWERS_AGREE,
                    run -> answer(
                            run,
                            status(201),
                            answer -> Answer.http(
                                    402,
                                    headers(answer),
                                    "{\"type\":\"urn:hapax:problem:insufficient-funds\","
                                            + text(answer).substring(1).replace("COMPLETED", "FAILED")))),
            new Doctoring(
                    "a replay has another body",
                    Invariant.HTTP_ANSWERS_AGREE,
                    run -> body(run, replayed(true), body -> body.replaceFirst("\\{", "{ "))),
            new Doctoring(
                    "two answers are no replay",
                    Invariant.HTTP_ANSWERS_AGREE,
                    run -> header(run, besideTheFirst(run), "idempotent-replayed", "false")),
            new Doctoring(
                    "a payment was first seen at another time",
                    Invariant.HTTP_ANSWERS_AGREE,
                    run -> header(run, status(201), "idempotency-first-seen", "2020-01-01T00:00:00Z")),
            new Doctoring(
                    "the same payment is called another",
                    Invariant.HTTP_ANSWERS_AGREE,
                    run -> answer(run, replayed(true), answer -> keyReused())),
            new Doctoring(
                    "a refusal lacks its advice",
                    Invariant.HTTP_AS_DOCUMENTED,
                    run -> answer(run, status(503), answer -> Answer.http(503, Map.of(), text(answer)))),
            new Doctoring(
                    "an answer is a page",
                    Invariant.HTTP_AS_DOCUMENTED,
                    run -> body(run, status(503), body -> "<html>Bad Gateway</html>")),
            new Doctoring(
                    "an answer is not documented",
                    Invariant.HTTP_AS_DOCUMENTED,
                    run -> answer(run, status(503), answer -> Answer.http(502, headers(answer), text(answer)))),
            new Doctoring(
                    "an instance misses what is posted",
                    Invariant.REMEMBERED_WHEN_POSTED,
                    run -> answer(run, again(run, foundSettled()), answer -> notFound())),
            new Doctoring("at the end an instance has forgotten", Invariant.SAME_ON_EVERY_INSTANCE, run -> {
                LookUp known = first(run.lookUps, lookUp -> isKept(run, lookUp));
                replace(run.lookUps, known, new LookUp(known.client(), known.key(), known.instance(), notFound()));
            }),
            new Doctoring("at the end an instance knows another end", Invariant.SAME_ON_EVERY_INSTANCE, run -> {
                LookUp known =
                        first(run.lookUps, lookUp -> text(lookUp.answer()).contains("COMPLETED"));
                replace(
                        run.lookUps,
                        known,
                        new LookUp(
                                known.client(),
                                known.key(),
                                known.instance(),
                                Answer.http(
                                        200,
                                        headers(known.answer()),
                                        text(known.answer()).replace("COMPLETED", "PENDING"))));
            }),
            new Doctoring(
                    "at the end an instance was not asked",
                    Invariant.SAME_ON_EVERY_INSTANCE,
                    run -> run.lookUps.remove(first(
                            run.lookUps,
                            lookUp -> Objects.equals(lookUp.answer().status(), 200)))),
            // What one key's clients saw, in which order.
            new Doctoring(
                    "a settled payment is in flight again",
                    Invariant.LINEARIZABLE,
                    run -> answer(run, again(run, replayed(true)), answer -> inFlight())),
            new Doctoring(
                    "a settled payment is pending again",
                    Invariant.LINEARIZABLE,
                    run -> body(run, again(run, foundSettled()), body -> body.replace("COMPLETED", "PENDING"))),
            new Doctoring(
                    "a settled payment is unknown again",
                    Invariant.LINEARIZABLE,
                    run -> answer(run, again(run, foundSettled()), answer -> notFound())),
            new Doctoring(
                    "a settled payment is too late",
                    Invariant.LINEARIZABLE,
                    run -> answer(
                            run,
                            again(run, replayed(true)),
                            answer -> Answer.http(412, Map.of(), "{\"type\":\"urn:hapax:problem:too-late\"}"))),
            new Doctoring(
                    "the first payment meets another",
                    Invariant.LINEARIZABLE,
                    run -> answer(run, replayed(false), answer -> keyReused())),
            new Doctoring(
                    "two clients paid first",
                    Invariant.LINEARIZABLE,
                    run -> header(run, besideTheFirst(run), "idempotent-replayed", "false")),
            new Doctoring("a payment is known before anybody asked", Invariant.LINEARIZABLE, run -> {
                ClientEvent early = first(run.events, status(404).and(event -> nobodyAskedBefore(run, event)));
                ClientEvent found = first(
                        run.events,
                        event -> isOfTheSame(event, early) && foundSettled().test(event));
                replace(run.events, early, with(early, Objects.requireNonNull(found.answer())));
            }),
            // The end.
            new Doctoring(
                    "something is left unread",
                    Invariant.LAGS_ARE_ZERO,
                    run -> end(run, "lags", Map.of("hapax/ledger-outcomes-1", 3L))),
            new Doctoring(
                    "an instance is not ready",
                    Invariant.READY_AGAIN,
                    run -> end(run, "ready", Map.of("stream-app-1", false))),
            new Doctoring("an instance is not there", Invariant.READY_AGAIN, run -> {
                List<RunFacts.Instance> instances = new ArrayList<>(run.facts.instances());
                instances.add(new RunFacts.Instance("stream-app-9", "stream-app"));
                RunFacts facts = run.facts;
                run.facts = new RunFacts(
                        facts.seed(),
                        facts.options(),
                        facts.versions(),
                        facts.beganMs(),
                        facts.endedMs(),
                        facts.partitions(),
                        instances,
                        facts.times(),
                        facts.accounts());
            }),
            new Doctoring("an instance never recovered", Invariant.RECOVERED_IN_TIME, run -> {
                Fault fault = run.faults.getFirst();
                run.faults.set(0, healthy(fault, Map.of()));
            }),
            new Doctoring("an instance recovered too late", Invariant.RECOVERED_IN_TIME, run -> {
                Fault fault = run.faults.getLast();
                Map<String, Long> late = new HashMap<>(fault.healthyMs());
                late.replaceAll((instance, atMs) -> fault.endedMs() + 3_600_000);
                run.faults.set(run.faults.size() - 1, healthy(fault, late));
            }),
            new Doctoring(
                    "replicas hold different bytes",
                    Invariant.REPLICAS_AGREE,
                    run -> replicas(run, Map.of("1", "a", "2", "b"), List.of("1", "2"))),
            new Doctoring(
                    "a replica is out of sync",
                    Invariant.REPLICAS_AGREE,
                    run -> replicas(run, Map.of("1", "a", "2", "a"), List.of("1"))),
            new Doctoring("memory grows", Invariant.LEVEL, run -> grow(run, sample -> sampled(sample, 3, 1, 1))),
            new Doctoring("threads grow", Invariant.LEVEL, run -> grow(run, sample -> sampled(sample, 1, 3, 1))),
            new Doctoring("descriptors grow", Invariant.LEVEL, run -> grow(run, sample -> sampled(sample, 1, 1, 3))),
            new Doctoring(
                    "a tool finds something",
                    Invariant.TOOLS_AGREE,
                    run -> tools(
                            run, List.of(new ToolVerdict("reconcile", 1, "differs"), new ToolVerdict("audit", 0, "")))),
            new Doctoring(
                    "a tool was not asked",
                    Invariant.TOOLS_AGREE,
                    run -> tools(run, List.of(new ToolVerdict("audit", 0, "")))));

    @Override
    public String toString() {
        return lie;
    }

    // ---- records of topics

    static Predicate<ObjectNode> any() {
        return value -> true;
    }

    static Predicate<ObjectNode> verdict(String verdict) {
        return value -> value.path("verdict").asText().equals(verdict);
    }

    static Predicate<ObjectNode> completed() {
        return value -> value.path("status").asText().equals("COMPLETED");
    }

    static boolean same(ObjectNode value, TopicRecord other, String field) {
        return Objects.equals(
                value.get(field), Objects.requireNonNull(other.value()).get(field));
    }

    static ObjectNode oneCentMore(ObjectNode value) {
        return more(value, "amountMinor");
    }

    static ObjectNode more(ObjectNode value, String field) {
        return value.put(field, value.path(field).asLong() + 1);
    }

    private static TopicRecord acknowledged(RecordedRun run) {
        Answer acknowledgement = Objects.requireNonNull(first(
                        run.events,
                        event -> event.answer() != null && event.answer().offset() != null)
                .answer());
        return first(
                run.topic(COMMANDS),
                record -> Objects.equals(acknowledgement.partition(), record.partition())
                        && Objects.equals(acknowledgement.offset(), record.offset()));
    }

    private static void acceptTwice(RecordedRun run) {
        TopicRecord replay = run.record(DECISIONS, verdict("REPLAYED"));
        ObjectNode said = (ObjectNode) Objects.requireNonNull(replay.value());
        TopicRecord event = run.record(EVENTS, value -> same(value, replay, "idempotencyKey"));
        run.append(EVENTS, event, value -> {
            more(value, "acceptedAt");
            value.set("commandPartition", said.get("commandPartition"));
            value.set("commandOffset", said.get("commandOffset"));
            return value;
        });
        run.change(DECISIONS, replay, value -> {
            value.remove(List.of("originalPartition", "originalOffset"));
            return value.put("verdict", "SETTLED");
        });
    }

    // ---- rows

    static Map<String, @Nullable String> payment(RecordedRun run) {
        return run.row(
                "payments",
                row -> row.get("command_offset") != null
                        && !Objects.equals(row.get("failure_reason"), "ACCOUNT_NOT_FOUND"));
    }

    static Map<String, @Nullable String> customer(RecordedRun run) {
        return run.row("accounts", row -> isCustomer(run, row.get("id")));
    }

    private static boolean isCustomer(RecordedRun run, @Nullable String id) {
        return run.facts.accounts().stream()
                .anyMatch(account -> account.id().equals(id) && !account.closed() && account.openingMinor() > 0);
    }

    private static void add(Map<String, @Nullable String> row, String column, long amount) {
        row.put(column, String.valueOf(Long.parseLong(Objects.requireNonNull(row.get(column))) + amount));
    }

    private static void moveUnasked(RecordedRun run, long amount) {
        Map<String, @Nullable String> like = run.row(
                "payments", row -> row.get("command_offset") != null && Objects.equals(row.get("status"), "COMPLETED"));
        Map<String, @Nullable String> stray = new HashMap<>(like);
        stray.put("payment_id", OTHER_PAYMENT);
        stray.put("entry_id", "999999999");
        stray.put("amount_minor", String.valueOf(amount));
        run.table("payments").add(stray);
        entry(run, stray, "debtor_account", -amount);
        entry(run, stray, "creditor_account", amount);
    }

    static void entry(RecordedRun run, Map<String, @Nullable String> payment, String side, long amount) {
        Map<String, @Nullable String> account =
                run.row("accounts", row -> Objects.equals(row.get("id"), payment.get(side)));
        add(account, "balance_minor", amount);
        Map<String, @Nullable String> entry = new HashMap<>();
        entry.put("entry_id", payment.get("entry_id"));
        entry.put("payment_id", payment.get("payment_id"));
        entry.put("account_id", payment.get(side));
        entry.put("amount_minor", String.valueOf(amount));
        entry.put("balance_after_minor", account.get("balance_minor"));
        run.table("entries").add(entry);
    }

    // ---- answers

    static Predicate<ClientEvent> status(int status) {
        return event -> event.type() == Type.ANSWER
                && event.answer() != null
                && Objects.equals(event.answer().status(), status);
    }

    static Predicate<ClientEvent> replayed(boolean replayed) {
        return status(201)
                .and(event -> String.valueOf(replayed)
                        .equals(headers(Objects.requireNonNull(event.answer())).get("idempotent-replayed")));
    }

    static Predicate<ClientEvent> foundSettled() {
        return status(200)
                .and(event -> text(Objects.requireNonNull(event.answer())).contains("COMPLETED"));
    }

    /** Answers that come when somebody has been told the end of the payment already, and it is not forgotten yet. */
    static Predicate<ClientEvent> again(RecordedRun run, Predicate<ClientEvent> such) {
        return such.and(event -> run.events.stream()
                .filter(other -> isOfTheSame(other, event) && other.atNs() < invokedNs(run, event))
                .filter(other -> event.atNs() - other.atNs() < SOON_NS)
                .anyMatch(status(201).or(foundSettled())));
    }

    /** Replays of a payment that was accepted once, and whose first request has its answer over HTTP, too. */
    private static Predicate<ClientEvent> besideTheFirst(RecordedRun run) {
        return replayed(true)
                .and(event -> run.events.stream()
                        .anyMatch(other ->
                                isOfTheSame(other, event) && replayed(false).test(other)))
                .and(event -> settlements(run, event.client(), event.key()).size() == 1);
    }

    private static List<ObjectNode> settlements(RecordedRun run, String client, String key) {
        return run.topic(DECISIONS).stream()
                .map(TopicRecord::value)
                .filter(ObjectNode.class::isInstance)
                .map(ObjectNode.class::cast)
                .filter(verdict("SETTLED"))
                .filter(value -> value.path("clientId").asText().equals(client))
                .filter(value -> value.path("idempotencyKey").asText().equals(key))
                .toList();
    }

    private static boolean nobodyAskedBefore(RecordedRun run, ClientEvent event) {
        return run.events.stream()
                .filter(other -> isOfTheSame(other, event) && other.atNs() < event.atNs())
                .allMatch(other -> other.request() == null || other.request().kind() == Kind.LOOK_UP);
    }

    static boolean isOfTheSame(ClientEvent event, ClientEvent other) {
        return event.client().equals(other.client()) && event.key().equals(other.key());
    }

    static long invokedNs(RecordedRun run, ClientEvent answered) {
        return first(run.events, event -> event.op() == answered.op() && event.type() == Type.INVOKE)
                .atNs();
    }

    /** True if the payment was found, and was still known when everything had been read. */
    static boolean isKept(RecordedRun run, LookUp lookUp) {
        return Objects.equals(lookUp.answer().status(), 200)
                && settlements(run, lookUp.client(), lookUp.key()).stream()
                        .anyMatch(settled -> settled.path("expiresAt").asLong() > run.end.readMs());
    }

    /** Changes an answer to a key that was asked for again after it, or before: somebody else knows better. */
    static void answer(RecordedRun run, Predicate<ClientEvent> such, UnaryOperator<Answer> change) {
        ClientEvent event = first(
                run.events,
                such.and(found -> run.events.stream()
                                        .filter(other -> isOfTheSame(other, found))
                                        .filter(status(201).or(foundSettled()))
                                        .count()
                                >= 3
                        || status(503).test(found)));
        replace(run.events, event, with(event, change.apply(Objects.requireNonNull(event.answer()))));
    }

    private static void body(RecordedRun run, Predicate<ClientEvent> such, UnaryOperator<String> change) {
        answer(
                run,
                such,
                answer -> Answer.http(
                        Objects.requireNonNull(answer.status()), headers(answer), change.apply(text(answer))));
    }

    private static void header(RecordedRun run, Predicate<ClientEvent> such, String name, String value) {
        answer(run, such, answer -> {
            Map<String, String> headers = new HashMap<>(headers(answer));
            headers.put(name, value);
            return Answer.http(Objects.requireNonNull(answer.status()), headers, text(answer));
        });
    }

    static ClientEvent with(ClientEvent event, Answer answer) {
        return new ClientEvent(
                event.atNs(),
                event.atMs(),
                event.client(),
                event.key(),
                event.op(),
                event.type(),
                event.path(),
                event.instance(),
                null,
                answer,
                null);
    }

    static Map<String, String> headers(Answer answer) {
        return Objects.requireNonNull(answer.headers());
    }

    static String text(Answer answer) {
        return Objects.requireNonNull(answer.body());
    }

    static Answer notFound() {
        return Answer.http(404, Map.of(), "{\"type\":\"urn:hapax:problem:payment-not-found\"}");
    }

    private static Answer keyReused() {
        return Answer.http(422, Map.of(), "{\"type\":\"urn:hapax:problem:key-reused\"}");
    }

    private static Answer inFlight() {
        return Answer.http(409, Map.of("retry-after", "1"), "{\"type\":\"urn:hapax:problem:in-flight\"}");
    }

    // ---- the end, faults and figures

    static void end(RecordedRun run, String what, Map<String, ?> values) {
        RunEnd end = run.end;
        run.end = new RunEnd(
                end.healedMs(),
                end.readMs(),
                what.equals("lags") ? numbers(values) : end.lags(),
                what.equals("ready") ? truths(values) : end.ready(),
                what.equals("pending") ? numbers(values) : end.pending(),
                what.equals("uncommitted") ? numbers(values) : end.uncommitted(),
                end.replicas(),
                end.tools());
    }

    private static Map<String, Long> numbers(Map<String, ?> values) {
        Map<String, Long> numbers = new HashMap<>();
        values.forEach((name, value) -> numbers.put(name, (Long) value));
        return numbers;
    }

    private static Map<String, Boolean> truths(Map<String, ?> values) {
        Map<String, Boolean> truths = new HashMap<>();
        values.forEach((name, value) -> truths.put(name, (Boolean) value));
        return truths;
    }

    private static void replicas(RecordedRun run, Map<String, String> digests, List<String> inSync) {
        RunEnd end = run.end;
        run.end = new RunEnd(
                end.healedMs(),
                end.readMs(),
                end.lags(),
                end.ready(),
                end.pending(),
                end.uncommitted(),
                List.of(new Replicas(EVENTS, 1, digests, inSync)),
                end.tools());
    }

    private static void tools(RecordedRun run, List<ToolVerdict> tools) {
        RunEnd end = run.end;
        run.end = new RunEnd(
                end.healedMs(),
                end.readMs(),
                end.lags(),
                end.ready(),
                end.pending(),
                end.uncommitted(),
                end.replicas(),
                tools);
    }

    static Fault healthy(Fault fault, Map<String, Long> healthyMs) {
        return new Fault(
                fault.number(),
                fault.kind(),
                fault.target(),
                fault.beganMs(),
                fault.endedMs(),
                fault.recoversWithinMs(),
                healthyMs);
    }

    /** The second half of the longest life. */
    private static void grow(RecordedRun run, UnaryOperator<Sample> more) {
        Map<String, List<Sample>> lives = new HashMap<>();
        run.figures.stream()
                .filter(sample -> run.end.ready().containsKey(sample.instance()))
                .forEach(sample -> lives.computeIfAbsent(sample.instance() + sample.pid(), none -> new ArrayList<>())
                        .add(sample));
        List<Sample> longest =
                lives.values().stream().max(Comparator.comparingInt(List::size)).orElseThrow();
        longest.subList(longest.size() / 2, longest.size())
                .forEach(sample -> replace(run.figures, sample, more.apply(sample)));
    }

    private static Sample sampled(Sample sample, int memory, int threads, int descriptors) {
        return new Sample(
                sample.atMs(),
                sample.instance(),
                sample.pid(),
                sample.residentBytes() * memory,
                sample.threads() * threads,
                sample.descriptors() * descriptors,
                sample.ready(),
                sample.lag());
    }
}
