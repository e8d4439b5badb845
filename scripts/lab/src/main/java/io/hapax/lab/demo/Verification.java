package io.hapax.lab.demo;

import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.Verdict;
import io.hapax.tools.log.AnyDecision;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The verification of a run: its promises, compared with topics and database alone. The memory of the senders is no
 * proof, except of what they meant to do with their reservations.
 */
final class Verification {
    private static final String POSTED_TWICE = """
            SELECT client_id || '/' || idempotency_key || ' posted ' || count(*) || ' times'
            FROM payments GROUP BY client_id, idempotency_key HAVING count(*) > 1
            ORDER BY count(*) DESC, 1
            """;

    private static final String CONTRADICTIONS = """
            SELECT violated || ': ' || subject || ', expected ' || coalesce(expected::text, '-') || ', found '
                   || coalesce(found::text, '-')
            FROM ledger_check() ORDER BY 1
            """;

    private static final String RECORDED = "SELECT payment_id, status, failure_reason, failed_account FROM payments";

    private final DemoEvidence evidence;
    private final Map<PaymentKey, TwoSteps.Plan> plans;
    private final Connection database;

    /** @param plans the reservations that clients remember */
    Verification(DemoEvidence evidence, Map<PaymentKey, TwoSteps.Plan> plans, Connection database) {
        this.evidence = evidence;
        this.plans = plans;
        this.database = database;
    }

    List<DemoCheck> run() throws SQLException {
        List<DemoCheck> checks = new ArrayList<>(List.of(
                answeredOnce(),
                acceptedOnce(),
                acceptedIsSettled(),
                postedOnce(),
                settlementsSayWhatTheLedgerDid(),
                retriesGetTheAnswerOfTheOriginal(),
                booksAreRight()));
        if (!plans.isEmpty()) {
            checks.add(ReservationsCheck.of(plans, database));
        }
        return checks;
    }

    private DemoCheck answeredOnce() {
        Map<LogPosition, Integer> answers = new TreeMap<>();
        evidence.commands().forEach(command -> answers.put(command, 0));
        Stream.concat(evidence.decisions().stream().map(AnyDecision::command), evidence.buried().stream())
                .forEach(command -> answers.merge(command, 1, Integer::sum));
        List<String> broken = answers.entrySet().stream()
                .filter(command -> command.getValue() != 1)
                .map(command -> command.getKey() + " answered " + command.getValue() + " times")
                .toList();
        return check(
                "every command is answered exactly once",
                evidence.commands().size() + " commands, "
                        + evidence.decisions().size() + " decisions, "
                        + evidence.buried().size() + " dead letters",
                broken);
    }

    /**
     * Checks that the app accepts each payment once. The ledger would post it once in any case, so this checks the
     * app itself.
     */
    private DemoCheck acceptedOnce() {
        Map<String, Set<LogPosition>> acceptances = new TreeMap<>();
        for (DemoEvidence.Accepted event : evidence.events()) {
            acceptances
                    .computeIfAbsent(event.key().topicKey(), key -> new HashSet<>())
                    .add(event.command());
        }
        List<String> broken = acceptances.entrySet().stream()
                .filter(key -> key.getValue().size() > 1)
                .map(key -> key.getKey() + " accepted " + key.getValue().size() + " times")
                .toList();
        return check("each client and key is accepted at most once", acceptances.size() + " keys", broken);
    }

    private DemoCheck acceptedIsSettled() {
        Set<LogPosition> accepted = new HashSet<>();
        for (DemoEvidence.Accepted event : evidence.events()) {
            accepted.add(event.command());
        }
        Set<LogPosition> settled = new HashSet<>();
        evidence.decisions().stream()
                .filter(decision -> decision.verdict() == Verdict.SETTLED)
                .forEach(decision -> settled.add(decision.command()));
        Set<LogPosition> refusedByLedger = new HashSet<>(accepted);
        refusedByLedger.removeAll(settled);
        List<String> broken = new ArrayList<>();
        // A key that came back after its retention is accepted, and refused by the ledger as a conflict.
        evidence.decisions().stream()
                .filter(decision -> decision.verdict() == Verdict.CONFLICT)
                .forEach(decision -> refusedByLedger.remove(decision.command()));
        refusedByLedger.forEach(command -> broken.add(command + " was accepted and is not settled"));
        settled.stream()
                .filter(command -> !accepted.contains(command))
                .forEach(command -> broken.add(command + " is settled and was not accepted"));
        return check("accepted = settled", accepted.size() + " accepted, " + settled.size() + " settled", broken);
    }

    private DemoCheck postedOnce() throws SQLException {
        long payments =
                Long.parseLong(texts("SELECT count(*)::text FROM payments").getFirst());
        return check(
                "each client and key is posted at most once",
                payments + " payments in the ledger, opening balances among them",
                texts(POSTED_TWICE));
    }

    private DemoCheck settlementsSayWhatTheLedgerDid() throws SQLException {
        Map<UUID, List<@Nullable String>> recorded = recorded();
        List<String> broken = new ArrayList<>();
        int settlements = 0;
        for (AnyDecision decision : evidence.decisions()) {
            if (decision.verdict() == Verdict.SETTLED) {
                settlements++;
                if (!Objects.equals(result(decision), recorded.get(paymentId(decision)))) {
                    broken.add(paymentId(decision) + " is answered " + result(decision) + ", the ledger has "
                            + recorded.get(paymentId(decision)));
                }
            }
        }
        return check("settlements say what the ledger did", settlements + " settlements", broken);
    }

    private DemoCheck retriesGetTheAnswerOfTheOriginal() {
        Map<UUID, List<@Nullable Object>> settled = new HashMap<>();
        evidence.decisions().stream()
                .filter(decision -> decision.verdict() == Verdict.SETTLED)
                .forEach(decision -> settled.put(paymentId(decision), answer(decision)));
        List<AnyDecision> replays = evidence.decisions().stream()
                .filter(decision -> decision.verdict() == Verdict.REPLAYED)
                .toList();
        List<String> broken = replays.stream()
                .filter(replay -> !answer(replay).equals(settled.get(paymentId(replay))))
                .map(replay -> replay.command() + " is answered " + answer(replay) + ", the original "
                        + settled.get(paymentId(replay)))
                .toList();
        return check("retries get the answer of the original", replays.size() + " replays", broken);
    }

    private DemoCheck booksAreRight() throws SQLException {
        List<String> counted = texts("""
                SELECT (SELECT count(*) FROM accounts) || ' accounts, ' || (SELECT count(*) FROM entries) || ' entries, sum '
                       || coalesce((SELECT sum(amount_minor) FROM entries), 0)
                """);
        return check(
                "entries sum to zero per currency, balances are sums of entries",
                counted.getFirst(),
                texts(CONTRADICTIONS));
    }

    private Map<UUID, List<@Nullable String>> recorded() throws SQLException {
        Map<UUID, List<@Nullable String>> recorded = new HashMap<>();
        try (PreparedStatement query = database.prepareStatement(RECORDED);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                recorded.put(
                        row.getObject(1, UUID.class),
                        Arrays.asList(row.getString(2), row.getString(3), row.getString(4)));
            }
        }
        return recorded;
    }

    private List<String> texts(String sql) throws SQLException {
        try (PreparedStatement query = database.prepareStatement(sql);
                ResultSet row = query.executeQuery()) {
            List<String> texts = new ArrayList<>();
            while (row.next()) {
                texts.add(row.getString(1));
            }
            return texts;
        }
    }

    private static List<@Nullable String> result(AnyDecision decision) {
        return Arrays.asList(String.valueOf(decision.status()), decision.failureReason(), decision.failedAccount());
    }

    private static List<@Nullable Object> answer(AnyDecision decision) {
        return Arrays.asList(
                decision.status(),
                decision.failureReason(),
                decision.failedAccount(),
                decision.firstSeenAt(),
                decision.expiresAt());
    }

    /** The id of a settled payment as it is told: without deduplication it does not follow from the key. */
    private static UUID paymentId(AnyDecision decision) {
        return Objects.requireNonNull(
                decision.wire() instanceof ReservationDecision ofStep
                        ? ofStep.getPaymentId()
                        : ((PaymentDecision) decision.wire()).getPaymentId());
    }

    private static DemoCheck check(String promise, String counted, List<String> broken) {
        return new DemoCheck(
                promise, broken.isEmpty() ? counted : counted + "; broken " + broken.size() + " times", broken);
    }
}
